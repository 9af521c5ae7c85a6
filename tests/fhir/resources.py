"""FHIR resources for tests, each with just what it needs."""

from __future__ import annotations

from datetime import date
from typing import Any

AS_OF = date(2026, 6, 15)
SNOMED = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
OWN = "urn:backstop:concept"
Json = Any
Resource = dict[str, Any]


def coded(system: str, code: str, display: str = "") -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def patient(number: str = "a", **fields: Json) -> Resource:
    return {"resourceType": "Patient", "id": number, "birthDate": "1960-02-03", "gender": "female", **fields}


def about(kind: str, number: str, **fields: Json) -> Resource:
    """A resource about the patient ``a``."""
    return {"resourceType": kind, "id": number, "subject": {"reference": "Patient/a"}, **fields}


def condition(
    system: str, code: str, clinical: str = "active", verification: str = "confirmed", **fields: Json
) -> Resource:
    return about(
        "Condition",
        fields.pop("id", "c1"),
        clinicalStatus=coded("http://terminology.hl7.org/CodeSystem/condition-clinical", clinical),
        verificationStatus=coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", verification),
        code=coded(system, code),
        **fields,
    )


def observation(system: str, code: str, status: str = "final", **fields: Json) -> Resource:
    fields.setdefault("effectiveDateTime", "2026-06-01")
    return about("Observation", fields.pop("id", "o1"), status=status, code=coded(system, code), **fields)


def quantity(value: float, unit: str = "", **fields: Json) -> Resource:
    written = {"value": value, **fields}
    return written | ({"unit": unit, "code": unit, "system": "http://unitsofmeasure.org"} if unit else {})


def only(rows: list[Resource], **wanted: Json) -> Resource:
    """The one row that has these values."""
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, rows
    return found[0]
