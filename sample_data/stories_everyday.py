"""Ordinary back pain: most people wait, are treated, get better; some were not asked everything."""

from __future__ import annotations

from sample_data.chart import Chart, settings
from sample_data.stories import ordinary, story
from sample_data.visit import ask_first, ask_rest, bloods, examined, pain, treated


def normal_bloods(chart: Chart) -> None:
    """Now and then somebody's bloods were taken, were ordinary and were read."""
    if chart.chance(settings("shares")["had_bloods"]):
        back = chart.recorded + chart.between(0, 3)
        bloods(chart, back, reviewed=max(0, back - 2))


def everyday(chart: Chart, leave: tuple[str, ...] = (), /, **answers: str) -> None:
    """A full visit: every first question answered "no", the others as they fall."""
    ask_first(chart, leave, **answers)
    ask_rest(chart)
    examined(chart)
    normal_bloods(chart)


def better(chart: Chart, started: int) -> None:
    """A score at the start of treatment and one of the last four weeks at least a third lower."""
    before = chart.between(4, 9)
    pain(chart, before, started + chart.between(0, 5))
    pain(chart, chart.between(0, before * 2 // 3), chart.between(0, min(26, started - 22)))


def unchanged(chart: Chart, started: int) -> None:
    """A score at the start of treatment and one of the last four weeks that is hardly lower or higher."""
    before = chart.between(4, 8)
    pain(chart, before, started + chart.between(0, 5))
    pain(chart, before + chart.between(-1, 1), chart.between(0, min(26, started - 22)))


@story
def self_care(chart: Chart) -> None:
    """Recent pain, everything asked, no treatment yet."""
    onset = chart.between(2, 40)
    ordinary(chart, onset, chart.between(0, onset))
    everyday(chart)
    pain(chart, chart.between(2, 7), chart.recorded)


@story
def on_therapy(chart: Chart) -> None:
    """Treatment began less than four weeks ago."""
    start = chart.between(2, 26)
    ordinary(chart, start + chart.between(0, 45), start)
    everyday(chart)
    pain(chart, chart.between(3, 9), start)
    treated(chart, start, later=2)


@story
def therapy_restarted(chart: Chart) -> None:
    """An old course of tablets, then nothing for over four weeks, then a new trial."""
    start = chart.between(3, 24)
    ordinary(chart, start + chart.between(85, 120), start)
    everyday(chart)
    pain(chart, chart.between(3, 8), start)
    chart.treatment("nsaid", start + 70, start + 55)
    chart.treatment("exercise", start)


@story
def responding(chart: Chart) -> None:
    """A full trial of treatment, and clearly better."""
    start = chart.between(45, 130)
    ordinary(chart, start + chart.between(0, 60), chart.between(0, 40))
    everyday(chart)
    better(chart, start)
    treated(chart, start, later=10)


@story
def responding_early(chart: Chart) -> None:
    """Better after four to six weeks: the longer trials are still running."""
    start = chart.between(29, 40)
    ordinary(chart, start + chart.between(0, 20), chart.between(0, 20))
    everyday(chart)
    better(chart, start)
    treated(chart, start, later=5)


@story
def better_in_words(chart: Chart) -> None:
    """A full trial of treatment without scores; the person says it is clearly better."""
    start = chart.between(60, 120)
    ordinary(chart, start + chart.between(0, 30), chart.between(0, 26))
    everyday(chart)
    chart.finding("pain_relief")
    treated(chart, start, later=10)


@story
def therapy_stopped_early(chart: Chart) -> None:
    """Treatment ended before a trial was complete, and nothing has replaced it."""
    end = chart.between(1, 28)
    start = end + chart.between(4, 20)
    ordinary(chart, start + chart.between(0, 30), chart.between(0, end))
    everyday(chart)
    pain(chart, chart.between(3, 8), start)
    chart.treatment("analgesic", start, end)


@story
def ended_when_unknown(chart: Chart) -> None:
    """Treatment is over, and whether it lasted long enough depends on a date that nobody wrote down."""
    start = chart.between(50, 100)
    ordinary(chart, start + chart.between(0, 30), chart.between(0, 20))
    everyday(chart)
    better(chart, start)
    chart.treatment("manual_therapy", start, over=True)


@story
def barely_recorded(chart: Chart) -> None:
    """Back pain is on the list and almost nothing was asked."""
    ordinary(chart, chart.between(1, 150 if chart.chance(40) else 20), 0)
    chart.recorded = chart.between(0, min(chart.onset or 0, 60))
    if chart.chance(60):
        pain(chart, chart.between(2, 8), chart.recorded)
    if chart.chance(30):
        chart.treatment("analgesic", chart.recorded)


@story
def some_unasked(chart: Chart) -> None:
    """One to four of the first questions were not asked, or nobody could say."""
    start = chart.between(0, 14)
    ordinary(chart, start + chart.between(0, 10), start)
    questions = list(settings("shares")["first_questions"])
    chart.rng.shuffle(questions)
    count = chart.between(1, 4)
    unsaid = dict.fromkeys(questions[: count // 2], "unknown")
    everyday(chart, tuple(questions[count // 2 : count]), **unsaid)
    pain(chart, chart.between(3, 8), start)
    if chart.chance(70):
        treated(chart, start)


@story
def answers_expired(chart: Chart) -> None:
    """Everything was asked once, too long ago to count."""
    seen = chart.between(95, 280)
    ordinary(chart, seen + chart.between(0, 40), seen)
    everyday(chart)
    start = chart.between(45, 90)
    better(chart, start)
    treated(chart, start, later=5)


@story
def stale_score(chart: Chart) -> None:
    """A full trial of treatment, but the last pain score is too old to say whether it helped."""
    start = chart.between(75, 150)
    ordinary(chart, start + chart.between(0, 40), chart.between(0, 40))
    everyday(chart)
    before = chart.between(4, 8)
    pain(chart, before, start)
    pain(chart, before - chart.between(0, 4), chart.between(32, start - 24))
    treated(chart, start, later=10)
