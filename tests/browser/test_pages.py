"""The dashboard in a real browser, from intake to page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import reading
from tests.browser.conftest import HOSTILE, PEOPLE

pytestmark = pytest.mark.browser
FAILED = "Failed conservative therapy"


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    made = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield made
    made.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:  # noqa: ANN401
    opened = context.new_page()
    opened.requested = []
    opened.on("request", lambda request: opened.requested.append(request.url))
    yield opened
    opened.close()


def test_the_tiles_add_up_to_the_list(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist")
    assert sum(reading.tiles(page).values()) == reading.listed(page) == PEOPLE


def test_a_filter_survives_opening_a_patient_and_coming_back(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist")
    people = next(number for words, number in reading.tiles(page).items() if FAILED in words)
    page.get_by_role("button", name=FAILED).click()
    reading.rests(page)
    assert reading.listed(page) == people
    reading.open_row_by_mouse(page, 1)
    assert page.get_by_role("heading", level=2).first.inner_text().startswith(f"● {FAILED}")
    page.go_back()
    reading.rests(page)
    assert reading.listed(page) == people
    assert "step=" in page.url
    reading.open_row_by_mouse(page, 0)
    page.get_by_role("link", name="Back to worklist").first.click()
    reading.rests(page)
    assert reading.listed(page) == people
    page.reload()
    reading.rests(page)
    assert reading.listed(page) == people


def test_the_keyboard_alone_opens_a_patient_and_the_next_one(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist")
    reading.open_row_by_keyboard(page, 1)
    first = page.get_by_role("heading", level=1).first.inner_text()
    address = page.url
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url(lambda url: url != address and "id=" in url, timeout=60_000)
    reading.rests(page)
    assert page.get_by_role("heading", level=1).first.inner_text() != first


def test_a_copied_address_gives_the_same_list(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist?site=Harbour&sort=Name&view=Cards&page=2")
    assert reading.listed(page) == PEOPLE / 2
    assert page.locator("[class*=st-key-card-]").count() == PEOPLE / 2 - 50


def test_hostile_names_are_shown_literally_and_ask_nobody(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist?view=Cards&sort=Name")
    for name in HOSTILE:
        reading.visit(page, f"{server}/worklist")
        page.get_by_label("Go to patient").fill(name[:12])
        page.locator("[class*=st-key-go-] button").first.click()
        page.wait_for_url("**/patient?id=*", timeout=60_000)
        reading.rests(page)
        assert page.get_by_role("heading", level=1).first.inner_text().replace("\u2060", "") == name
        assert page.evaluate("window.__pwn") is None
        assert page.locator("a[href*=evil]").count() == page.locator("img[src*=evil]").count() == 0
        assert "0000" not in page.url
    assert not reading.strangers(page.requested, server)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone(browser: Any, server: str, scheme: str) -> None:  # noqa: ANN401
    made = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = made.new_page()
    reading.visit(page, f"{server}/worklist?view=Cards")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    page.locator("[class*=st-key-card-] a").first.click()
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    assert not page.evaluate(wide)
    made.close()
