"""Patients and their newest visit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.fhir.conftest import Reader
from tests.fhir.resources import AS_OF, Json, about, coded, patient


def visit(number: str, day: str, doctor: str, **fields: Json) -> dict[str, Any]:
    fields.setdefault("status", "finished")
    return about(
        "Encounter",
        number,
        period={"start": day},
        serviceProvider={"reference": "Organization/clinic"},
        participant=[{"individual": {"display": doctor}}],
        **fields,
    )


CLINIC = {"resourceType": "Organization", "id": "clinic", "name": "Hill Clinic"}


def test_name_birth_sex_and_death(read: Reader) -> None:
    person = patient(
        name=[{"use": "nickname", "text": "Bo"}, {"use": "official", "given": ["Ann", "B"], "family": "Low"}],
        birthDate="1958-04",
        gender="other",
        deceasedDateTime="2026-01-03T23:00:00-06:00",
    )
    (row,) = read(people=(person,)).panel.patients.to_pylist()
    assert (row["name"], row["sex"], row["deceased_on"]) == ("Ann B Low", "other", date(2026, 1, 3))
    assert (row["birth_first"], row["birth_last"]) == (date(1958, 4, 1), date(1958, 4, 30))


@pytest.mark.parametrize(("said", "day"), [(True, AS_OF), (False, None)])
def test_dead_without_a_date_is_dead_on_the_as_of_date(read: Reader, said: bool, day: date | None) -> None:
    (row,) = read(people=(patient(deceasedBoolean=said),)).panel.patients.to_pylist()
    assert row["deceased_on"] == day


def test_site_and_clinician_of_the_newest_visit_that_took_place(read: Reader) -> None:
    visits = (
        visit("e1", "2026-05-01T10:00:00Z", "Dr Old"),
        visit("e2", "2026-06-01T10:00:00Z", "Dr New"),
        visit("e3", "2026-06-10T10:00:00Z", "Dr Never", status="cancelled"),
        visit("e4", "2026-07-01T10:00:00Z", "Dr Later"),
    )
    (row,) = read(*visits, CLINIC).panel.patients.to_pylist()
    assert (row["site"], row["clinician"]) == ("Hill Clinic", "Dr New")


def test_the_own_practitioner_comes_first(read: Reader) -> None:
    person = patient(
        generalPractitioner=[{"reference": "Practitioner/gp"}],
        managingOrganization={"reference": "Organization/clinic"},
    )
    doctor = {"resourceType": "Practitioner", "id": "gp", "name": [{"given": ["Eve"], "family": "Gray"}]}
    loaded = read(visit("e1", "2026-05-01", "Dr Old"), CLINIC, doctor, people=(person,))
    (row,) = loaded.panel.patients.to_pylist()
    assert (row["site"], row["clinician"]) == ("Hill Clinic", "Eve Gray")


def test_the_attending_clinician_comes_before_others(read: Reader) -> None:
    seen = visit("e1", "2026-05-01", "Dr Helper")
    kind = [coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND")]
    seen["participant"].append({"individual": {"display": "Dr Chief"}, "type": kind})
    assert read(seen).panel.patients["clinician"].to_pylist() == ["Dr Chief"]


def test_a_patient_who_cannot_be_is_held_back_by_name(read: Reader) -> None:
    loaded = read(people=(patient(), patient("b", birthDate="1850-01-01")))
    assert [held.patient_id for held in loaded.report.held_back] == ["b"]
    assert loaded.panel.patients["patient_id"].to_pylist() == ["a"]
