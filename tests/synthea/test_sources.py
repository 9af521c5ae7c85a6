"""How the export is recognised, packed, broken and mended, and that no row of it is lost."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from dashboard.intake import Loaded, UnusableSource, load
from dashboard.intake.mending import held_back_rows
from pathways.panel import Panel
from tests.synthea.conftest import Reader
from tests.synthea.corpus import AS_OF, BOB, NEWEST


def _rows(panel: Panel) -> list[str]:
    """Everything but the names of the files."""
    kept = [name for name in panel.events.column_names if name not in ("source", "source_ref")]
    return sorted(map(repr, panel.events.select(kept).to_pylist() + panel.patients.to_pylist()))


def _records(tables: dict[str, str]) -> int:
    return sum(len(text.splitlines()) - 1 for text in tables.values())


def _refusal(source: Path) -> str:
    with pytest.raises(UnusableSource) as refused:
        load(source, as_of=AS_OF)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_folder_is_read_whole(read: Reader) -> None:
    report = read().report
    assert report.form == "Synthea CSV"
    assert report.identity() == f"{_records(NEWEST)} records read = {_records(NEWEST)} accepted + 0 held back + 0 blank"
    assert report.holds()


def test_other_line_ends_gzip_and_zip_say_the_same(read: Reader, tmp_path: Path) -> None:
    plain = read()
    packed, archive = tmp_path / "packed", tmp_path / "export.zip"
    packed.mkdir()
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in NEWEST.items():
            (packed / f"{name}.csv.gz").write_bytes(gzip.compress(text.replace("\n", "\r\n").encode()))
            file.writestr(f"output/csv/{name}.csv", text)
    for source in (packed, archive):
        loaded = load(source, as_of=AS_OF)
        assert loaded.report.form == plain.report.form
        assert loaded.report.records_read == plain.report.records_read
        assert _rows(loaded.panel) == _rows(plain.panel)


@pytest.mark.parametrize("table", sorted(set(NEWEST) - {"patients", "conditions"}))
def test_a_table_may_be_missing_or_without_rows(table: str, read: Reader, tmp_path: Path) -> None:
    rest = {name: text for name, text in NEWEST.items() if name != table}
    without = read(rest)
    assert any("not there" in notice and table in notice for notice in without.report.notices)
    empty = read({table: NEWEST[table].splitlines()[0] + "\n"})
    assert empty.report.records_read == without.report.records_read == _records(rest)
    assert _rows(empty.panel) == _rows(without.panel)


def test_broken_rows_are_held_back_and_the_rest_is_read(read: Reader) -> None:
    broken = NEWEST["observations"] + (
        f"2026-03-01T09:00:00Z,{BOB},e2,survey,72514-3,Pain,one,two,3,numeric,\n"
        f"2026-03-01T09:00:00Z,{BOB},e2,survey,72514-3,Pain severity,14,{{score}},numeric\n"
        f"2026-02-30T09:00:00Z,{BOB},e2,survey,72514-3,Pain severity,4,{{score}},numeric\n"
        "2026-03-01T09:00:00Z,nobody,e2,survey,72514-3,Pain severity,4,{score},numeric\n"
        ",,,,,,,,\n"
    )
    loaded = read(NEWEST | {"observations": broken})
    report = loaded.report
    assert report.holds()
    assert report.blank == 1
    assert [(row.table, row.line, row.column) for row in report.held_back] == [
        ("observations.csv", 5, ""),
        ("observations.csv", 6, "value"),
        ("observations.csv", 7, "date"),
        ("observations.csv", 8, "patient_id"),
    ]
    assert report.patients_concerned() == (BOB, "nobody")
    assert report.accepted == _records(NEWEST)


def test_an_end_before_the_start_is_named_as_the_source_names_it(read: Reader) -> None:
    wrong = NEWEST["medications"].replace("2026-02-10T09:10:00Z", "2025-02-10T09:10:00Z")
    held = read(NEWEST | {"medications": wrong}).report.held_back
    assert [(row.table, row.line, row.column) for row in held] == [("medications.csv", 2, "stop")]


def test_a_held_back_row_comes_back_mended(read: Reader, tmp_path: Path) -> None:
    wrong = NEWEST["observations"].replace("7.0,{score}", "17.0,{score}")
    first: Loaded = read(NEWEST | {"observations": wrong})
    assert len(first.report.held_back) == 1
    mended = tmp_path.parent / f"{tmp_path.name}-mended.csv"
    mended.write_text(held_back_rows(first.report, "observations.csv").replace("17.0,{score}", "7.0,{score}", 1))
    again = load(tmp_path, as_of=AS_OF, mended=[mended])
    assert not again.report.held_back
    assert _rows(again.panel) == _rows(read().panel)


def test_what_has_no_use_is_named_and_not_read(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    report = read(NEWEST | {"claims": "Id,PATIENTID\nx,y\n", "payers": "Id,NAME\nx,y\n"}).report
    assert report.records_read == _records(NEWEST)
    assert "tables that hold nothing for the pathway were not read: claims.csv, payers.csv" in report.notices
    assert "files that were not read: notes.pdf" in report.notices


def test_it_is_refused_in_one_line(read: Reader, tmp_path: Path) -> None:
    read()
    (tmp_path / "conditions.csv").write_text(NEWEST["conditions"].replace("CODE", "KODE"))
    assert _refusal(tmp_path) == "conditions.csv: there is no column CODE; export the table again"
    (tmp_path / "conditions.csv").write_text(NEWEST["conditions"].replace("START", "BEGIN"))
    assert "no column START" in _refusal(tmp_path)
    (tmp_path / "conditions.csv.gz").write_bytes(gzip.compress(NEWEST["conditions"].encode()))
    assert "two files are named conditions" in _refusal(tmp_path)
    (tmp_path / "conditions.csv.gz").unlink()
    (tmp_path / "patients.csv").write_text(NEWEST["patients"].replace("Id,", "KEY,", 1))
    assert '"Id"' in _refusal(tmp_path)


def test_our_own_tables_beside_conditions_stay_our_own(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("patient_id,id\np1,x\n")
    (tmp_path / "events.csv").write_text("patient_id,concept,date\np1,back_pain,2026-01-01\n")
    (tmp_path / "conditions.csv").write_text(NEWEST["conditions"])
    assert load(tmp_path, as_of=AS_OF).report.form == "patients and events"
