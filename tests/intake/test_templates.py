"""The templates and the data dictionary say what intake really reads."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.intake.contract_tables import EVENT_COLUMNS, PATIENT_COLUMNS
from dashboard.intake.dictionary import about_column, data_dictionary, meanings
from dashboard.intake.limits import Limits
from dashboard.intake.templates import choices_of, list_csv, list_excel, write_templates
from dashboard.intake.wide_columns import known_columns, template_columns
from dashboard.settings import ROOT
from pathways.panel import EVENTS
from pathways.vocabulary import concepts
from tests.intake.people import patients_of, read, read_csv, text_of

NOT_IN_A_TABLE = {"recorded_on"}


@pytest.fixture(scope="module")
def sheet() -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(list_excel()))["list"]


def test_the_printed_dictionary_is_the_generated_one() -> None:
    printed = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert printed == data_dictionary(), "run backstop template and copy data-dictionary.md into docs/"


def test_the_dictionary_names_every_column_and_concept() -> None:
    assert set(meanings().patients) == PATIENT_COLUMNS - NOT_IN_A_TABLE
    assert set(meanings().events) == EVENT_COLUMNS
    assert {field.name for field in EVENTS} - {"date_first", "date_last", "comparator"} <= EVENT_COLUMNS
    assert all(f"| `{name}` |" in data_dictionary() for name in concepts())
    assert all(about_column(column).endswith((".", "?")) for column in known_columns())


def test_the_templates_have_the_same_columns_and_are_empty_lists(sheet: Worksheet, tmp_path: Path) -> None:
    write_templates(tmp_path / "new")
    for name in ("patient-list.csv", "patient-list.xlsx"):
        loaded = read(tmp_path / "new" / name)
        assert loaded.report.records_read == 0
        assert not any("columns that are not used" in notice for notice in loaded.report.notices)
    (head,) = csv.reader(io.StringIO(list_csv()))
    assert [cell.value for cell in sheet[1]] == head == list(template_columns())
    assert len(head) == len(set(head)) < Limits().columns


def test_every_concept_the_rules_use_has_a_column_in_the_template() -> None:
    shortcuts = {"pain_score": "current_pain", "weight": "current_weight"}
    for concept in concepts().values():
        name = shortcuts.get(concept.id, concept.id)
        if not concept.shown_only:
            assert any(column == name or column.startswith(name + "_") for column in template_columns()), name


@pytest.mark.parametrize("column", [name for name in template_columns() if choices_of(name)])
def test_every_choice_of_the_template_is_accepted(column: str, sheet: Worksheet, tmp_path: Path) -> None:
    letter = sheet.cell(1, template_columns().index(column) + 1).column_letter
    offered = [
        rule.formula1.strip('"').split(",")
        for rule in sheet.data_validations.dataValidation
        if str(rule.sqref).startswith(f"{letter}2:")
    ]
    assert offered == [list(choices_of(column))]
    stem = column.removesuffix("_unit").removesuffix("_result")
    also = {stem: "40"} if column.endswith("_unit") else {}
    dated = f"{stem}_reported" if column.endswith("_result") else f"{stem}_date"
    for choice in choices_of(column):
        row = {"patient_id": "1", **also, dated: "2026-06-01", column: choice}
        report = read_csv(tmp_path, text_of([list(row), list(row.values())])).report
        assert not [held for held in report.held_back if held.column == column], choice


def test_a_filled_template_is_read(tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(list_excel())
    book = openpyxl.load_workbook(path)
    book["list"]["A2"] = "0007"
    book.save(path)
    assert patients_of(read(path)) == ["0007"]
