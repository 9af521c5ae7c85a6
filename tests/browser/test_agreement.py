"""One panel, one number: tiles, lists, huddle and queues agree."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboard import wording
from dashboard.filtering import Filters
from dashboard.worklist import Worklist
from tests.browser import reading

pytestmark = pytest.mark.browser

BARS = """() => [...document.querySelectorAll('.js-plotly-plot')].map(chart => chart.calcdata.flatMap(
    (trace, number) => chart._fullData[number].type === 'bar' ? trace.map(bar => bar.s || 0) : []))"""


def number(text: str) -> int:
    return int(re.search(r"\d[\d,]*", text)[0].replace(",", ""))  # type: ignore[index]


def bars(page: Any) -> list[list[int]]:  # noqa: ANN401
    """The bars of every chart, chart by chart."""
    return [[int(size) for size in chart] for chart in page.evaluate(BARS)]


def test_tiles_are_the_answers_of_the_engine(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    reading.visit(page, f"{sample}/worklist?site=Riverside+Family+Practice&only=Overdue")
    wanted = Filters(sites=("Riverside Family Practice",), overdue=True)
    counts = {wording.status(name).tile(truth.profile): people for name, people in truth.counts(wanted).items()}
    assert reading.tiles(page) == counts
    assert reading.listed(page) == sum(counts.values()) == truth.total(wanted)


def test_the_huddle_counts_the_same_people(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    reading.visit(page, sample)
    told = page.locator(".st-key-huddle-counts a").all_inner_texts()
    for name in ("emergency", "urgent", "escalate", "review_results", "investigate"):
        status = wording.status(name).tile(truth.profile)
        people, late = (truth.total(Filters(dispositions=(name,), overdue=only)) for only in (False, True))
        said = next(text for text in told if status in text).removeprefix(status).split(",")
        assert number(said[0]) == people
        assert (number(said[1]) if len(said) > 1 else 0) == late


def test_a_queue_has_one_length(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    """Number, bars, table of sites and list are the same people."""
    people = truth.total(Filters(queue="imaging"))
    reading.visit(page, f"{sample}/queues?queue=imaging")
    assert number(page.locator(".st-key-tiles button").first.inner_text()) == people
    assert sum(bars(page)[0]) == people
    rows = page.get_by_role("table").first.get_by_role("row").all_inner_texts()
    assert sum(int(re.split(r"\s*\t\s*", row)[1]) for row in rows[1:]) == people
    page.locator(".st-key-tiles button").first.click()
    page.wait_for_url("**/worklist?*", timeout=60_000)
    reading.rests(page)
    assert reading.listed(page) == people
