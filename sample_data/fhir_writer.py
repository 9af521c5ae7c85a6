"""Rows of the contract as FHIR R4, such that reading them again gives the same panel.

Each row becomes the resource a clinical system would use for it, with a code that others know where the code
lists name one. What R4 has no field for travels in extensions ``urn:backstop:column:<column>``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TextIO

from pathways.codes import OWN_SYSTEM, standard_code
from pathways.vocabulary import Concept, concepts

Row = Mapping[str, str]
Resource = dict[str, Any]
Built = tuple[Resource, set[str]]
"""A resource and the columns that it carries without an extension."""

COLUMN_URL = "urn:backstop:column:"
_PATIENT_ID = "urn:backstop:patient-id"
_BASE = "https://backstop.invalid/fhir/"
_BLANK = "blank"  # a FHIR string cannot be empty
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?)", re.ASCII)
_UCUM = {
    "g/L": "g/L", "g/dL": "g/dL", "mm/h": "mm/h", "mPa.s": "mPa.s", "mg/L": "mg/L", "mg/dL": "mg/dL",
    "mmol/L": "mmol/L", "U/L": "U/L", "umol/L": "umol/L", "10^9/L": "10*9/L", "10^3/uL": "10*3/uL",
    "ug/L": "ug/L", "ng/mL": "ng/mL", "kg": "kg", "lb": "[lb_av]", "degC": "Cel", "degF": "[degF]",
    "ratio": "{ratio}", "0-10": "{score}", "%": "%",
}  # fmt: skip

_REMOVED = "entered-in-error"
_AS_IT_IS = ("registered", "preliminary", "final", "amended", "corrected", "cancelled", _REMOVED)
_ORDER = {
    "ordered": "active", "performed": "completed", "seen": "completed", "cancelled": "revoked",
    _REMOVED: _REMOVED,
}  # fmt: skip
_DONE = {
    "planned": "preparation", "active": "in-progress", "completed": "completed", "stopped": "stopped",
    "cancelled": "not-done", _REMOVED: _REMOVED,
}  # fmt: skip
_TAKEN = {
    "planned": "intended", "active": "active", "completed": "completed", "stopped": "stopped",
    "cancelled": "not-taken", _REMOVED: _REMOVED,
}  # fmt: skip


def write_fhir(
    patients: Iterable[Row], events: Iterable[Row], path: Path, *, form: Literal["bundle", "ndjson"]
) -> None:
    """Write both tables, given as rows of text under the contract's column names.

    ``bundle``: one file ``path``. ``ndjson``: one file per resource type in the folder ``path``. Nothing is
    held in memory.
    """
    resources = _resources(patients, events)
    if form == "bundle":
        with path.open("w", encoding="utf-8") as file:
            _write_bundle(resources, file)
        return
    path.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        files: dict[str, TextIO] = {}
        for resource in resources:
            kind = resource["resourceType"]
            if kind not in files:
                files[kind] = opened.enter_context((path / f"{kind}.ndjson").open("w", encoding="utf-8"))
            files[kind].write(_json(resource) + "\n")


def _write_bundle(resources: Iterable[Resource], file: TextIO) -> None:
    file.write('{"resourceType":"Bundle","type":"collection","entry":[')
    for number, resource in enumerate(resources):
        entry = {"fullUrl": f"{_BASE}{resource['resourceType']}/{resource['id']}", "resource": resource}
        file.write((",\n" if number else "\n") + _json(entry))
    file.write("\n]}\n")


def _json(value: Resource) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _resources(patients: Iterable[Row], events: Iterable[Row]) -> Iterator[Resource]:
    for row in patients:
        yield _patient(row)
    for number, row in enumerate(events, start=1):
        yield _event(row, number)


def _fhir_id(patient_id: str) -> str:
    if _ID.fullmatch(patient_id):
        return patient_id
    return "p-" + hashlib.sha256(patient_id.encode()).hexdigest()[:40]


def _patient(row: Row) -> Resource:
    resource: Resource = {"resourceType": "Patient", "id": _fhir_id(row["patient_id"])}
    carried = {"patient_id", "name", "site", "clinician"}
    if resource["id"] != row["patient_id"]:
        resource["identifier"] = [{"system": _PATIENT_ID, "value": row["patient_id"]}]
    if row.get("name"):
        resource["name"] = [{"use": "official", "text": row["name"]}]
    for column, field in (("birth_date", "birthDate"), ("deceased_on", "deceasedDateTime")):
        if _DATE.fullmatch(row.get(column) or ""):
            resource[field] = row[column]
            carried.add(column)
    if row.get("sex") in ("female", "male", "other", "unknown"):
        resource["gender"] = row["sex"]
        carried.add("sex")
    if row.get("clinician"):
        resource["generalPractitioner"] = [{"display": row["clinician"]}]
    if row.get("site"):
        resource["managingOrganization"] = {"display": row["site"]}
    return _with_the_rest(resource, row, carried)


def _with_the_rest(resource: Resource, row: Row, carried: set[str]) -> Resource:
    rest = {column: text for column, text in row.items() if text and column not in carried}
    if "status" not in carried and "concept" in row:
        rest["status"] = row.get("status") or _BLANK
    if rest:
        resource["extension"] = [
            {"url": COLUMN_URL + column, "valueString": text} for column, text in sorted(rest.items())
        ]
    return resource


def _event(row: Row, number: int) -> Resource:
    concept = concepts()[row["concept"]]
    resource, carried = _built(row, concept)
    kind = resource["resourceType"]
    resource["id"] = f"e{number}"
    person = {"reference": f"Patient/{_fhir_id(row['patient_id'])}"}
    resource["for" if kind == "Task" else "subject"] = person
    if row.get("note") and kind != "DiagnosticReport":  # it has no such field
        resource["note"] = [{"text": row["note"]}]
        carried.add("note")
    return _with_the_rest(resource, row, carried | {"patient_id", "concept"})


def _built(row: Row, concept: Concept) -> Built:
    status = row.get("status") or ""
    if concept.kind == "finding":
        return _condition(row, concept) if status == "present" else _answer(row, concept)
    if concept.kind == "treatment":
        return _treatment(row, concept)
    if concept.kind == "referral":
        return _task(row, concept, "accepted") if status == "accepted" else _order(row, concept)
    if not row.get("value") and not row.get("result"):
        if status in ("ordered", "booked") or (status == "performed" and concept.kind != "imaging"):
            return _order(row, concept)
        if status == "reviewed":
            return _task(row, concept, "completed")
        if status == "performed":
            return _images(row, concept)
    return _report(row, concept) if concept.kind == "imaging" else _measurement(row, concept)


def _coded(concept: Concept) -> Resource:
    system, code = standard_code(concept.id) or (OWN_SYSTEM, concept.id)
    return {"coding": [{"system": system, "code": code}], "text": concept.label}


def _own_code(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _dated(resource: Resource, row: Row, field: str, column: str = "date") -> set[str]:
    """Set a date field where the row has one; the column that is carried so."""
    if row.get(column):
        resource[field] = row[column]
        return {column}
    return set()


def _recorded(resource: Resource, row: Row, field: str) -> set[str]:
    """A dated row's time of recording; without a date it would be read as the date."""
    moment = row.get("recorded_at") or ""
    if row.get("date") and _INSTANT.fullmatch(moment):
        resource[field] = moment
        return {"recorded_at"}
    return set()


