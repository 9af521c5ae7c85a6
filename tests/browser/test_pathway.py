"""The Pathway page in a real browser: a bar leads to its own people, and a shared address to the same answer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import reading
from tests.browser.conftest import PEOPLE

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page: Any) -> Any:  # noqa: ANN401
    page.set_viewport_size({"width": 1200, "height": 2200})
    return page


def words_of(page: Any) -> list[str]:  # noqa: ANN401
    """What stands above each bar."""
    drawn = page.locator(".js-plotly-plot .annotation-text").all_text_contents()
    return [text for text in drawn if re.search(r": [\d,]+ of [\d,]+$", text)]


def test_a_bar_opens_the_worklist_with_its_own_number(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/pathway?section=Attrition")
    told = words_of(page)
    place, text = next((n, text) for n, text in enumerate(told) if "Urgent investigation" in text)
    people = int(re.search(r": ([\d,]+) of", text)[1])  # type: ignore[index]
    assert 0 < people < PEOPLE
    box = page.locator(".js-plotly-plot .barlayer .trace").nth(1).locator("path").nth(place).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/worklist?*", timeout=60_000)
    reading.rests(page)
    assert reading.listed(page) == people
    page.go_back()
    page.wait_for_url("**/pathway?*section=Attrition*", timeout=60_000)
    reading.rests(page)
    assert words_of(page) == told


def test_a_shared_address_names_those_who_come_and_go(page: Any, server: str) -> None:  # noqa: ANN401
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    reading.visit(page, f"{server}/pathway?section=What+if&number=trial_length&to=90")
    assert page.get_by_text("This changes nothing in the pathway").count() == 1
    assert page.get_by_text("90 days instead of 28 days").count() == 1
    link = page.locator("[data-testid=stPageLink] a[href*='patient?id=']").first
    name = link.inner_text().split(" · ")[0].strip("\u2068\u2069")
    link.click()
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    assert page.get_by_role("heading", level=1).first.inner_text() == name
    assert requested
    assert not reading.strangers(requested, server)
