"""Everything by keyboard, and one always sees where one is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageChops

from dashboard.filtering import Filters
from dashboard.worklist import Worklist
from tests.browser import reading

pytestmark = pytest.mark.browser

AREA = 60
"""Pixels that have to change where the focus comes to stand: less cannot be seen."""


def changed(page: Any, act: Any) -> int:  # noqa: ANN401
    """How many pixels differ before and after."""
    before = Image.open(io.BytesIO(page.screenshot())).convert("L")
    act()
    page.wait_for_timeout(300)
    after = Image.open(io.BytesIO(page.screenshot())).convert("L")
    return sum(ImageChops.difference(before, after).point(lambda level: 255 * (level > 40)).histogram()[255:])


def test_the_keyboard_opens_the_row_it_stands_on(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    """Into the grid by Tab, down by arrows, open, next, back and back to the list."""
    rows = truth.page(Filters(overdue=True)).rows
    reading.visit(page, f"{sample}/worklist?only=Overdue")
    reading.into_the_grid(page)
    assert changed(page, lambda: page.keyboard.press("ArrowDown")) > AREA
    page.keyboard.press("ArrowDown")
    reading.open_focused_row(page)
    assert heading(page) == rows[2]["name"]
    for keys, row in (("Alt+ArrowRight", 3), ("Alt+ArrowLeft", 2)):
        page.keyboard.press(keys)
        page.get_by_role("heading", level=1, name=rows[row]["name"], exact=True).wait_for(timeout=60_000)
        reading.rests(page)
    reading.tab_to(page, "Back to worklist")
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist?*", timeout=60_000)
    reading.rests(page)
    assert reading.listed(page) == truth.total(Filters(overdue=True))


def heading(page: Any) -> str:  # noqa: ANN401
    return str(page.get_by_role("heading", level=1).first.inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_on_every_kind_of_control(page: Any, sample: str, scheme: str) -> None:  # noqa: ANN401
    page.emulate_media(color_scheme=scheme)
    reading.visit(page, f"{sample}/worklist?view=Cards&queue=imaging")
    for name in ("Queues", "Escalate", "Site", "Bloods due", "Waiting for imaging", "Table"):
        reading.tab_to(page, name)
        assert changed(page, lambda: page.evaluate("document.activeElement.blur()")) > AREA, name
