"""People whose next step lies elsewhere, and people who are on the list but outside the pathway."""

from __future__ import annotations

from sample_data.chart import Chart
from sample_data.people import blur_birth, introduce
from sample_data.stories import adult, story
from sample_data.visit import ask_first, ask_rest, bloods, examined, pain, treated, weighed

INFLAMMATORY = {
    "waking_second_half_of_night": "present",
    "buttock_pain": "present",
    "improves_with_movement": "present",
    "nsaid_response_48h": "present",
    "arthritis": "absent",
    "enthesitis": "absent",
}


def early(chart: Chart, youngest: int, oldest: int, sex: str = "") -> None:
    """Someone in the first weeks of treatment who was asked the first questions."""
    start = chart.between(2, 24)
    adult(chart, start + chart.between(0, 15), start, youngest, oldest, sex)
    ask_first(chart)
    ask_rest(chart)
    examined(chart)
    pain(chart, chart.between(3, 8), start)
    if chart.chance(70):
        treated(chart, start)


@story
def trauma(chart: Chart) -> None:
    """A fall some weeks ago: fracture comes first."""
    early(chart, 30, 88)
    chart.finding("significant_trauma")


@story
def steroids(chart: Chart) -> None:
    """Years of steroid tablets."""
    early(chart, 45, 85)
    chart.finding("long_term_steroids")


@story
def osteoporosis_over_70(chart: Chart) -> None:
    """Over seventy with osteoporosis."""
    early(chart, 72, 93, "female" if chart.chance(80) else "male")
    chart.finding("osteoporosis", back=chart.recorded + chart.between(200, 2500))


@story
def inflammatory(chart: Chart) -> None:
    """Young, months of pain, better for moving, worse at night."""
    onset = chart.between(110, 300)
    adult(chart, onset, chart.between(0, 30), 22, 33)
    ask_first(chart)
    ask_rest(chart, **INFLAMMATORY)
    pain(chart, chart.between(4, 7), chart.recorded)
    if chart.chance(50):
        chart.treatment("nsaid", chart.between(5, 20))


@story
def never_back_pain(chart: Chart) -> None:
    """On the practice's list for something else."""
    introduce(chart, 18, 95)
    blur_birth(chart)
    chart.recorded = chart.between(0, 300)
    if chart.chance(60):
        chart.finding("back_pain", "absent")
    if chart.chance(50):
        weighed(chart, 55 + chart.rng.random() * 45, chart.recorded)
    if chart.chance(40):
        bloods(chart, chart.recorded, reviewed=max(0, chart.recorded - 3))
    if chart.chance(4):
        chart.finding("cancer_history", back=chart.recorded + chart.between(300, 5000))


@story
def episode_over(chart: Chart) -> None:
    """Back pain that has ended, as most does."""
    introduce(chart, 18, 90)
    over = chart.between(5, 250)
    onset = over + chart.between(10, 120)
    chart.recorded = chart.between(over, onset)
    chart.began(onset, over)
    ask_first(chart)
    ask_rest(chart)
    examined(chart)
    pain(chart, chart.between(3, 8), chart.recorded)
    if chart.chance(60):
        chart.treatment("analgesic", chart.recorded, over)


@story
def child(chart: Chart) -> None:
    """A schoolchild with back pain: another pathway altogether."""
    adult(chart, chart.between(5, 60), chart.between(0, 5), 8, 16)
    pain(chart, chart.between(2, 6), chart.recorded)


@story
def deceased(chart: Chart) -> None:
    """Someone who has died since."""
    died = chart.between(3, 200)
    onset = died + chart.between(20, 200)
    adult(chart, onset, onset - 5, 66, 95)
    ask_first(chart)
    ask_rest(chart)
    chart.deceased_on = chart.calendar[died]


@story
def known_malignancy(chart: Chart) -> None:
    """A spinal metastasis that an oncologist already treats."""
    adult(chart, chart.between(120, 300), chart.between(0, 30), 55, 80)
    ask_first(chart, ("cancer_history",))
    chart.finding("cancer_history", back=chart.between(700, 3000))
    chart.finding("known_spinal_malignancy")
    chart.treatment("radiotherapy", chart.recorded + 30, chart.recorded + 16)
    chart.treatment("monitoring", chart.recorded + 10)
    pain(chart, chart.between(3, 6), chart.recorded)
