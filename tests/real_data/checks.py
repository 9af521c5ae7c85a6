"""What must hold of a data set whatever its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.real_data import AS_OF, with_concept
from dashboard.intake import Loaded, LoadReport
from pathways import answers, evaluate, load_pathway

Reader = Callable[[str], Loaded]
Described = dict[str, dict[str, Any]]
AS_FHIR = ("fhir-bundles/tietai-lbp", "fhir-ndjson/tietai-lbp")
AS_OMOP, AS_SYNTHEA = "omop/tietai-lbp-derived-5.4", "synthea-csv/tietai-lbp-derived"
SAME_PEOPLE = (*AS_FHIR, AS_OMOP, AS_SYNTHEA)
"""The same people in three forms. They are large, so that whatever reads one of them stands in one file of tests."""


def named(form: str) -> list[str]:
    """The other data sets of a form."""
    return sorted(name for name in AS_OF if name.startswith(form) and name not in SAME_PEOPLE)


def nothing_is_lost(report: LoadReport) -> None:
    assert report.holds()
    assert report.unmapped
    assert report.blank == 0


def fhir_is_whole(loaded: Loaded, described: dict[str, Any]) -> None:
    nothing_is_lost(loaded.report)
    read_in = sum(described.get("resources", {}).values())
    assert read_in == 0 or loaded.report.records_read >= read_in


def fhir_holds_back_impossible_values_alone(loaded: Loaded) -> None:
    held = loaded.report.held_back
    assert not [row for row in held if row.column != "value" or "not plausible" not in row.reason]
    assert all(row.raw and row.patient_id for row in held)


def fhir_has_the_people_described(loaded: Loaded, described: dict[str, Any]) -> None:
    assert loaded.panel.patients.num_rows == described["patients"]
    assert with_concept(loaded, "back_pain") == described["back_pain_patients"]


def omop_is_whole(loaded: Loaded) -> None:
    nothing_is_lost(loaded.report)
    assert any(notice.startswith("files that were not read") for notice in loaded.report.notices)


def omop_has_the_people_described(loaded: Loaded, described: dict[str, Any]) -> None:
    unborn = sum(row.table.lower().startswith("person") for row in loaded.report.held_back)
    assert loaded.panel.patients.num_rows + unborn == described["patients"]
    died = loaded.panel.patients.num_rows - loaded.panel.patients["deceased_on"].null_count
    assert died == described["deceased"]
    assert with_concept(loaded, "back_pain") == described["back_pain_patients"]


def synthea_is_whole(loaded: Loaded) -> None:
    report = loaded.report
    assert report.form == "Synthea CSV"
    nothing_is_lost(report)
    assert not [row for row in report.held_back if "not plausible" not in row.reason]
    assert all(row.raw and row.patient_id for row in report.held_back)


def synthea_has_the_people_described(loaded: Loaded, described: dict[str, Any]) -> None:
    assert loaded.panel.patients.num_rows == described["patients"]
    assert with_concept(loaded, "back_pain") == described["back_pain_patients"]
    assert with_concept(loaded, "cancer_history") == described["malignancy_patients"]
    dead = [day for day in loaded.panel.patients["deceased_on"].to_pylist() if day is not None]
    assert len(dead) == described["deceased"]


def nobody_has_back_pain(loaded: Loaded, name: str) -> None:
    """Nor is anybody in the pathway."""
    assert with_concept(loaded, "back_pain") == 0
    found = answers(evaluate(loaded.panel, load_pathway(), as_of=AS_OF[name]))
    assert {answer["disposition"] for answer in found} == {"not_in_pathway"}
