"""Two people at one list: what one records, the other sees at the next look, and its undoing too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.actions import models
from dashboard.actions.log import SAMPLE
from dashboard.worklist import Worklist
from tests.actions.made_up import draft, log_in
from tests.browser import conftest, reading

pytestmark = pytest.mark.browser
TO_ORDER = "step=Failed+conservative+therapy&view=Cards"


@pytest.fixture(scope="module")
def home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded") / "home"


@pytest.fixture(scope="module")
def recorded(home_of_its_own: Path) -> Iterator[str]:
    """A server with a store of its own: what is recorded here shows in no other test."""
    yield from conftest.serve(BACKSTOP_AS_OF="2026-06-15", BACKSTOP_HOME=str(home_of_its_own))


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


def numbers(page: Any) -> dict[str, int]:  # noqa: ANN401
    """Each link of the huddle's line of counts, and the people it names."""
    said = page.locator(".st-key-huddle-counts a").all_inner_texts()
    return {text: int(re.search(r"\d+", text)[0]) for text in said}  # type: ignore[index]


def test_whoever_is_snoozed_leaves_the_huddle_and_its_links_open_as_many_as_they_say(
    page: Any,  # noqa: ANN401
    recorded: str,
    home_of_its_own: Path,
    truth: Worklist,
) -> None:
    reading.visit(page, recorded)
    before = numbers(page)
    person = truth.query("select * from people where disposition = 'investigate' order by rank desc limit 1")[0]
    until = truth.as_of + timedelta(days=27)
    said = models.Snoozed(on=truth.as_of, disposition="investigate", reason="away", until=until)
    log_in(home_of_its_own, SAMPLE).append(draft(said, patient_id=person["patient_id"]))
    reading.visit(page, recorded)
    after = numbers(page)
    failed = next(text for text in after if "Failed conservative" in text)
    assert after[failed] == next(number for text, number in before.items() if "Failed conservative" in text) - 1
    aside = next(text for text in after if "snoozed by the team" in text)
    assert after[aside] == 1
    for text in (failed, aside):
        page.locator(".st-key-huddle-counts a", has_text=text).click()
        page.wait_for_url("**/worklist?*", timeout=60_000)
        reading.rests(page)
        assert reading.listed(page) == after[text]
        assert "snoozed=" in page.url
        page.reload()
        reading.rests(page)
        assert reading.listed(page) == after[text]
        page.go_back()
        reading.rests(page)
        assert numbers(page) == after
