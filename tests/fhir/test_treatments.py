"""What was tried, what was only planned, and what was given for something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.fhir.conftest import Reader
from tests.fhir.resources import ICD, RXNORM, SNOMED, Json, about, coded, condition, only

Events = Callable[..., list[dict[str, Any]]]


def prescription(code: str = "5640", status: str = "active", **fields: Json) -> dict[str, Any]:
    fields.setdefault("authoredOn", "2026-04-01T09:00:00Z")
    return about(
        "MedicationRequest",
        fields.pop("id", "m1"),
        status=status,
        intent=fields.pop("intent", "order"),
        medicationCodeableConcept=coded(RXNORM, code),
        **fields,
    )


def procedure(code: str, status: str = "completed", **fields: Json) -> dict[str, Any]:
    return about("Procedure", fields.pop("id", "p1"), status=status, code=coded(SNOMED, code), **fields)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("active", "active"), ("completed", "completed"), ("stopped", "stopped"), ("on-hold", "stopped"),
        ("cancelled", "cancelled"), ("draft", "planned"),
    ],
)  # fmt: skip
def test_prescriptions(events: Events, word: str, status: str) -> None:
    (row,) = events(prescription(status=word))
    assert (row["concept"], row["status"], row["date_last"]) == ("nsaid", status, date(2026, 4, 1))
    assert row["end_date"] is None


def test_a_proposal_is_a_plan(events: Events) -> None:
    (row,) = events(prescription(intent="proposal"))
    assert row["status"] == "planned"


def test_what_must_not_be_taken_is_not_taken(events: Events) -> None:
    assert events(prescription(doNotPerform=True)) == []


def test_a_combination_is_both(events: Events) -> None:
    assert {row["concept"] for row in events(prescription("856987"))} == {"analgesic", "opioid"}


@pytest.mark.parametrize(
    ("status", "repeats", "end"),
    [("completed", 0, date(2026, 4, 11)), ("completed", 2, None), ("stopped", 0, None), ("active", 0, None)],
)
def test_a_finished_supply_ends_only_a_completed_course(
    events: Events, status: str, repeats: int, end: date | None
) -> None:
    dispense = {"expectedSupplyDuration": {"value": 10, "code": "d"}, "numberOfRepeatsAllowed": repeats}
    (row,) = events(prescription(status=status, dispenseRequest=dispense))
    assert row["end_date"] == end


def test_stated_bounds_are_the_course(events: Events) -> None:
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": "2026-04-03", "end": "2026-05-01"}}}}
    (row,) = events(prescription(status="completed", dosageInstruction=[bounds]))
    assert (row["date_last"], row["end_date"]) == (date(2026, 4, 3), date(2026, 5, 1))


def test_a_statement_has_its_own_period(events: Events) -> None:
    (row,) = events(
        about(
            "MedicationStatement",
            "s1",
            status="stopped",
            medicationReference={"reference": "#drug"},
            contained=[{"resourceType": "Medication", "id": "drug", "code": coded(RXNORM, "161")}],
            effectivePeriod={"start": "2026-02", "end": "2026-03"},
        )
    )
    assert (row["concept"], row["status"]) == ("analgesic", "stopped")
    assert (row["date_first"], row["end_date"]) == (date(2026, 2, 1), date(2026, 3, 31))


REASONS = [
    (SNOMED, "278860009", 1),  # back pain
    (SNOMED, "82423001", 1),  # chronic pain, site not said
    (ICD, "M54.16", 1),
    (SNOMED, "10509002", 0),  # acute bronchitis
    (SNOMED, "239873007", 0),  # osteoarthritis of the knee
]


@pytest.mark.parametrize(("system", "code", "count"), REASONS)
@pytest.mark.parametrize("written", ["code", "reference"])
def test_given_for_another_reason_is_not_counted(
    read: Reader, system: str, code: str, count: int, written: str
) -> None:
    reason = (
        {"reasonCode": [coded(system, code)]}
        if written == "code"
        else {"reasonReference": [{"reference": "Condition/why"}]}
    )
    loaded = read(prescription(**reason), condition(system, code, id="why", onsetDateTime="2026-03-01"))
    drugs = [row for row in loaded.panel.events.to_pylist() if row["concept"] == "nsaid"]
    assert len(drugs) == count
    assert any("another stated reason" in notice for notice in loaded.report.notices) == (not count)


@pytest.mark.parametrize(
    "reason",
    [{}, {"reasonCode": [{"text": "cold"}]}, {"reasonReference": [{"reference": "Condition/nowhere"}]}],
)
def test_without_a_coded_reason_it_counts(events: Events, reason: dict[str, Any]) -> None:
    assert [row["concept"] for row in events(prescription(**reason))] == ["nsaid"]


def test_a_session_is_over_on_its_day(events: Events) -> None:
    (row,) = events(procedure("229064008", performedDateTime="2026-04-07T10:00:00+02:00"))
    assert (row["concept"], row["status"]) == ("physiotherapy", "completed")
    assert row["date_last"] == row["end_date"] == date(2026, 4, 7)


def test_a_course_without_an_end_has_none(events: Events) -> None:
    (row,) = events(procedure("229064008", "in-progress", performedPeriod={"start": "2026-04-07"}))
    assert (row["status"], row["end_date"]) == ("active", None)


def test_a_session_that_did_not_happen(events: Events) -> None:
    (row,) = events(procedure("229064008", "not-done", performedDateTime="2026-04-07"))
    assert row["status"] == "cancelled"


def test_a_referral_for_therapy_is_a_plan_however_completed(events: Events) -> None:
    (row,) = events(procedure("444831000124102", performedDateTime="2026-04-07"))
    assert (row["concept"], row["status"]) == ("physiotherapy", "planned")


def test_a_care_plan_is_a_plan(events: Events) -> None:
    activity = [
        {"detail": {"status": "completed", "code": coded(SNOMED, "91251008")}},
        {"detail": {"status": "cancelled", "code": coded(SNOMED, "266694003")}},
    ]
    rows = events(
        about("CarePlan", "k", status="completed", period={"start": "2026-02-01"}, activity=activity)
    )
    assert only(rows, concept="physiotherapy")["status"] == "planned"
    assert only(rows, concept="heat_cold")["status"] == "cancelled"


def test_rehabilitation_and_sprain_plans_are_not_physiotherapy(events: Events) -> None:
    rows = events(
        procedure("52052004", performedDateTime="2026-04-07"),
        about("CarePlan", "k", status="active", category=[coded(SNOMED, "773513001")]),
    )
    assert rows == []
