"""Numbers, results and answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.fhir.conftest import Reader
from tests.fhir.resources import LOINC, OWN, SNOMED, coded, observation, only, quantity

Events = Callable[..., list[dict[str, Any]]]
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


@pytest.mark.parametrize(
    ("code", "value", "unit", "concept", "canonical"),
    [
        ("718-7", 13.2, "g/dL", "haemoglobin", "132"),
        ("4537-7", 55, "mm/h", "esr", "55"),
        ("17861-6", 10, "mg/dL", "calcium_total", "2.495"),
        ("29265-6", 2.71, "mmol/L", "calcium_adjusted", "2.71"),
        ("6690-2", 7200, "/uL", "wbc", "7.2"),
        ("6690-2", 7.2, "10*3/uL", "wbc", "7.2"),
        ("6768-6", 88, "[iU]/L", "alp", "88"),
        ("2857-1", 4.1, "ng/mL", "psa", "4.1"),
        ("29463-7", 100, "[lb_av]", "weight", "45.359237"),
        ("8310-5", 38.4, "Cel", "temperature", "38.4"),
        ("72514-3", 6.142791589464718, "{score}", "pain_score", "6.142791589"),
        ("72514-3", 0.0011023456789012345, "{score}", "pain_score", "0.001102346"),
    ],
)
def test_numbers_come_in_the_canonical_unit(
    events: Events, code: str, value: float, unit: str, concept: str, canonical: str
) -> None:
    (row,) = events(observation(LOINC, code, valueQuantity=quantity(value, unit)))
    assert (row["concept"], row["status"], row["value"]) == (concept, "final", Decimal(canonical))


def test_the_printed_unit_counts_where_the_coded_one_is_not_known(events: Events) -> None:
    odd = {"value": 7, "unit": "10*9/L", "code": "giga/l", "system": "http://unitsofmeasure.org"}
    (row,) = events(observation(LOINC, "6690-2", valueQuantity=odd))
    assert row["value"] == 7


@pytest.mark.parametrize(
    ("quantity_", "reason"),
    [(quantity(5, "mol"), "cannot be converted"), (quantity(700, "kg"), "not plausible")],
)
def test_numbers_that_cannot_be_are_held_back(read: Reader, quantity_: dict[str, Any], reason: str) -> None:
    loaded = read(observation(LOINC, "29463-7", valueQuantity=quantity_))
    (held,) = loaded.report.held_back
    assert reason in held.reason
    assert held.patient_id == "a"
    assert '"29463-7"' in held.raw
    assert loaded.report.holds()


def test_without_a_unit_the_usual_one_is_taken_and_said(read: Reader) -> None:
    loaded = read(observation(LOINC, "4537-7", valueQuantity=quantity(40)))
    assert loaded.panel.events["value"].to_pylist() == [40]
    assert any("without a unit" in notice for notice in loaded.report.notices)


def test_a_comparator_is_kept(events: Events) -> None:
    (row,) = events(observation(LOINC, "1988-5", valueQuantity=quantity(5, "mg/L", comparator="<")))
    assert (row["comparator"], row["value"]) == ("<", 5)


def test_a_reference_range_counts_in_the_unit_of_the_value(events: Events) -> None:
    limits = [{"low": quantity(8.5, "mg/dL"), "high": quantity(10.2, "mg/dL")}]
    (row,) = events(observation(LOINC, "46099-8", valueQuantity=quantity(10, "mg/dL"), referenceRange=limits))
    assert (row["reference_low"], row["reference_high"]) == (Decimal("2.12075"), Decimal("2.5449"))


def test_a_reference_range_in_another_unit_is_left_aside(events: Events) -> None:
    limits = [{"high": quantity(2.6, "mmol/L")}]
    (row,) = events(observation(LOINC, "46099-8", valueQuantity=quantity(10, "mg/dL"), referenceRange=limits))
    assert row["reference_high"] is None


@pytest.mark.parametrize(
    "status", ["registered", "preliminary", "final", "amended", "corrected", "cancelled"]
)
def test_every_status_is_kept(events: Events, status: str) -> None:
    (row,) = events(observation(LOINC, "4537-7", status, valueQuantity=quantity(40, "mm/h")))
    assert row["status"] == status


def test_entered_in_error_is_removed_and_counted(read: Reader) -> None:
    loaded = read(observation(LOINC, "4537-7", "entered-in-error", valueQuantity=quantity(40, "mm/h")))
    assert loaded.panel.events.num_rows == 0
    assert any("entered in error" in notice for notice in loaded.report.notices)


def test_a_status_that_decides_nothing_is_held_back(read: Reader) -> None:
    loaded = read(observation(LOINC, "4537-7", "unknown", valueQuantity=quantity(40, "mm/h")))
    assert [held.column for held in loaded.report.held_back] == ["status"]


def test_the_local_day_counts(events: Events) -> None:
    (row,) = events(
        observation(
            LOINC, "4537-7", valueQuantity=quantity(4, "mm/h"), effectiveDateTime="2026-03-01T23:30:00+10:00"
        )
    )
    assert row["date_last"] == date(2026, 3, 1)


def test_without_an_effective_date_the_day_of_issue_counts(events: Events) -> None:
    issued = observation(
        LOINC, "4537-7", valueQuantity=quantity(4, "mm/h"), issued="2026-03-02T00:10:00+02:00"
    )
    del issued["effectiveDateTime"]
    (row,) = events(issued)
    assert row["date_last"] == date(2026, 3, 2)
    assert row["recorded_at"] == datetime(2026, 3, 1, 22, 10, tzinfo=UTC)


def test_neither_date_holds_the_result_back(read: Reader) -> None:
    undated = observation(LOINC, "4537-7", valueQuantity=quantity(4, "mm/h"))
    del undated["effectiveDateTime"]
    (held,) = read(undated).report.held_back
    assert held.column == "date"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"valueBoolean": True}, "present"),
        ({"valueBoolean": False}, "absent"),
        ({"valueString": " No "}, "absent"),
        ({"valueInteger": 1}, "present"),
        ({"valueCodeableConcept": coded(SNOMED, "373066001")}, "present"),
        ({"valueCodeableConcept": coded(LOINC, "LA32-8")}, "absent"),
        ({"valueCodeableConcept": coded(SNOMED, "261665006")}, "unknown"),
        ({"valueCodeableConcept": {"text": "yes"}}, "present"),
        ({"dataAbsentReason": coded(ABSENT, "asked-declined")}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_answers(events: Events, fields: dict[str, Any], status: str) -> None:
    (row,) = events(observation(OWN, "saddle_anaesthesia", **fields))
    assert row["status"] == status


def test_an_answer_that_is_none_is_held_back(read: Reader) -> None:
    loaded = read(observation(OWN, "saddle_anaesthesia", valueString="a bit"))
    assert [(held.column, held.value) for held in loaded.report.held_back] == [("value", "a bit")]


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"interpretation": [coded(INTERPRETATION, "A")]}, "abnormal"),
        ({"interpretation": [coded(INTERPRETATION, "AA")]}, "abnormal"),
        ({"interpretation": [coded(INTERPRETATION, "POS")]}, "abnormal"),
        ({"interpretation": [coded(INTERPRETATION, "N")]}, "normal"),
        ({"interpretation": [coded(INTERPRETATION, "NEG")]}, "normal"),
        ({"valueCodeableConcept": coded(SNOMED, "260385009")}, "normal"),
        ({"valueString": "no paraprotein seen"}, None),
        ({}, None),
    ],
)
def test_results_without_numbers(events: Events, fields: dict[str, Any], result: str | None) -> None:
    (row,) = events(observation(LOINC, "12851-2", **fields))
    assert (row["concept"], row["status"], row["result"]) == ("spep", "final", result)


@pytest.mark.parametrize(("reason", "status"), [("not-performed", "cancelled"), ("temp-unknown", "final")])
def test_a_missing_number_is_never_a_normal_one(events: Events, reason: str, status: str) -> None:
    (row,) = events(observation(LOINC, "4537-7", dataAbsentReason=coded(ABSENT, reason)))
    assert (row["status"], row["value"], row["result"]) == (status, None, None)


def test_components_are_read_and_the_panel_is_not(events: Events) -> None:
    panel = observation(
        LOINC,
        "91148-7",
        component=[
            {"code": coded(LOINC, "75893-8"), "valueQuantity": quantity(7, "{score}")},
            {"code": coded(LOINC, "72514-3"), "valueInteger": 6},
        ],
    )
    rows = events(panel)
    assert only(rows, concept="peg_score")["value"] == 7
    assert only(rows, concept="pain_score")["value"] == 6


def test_a_panel_of_other_observations_is_no_result(events: Events) -> None:
    assert events(observation(LOINC, "58410-2", hasMember=[{"reference": "Observation/o2"}])) == []


def test_a_range_is_not_a_number(read: Reader) -> None:
    loaded = read(observation(LOINC, "72514-3", valueRange={"low": quantity(4), "high": quantity(6)}))
    assert [held.column for held in loaded.report.held_back] == ["value"]
