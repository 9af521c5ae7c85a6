"""Held-back rows go out, are mended in a spreadsheet, and come back in their place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from dashboard.intake import UnusableSource
from dashboard.intake.mending import held_back_rows
from tests.intake.people import patients_of, read, read_csv, said, text_of, write_text

HEAD = ["patient_id", "name", "fever", "esr", "esr_date"]
BAD = [
    ["=a", "+Ann", "no", "5,5", "2026-06-01"],
    ["b", "B", "no", "5", "2026-06-01"],
    ["c", "C"],
    ["", "-", "no", "", ""],
]
GOOD = [
    ["=a", "+Ann", "no", "5.5", "2026-06-01"],
    BAD[1],
    ["c", "C", "yes", "", ""],
    ["d", "-", "no", "", ""],
]


def _download(folder: Path, **changes: str) -> list[dict[str, str]]:
    report = read_csv(folder, text_of([HEAD, *BAD])).report
    rows = list(csv.DictReader(io.StringIO(held_back_rows(report, "list.csv"))))
    for row, (column, text) in zip(rows, changes.items(), strict=True):
        row[column] = text
    return rows


def _save(path: Path, rows: list[dict[str, str]]) -> Path:
    return write_text(path, [list(rows[0]), *(list(row.values()) for row in rows)])


def test_no_cell_of_a_download_is_a_formula(tmp_path: Path) -> None:
    report = read_csv(tmp_path, text_of([HEAD, *BAD])).report
    for row in csv.reader(io.StringIO(held_back_rows(report, "list.csv"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_mended_rows_come_back_in_their_place(tmp_path: Path) -> None:
    rows = _download(tmp_path, esr="5.5", fever="yes", patient_id="d")
    mended = _save(tmp_path / "mended.csv", rows)
    loaded = read(tmp_path / "list.csv", mended=[mended])
    assert loaded.report.identity() == "4 records read = 4 accepted + 0 held back + 0 blank"
    whole = write_text(tmp_path / "whole.csv", [HEAD, *GOOD])
    assert said(loaded.panel) == said(read(whole).panel)


def test_a_mended_download_can_be_read_by_itself(tmp_path: Path) -> None:
    rows = _download(tmp_path, esr="5.5", fever="yes", patient_id="d")
    loaded = read(_save(tmp_path / "mended.csv", rows))
    assert patients_of(loaded) == ["=a", "c", "d"]
    assert not any("not used" in notice for notice in loaded.report.notices)


def test_what_is_still_wrong_is_held_back_again(tmp_path: Path) -> None:
    rows = _download(tmp_path, esr="5..5", fever="yes", patient_id="d")
    report = read(tmp_path / "list.csv", mended=[_save(tmp_path / "mended.csv", rows)]).report
    assert [(held.line, held.column) for held in report.held_back] == [(2, "esr")]


def test_a_download_of_another_file_is_refused(tmp_path: Path) -> None:
    rows = _download(tmp_path, held_back_line="99", fever="yes", patient_id="d")
    with pytest.raises(UnusableSource, match=r"mended.csv, line 2: belongs to no row"):
        read(tmp_path / "list.csv", mended=[_save(tmp_path / "mended.csv", rows)])
    with pytest.raises(UnusableSource, match="held_back_table"):
        read(tmp_path / "list.csv", mended=[tmp_path / "list.csv"])
