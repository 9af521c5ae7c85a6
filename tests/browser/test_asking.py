"""A question answered in a real browser, by the keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import reading

pytestmark = pytest.mark.browser


def test_the_keyboard_answers_a_question_and_takes_it_back(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/ask?question=saddle_anaesthesia")
    open_for = _open_for(page)
    row = page.locator("[class*=st-key-asked-]").first
    row.locator("button").nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert page.get_by_text("Answered. Now").count() == 0, "moving along the answers must not give one"
    row.locator("button").nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_text("Answered. Now").wait_for(timeout=60_000)
    reading.rests(page)
    assert _open_for(page) == open_for - 1
    page.get_by_role("link", name="Worklist", exact=True).click()
    page.wait_for_url("**/worklist*", timeout=60_000)
    reading.rests(page)
    assert page.get_by_text("1 answer kept in this session only").count() == 1
    page.get_by_role("link", name="See the answers").click()
    page.wait_for_url("**/ask*", timeout=60_000)
    reading.rests(page)
    page.get_by_text("1 answer given").click()
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("1 answer given").wait_for(state="detached", timeout=60_000)
    reading.rests(page)
    assert _open_for(page) == open_for


def _open_for(page: Any) -> int:  # noqa: ANN401
    label = page.locator("summary", has_text="numbness around the genitals").inner_text()
    found = re.search(r"open for ([\d,]+) of", label)
    assert found is not None
    return int(found[1].replace(",", ""))
