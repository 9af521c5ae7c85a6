"""Archives, workbooks and Parquet files that are damaged, hostile or misleading."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from dashboard.intake import Limits, UnusableSource
from tests.intake import people
from tests.intake.people import (
    EVENTS,
    PATIENTS,
    WIDE_COLUMNS,
    WIDE_ROWS,
    events_of,
    patients_of,
    read,
    text_of,
)

WIDE = [WIDE_COLUMNS, *WIDE_ROWS]
SMALL = Limits(bytes=2**20, ratio=20)


def _refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnusableSource) as refused:
        read(path, limits=limits)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    bomb = people.write_zip(tmp_path / "bomb.zip", {"list.csv": text_of(WIDE).encode() + b"\n" * 5_000_000})
    assert "times its size" in _refusal(bomb)
    assert "MB, more than the limit" in _refusal(bomb, SMALL)


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = b"patient_id\n" + b"1\n" * 3_000_000
    path = people.write_zip(tmp_path / "list.zip", {"list.csv": content})
    packed = path.read_bytes()
    lie = packed.replace(len(content).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lie != packed
    path.write_bytes(lie)
    assert "damaged" in _refusal(path)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(text_of(WIDE).encode() + b"\n" * 5_000_000))
    assert "unpacks to more than" in _refusal(path, SMALL)
    path.write_bytes(gzip.compress(text_of(WIDE).encode())[:-9])
    assert "ends too early" in _refusal(path)
    path.write_bytes(b"\x1f\x8b" + b"nonsense" * 9)
    assert "damaged gzip" in _refusal(path)


def test_a_zip_in_a_zip_and_a_damaged_zip_are_refused(tmp_path: Path) -> None:
    inner = people.write_zip(tmp_path / "inner.zip", {"list.csv": b"patient_id\n1\n"})
    assert "zip inside" in _refusal(people.write_zip(tmp_path / "a.zip", {"inner.zip": inner.read_bytes()}))
    (tmp_path / "b.zip").write_bytes(inner.read_bytes()[:40])
    assert "damaged zip" in _refusal(tmp_path / "b.zip")
    (tmp_path / "c.zip").write_bytes(b"PK\5\6" + b"\0" * 18)
    assert "nothing here" in _refusal(tmp_path / "c.zip")


@pytest.mark.parametrize("kind", ["zip", "workbook"])
@pytest.mark.parametrize("broken", ["its stream", "how it is packed"])
def test_a_member_that_cannot_be_unpacked_is_refused(kind: str, broken: str, tmp_path: Path) -> None:
    if kind == "zip":
        path = people.write_zip(tmp_path / "list.zip", {"list.csv": text_of(WIDE).encode()})
    else:
        path = people.write_excel(tmp_path / "list.xlsx", {"list": WIDE})
    with zipfile.ZipFile(path) as archive:
        member = max(archive.infolist(), key=lambda info: info.compress_size)
        directory = archive.start_dir
    content = bytearray(path.read_bytes())
    if broken == "its stream":
        begun = member.header_offset + 30 + len(member.filename)
        content[begun : begun + 2] = b"\xff\xff"
    else:
        entry = content.index(member.filename.encode(), directory) - 46
        for place in (member.header_offset + 8, entry + 10):
            content[place : place + 2] = (99).to_bytes(2, "little")
    path.write_bytes(content)
    refused = _refusal(path)
    assert path.name in refused
    assert "damaged" in refused or "save it again" in refused


@pytest.mark.parametrize("keep", [0, 3, 100, -20, -1])
def test_a_truncated_parquet_file_is_refused(keep: int, tmp_path: Path) -> None:
    path = people.write_parquet(tmp_path / "list.parquet", WIDE)
    path.write_bytes(path.read_bytes()[:keep])
    assert "list.parquet: damaged or cut off" in _refusal(path)


def test_a_parquet_file_with_its_middle_overwritten_is_refused_or_accounted_for(tmp_path: Path) -> None:
    path = people.write_parquet(tmp_path / "list.parquet", WIDE)
    content = bytearray(path.read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(bytes(content))
    assert "list.parquet" in _refusal(path)


@pytest.mark.parametrize(
    ("column", "kind"),
    [("esr", pa.list_(pa.int64())), ("patient_id", pa.float64()), ("fever", pa.binary())],
)
def test_parquet_columns_that_cannot_be_text_are_refused(
    column: str, kind: pa.DataType, tmp_path: Path
) -> None:
    columns = {"patient_id": pa.array(["1"]), column: pa.nulls(1, kind)}
    pq.write_table(pa.table(columns), tmp_path / "list.parquet")
    assert "as text" in _refusal(tmp_path / "list.parquet")


def test_a_nan_in_parquet_is_no_number(tmp_path: Path) -> None:
    table = {"patient_id": ["1", "2"], "esr": [float("nan"), 5.0], "esr_date": [date(2026, 6, 1)] * 2}
    pq.write_table(pa.table(table), tmp_path / "list.parquet")
    loaded = read(tmp_path / "list.parquet")
    assert patients_of(loaded) == ["2"]
    assert [held.column for held in loaded.report.held_back] == ["esr"]


Fill = Callable[[xlsxwriter.worksheet.Worksheet], object]
TRAPS: dict[str, tuple[Fill, str, str]] = {
    "error": (lambda sheet: sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!"), "esr", "Excel error"),
    "no value": (
        lambda sheet: sheet.write_formula(1, 1, "=A1", None, ""),
        "esr",
        "without a saved value",
    ),
    "merged": (lambda sheet: sheet.merge_range("A2:A3", "m"), "patient_id", "merged"),
    "long id": (lambda sheet: sheet.write_number(1, 0, 1234567890123456), "patient_id", "digits"),
    "fraction": (lambda sheet: sheet.write_number(1, 0, 12.5), "patient_id", "digits"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_cells_that_only_look_blank_are_held_back(trap: str, tmp_path: Path) -> None:
    fill, column, reason = TRAPS[trap]
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["patient_id", "esr", "esr_date", "fever"])
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [f"id{row}", "7", "2026-06-01", "no"])
        fill(sheet)
    loaded = read(tmp_path / "list.xlsx")
    assert "id3" in patients_of(loaded)
    held = loaded.report.held_back[0]
    assert (held.line, held.column) == (2, column)
    assert reason in held.reason


@pytest.mark.parametrize("from_1904", [False, True])
def test_day_numbers_of_excel_become_dates(from_1904: bool, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx", {"date_1904": from_1904}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["patient_id", "esr", "esr_date"])
        sheet.write_row(1, 0, ["cell", 5])
        sheet.write_datetime(1, 2, date(2026, 6, 1), day)
        sheet.write_row(2, 0, ["number", 5, 46174 - (1462 if from_1904 else 0)])
    loaded = read(tmp_path / "list.xlsx")
    assert [row["date_first"] for row in events_of(loaded, "esr")] == [date(2026, 6, 1)] * 2
    assert any("day numbers" in notice for notice in loaded.report.notices)


def test_cells_far_apart_are_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["patient_id", "fever"])
        sheet.write_string(1_048_575, 400, "x")
    assert "far outside" in _refusal(tmp_path / "list.xlsx")


def test_a_workbook_with_xml_entities_is_refused(tmp_path: Path) -> None:
    path = people.write_excel(tmp_path / "list.xlsx", {"one": WIDE})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    strings = members["xl/sharedStrings.xml"]
    members["xl/sharedStrings.xml"] = strings.replace(b"<sst", b'<!DOCTYPE s [<!ENTITY a "b">]><sst', 1)
    assert "entities" in _refusal(people.write_zip(path, members))


def test_two_lists_in_one_workbook_are_a_question(tmp_path: Path) -> None:
    path = people.write_excel(tmp_path / "list.xlsx", {"one": WIDE, "two": WIDE})
    assert "2 sheets" in _refusal(path)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["person.csv", "condition_occurrence.csv"], 'no column "person_id"'),
        (["person.csv", "location.csv"], "OMOP"),
        (["patients.csv", "conditions.csv"], "Synthea"),
        (["patients.csv", "visits.csv"], "no events file"),
        (["events.csv", "other.csv"], "no patients file"),
        (["a.csv", "b.csv"], "nothing here"),
        (["patients.csv", "patients.parquet", "events.csv"], "two files"),
        (["notes.pdf", "photo.jpg"], "nothing here"),
    ],
)
def test_an_unknown_folder_says_what_is_missing(names: list[str], words: str, tmp_path: Path) -> None:
    for name in names:
        people.write_text(tmp_path / name, PATIENTS)
    assert words in _refusal(tmp_path)


def test_events_alone_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "without patients" in _refusal(people.write_text(tmp_path / "events.csv", EVENTS))
    assert "no such file" in _refusal(tmp_path / "absent.csv")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    assert ".xlsx" in _refusal(tmp_path / "old.xls")
    (tmp_path / "list.xlsx").write_bytes(b"PK\3\4 not really")
    assert "Excel workbook" in _refusal(tmp_path / "list.xlsx")
