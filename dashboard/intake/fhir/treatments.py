"""Procedures, prescriptions and care plans: what was tried, and what was only planned."""

from __future__ import annotations

from datetime import date, timedelta

from dashboard.intake.fhir.context import Context
from dashboard.intake.fhir.elements import Resource, codings, first, items, part, text
from dashboard.intake.fhir.events import REMOVED, Event, clock, event, reasons_of, status_of, usable
from dashboard.intake.fhir.mapping import mapping
from pathways.vocabulary import Concept

_DAYS = {"d": 1, "day": 1, "days": 1, "wk": 7, "week": 7, "weeks": 7}
_ELSEWHERE = "treatments are given for another stated reason and do not count for back pain"


def from_procedure(resource: Resource, context: Context) -> list[Event]:
    """What was done. A point in time is over on that day; a code that refers to a treatment only plans it."""
    read = context.read(part(resource, "code"))
    when = first(resource, "performedDateTime", "performedPeriod.start", "performedPeriod.end")
    ended = first(resource, "performedPeriod.end", "performedDateTime")
    elsewhere = context.given_for_another_reason(resource, reasons_of(resource))
    rows: list[Event] = []
    for concept in usable("Procedure", read.included, context):
        status = status_of(resource, "Procedure", concept, context)
        if status is None:
            continue
        if concept.kind == "treatment" and not concept.shown_only and elsewhere and status != REMOVED:
            context.remark(_ELSEWHERE)
            continue
        end = ended if concept.kind == "treatment" and status in ("completed", "stopped", "active") else ""
        rows.append(event(resource, concept, status=status, date=when, end_date=end))
    for concept in usable("Procedure", read.planned, context):
        stated = status_of(resource, "Procedure", concept, context)
        status = stated if stated in (REMOVED, "cancelled") else "planned"
        rows.append(event(resource, concept, status=status, date=when))
    return rows


def from_medication(resource: Resource, context: Context) -> list[Event]:
    """A MedicationRequest or MedicationStatement."""
    kind = text(resource, "resourceType")
    coded = {"coding": [{"system": a, "code": b, "display": c} for a, b, c in context.medication(resource)]}
    read = context.read(coded)
    if resource.get("doNotPerform") is True:
        context.remark("prescriptions say that the drug is not to be taken")
        return []
    elsewhere = context.given_for_another_reason(resource, reasons_of(resource))
    rows: list[Event] = []
    for concept in usable(kind, read.included, context):
        status = status_of(resource, kind, concept, context)
        if status is None:
            continue
        if status != REMOVED and elsewhere and not concept.shown_only:
            context.remark(_ELSEWHERE)
            continue
        if text(resource, "intent") in mapping().not_orders and status in ("active", "completed", "stopped"):
            status = "planned"
        rows.append(_drug(resource, concept, status))
    return rows


def _drug(resource: Resource, concept: Concept, status: str) -> Event:
    dosage = next(iter(items(resource, "dosageInstruction")), {})
    bounds = part(part(part(dosage, "timing"), "repeat"), "boundsPeriod")
    when = (
        first(resource, "effectiveDateTime", "effectivePeriod.start")
        or text(bounds, "start")
        or first(resource, "authoredOn", "dateAsserted")
    )
    ended = first(resource, "effectivePeriod.end") or text(bounds, "end")
    if not ended and status == "completed":
        ended = _supplied_until(resource, when)
    recorded = clock(first(resource, "authoredOn", "dateAsserted"))
    return event(resource, concept, status=status, date=when, end_date=ended, recorded_at=recorded)


def _supplied_until(resource: Resource, when: str) -> str:
    """The last day of a single supply; blank where it may be repeated or its length in days is not known."""
    dispense = part(resource, "dispenseRequest")
    supply = part(dispense, "expectedSupplyDuration")
    days = _DAYS.get(first(supply, "code", "unit"))
    amount = text(supply, "value").removesuffix(".0")
    if days is None or not amount.isdigit() or text(dispense, "numberOfRepeatsAllowed") not in ("", "0"):
        return ""
    try:
        return (date.fromisoformat(when[:10]) + timedelta(days=days * int(amount))).isoformat()
    except (ValueError, OverflowError):
        return ""


def from_care_plan(resource: Resource, context: Context) -> list[Event]:
    """Its activities are plans, whatever became of them: what was done stands in procedures."""
    elsewhere = context.given_for_another_reason(resource, [])
    rows: list[Event] = []
    for activity in items(resource, "activity"):
        detail = part(activity, "detail")
        if not codings(part(detail, "code")):
            continue
        read = context.read(part(detail, "code"))
        when = first(detail, "scheduledPeriod.start") or first(resource, "period.start", "created")
        for concept in usable("CarePlan", (*read.included, *read.planned), context):
            status = status_of(resource, "CarePlan", concept, context)
            if status is None:
                continue
            if elsewhere and status != REMOVED:
                context.remark(_ELSEWHERE)
                continue
            if text(detail, "status") in mapping().cancelled_activity:
                status = "cancelled"
            rows.append(event(resource, concept, status=status, date=when))
    return rows
