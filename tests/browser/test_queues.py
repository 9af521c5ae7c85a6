"""Queues in a real browser: what a click on a picture opens has as many people as the picture said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import reading

pytestmark = pytest.mark.browser
BARS = ".st-key-ageing-bloods .trace.bars .point path"


@pytest.fixture
def page(page: Any) -> Any:  # noqa: ANN401
    page.set_viewport_size({"width": 1440, "height": 2600})
    return page


def _number(text: str) -> int:
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))  # type: ignore[index]


def _opened(page: Any) -> int:  # noqa: ANN401
    page.wait_for_url("**/worklist?*", timeout=60_000)
    page.wait_for_selector(".st-key-count", timeout=60_000)
    reading.rests(page)
    return reading.listed(page)


def test_tiles_and_bars_open_the_people_they_count(page: Any, server: str) -> None:  # noqa: ANN401
    address = f"{server}/queues?queue=bloods&queue_site=Harbour"
    reading.visit(page, address)
    tile = page.locator(".st-key-queue-open button")
    people = _number(tile.inner_text())
    assert people > 0
    tile.click()
    assert _opened(page) == people
    page.go_back()
    page.wait_for_selector(".st-key-queue-open", timeout=60_000)
    reading.rests(page)
    assert _number(page.locator(".st-key-queue-open button").inner_text()) == people
    drawn = page.locator(BARS)
    place = max(range(drawn.count()), key=lambda at: (drawn.nth(at).bounding_box() or {"width": 0})["width"])
    drawn.nth(place).click(force=True)
    listed = _opened(page)
    assert "queue=bloods" in page.url
    assert "waited=" in page.url
    assert 0 < listed <= people


def test_a_number_on_the_map_and_a_band_of_the_flow_open_people(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/queues?queue=bloods")
    drawn = page.locator(".st-key-heat-map-bloods canvas, .st-key-heat-map-bloods svg.marks").first
    box = drawn.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + box["height"] - 20)
    assert _opened(page) > 0
    assert "site=" in page.url
    assert "step=" in page.url
    reading.visit(page, f"{server}/queues?queue=bloods")
    page.get_by_text("with a link to each group").click()
    link = page.get_by_role("link", name=re.compile(r"^\d+ .*Failed conservative therapy$")).last
    told = _number(link.inner_text())
    shape = page.locator(".st-key-flow svg path[fill='#D55E00']").last
    shape.click(force=True)
    opened_by_mouse = _opened(page)
    page.go_back()
    page.wait_for_selector(".st-key-flow", timeout=60_000)
    reading.rests(page)
    page.get_by_text("with a link to each group").click()
    page.get_by_role("link", name=re.compile(r"^\d+ .*Failed conservative therapy$")).last.press("Enter")
    assert _opened(page) == told == opened_by_mouse
