"""What is downloaded in a browser: the filtered list and one person's papers."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.browser import reading
from tests.browser.conftest import HOSTILE

pytestmark = pytest.mark.browser


def _download(page: Any, button: str) -> tuple[str, bytes]:  # noqa: ANN401
    with page.expect_download(timeout=60_000) as caught:
        page.get_by_role("button", name=button).click()
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


def test_the_file_has_the_people_of_the_filtered_list(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist?site=Harbour&only=Overdue")
    people = reading.listed(page)
    page.get_by_role("button", name=f"Export these {people} people").click()
    name, made = _download(page, "Download as CSV")
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert name == "worklist-2026-06-15.csv"
    assert len(rows) == people > 0
    assert {row["Site"] for row in rows} == {"Harbour"}
    assert rows[0]["Filters"] == "Site: Harbour; Overdue"
    _, made = _download(page, "Download as Excel")
    assert openpyxl.load_workbook(io.BytesIO(made))["Worklist"].max_row == people + 1


def test_a_person_s_papers_are_made_on_a_click_and_named_after_nobody(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist?view=Cards")
    page.get_by_label("Go to patient").fill("00000")
    page.get_by_role("button", name="00000").first.click()
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    for button, kind in (("One-page summary", "summary"), ("Referral letter", "letter")):
        name, made = _download(page, button)
        assert made.startswith(b"%PDF")
        assert name.startswith(f"back-pain-{kind}-")
        assert "00000" not in name
    page.get_by_role("button", name="Note for the record").click()
    reading.rests(page)
    assert HOSTILE[0] in page.locator("[data-testid=stCode]").inner_text()
