"""Five things a person comes for, done by keyboard alone and by reading what the page says.

Nothing here points with a mouse or at a place on the screen: focus moves by Tab and arrows, and every
answer is read from the text and roles that a screen reader is given.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from dashboard.filtering import Filters
from dashboard.worklist import Worklist
from tests.browser import reading

pytestmark = pytest.mark.browser


def said(page: Any) -> str:  # noqa: ANN401
    """All that the page says, on one line."""
    return " ".join(page.locator("[data-testid=stMain]").inner_text().split())


def enter(page: Any, name: str, *, address: str | None = None) -> None:  # noqa: ANN401
    """Tab to something with this name and press Enter."""
    reading.tab_to(page, name)
    page.keyboard.press("Enter")
    if address:
        page.wait_for_url(address, timeout=60_000)
    reading.rests(page)


def test_find_who_must_be_called_today(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    """The first page answers it: the band names the emergencies, a badge everybody else to call."""
    emergencies = [row["name"] for row in truth.page(Filters(dispositions=("emergency",))).rows]
    late = [row["name"] for row in truth.page(Filters(dispositions=("urgent",), overdue=True)).rows]
    reading.visit(page, sample)
    page.get_by_role("heading", name="Emergency: 3 people").wait_for(timeout=60_000)
    text = said(page)
    band = text[text.index("‼ Emergency: 3 people") : text.index("Next, most pressing first")]
    assert "Act now by your emergency route; this list is as of 15 Jun 2026" in band
    assert all(name in band for name in emergencies)
    assert f"{len(emergencies) + len(late)} to call today" in text
    rows = page.locator("[class*=st-key-huddle-row-]").all_inner_texts()
    called = [row for row in rows if "Call today" in row]
    assert [name for name in late if any(name in row for row in called)] == late
    assert len(called) == len(late)
    enter(page, emergencies[0], address="**/patient?id=*")
    assert page.get_by_role("heading", level=1).inner_text() == emergencies[0]
    assert "act now by your emergency route" in said(page)


def test_say_why_a_named_person_is_on_the_list_and_which_source_says_so(page: Any, sample: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{sample}/about")
    enter(page, "Worklist", address="**/worklist")
    reading.tab_to(page, "Go to patient")
    page.keyboard.type("Ramón Fern")
    page.locator("[class*=st-key-go-] button").first.wait_for(timeout=60_000)
    enter(page, "Ramón Fernández", address="**/patient?id=*")
    assert page.get_by_role("heading", level=1).inner_text() == "Ramón Fernández"
    assert "Because: Weight loss at 50 or over" in said(page)
    row = page.get_by_role("row").filter(has_text="Weight 82 kg").first.inner_text()
    assert "● Met since 24 May 2026" in row
    assert "Weight 76.02 kg, final, 24 May 2026" in row
    assert "events.csv, line" in row, "where it is recorded"
    assert "Gebhardt" in row, "who says that it counts"


def test_find_what_to_ask_a_person_whose_answer_is_unknown(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    """From the list of those to ask, by the keyboard's own way through the grid."""
    first = truth.page(Filters(dispositions=("ask",))).rows[0]
    reading.visit(page, f"{sample}/worklist")
    enter(page, "? To ask")
    reading.into_the_grid(page)
    reading.open_focused_row(page)
    assert page.get_by_role("heading", level=1).inner_text() == first["name"]
    text = said(page)
    unknown = text[text.index("What is not known") :]
    assert "could be an emergency" in unknown.lower()
    assert unknown.count("?") >= len(first["questions"])


def test_export_a_clinicians_overdue_bloods(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    wanted = Filters(clinicians=("Dr Jonas Lindqvist",), bloods_due=True, overdue=True)
    reading.visit(page, f"{sample}/worklist")
    reading.tab_to(page, "Clinician")
    page.keyboard.type("Jonas")
    page.keyboard.press("Enter")
    reading.rests(page)
    page.keyboard.press("Escape")
    reading.tab_to(page, "Bloods due")
    for only in ("Bloods due", "Overdue"):
        reading.arrow_to(page, only)
        page.keyboard.press("Enter")
        reading.rests(page)
    assert reading.listed(page) == truth.total(wanted)
    enter(page, f"Export these {truth.total(wanted)} people")
    reading.tab_to(page, "Download as CSV")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Patient id"] for row in rows] == [row["patient_id"] for row in truth.page(wanted).rows]
    assert {row["Clinician"] for row in rows} == {"Dr Jonas Lindqvist"}
    assert {row["Overdue"] for row in rows} == {"yes"}


def test_see_which_site_waits_longest_for_imaging(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    """One sentence says it, and the table below has it first."""
    sites = truth.query(
        """select site, median(waiting) as half, max(waiting) as longest from people
        where imaging.state in ('due', 'in_progress') group by site order by half desc"""
    )
    reading.visit(page, sample)
    enter(page, "Queues", address="**/queues*")
    reading.tab_to(page, "BUTTON Bloods")
    reading.arrow_to(page, "Imaging")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queues?*queue=imaging*", timeout=60_000)
    reading.rests(page)
    table = page.get_by_role("table").filter(has_text="Over target").first
    first = table.get_by_role("row").nth(1).inner_text()
    assert sites[0]["site"] in first
    assert f"{sites[0]['longest']} days" in first
    assert sites[0]["site"] in said(page).split("Over target")[0]
