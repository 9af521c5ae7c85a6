"""The huddle in a real browser: numbers, keyboard, and a tour that stays away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import reading

pytestmark = pytest.mark.browser


@pytest.fixture
def newcomer(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    """A browser that was never here before."""
    made = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield made.new_page()
    made.close()


def to_act(page: Any) -> int:  # noqa: ANN401
    text = page.locator(".st-key-huddle-counts").inner_text()
    return int(re.search(r"([\d,]+) to act on today", text)[1].replace(",", ""))  # type: ignore[index]


def test_a_number_opens_as_many_people_and_back_keeps_the_site(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/?my_site=Harbour")
    acted = to_act(page)
    link = page.locator(".st-key-huddle-counts a").first
    number = int(re.search(r"\d+", link.inner_text())[0])  # type: ignore[index]
    link.click()
    page.wait_for_url("**/worklist?*", timeout=60_000)
    reading.rests(page)
    assert reading.listed(page) == number
    page.go_back()
    reading.rests(page)
    assert to_act(page) == acted
    assert "my_site=Harbour" in page.url


def test_the_keyboard_opens_a_person_and_back_returns_to_the_same_people(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/?my_site=Harbour")
    acted = to_act(page)
    first = page.locator("[class*=st-key-huddle-row-] a").first
    name = first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    assert page.get_by_role("heading", level=1).first.inner_text() == name
    page.go_back()
    reading.rests(page)
    assert to_act(page) == acted
    assert "my_site=Harbour" in page.url
    assert "id=" not in page.url


def test_the_tour_put_away_stays_away_in_this_browser(newcomer: Any, server: str) -> None:  # noqa: ANN401
    page, refused = newcomer, []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    reading.visit(page, server)
    tour = page.locator(".st-key-tour")
    tour.wait_for(timeout=60_000)
    page.get_by_role("button", name="Do not show again").click()
    tour.wait_for(state="detached", timeout=60_000)
    page.wait_for_function("() => localStorage.getItem('backstop-tour') === 'seen'", timeout=60_000)
    reading.visit(page, server)
    page.wait_for_timeout(1500)
    reading.rests(page)
    assert tour.count() == 0
    assert not refused
