"""The same tables in every form in which they are exported give the same panel."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dashboard.intake import UnusableSource, load
from dashboard.intake.mending import held_back_rows
from tests.omop.tables import AS_OF, condition, everyday, measurement, person, read, said, text_of, write


def test_every_table_becomes_events(tmp_path: Path) -> None:
    loaded = read(tmp_path, everyday())
    assert said(loaded, "concept", "date_first", "end_date", "status", "value") == [
        ("back_pain", date(2026, 1, 5), None, "present", None),
        ("crp", date(2026, 2, 1), None, "final", Decimal(15)),
        ("night_pain", date(2026, 2, 2), None, "present", None),
        ("nsaid", date(2026, 2, 1), date(2026, 3, 1), "completed", None),
        ("pain_score", date(2026, 2, 1), None, "final", Decimal(7)),
        ("physiotherapy", date(2026, 2, 3), date(2026, 2, 3), "completed", None),
    ]
    assert loaded.report.form == "OMOP CDM"
    assert loaded.report.records_read == sum(len(rows) for rows in everyday().values())
    assert said(loaded, "source_ref")[0] == ("condition_occurrence/100",)


@pytest.mark.parametrize("form", ["upper", "gz", "parquet"])
def test_the_form_does_not_matter(form: str, tmp_path: Path) -> None:
    plain, other = read(tmp_path / "plain", everyday()), read(tmp_path / form, everyday(), form)
    shared = [name for name in plain.panel.events.column_names if name != "source"]
    assert other.panel.events.select(shared).equals(plain.panel.events.select(shared))
    assert other.panel.patients.equals(plain.panel.patients)
    assert other.report.identity() == plain.report.identity()


def test_a_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "cdm.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in everyday().items():
            archive.writestr(f"export/{name}.csv", text_of(name, rows))
    loaded = load(path, as_of=AS_OF)
    assert loaded.report.holds()
    assert said(loaded, "concept") == said(read(tmp_path / "folder", everyday()), "concept")


def test_tables_may_be_missing_or_empty(tmp_path: Path) -> None:
    few = {"person": [person()], "concept": everyday()["concept"], "measurement": [], "condition_occurrence": []}
    loaded = read(tmp_path, few)
    assert loaded.panel.patients.num_rows == 1
    assert loaded.panel.events.num_rows == 0
    assert not loaded.report.held_back


def test_other_tables_are_named_and_not_read(tmp_path: Path) -> None:
    tables = {**everyday(), "drug_era": [{"person_id": "1", "drug_concept_id": "5"}]}
    loaded = read(tmp_path, tables)
    assert any("drug_era.csv" in notice for notice in loaded.report.notices)
    assert loaded.report.records_read == sum(len(rows) for rows in everyday().values())


def test_ids_stay_text(tmp_path: Path) -> None:
    tables = {**everyday(), "person": [person("007"), person("7", gender_concept_id="8507"), person()]}
    tables["condition_occurrence"] = [condition("1", person_id="007")]
    loaded = read(tmp_path, tables)
    assert sorted(loaded.panel.patients["patient_id"].to_pylist()) == ["007", "1", "7"]
    assert said(loaded, "patient_id")[0] == ("007",)


def test_a_broken_row_is_held_back_and_comes_back_mended(tmp_path: Path) -> None:
    tables = {**everyday(), "measurement": [measurement("3", "14"), measurement("3", "6")]}
    folder = write(tmp_path / "cdm", tables)
    with (folder / "condition_occurrence.csv").open("a", encoding="utf-8") as file:
        file.write("101,1,1\n")
    report = load(folder, as_of=AS_OF).report
    assert report.holds()
    by_table = {held.table: held for held in report.held_back}
    assert by_table["measurement.csv"].column == "value_as_number"
    assert by_table["measurement.csv"].patient_id == "1"
    assert "3 fields" in by_table["condition_occurrence.csv"].reason
    assert len(report.held_back) == 2
    download = tmp_path / "held.csv"
    download.write_text(held_back_rows(report, "measurement.csv").replace(",14,", ",4,", 1), encoding="utf-8")
    mended = load(folder, as_of=AS_OF, mended=[download])
    assert [held.table for held in mended.report.held_back] == ["condition_occurrence.csv"]
    scores = [value for concept, value in said(mended, "concept", "value") if concept == "pain_score"]
    assert sorted(scores) == [4, 6]


def test_dates_that_are_not_iso_need_an_order(tmp_path: Path) -> None:
    tables = {**everyday(), "condition_occurrence": [condition("1", "05/01/2026")]}
    folder = write(tmp_path, tables)
    with pytest.raises(UnusableSource):
        load(folder, as_of=AS_OF)
    loaded = load(folder, as_of=AS_OF, date_order="day-first")
    assert said(loaded, "date_first")[0] == (date(2026, 1, 5),)


@pytest.mark.parametrize("address", ["postgresql://nurse:secret@db/cdm", "duckdb:///cdm.db", "mssql+pyodbc://h/x"])
def test_a_database_is_refused_in_one_line(address: str) -> None:
    with pytest.raises(UnusableSource) as refused:
        load(Path(address), as_of=AS_OF)
    assert "export the OMOP tables" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_what_cannot_be_read_at_all_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "twice", everyday())
    write(folder, {"person": [person()]}, "gz")
    with pytest.raises(UnusableSource, match="two files are named person"):
        load(folder, as_of=AS_OF)
    folder = write(tmp_path / "fraction", {**everyday(), "person": [person("1.0")]})
    with pytest.raises(UnusableSource, match="fractions"):
        load(folder, as_of=AS_OF)
    folder = write(tmp_path / "column", {**everyday(), "death": [{"person_id": "1", "day": "x"}]})
    with pytest.raises(UnusableSource, match='no column "death_date"'):
        load(folder, as_of=AS_OF)
    folder = write(tmp_path / "codes", {**everyday(), "concept": [{"concept_id": "1", "concept_name": "Back pain"}]})
    with pytest.raises(UnusableSource, match='no column "vocabulary_id"'):
        load(folder, as_of=AS_OF)
