"""What a list hands over, read again: nothing in it runs, and it says where it comes from."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard import settings
from tests.browser import reading
from tests.browser.conftest import HOSTILE

pytestmark = pytest.mark.browser

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def exported(page: Any, kind: str) -> bytes:  # noqa: ANN401
    """The list on the screen as a file."""
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=f"Download as {kind}").click()
    return Path(waiting.value.path()).read_bytes()


def test_an_exported_list_says_where_it_comes_from_and_runs_nothing(page: Any, server: str) -> None:  # noqa: ANN401
    """Hostile names, a filter and an old date: all of it in the file, none of it alive."""
    reading.visit(page, f"{server}/worklist?site=Mill+Lane&sort=Name&as_of=2026-06-08")
    people = reading.listed(page)
    page.get_by_role("button", name="Export").click()
    rows = list(csv.reader(io.StringIO(exported(page, "CSV").decode("utf-8-sig"))))
    assert len(rows) == people + 1
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["As of"], told["Filters"], told["Sorted by"]) == ("2026-06-08", "Site: Mill Lane", "Name")
    assert told["Intended use"] == settings.INTENDED_USE
    book = openpyxl.load_workbook(io.BytesIO(exported(page, "Excel")))
    sheet, about = book.worksheets
    assert sheet.max_row == people + 1
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [cell.value for cell in cells if cell.hyperlink]
    assert any(HOSTILE[0][:10] in str(cell.value) for cell in sheet["C"])
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    for label in ("As of", "Filters", "Sorted by", "Pathway version", "Profile", "Intended use"):
        assert said[label] == told[label]
