"""One row of a Synthea table as the FHIR resource that says the same.

So that one set of rules decides what a code, a reason or a status means, whichever form a person comes in. A row
has no status: what is written down was recorded, and what has an end is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dashboard.intake.fhir.elements import Resource
from dashboard.intake.synthea.tables import layout


class Row(NamedTuple):
    """``cells`` by column; ``day`` is what the table's day column says; ``codes`` the table's own code system;
    ``as_of`` the as-of date as text."""

    cells: dict[str, str]
    day: str
    codes: str
    as_of: str

    def get(self, column: str) -> str:
        """The text of a column, blank where the table has none."""
        return self.cells.get(column, "").strip()


def code_of(row: Row) -> Resource:
    """What the row is about, as a CodeableConcept."""
    return _coded(row.get("system") or row.codes, row.get("code"), row.get("description"))


def _coded(system: str, code: str, display: str) -> Resource:
    """Without a code the words stand alone; they are counted and mean nothing."""
    address = layout().systems.get(system.casefold(), system)
    return {"coding": [{"system": address, "code": code, "display": display}]}


def _reasons(row: Row) -> list[Resource]:
    code = row.get("reasoncode")
    return [_coded("snomed-ct", code, row.get("reasondescription"))] if code else []


def _over(row: Row) -> bool:
    """Whether the row has an end that is not in the future."""
    return bool(row.get("stop")) and row.get("stop")[:10] <= row.as_of


def condition(row: Row) -> Resource:
    """A diagnosis, with its end."""
    return {
        "resourceType": "Condition",
        "code": code_of(row),
        "onsetDateTime": row.day,
        "abatementDateTime": row.get("stop"),
    }


def observation(row: Row) -> Resource:
    """A result. TYPE is not needed: a number is used as one, and words as they are."""
    value = row.get("value")
    found: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": code_of(row),
        "effectiveDateTime": row.day,
        "issued": row.day,
    }
    if value:
        found["valueQuantity"] = {"value": value, "unit": row.get("units"), "code": row.get("units")}
        found["valueString"] = value
    return found


def procedure(row: Row) -> Resource:
    """What was done."""
    stop = row.get("stop")
    when = {"performedPeriod": {"start": row.day, "end": stop}} if stop else {"performedDateTime": row.day}
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": code_of(row),
        "reasonCode": _reasons(row),
        **when,
    }


def medication(row: Row) -> Resource:
    """A prescription; without STOP it goes on."""
    return {
        "resourceType": "MedicationRequest",
        "status": "completed" if _over(row) else "active",
        "intent": "order",
        "medicationCodeableConcept": code_of(row),
        "reasonCode": _reasons(row),
        "authoredOn": row.day,
        "effectivePeriod": {"end": row.get("stop")},
    }


def care_plan(row: Row) -> Resource:
    """A plan. The export has one code for the whole plan and leaves its activities out."""
    reasons = _reasons(row)
    return {
        "resourceType": "CarePlan",
        "status": "active",
        "period": {"start": row.day},
        "activity": [{"detail": {"code": code_of(row)}}],
        "addresses": [{"reference": "#reason"}] if reasons else [],
        "contained": [{"id": "reason", "code": reason} for reason in reasons],
    }


def imaging_study(row: Row) -> Resource:
    """One series of images that were taken."""
    code = row.get("procedure_code")
    return {
        "resourceType": "ImagingStudy",
        "status": "available",
        "started": row.day,
        "procedureCode": [_coded(row.codes, code, "")] if code else [],
        "series": [
            {
                "bodySite": {"code": row.get("bodysite_code")},
                "modality": {"code": row.get("modality_code")},
            }
        ],
    }


def encounter(row: Row) -> Resource:
    """A visit, with where and with whom it was."""
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "period": {"start": row.day},
        "serviceProvider": {"reference": f"Organization/{row.get('organization')}"},
        "participant": [{"individual": {"reference": f"Practitioner/{row.get('provider')}"}}],
    }


AS_RESOURCE: dict[str, Callable[[Row], Resource]] = {
    "conditions": condition,
    "observations": observation,
    "procedures": procedure,
    "medications": medication,
    "careplans": care_plan,
    "imaging_studies": imaging_study,
}
