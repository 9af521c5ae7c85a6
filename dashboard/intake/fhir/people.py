"""Patients, and the newest visit that says where and with whom they are."""

from __future__ import annotations

from dashboard.intake.fhir.context import Context, Visit
from dashboard.intake.fhir.elements import (
    PATIENT_ID_SYSTEM,
    Resource,
    code_word,
    human_name,
    items,
    own_columns,
    part,
    text,
)
from dashboard.intake.fhir.mapping import mapping

_NOT_A_VISIT = ("planned", "cancelled", "entered-in-error")


def patient_id(resource: Resource) -> str:
    """The contract's id: the one we wrote ourselves, else the resource's."""
    for identifier in items(resource, "identifier"):
        if text(identifier, "system") == PATIENT_ID_SYSTEM:
            return text(identifier, "value")
    return text(resource, "id")


def from_patient(resource: Resource, context: Context) -> dict[str, str]:
    """The row of the patients table; site and clinician may still come from a visit."""
    doctors = items(resource, "generalPractitioner")
    deceased = text(resource, "deceasedDateTime")
    if not deceased and resource.get("deceasedBoolean") is True:
        deceased = "yes"
    row = {
        "patient_id": patient_id(resource),
        "name": human_name(resource),
        "birth_date": text(resource, "birthDate"),
        "sex": text(resource, "gender"),
        "deceased_on": deceased,
        "site": context.name_of(part(resource, "managingOrganization"), "Organization"),
        "clinician": next(filter(None, (context.name_of(one, "Practitioner") for one in doctors)), ""),
    }
    row.update(own_columns(resource))
    return row


def note_visit(resource: Resource, patient: str, context: Context) -> None:
    """Remember the newest visit up to the as-of date; of two at one time, the later in the alphabet."""
    start = text(part(resource, "period"), "start")
    if not start or text(resource, "status") in _NOT_A_VISIT or start[:10] > context.as_of.isoformat():
        return
    visit = Visit(start, _site(resource, context), _clinician(resource, context))
    known = context.visits.get(patient)
    if known is None or _order(visit) > _order(known):
        context.visits[patient] = visit


def _order(visit: Visit) -> tuple[str, str, str]:
    return visit.start[:19], visit.site, visit.clinician


def _site(resource: Resource, context: Context) -> str:
    provider = context.name_of(part(resource, "serviceProvider"), "Organization")
    if provider:
        return provider
    places = (context.name_of(part(one, "location"), "Location") for one in items(resource, "location"))
    return next(filter(None, places), "")


def _clinician(resource: Resource, context: Context) -> str:
    people = items(resource, "participant")
    first = [one for one in people if {code_word(kind) for kind in items(one, "type")} & _roles()]
    names = (context.name_of(part(one, "individual"), "Practitioner") for one in [*first, *people])
    return next(filter(None, names), "")


def _roles() -> set[str]:
    return set(mapping().clinician_roles)
