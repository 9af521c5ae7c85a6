"""Two people at one list: what one records, the other sees at the next look, and its undoing too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import conftest, reading

pytestmark = pytest.mark.browser
TO_ORDER = "step=Failed+conservative+therapy&view=Cards"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a store of its own: what is recorded here shows in no other test."""
    folder: Path = tmp_path_factory.mktemp("recorded")
    yield from conftest.serve(BACKSTOP_AS_OF="2026-06-15", BACKSTOP_HOME=str(folder / "home"))


def counts(page: Any, address: str) -> dict[str, int]:  # noqa: ANN401
    reading.visit(page, f"{address}/worklist")
    return reading.tiles(page)


def test_an_order_moves_the_tiles_of_another_session_and_its_undoing_moves_them_back(
    browser: Any,  # noqa: ANN401
    context: Any,  # noqa: ANN401
    recorded: str,
) -> None:
    other = browser.new_context(viewport={"width": 1440, "height": 1000})
    beside, page = other.new_page(), context.new_page()
    before = counts(beside, recorded)
    path = reading.first_card(context, f"{recorded}/worklist?{TO_ORDER}")
    reading.visit(page, f"{recorded}/{path.lstrip('/')}")
    page.get_by_label("Your name, as it shall stand").fill("Dr Amari")
    page.get_by_role("button", name="Use this name").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("text=/^Saved: Ordered/", timeout=60_000)
    reading.rests(page)
    assert "Awaiting result" in page.locator(".st-key-what-next h2").inner_text()

    after = counts(beside, recorded)
    moved = {words: after[words] - before[words] for words in before if after[words] != before[words]}
    assert sorted(moved.values()) == [-1, 1]
    assert "Awaiting result" in next(words for words, by in moved.items() if by == 1)

    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector("text=/^Saved: Undid/", timeout=60_000)
    assert counts(beside, recorded) == before
    for one in (page, other):
        one.close()
