"""What holds on every page alike: nothing keeps anyone out, nothing sticks out, every chart has a name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import looking, reading

pytestmark = pytest.mark.browser

PAGES = {
    "huddle": "",
    "worklist": "worklist",
    "worklist as cards": "worklist?view=Cards&queue=imaging&waited=8",
    "patient": "patient",
    "ask": "ask",
    "queues": "queues?queue=imaging",
    "pathway": "pathway",
    "thresholds": "pathway?section=Thresholds",
    "attrition": "pathway?section=Attrition",
    "what if": "pathway?section=What+if",
    "data": "data",
    "activity": "activity",
    "about": "about",
}
ACCEPTED: dict[str, str] = {}
"""Findings of axe that stand, each with its reason."""

PERSON = "worklist?view=Cards&step=Failed+conservative+therapy"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out(page: Any, sample: str, name: str) -> None:  # noqa: ANN401
    """Axe at full width in both themes, then the same page on a phone and at 200 % zoom."""
    path = reading.first_card(page, f"{sample}/{PERSON}") if name == "patient" else PAGES[name]
    seen = looking.look(page, f"{sample}/{path}")
    assert len(seen.headings) == 1
    assert seen.headings[0].strip()
    assert seen.complaints == []
    assert [found for found in seen.violations if not found.startswith(tuple(ACCEPTED))] == []
    assert {width: found for width, found in seen.wide.items() if found} == {}
    assert all(seen.charts), f"a chart without a name: {seen.charts}"
    assert reading.strangers(seen.requests, sample) == []


def test_the_menu_has_no_page_that_is_not_looked_at(page: Any, sample: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{sample}/about")
    links = page.locator("[data-testid=stTopNavLink]").evaluate_all("links => links.map(a => a.pathname.slice(1))")
    looked_at = {path.partition("?")[0] for path in PAGES.values()} - {"patient"}
    assert set(links) == looked_at
