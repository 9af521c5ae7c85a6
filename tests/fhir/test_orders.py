"""Orders, bookings, reports and reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.fhir.conftest import Reader
from tests.fhir.resources import ICD, LOINC, OWN, SNOMED, Json, about, coded, observation, only, quantity

Events = Callable[..., list[dict[str, Any]]]
MRI = coded(LOINC, "24968-0")


def request(code: dict[str, Any], status: str = "active", **fields: Json) -> dict[str, Any]:
    fields.setdefault("authoredOn", "2026-05-01T08:00:00Z")
    intent = fields.pop("intent", "order")
    return about("ServiceRequest", fields.pop("id", "r1"), status=status, intent=intent, code=code, **fields)


def report(code: dict[str, Any], status: str = "final", **fields: Json) -> dict[str, Any]:
    fields.setdefault("effectiveDateTime", "2026-05-20")
    return about("DiagnosticReport", fields.pop("id", "d1"), status=status, code=code, **fields)


@pytest.mark.parametrize(
    ("code", "word", "status"),
    [
        (MRI, "active", "ordered"),
        (MRI, "on-hold", "ordered"),
        (MRI, "completed", "performed"),
        (MRI, "revoked", "cancelled"),
        (coded(OWN, "specialist_referral"), "active", "ordered"),
        (coded(OWN, "specialist_referral"), "completed", "seen"),
        (coded(OWN, "specialist_referral"), "revoked", "cancelled"),
        (coded(SNOMED, "91251008"), "active", "planned"),
        (coded(SNOMED, "91251008"), "completed", "planned"),
    ],
)
def test_service_requests(events: Events, code: dict[str, Any], word: str, status: str) -> None:
    (row,) = events(request(code, word))
    assert (row["status"], row["date_last"]) == (status, date(2026, 5, 1))


@pytest.mark.parametrize("fields", [{"intent": "proposal"}, {"doNotPerform": True}, {"status": "draft"}])
def test_what_orders_nothing(events: Events, fields: dict[str, Any]) -> None:
    assert events(request(MRI, **fields)) == []


def test_the_whole_set_of_bloods_can_be_ordered(events: Events) -> None:
    (row,) = events(request(coded(OWN, "bloods")))
    assert (row["concept"], row["status"]) == ("bloods", "ordered")


def test_a_blood_count_is_ordered_by_its_panel(events: Events) -> None:
    (row,) = events(request(coded(LOINC, "58410-2")))
    assert (row["concept"], row["status"]) == ("haemoglobin", "ordered")


@pytest.mark.parametrize(
    ("conclusion", "result"),
    [
        (coded(SNOMED, "17621005"), "negative"),
        (coded(SNOMED, "263654008"), "indeterminate"),
        (coded(SNOMED, "94222008"), "suspicious"),
        (coded(ICD, "C79.51"), "suspicious"),
        (coded("urn:backstop:result", "suspicious"), "suspicious"),
        (coded(SNOMED, "385669000"), None),
        ({"text": "suspicious for metastasis"}, None),
    ],
)
def test_what_a_report_concludes(events: Events, conclusion: dict[str, Any], result: str | None) -> None:
    (row,) = events(report(MRI, conclusionCode=[conclusion]))
    assert (row["concept"], row["status"], row["result"]) == ("mri_spine", "final", result)


def test_the_gravest_of_several_conclusions_counts(events: Events) -> None:
    both = [coded(SNOMED, "17621005"), coded(SNOMED, "94222008")]
    assert [row["result"] for row in events(report(MRI, conclusionCode=both))] == ["suspicious"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("registered", "registered"),
        ("partial", "preliminary"),
        ("appended", "amended"),
        ("corrected", "corrected"),
    ],
)
def test_report_statuses(events: Events, word: str, status: str) -> None:
    assert [row["status"] for row in events(report(MRI, word))] == [status]


def test_a_final_laboratory_report_leaves_its_numbers_to_the_observations(events: Events) -> None:
    rows = events(
        report(coded(LOINC, "58410-2"), result=[{"reference": "Observation/o1"}]),
        observation(LOINC, "718-7", valueQuantity=quantity(13, "g/dL"), effectiveDateTime="2026-05-20"),
    )
    assert [(row["status"], row["value"]) for row in rows] == [("final", 130)]


def test_a_preliminary_laboratory_report_is_in_progress(events: Events) -> None:
    rows = events(report(coded(LOINC, "58410-2"), "preliminary", result=[{"reference": "Observation/o1"}]))
    assert [(row["concept"], row["status"]) for row in rows] == [("haemoglobin", "preliminary")]


def study(**fields: Json) -> dict[str, Any]:
    return about("ImagingStudy", "i1", status="available", started="2026-05-10T12:00:00Z", **fields)


def test_images_that_were_taken_show_nothing_yet(events: Events) -> None:
    (row,) = events(study(procedureCode=[coded(LOINC, "24972-2")]))
    assert (row["concept"], row["status"], row["result"]) == ("xray_spine", "performed", None)


@pytest.mark.parametrize(
    ("machine", "site", "concepts"),
    [("CR", "421060004", ["xray_spine"]), ("US", "421060004", []), ("MR", "69536005", [])],
)
def test_uncoded_images_go_by_machine_and_site(
    events: Events, machine: str, site: str, concepts: list[str]
) -> None:
    series = [{"modality": {"code": machine}, "bodySite": {"system": SNOMED, "code": site}}]
    assert [row["concept"] for row in events(study(series=series))] == concepts


def task(**fields: Json) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "id": "t1",
        "intent": "order",
        "for": {"reference": "Patient/a"},
        "executionPeriod": {"end": "2026-06-02"},
        **fields,
    }


REVIEWED = coded("urn:backstop:status", "reviewed")


@pytest.mark.parametrize(
    "what",
    [
        {"focus": {"reference": "DiagnosticReport/d1"}},
        {"input": [{"type": {"text": "concerns"}, "valueCodeableConcept": MRI}]},
    ],
)
def test_a_completed_review(events: Events, what: dict[str, Any]) -> None:
    rows = events(report(MRI), task(status="completed", code=REVIEWED, **what))
    assert only(rows, status="reviewed")["date_last"] == date(2026, 6, 2)
    assert only(rows, status="reviewed")["concept"] == "mri_spine"


def test_a_review_that_is_not_completed_or_another_task_reviews_nothing(events: Events) -> None:
    focus = {"focus": {"reference": "DiagnosticReport/d1"}}
    rows = events(
        report(MRI),
        task(status="in-progress", code=REVIEWED, **focus),
        task(id="t2", status="completed", code=coded("http://example.org", "call"), **focus),
    )
    assert [row["status"] for row in rows] == ["final"]


@pytest.mark.parametrize(
    ("word", "status"), [("accepted", "accepted"), ("completed", "seen"), ("rejected", "cancelled")]
)
def test_the_fate_of_a_referral(events: Events, word: str, status: str) -> None:
    rows = events(
        request(coded(SNOMED, "199251000000107")),
        task(status=word, focus={"reference": "ServiceRequest/r1"}),
    )
    assert {row["status"] for row in rows} == {"ordered", status}
    assert {row["concept"] for row in rows} == {"suspected_cancer_referral"}


def test_an_appointment_is_a_booking(read: Reader) -> None:
    appointment = {
        "resourceType": "Appointment",
        "id": "b1",
        "status": "booked",
        "created": "2026-05-02",
        "start": "2026-06-20T09:00:00+01:00",
        "basedOn": [{"reference": "ServiceRequest/r1"}],
        "participant": [
            {"actor": {"reference": "Practitioner/x"}, "status": "accepted"},
            {"actor": {"reference": "Patient/a"}, "status": "accepted"},
        ],
    }
    rows = read(appointment, request(MRI)).panel.events.to_pylist()
    booked = only(rows, status="booked")
    assert (booked["concept"], booked["date_last"], booked["end_date"]) == (
        "mri_spine",
        date(2026, 5, 2),
        date(2026, 6, 20),
    )


def test_a_concept_in_a_resource_where_it_is_not_read_is_said(read: Reader) -> None:
    loaded = read(request(coded(OWN, "saddle_anaesthesia")))
    assert loaded.panel.events.num_rows == 0
    assert any("saddle_anaesthesia" in notice for notice in loaded.report.notices)
