"""Treatment did not help: what was asked for, what came back, what got lost."""

from __future__ import annotations

from sample_data.chart import Chart
from sample_data.stories import adult, ordinary, story
from sample_data.stories_everyday import unchanged
from sample_data.visit import ask_first, ask_rest, bloods, examined, pain, treated


def not_helped(chart: Chart, start: int, leave: tuple[str, ...] = (), /, **answers: str) -> None:
    """A trial that began ``start`` days ago, without effect; no bloods and no image."""
    ask_first(chart, leave, **answers)
    ask_rest(chart)
    examined(chart)
    unchanged(chart, start)
    treated(chart, start, later=8)


def long_trial(chart: Chart) -> int:
    """Someone treated for longer than any profile asks; when it began."""
    start = chart.between(50, 110)
    ordinary(chart, start + chart.between(0, 40), chart.between(0, 30))
    return start


@story
def red_flag_unknown(chart: Chart) -> None:
    """Treatment failed, and whether there ever was a cancer is not known."""
    start = long_trial(chart)
    if chart.chance(50):
        not_helped(chart, start, cancer_history="unknown")
    else:
        not_helped(chart, start, ("cancer_history",))


@story
def failed_therapy(chart: Chart) -> None:
    """Treatment failed; nothing was ordered."""
    not_helped(chart, long_trial(chart))


@story
def failed_28_to_41_days(chart: Chart) -> None:
    """Not better after four to six weeks: a failed trial for one profile, an early one for the others."""
    start = chart.between(29, 40)
    ordinary(chart, start + chart.between(0, 20), chart.between(0, 12))
    not_helped(chart, start)


@story
def lost_order(chart: Chart) -> None:
    """Bloods were ordered weeks ago and nothing came back."""
    start = chart.between(80, 110)
    ordinary(chart, start + chart.between(0, 30), chart.between(0, 30))
    not_helped(chart, start)
    chart.step("bloods", "ordered", chart.between(36, 60))


@story
def bloods_ordered(chart: Chart) -> None:
    """Treatment failed; bloods and X-ray were ordered days ago."""
    start = long_trial(chart)
    not_helped(chart, start)
    back = chart.between(1, 14)
    chart.step("bloods", "ordered", back)
    chart.step("xray_spine", "ordered", back)
    if chart.chance(50):
        chart.step("xray_spine", "performed", chart.between(0, back - 1))


@story
def imaging_booked(chart: Chart) -> None:
    """Treatment failed; bloods are back and were read, the X-ray has an appointment next week."""
    start = long_trial(chart)
    chart.recorded = chart.between(1, 8)
    not_helped(chart, start)
    bloods(chart, chart.recorded + chart.between(2, 9), reviewed=chart.recorded)
    chart.step("xray_spine", "ordered", chart.recorded + chart.between(0, 6))
    chart.step("xray_spine", "booked", chart.recorded, appointment=-chart.between(2, 14))


@story
def result_unread(chart: Chart) -> None:
    """Treatment failed; bloods and X-ray came back and nobody has looked."""
    start = long_trial(chart)
    not_helped(chart, start)
    back = chart.between(2, 18)
    chart.step("bloods", "ordered", back + chart.between(2, 6))
    bloods(chart, back)
    chart.reported("xray_spine", "negative", chart.between(0, back))


@story
def abnormal_unread(chart: Chart) -> None:
    """On treatment and young; bloods taken for another reason are abnormal and unread."""
    start = chart.between(8, 25)
    adult(chart, start + chart.between(0, 10), start, 22, 47, "female" if chart.chance(60) else "male")
    ask_first(chart)
    ask_rest(chart)
    pain(chart, chart.between(3, 7), start)
    treated(chart, start)
    low = 121 if chart.sex == "male" else 111
    bloods(chart, chart.between(1, 7), haemoglobin=low - chart.between(0, 9))


@story
def all_reviewed(chart: Chart) -> None:
    """Treatment failed; bloods and X-ray were normal and were read: think again."""
    start = long_trial(chart)
    not_helped(chart, start)
    back = chart.between(4, 16)
    bloods(chart, back, reviewed=back - 2)
    chart.reported("xray_spine", "negative", back - 1, reviewed=back - 3)


@story
def anaemia_failed_therapy(chart: Chart) -> None:
    """Treatment failed and the blood count is low, read and not acted on."""
    start = long_trial(chart)
    not_helped(chart, start)
    back = chart.between(4, 16)
    bloods(chart, back, reviewed=back - 2, haemoglobin=104 + chart.between(0, 8))


@story
def older_without_bloods(chart: Chart) -> None:
    """Over sixty with pain for six weeks, on a new treatment: one profile wants bloods first."""
    start = chart.between(4, 24)
    adult(chart, start + chart.between(45, 80), start, 62, 89)
    ask_first(chart)
    ask_rest(chart)
    examined(chart)
    pain(chart, chart.between(3, 8), start)
    treated(chart, start, later=2)
