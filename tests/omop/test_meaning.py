"""What a row means: its concepts, its source value where the form decides, never its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.intake import Loaded
from tests.omop.tables import condition, drug, everyday, procedure, read, said


def _conditions(tmp_path: Path, *rows: dict[str, str]) -> Loaded:
    tables = {name: rows_ for name, rows_ in everyday().items() if name in ("person", "concept")}
    return read(tmp_path, {**tables, "condition_occurrence": list(rows)})


def test_words_are_never_matched(tmp_path: Path) -> None:
    loaded = _conditions(tmp_path, condition("14"), condition("0", condition_source_value="back pain"))
    assert not said(loaded, "concept")
    assert loaded.report.unmapped == {
        ("http://snomed.info/sct", "60728008", "Back pain in a malignant word"): 1,
        ("", "back pain", ""): 1,
    }


@pytest.mark.parametrize(
    "cells",
    [
        {"condition_concept_id": "0", "condition_source_concept_id": "2"},
        {"condition_concept_id": "999", "condition_source_value": "M5450"},
        {"condition_concept_id": "", "condition_source_value": "278860009"},
        {"condition_concept_id": "0", "condition_source_value": "7242"},
        {"condition_concept_id": "14", "condition_source_concept_id": "2"},
    ],
)
def test_a_source_code_speaks_where_the_concept_does_not(cells: dict[str, str], tmp_path: Path) -> None:
    loaded = _conditions(tmp_path, condition("0", **cells))
    assert said(loaded, "concept") == [("back_pain",)]
    assert not loaded.report.unmapped


@pytest.mark.parametrize(
    ("value", "counted_as"),
    [
        ("V103", ("", "V103", "")),  # a cancer in ICD-9-CM, a cyclist in ICD-10
        ("278860008", ("", "278860008", "")),  # no identifier of SNOMED CT: its check digit is wrong
        ("", ("OMOP concept", "999", "")),
    ],
)
def test_a_source_value_that_decides_nothing_is_counted(
    value: str, counted_as: tuple[str, str, str], tmp_path: Path
) -> None:
    loaded = _conditions(tmp_path, condition("999", condition_source_value=value))
    assert not said(loaded, "concept")
    assert loaded.report.unmapped == {counted_as: 1}


def test_a_vaccine_number_is_no_drug(tmp_path: Path) -> None:
    """161 is paracetamol in RxNorm and a vaccine in CVX."""
    rows = [drug("0", "2026-01-01", "2026-01-09", drug_source_value="161"), drug("19", "2026-01-01", "2026-01-09")]
    loaded = read(tmp_path, {**everyday(), "drug_exposure": rows})
    assert "analgesic" not in {concept for (concept,) in said(loaded, "concept")}
    assert set(loaded.report.unmapped) == {("", "161", ""), ("CVX", "161", "Influenza vaccine")}


def test_an_exclusion_wins_over_a_wider_standard_concept(tmp_path: Path) -> None:
    loaded = _conditions(tmp_path, condition("15"), condition("15", condition_source_concept_id="16"))
    assert said(loaded, "concept") == [("cancer_history",)]


def test_without_concepts_source_values_are_read(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in everyday().items() if name == "person"}
    rows = [procedure("4040783", procedure_source_value="72148")]
    loaded = read(tmp_path, {**tables, "procedure_occurrence": rows})
    assert said(loaded, "concept", "status") == [("mri_spine", "performed")]
    assert any("no CONCEPT table" in notice for notice in loaded.report.notices)


def test_a_concept_in_a_table_that_does_not_tell_it_is_named(tmp_path: Path) -> None:
    loaded = read(tmp_path, {**everyday(), "drug_exposure": [drug("1", "2026-01-01", "2026-01-09")]})
    assert "1 name back_pain in drug_exposure, where it is not read" in loaded.report.notices
