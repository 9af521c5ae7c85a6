"""Every chart has a name and a table that adds up to the marks drawn, and its kinds differ without colour."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from dashboard import wording
from dashboard.filtering import Filters
from dashboard.worklist import Worklist
from tests.browser import reading

pytestmark = pytest.mark.browser

ATTRITION = "pathway?section=Attrition"
VERDICTS = f"{ATTRITION}&count_of=Verdicts+on+each+criterion"
PERSON = "worklist?view=Cards&step=Failed+conservative+therapy"
KINDS = ("stPlotlyChart", "stVegaLiteChart", "stEChartsChart")
BACKGROUNDS = (255, 20)
"""Lightness of the page in light and in dark: a mark that is half transparent looks as it lets through."""

STEP = 20
"""Of 255: less than this between two greys is not seen at a glance."""

READ = """kinds => {
    const cells = row => [...row.querySelectorAll('th, td')].map(cell => cell.textContent.trim());
    const looks = trace => [trace.type, trace.type === 'scatter' && trace.line?.width && trace.mode.includes('lines')
        ? trace.line.color : trace.marker?.color, trace.marker?.pattern?.shape, trace.line?.dash,
        trace.mode?.includes('markers') ? trace.marker?.symbol : null].map(String);
    const found = [];
    for (const part of document.querySelectorAll([...kinds, 'stExpander'].map(k => `[data-testid=${k}]`).join())) {
        if (kinds.includes(part.dataset.testid)) {
            const plot = part.querySelector('.js-plotly-plot');
            const named = part.matches('[aria-label]') ? part : part.querySelector('[aria-label]');
            const words = part.querySelectorAll('.annotation-text, .role-mark text, [class*=stECharts] text, svg text');
            found.push({
                kind: part.dataset.testid, name: named?.getAttribute('aria-label') ?? '', rows: null,
                words: [...new Set(words)].map(word => word.textContent),
                numbers: [...part.querySelectorAll('.role-mark text')].map(word => word.textContent),
                legend: plot ? plot._fullLayout.showlegend : false,
                traces: plot ? plot._fullData.map(trace => ({
                    name: trace.name, type: trace.type, mode: trace.mode ?? '', kept: trace.showlegend !== false,
                    x: Array.from(trace.x ?? []), y: Array.from(trace.y ?? []),
                    text: [].concat(trace.text ?? []), looks: looks(trace),
                })) : [],
            });
        } else if (/Show data/.test(part.querySelector('summary')?.innerText) && found.length) {
            found.at(-1).rows ??= [...part.querySelectorAll('tr')].map(cells);
        }
    }
    return found;
}"""


@dataclass(frozen=True)
class Chart:
    """``traces`` are of Plotly alone; ``numbers`` stand in the marks of a map; ``rows``: the table, titles first."""

    kind: str
    name: str
    words: list[str]
    numbers: list[str]
    legend: bool
    traces: list[dict[str, Any]]
    rows: list[list[str]] | None

    def column(self, title: str) -> list[int]:
        assert self.rows
        place = self.rows[0].index(title)
        return [number(row[place]) for row in self.rows[1:]]

    def bars(self, along: str = "x") -> dict[str, list[float]]:
        return {trace["name"]: trace[along] for trace in self.traces if trace["type"] == "bar"}


Check = Callable[[Chart], None]


def number(text: str) -> int:
    found = re.search(r"\d[\d,]*", text)
    assert found, f"no number in {text!r}"
    return int(found[0].replace(",", ""))


def tile(page: Any) -> int:  # noqa: ANN401
    """People in the queue, as its first number says."""
    return number(page.locator(".st-key-tiles button").first.inner_text())


def charts(page: Any) -> list[Chart]:  # noqa: ANN401
    """Every chart of the page with the table that its control opens."""
    for control in page.locator("summary").filter(has_text="Show data").all():
        control.click()
    page.locator("details[open] tr").first.wait_for(state="attached", timeout=60_000)
    reading.rests(page)
    return [Chart(**found) for found in page.evaluate(READ, list(KINDS))]


def ageing(chart: Chart) -> None:
    for title, drawn in chart.bars().items():
        *spans, everyone = chart.column(title)
        assert (spans, everyone) == (drawn, sum(drawn))
    assert chart.column("People")[-1] == sum(map(sum, chart.bars().values())) > 0


def heat_map(chart: Chart) -> None:
    """Each shade has its number written on it."""
    assert chart.rows
    told = [number(cell) for row in chart.rows[1:] for cell in row[1:]]
    assert sorted(map(number, chart.numbers)) == sorted(people for people in told if people)


def labels(chart: Chart) -> dict[str, int]:
    """People by the words at each bar of the flow."""
    return {word.split("  ", 1)[1]: number(word) for word in chart.words}


def flow(chart: Chart) -> None:
    assert chart.rows
    told = {"Everyone": sum(chart.column("People"))}
    for *names, people in chart.rows[1:]:
        for name in names:
            if name != "–":
                told[name] = told.get(name, 0) + number(people)
    assert labels(chart) == told


def weeks(chart: Chart) -> None:
    for title, drawn in chart.bars("y").items():
        assert chart.column(title) == drawn[::-1]
    assert sum(map(sum, chart.bars("y").values())) > 0


def at_risk(chart: Chart, place: int) -> list[int]:
    """Under the curves, line by line."""
    return [number(trace["text"][place]) for trace in chart.traces if trace["mode"] == "text"]


def waits(chart: Chart) -> None:
    assert chart.rows
    ticks = next(trace["text"] for trace in chart.traces if trace["mode"] == "text")
    at_first = [number(row[2]) for row in chart.rows[1:] if row[1] == "0"]
    assert at_first == at_risk(chart, 0)
    assert sum(chart.column("At risk")) == sum(sum(at_risk(chart, place)) for place in range(len(ticks)))


def steps(chart: Chart) -> None:
    ground, drawn = chart.bars().values()
    assert chart.column("People") == drawn
    assert chart.column("Of") == ground
    assert sum(drawn) > 0


def verdicts(chart: Chart) -> None:
    for title, drawn in chart.bars().items():
        assert chart.column(title.split(" ", 1)[1]) == drawn
    assert chart.column("People") == [sum(parts) for parts in zip(*chart.bars().values(), strict=True)]


def completeness(chart: Chart) -> None:
    """The bars are shares of the people that each fact is asked of."""
    asked = chart.column("People")
    for title, shares in chart.bars().items():
        assert chart.column(title) == [round(share * of) for share, of in zip(shares, asked, strict=True)]
    assert asked == [round(sum(row)) for row in zip(*(chart.column(title) for title in chart.bars()), strict=True)]


def flags(chart: Chart) -> None:
    alone, several = chart.bars().values()
    assert chart.column("The only reason for") == alone
    assert chart.column("A reason for") == [sum(both) for both in zip(alone, several, strict=True)]


def trajectory(chart: Chart) -> None:
    assert chart.rows
    scores = next(trace for trace in chart.traces if "text" in trace["mode"])
    told = [float(row[2].split("/")[0]) for row in chart.rows if row[1] == "Pain score"]
    assert told == scores["y"] != []
    drawn = sum(len(trace["x"]) for trace in chart.traces)
    assert drawn == sum("trial" not in row[1] for row in chart.rows[1:])


def questions(chart: Chart) -> None:
    """The picture of the rules counts nobody: every question and outcome of the table is written in it."""
    assert chart.rows
    drawn = re.sub(r"\s", "", "".join(chart.words))
    told = [cell for row in chart.rows[1:] for cell in (row[0], row[2].split(": ", 1)[1])]
    assert len(told) > 10
    assert [cell for cell in told if re.sub(r"\s", "", cell) not in drawn] == []


QUEUE = "queues?queue=imaging"
PAGES: dict[str, tuple[Check, ...]] = {
    ATTRITION: (steps,),
    "data": (completeness,),
    VERDICTS: (verdicts,),
    "pathway": (questions,),
    "activity?part=Flags": (flags,),
    "patient": (trajectory,),
}


def checked(page: Any, *checks: Check) -> list[Chart]:  # noqa: ANN401
    """The charts of the page, of which there are as many as checks."""
    found = charts(page)
    assert all(chart.name.strip() for chart in found)
    assert [chart.name for chart in found if not chart.rows] == [], "a chart without a table"
    for chart, adds_up in zip(found, checks, strict=True):
        adds_up(chart)
        assert look_alike(chart) == []
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_chart_has_a_name_and_a_table_that_adds_up(page: Any, sample: str, path: str) -> None:  # noqa: ANN401
    own = reading.first_card(page, f"{sample}/{PERSON}") if path == "patient" else path
    reading.visit(page, f"{sample}/{own.lstrip('/')}")
    checked(page, *PAGES[path])


def test_the_charts_of_a_queue_have_its_people_and_name_each_step(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    reading.visit(page, f"{sample}/{QUEUE}")
    people = tile(page)
    bars, places, picture = checked(page, ageing, heat_map, flow)
    assert sum(map(sum, bars.bars().values())) == people > 0
    assert sum(map(number, places.numbers)) == people
    shown = {
        wording.status(step).tile(truth.profile): count for step, count in truth.counts(Filters()).items() if count
    }
    assert shown.items() <= labels(picture).items()


def test_the_curve_is_of_the_queue_and_of_those_who_left(page: Any, sample: str) -> None:  # noqa: ANN401
    """Whoever is watched from a later day of the wait only is not at risk on day 0: the page says how many."""
    reading.visit(page, f"{sample}/{QUEUE}")
    people = tile(page)
    page.get_by_role("button", name="Work out the last 12 weeks").click()
    page.locator(".st-key-waits").wait_for(timeout=300_000)
    reading.rests(page)
    *_, curve, _ = checked(page, ageing, heat_map, weeks, waits, flow)
    told = page.get_by_text(re.compile("people: .* in the queue now, .* left within 12 weeks")).inner_text()
    everyone, still, left = (
        number(found) for found in re.findall(r"[\d,]+(?= people:| in the queue now| left within)", told)
    )
    start = number(told.partition("from day 0 of the wait:")[2])
    late = number(told.partition("weeks began:")[2])
    assert sum(at_risk(curve, 0)) == start
    assert still == people
    assert start + late == everyone == people + left
    assert min(late, left) > 0


def look_alike(chart: Chart) -> list[tuple[str, str]]:
    """Kinds of marks that nothing but hue tells apart. Where there is no legend marks of one look are one kind."""
    looks = [(trace["name"], tuple(trace["looks"])) for trace in chart.traces if trace["kept"]]
    if not chart.legend:
        looks = list({look: (name, look) for name, look in looks}.values())
    return [
        (first[0], second[0])
        for first, second in combinations(looks, 2)
        if first[1][2:] == second[1][2:] and first[1][0] == second[1][0] and same_grey(first[1][1], second[1][1])
    ]


def same_grey(one: str, other: str) -> bool:
    return any(abs(lightness(one, ground) - lightness(other, ground)) < STEP for ground in BACKGROUNDS)


def lightness(colour: str, ground: int) -> float:
    """From 0 to 255, of a colour as the figure has it, on a page as light as ``ground``."""
    through = 1.0
    if colour.startswith("rgba"):
        red, green, blue, through = (float(part) for part in colour[5:-1].split(","))
    else:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return through * (0.299 * red + 0.587 * green + 0.114 * blue) + (1 - through) * ground