def _condition(row: Row, concept: Concept) -> Built:
    ended = concept.episode and bool(row.get("end_date"))
    base = "http://terminology.hl7.org/CodeSystem/condition-"
    resource: Resource = {
        "resourceType": "Condition",
        "clinicalStatus": _own_code(base + "clinical", "resolved" if ended else "active"),
        "verificationStatus": _own_code(base + "ver-status", "confirmed"),
        "code": _coded(concept),
    }
    carried = {"status"} | _dated(resource, row, "onsetDateTime") | _recorded(resource, row, "recordedDate")
    if ended:
        carried |= _dated(resource, row, "abatementDateTime", "end_date")
    return resource, carried


def _answer(row: Row, concept: Concept) -> Built:
    status = row.get("status")
    resource: Resource = {"resourceType": "Observation", "status": "final", "code": _coded(concept)}
    if status == "absent":
        resource["valueBoolean"] = False
    elif status == _REMOVED:
        resource["status"] = _REMOVED
    else:
        reason = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
        resource["dataAbsentReason"] = _own_code(reason, "unknown")
    carried = _dated(resource, row, "effectiveDateTime") | _recorded(resource, row, "issued")
    return resource, carried | ({"status"} if status in ("absent", "unknown", _REMOVED) else set())


def _measurement(row: Row, concept: Concept) -> Built:
    status = row.get("status") or ""
    resource: Resource = {
        "resourceType": "Observation",
        "status": status if status in _AS_IT_IS else "unknown",
        "code": _coded(concept),
    }
    carried = _dated(resource, row, "effectiveDateTime") | _recorded(resource, row, "issued")
    quantity = _quantity(row.get("value") or "", row.get("unit") or "")
    if quantity and concept.units and not concept.result_only:
        resource["valueQuantity"] = quantity
        carried |= {"value", "unit"}
        limits = {
            side: _quantity(row.get(f"reference_{side}") or "", row.get("unit") or "")
            for side in ("low", "high")
        }
        known = {side: limit for side, limit in limits.items() if limit and "comparator" not in limit}
        if known:
            resource["referenceRange"] = [known]
            carried |= {f"reference_{side}" for side in known}
    elif row.get("result") in ("normal", "abnormal"):
        system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
        resource["interpretation"] = [_own_code(system, "N" if row["result"] == "normal" else "A")]
        carried.add("result")
    return resource, carried | ({"status"} if status in _AS_IT_IS else set())


