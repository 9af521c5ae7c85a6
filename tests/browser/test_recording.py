"""Two people at one list: what one records, the other sees, and is told when both are at one person; a locked store."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard import panel_store
from dashboard.actions import models
from dashboard.actions.log import SAMPLE
from dashboard.actions.records import Basis
from dashboard.worklist import Worklist
from tests.actions.made_up import draft, log_in
from tests.browser import conftest, reading

pytestmark = pytest.mark.browser
TO_ORDER = "step=Failed+conservative+therapy&view=Cards"


HELD = 10.0
"""Seconds for which another program holds the store."""


@pytest.fixture(scope="module")
def home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded") / "home"


@pytest.fixture(scope="module")
def recorded(home_of_its_own: Path) -> Iterator[str]:
    """A server with a store of its own: what is recorded here shows in no other test."""
    yield from conftest.serve(BACKSTOP_AS_OF="2026-06-15", BACKSTOP_HOME=str(home_of_its_own))


@pytest.fixture(scope="module")
def beside(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    """The page of somebody else, in a browser of their own."""
    other = browser.new_context(viewport=conftest.SCREEN)
    yield other.new_page()
    other.close()


def counts(page: Any, address: str) -> dict[str, int]:  # noqa: ANN401
    reading.visit(page, f"{address}/worklist")
    return reading.tiles(page)


def test_an_order_moves_the_tiles_of_another_session_and_its_undoing_moves_them_back(
    page: Any,  # noqa: ANN401
    beside: Any,  # noqa: ANN401
    recorded: str,
) -> None:
    before = counts(beside, recorded)
    path = reading.first_card(page, f"{recorded}/worklist?{TO_ORDER}")
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
    shown = Basis(truth.as_of, truth.profile, panel_store.the_pathway().version)
    log_in(home_of_its_own, SAMPLE).append(replace(draft(said, patient_id=person["patient_id"]), basis=shown))
    reading.visit(page, recorded)
    after = numbers(page)
    failed = next(text for text in after if "Failed conservative" in text)
    assert after[failed] == next(number for text, number in before.items() if "Failed conservative" in text) - 1
    aside = next(text for text in after if "snoozed by the team" in text)
    assert after[aside] == 1
    for text, words in ((failed, "Failed conservative"), (aside, "snoozed by the team")):
        page.locator(".st-key-huddle-counts a", has_text=words).first.click()
        page.wait_for_url("**/worklist?*", timeout=60_000)
        reading.rests(page)
        assert reading.listed(page) == after[text]
        assert "snoozed=" in page.url
        page.reload()
        reading.rests(page)
        assert reading.listed(page) == after[text]
        reading.visit(page, recorded)
        assert numbers(page)[text] == after[text]


def opened(page: Any, address: str, path: str, name: str) -> None:  # noqa: ANN401
    """The page of a person, by somebody who said a name."""
    reading.visit(page, f"{address}/{path.lstrip('/')}")
    page.get_by_label("Your name, as it shall stand").fill(name)
    page.get_by_role("button", name="Use this name").click()
    page.get_by_role("button", name="Another name").wait_for(timeout=60_000)
    reading.rests(page)


def done(page: Any) -> list[str]:  # noqa: ANN401
    """What the team did, as the page lists it."""
    return [text.split("\n")[0] for text in page.locator("[class*=st-key-did-] p:not(button p)").all_inner_texts()]


def save(page: Any, said: str) -> str:  # noqa: ANN401
    page.get_by_role("button", name="Save", exact=True).click()
    told = page.locator("[class*=st-key-recording] [data-testid=stAlert]", has_text=said)
    told.wait_for(timeout=60_000)
    reading.rests(page)
    return str(told.inner_text())


def test_the_second_of_two_is_told_and_both_actions_are_kept(
    page: Any,  # noqa: ANN401
    beside: Any,  # noqa: ANN401
    recorded: str,
) -> None:
    first, second = page, beside
    path = reading.first_card(first, f"{recorded}/worklist?{TO_ORDER}")
    opened(first, recorded, path, "Dr Amari")
    opened(second, recorded, path, "Dr Ito")
    before = done(first)
    assert before == done(second)
    assert "Ordered" in save(first, "Saved")
    told = save(second, "Not saved")
    assert "Dr Amari was quicker and recorded" in told
    assert "Ordered full blood count" in told
    assert len(done(second)) == len(before) + 1, "and what the other did is on the page to be looked at"
    assert "Ordered full blood count" in save(second, "Saved"), "what was chosen is still there"
    first.reload()
    first.wait_for_selector(reading.FOOT, timeout=120_000)
    reading.rests(first)
    assert done(first) == done(second)
    assert len(done(first)) == len(before) + 2
    headline = ".st-key-what-next h2"
    assert first.locator(headline).inner_text() == second.locator(headline).inner_text()


def test_a_store_that_is_held_for_ten_seconds_is_told_and_the_page_gets_well_by_itself(
    page: Any,  # noqa: ANN401
    recorded: str,
    home_of_its_own: Path,
) -> None:
    path = reading.first_card(page, f"{recorded}/worklist?{TO_ORDER}")
    opened(page, recorded, path, "Dr Amari")
    page.locator("[class*=st-key-kind-]").get_by_text("Note", exact=True).click()
    reading.rests(page)
    page.get_by_label("Note", exact=True).fill("Rang, no answer.")
    with sqlite3.connect(home_of_its_own / "actions.sqlite", isolation_level=None) as held:
        held.execute("BEGIN EXCLUSIVE")
        until = time.monotonic() + HELD
        told = save(page, "Not saved")
        assert "another program is writing to it" in told
        off = page.get_by_text("Recording is off.").first
        off.wait_for(timeout=60_000)
        page.wait_for_timeout(max(0.0, until - time.monotonic()) * 1000)
        held.execute("ROLLBACK")
    off.wait_for(state="detached", timeout=60_000)
    reading.rests(page)
    assert page.get_by_label("Note", exact=True).input_value() == "Rang, no answer."
    save(page, "Saved")
    assert done(page)[0] == "Note: Rang, no answer."
