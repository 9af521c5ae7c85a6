"""The empty patient list and its dictionary follow from the concepts, and the intake reads them."""

from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from dashboard.intake.wide_columns import known_columns
from dashboard.templates import dictionary_csv, template_columns, template_csv, template_workbook, values
from pathways.vocabulary import concepts, of_kind

DICTIONARY = {row["column"]: row for row in csv.DictReader(io.StringIO(dictionary_csv()))}


def test_the_template_has_only_columns_the_intake_reads() -> None:
    assert set(template_columns()) <= known_columns()
    assert len(set(template_columns())) == len(template_columns())
    assert template_csv().strip().split(",") == list(template_columns())


@pytest.mark.parametrize("finding", of_kind("finding"))
def test_every_finding_can_be_answered(finding: str) -> None:
    assert finding in template_columns() or finding == "back_pain"
    assert values(finding) == ("yes", "no", "unknown")


def test_every_concept_that_a_rule_uses_has_a_column() -> None:
    named = {row["concept"] for row in DICTIONARY.values() if row["in template"] == "yes"}
    assert {name for name, concept in concepts().items() if not concept.shown_only} <= named


def test_the_dictionary_has_every_column_and_says_what_it_means() -> None:
    assert set(DICTIONARY) == known_columns()
    assert not [
        name for name, row in DICTIONARY.items() if not row["meaning"].strip() or "{" in row["meaning"]
    ]
    assert "g/L" in DICTIONARY["haemoglobin"]["units"]
    assert DICTIONARY["mri_spine_result"]["values"].split() == ["negative", "suspicious", "indeterminate"]
    assert DICTIONARY["onset_date"]["values"] == "date"


def test_the_workbook_has_the_same_columns() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(template_workbook()))
    (sheet,) = book.sheet_names
    assert book.get_sheet_by_name(sheet).to_python()[0] == list(template_columns())