def _quantity(text: str, unit: str) -> Resource:
    """A Quantity; empty where the number cannot be carried exactly."""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return {}
    comparator, digits = found.groups()
    number: int | float = float(digits) if "." in digits else int(digits)
    if Decimal(repr(number)) != Decimal(digits):
        return {}
    quantity: Resource = {"value": number}
    if comparator:
        quantity["comparator"] = comparator
    if unit:
        quantity["unit"] = unit
    if unit in _UCUM:
        quantity |= {"system": "http://unitsofmeasure.org", "code": _UCUM[unit]}
    return quantity


def _report(row: Row, concept: Concept) -> Built:
    status = row.get("status") or ""
    resource: Resource = {
        "resourceType": "DiagnosticReport",
        "status": status if status in _AS_IT_IS else "unknown",
        "code": _coded(concept),
    }
    carried = _dated(resource, row, "effectiveDateTime") | _recorded(resource, row, "issued")
    if row.get("result"):
        resource["conclusionCode"] = [_own_code("urn:backstop:result", row["result"])]
        carried.add("result")
    return resource, carried | ({"status"} if status in _AS_IT_IS else set())


def _images(row: Row, concept: Concept) -> Built:
    resource: Resource = {
        "resourceType": "ImagingStudy",
        "status": "available",
        "procedureCode": [_coded(concept)],
    }
    return resource, {"status"} | _dated(resource, row, "started")


def _order(row: Row, concept: Concept) -> Built:
    status = row.get("status") or ""
    resource: Resource = {
        "resourceType": "ServiceRequest",
        "status": _ORDER.get(status, "active"),
        "intent": "order",
        "code": _coded(concept),
    }
    return resource, _dated(resource, row, "authoredOn") | ({"status"} if status in _ORDER else set())


def _task(row: Row, concept: Concept, fate: str) -> Built:
    reviewed = row.get("status") == "reviewed"
    resource: Resource = {
        "resourceType": "Task",
        "status": fate,
        "intent": "order",
        "code": _own_code("urn:backstop:status", row["status"]),
        "input": [{"type": {"text": "concerns"}, "valueCodeableConcept": _coded(concept)}],
    }
    if row.get("date"):
        resource["executionPeriod"] = {"end" if reviewed else "start": row["date"]}
    return resource, {"status", "date"}


def _treatment(row: Row, concept: Concept) -> Built:
    status = row.get("status") or ""
    code = _coded(concept)
    drug = code["coding"][0]["system"].endswith("/atc")
    words = _TAKEN if drug else _DONE
    resource: Resource = {
        "resourceType": "MedicationStatement" if drug else "Procedure",
        "status": words.get(status, "unknown"),
        "medicationCodeableConcept" if drug else "code": code,
    }
    period: Resource = {}
    carried = _dated(period, row, "start")
    if status in ("active", "completed", "stopped"):
        carried |= _dated(period, row, "end", "end_date")
    if period:
        resource["effectivePeriod" if drug else "performedPeriod"] = period
    return resource, carried | ({"status"} if status in words else set())
