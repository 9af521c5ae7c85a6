"""People who stand exactly on an edge: the places where a rule or a reader goes wrong first."""

from __future__ import annotations

from calendar import isleap

from sample_data.chart import Chart
from sample_data.stories import adult, ordinary, story
from sample_data.stories_everyday import better
from sample_data.visit import ask_first, ask_rest, bloods, examined, pain, printing, treated


def tried(chart: Chart) -> int:
    """Someone asked everything whose trial is complete for every profile; when it began."""
    start = chart.between(50, 90)
    ordinary(chart, start + chart.between(0, 20), chart.between(0, 20))
    ask_first(chart)
    ask_rest(chart)
    treated(chart, start, later=5)
    return start


def on_scales(chart: Chart, before: str, after: str, apart: int) -> None:
    """Two weights in kilograms, whatever the site's scales print, so that the difference is exact."""
    start = chart.between(3, 20)
    adult(chart, start + 5, start, 52, 80)
    ask_first(chart, ("weight_loss_reported",))
    ask_rest(chart)
    pain(chart, 5, start)
    treated(chart, start)
    unit = printing("kg", "weight").unit
    chart.measured("weight", before, unit, chart.recorded + apart)
    chart.measured("weight", after, unit, chart.recorded)


@story
def exactly_30_percent(chart: Chart) -> None:
    """Pain from 10 to 7: exactly 30 % better, which counts."""
    start = tried(chart)
    pain(chart, 10, start)
    pain(chart, 7, chart.between(0, 20))


@story
def exactly_4_5_kg(chart: Chart) -> None:
    """A loss of exactly 4.5 kg in four months, which does not count and is noted."""
    on_scales(chart, "97.5", "93.0", 120)


@story
def exactly_5_percent(chart: Chart) -> None:
    """A loss of exactly 5 % in eight months, which does not count and is noted."""
    on_scales(chart, "80.0", "76.0", 240)


@story
def leap_day_birthday(chart: Chart) -> None:
    """Born on the 29th of February."""
    start = chart.between(3, 20)
    adult(chart, start + 5, start, 50, 60)
    year = chart.calendar.as_of.year - chart.age
    while not isleap(year):
        year -= 1
    chart.birth_date = f"{year}-02-29"
    chart.age = chart.calendar.as_of.year - year
    ask_first(chart)
    ask_rest(chart)
    pain(chart, 5, start)
    treated(chart, start)


@story
def below_detection(chart: Chart) -> None:
    """Results the machine could only print as "less than"."""
    start = tried(chart)
    better(chart, start)
    bloods(chart, chart.recorded + 2, reviewed=chart.recorded)
    kept = [row for row in chart.events if row[1] not in ("esr", "crp")]
    chart.events[:] = kept
    chart.test("esr", "<2", "mm/h", chart.recorded + 2, reviewed=chart.recorded)
    chart.test("crp", "<5", "mg/L", chart.recorded + 2, reviewed=chart.recorded)


@story
def onset_in_part(chart: Chart) -> None:
    """Only the month in which the pain began is known."""
    start = chart.between(5, 24)
    adult(chart, start + 60, start, 25, 58)
    began = chart.events[0]
    chart.events[0] = (*began[:2], began[2][:7], *began[3:])
    ask_first(chart)
    ask_rest(chart)
    examined(chart)
    pain(chart, 6, start)
    treated(chart, start)


@story
def onset_not_recorded(chart: Chart) -> None:
    """Back pain is on the list, when it began is not."""
    start = chart.between(5, 24)
    adult(chart, start + 10, start)
    began = chart.events[0]
    chart.events[0] = (*began[:2], "", *began[3:])
    chart.onset = None
    ask_first(chart)
    ask_rest(chart)
    pain(chart, 6, start)
    treated(chart, start)


@story
def not_attended(chart: Chart) -> None:
    """Sent to physiotherapy and never went: that is not treatment."""
    start = chart.between(30, 60)
    ordinary(chart, start + 10, chart.between(0, 20))
    ask_first(chart)
    ask_rest(chart)
    pain(chart, 6, start)
    chart.treatment("physiotherapy", start, sessions=0)


@story
def two_point_discord(chart: Chart) -> None:
    """Pain from 3 to 2: a third better, yet only one point."""
    start = tried(chart)
    pain(chart, 3, start)
    pain(chart, 2, chart.between(0, 20))
    examined(chart)
