"""Orders, bookings, reports, image studies and tasks: how far a test or referral has come."""

from __future__ import annotations

from dashboard.intake.fhir.context import Context
from dashboard.intake.fhir.elements import Resource, first, items, keys, part, reference, text
from dashboard.intake.fhir.events import REMOVED, Event, clock, event, status_of, usable
from dashboard.intake.fhir.mapping import mapping, status_group
from dashboard.intake.fhir.results import result_of
from pathways.vocabulary import Concept, concepts

_RESULTS = ("final", "amended", "corrected")


def from_service_request(resource: Resource, context: Context) -> list[Event]:
    """An order. A treatment that is ordered is planned; a proposal orders nothing."""
    read = context.read(part(resource, "code"))
    when = first(resource, "authoredOn", "occurrenceDateTime", "occurrencePeriod.start")
    done = first(resource, "occurrenceDateTime", "occurrencePeriod.end", "occurrencePeriod.start") or when
    proposal = text(resource, "intent") in mapping().not_orders or resource.get("doNotPerform") is True
    rows: list[Event] = []
    for concept in usable("ServiceRequest", (*read.included, *read.planned), context):
        status = status_of(resource, "ServiceRequest", concept, context)
        if status is None:
            continue
        if proposal and concept.kind != "treatment" and status != REMOVED:
            context.remark("service requests are proposals, not orders")
            continue
        day = done if status in ("performed", "seen") and done[:10] >= when[:10] else when
        rows.append(event(resource, concept, status=status, date=day, recorded_at=_if_same_day(when, day)))
    return rows


def _if_same_day(written: str, day: str) -> str:
    return clock(written) if written[:10] == day[:10] else ""


def from_report(resource: Resource, context: Context) -> list[Event]:
    """A report. Its numbers stand in Observations; here count its status and its conclusion."""
    read = context.read(part(resource, "code"))
    issued = text(resource, "issued")
    when = first(resource, "effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end") or issued
    rows: list[Event] = []
    for concept in usable("DiagnosticReport", read.included, context):
        status = status_of(resource, "DiagnosticReport", concept, context)
        if status is None:
            continue
        takes_result = concept.kind == "imaging" or concept.result_only
        result = result_of(concept, items(resource, "conclusionCode")) if takes_result else ""
        if status in _RESULTS and not result and concept.kind != "imaging" and items(resource, "result"):
            continue
        cells = {"date": when, "recorded_at": clock(issued), "result": result}
        rows.append(event(resource, concept, status=status, **cells))
    return rows


def from_imaging_study(resource: Resource, context: Context) -> list[Event]:
    """Images that were taken; what they show stands in the report."""
    procedures = items(resource, "procedureCode")
    ids = set(context.read(*procedures).included) if procedures else set()
    if not ids:
        ids = set(_by_series(resource))
    return [
        event(resource, concept, status=status, date=text(resource, "started"))
        for concept in usable("ImagingStudy", tuple(sorted(ids)), context)
        if (status := status_of(resource, "ImagingStudy", concept, context)) is not None
    ]


def _by_series(resource: Resource) -> list[str]:
    rules = mapping()
    return [
        rules.spine_machines[machine]
        for series in items(resource, "series")
        if text(part(series, "bodySite"), "code") in rules.spine_sites
        and (machine := text(part(series, "modality"), "code")) in rules.spine_machines
    ]


def focus_of(resource: Resource, context: Context) -> tuple[str, ...]:
    """The concepts a task or appointment is about: by its own codes, else by what it refers to."""
    coded = [part(one, "valueCodeableConcept") for one in items(resource, "input")]
    coded += items(resource, "serviceType")
    coded = [one for one in coded if one]
    if coded:
        return context.read(*coded).included
    holders = [part(resource, "focus"), *items(resource, "basedOn")]
    return context.concepts_of(tuple(reference(holder, "ServiceRequest") for holder in holders))


def from_task(resource: Resource, context: Context) -> list[Event]:
    """A completed review, or the fate of a referral."""
    review = bool(keys(part(resource, "code")) & set(mapping().reviewed))
    when = first(resource, "executionPeriod.end", "executionPeriod.start", "lastModified", "authoredOn")
    rows: list[Event] = []
    for concept in (concepts()[one] for one in focus_of(resource, context)):
        if review and status_group(concept.kind) == "test":
            if text(resource, "status") in ("completed", REMOVED):
                status = REMOVED if text(resource, "status") == REMOVED else "reviewed"
                rows.append(event(resource, concept, status=status, date=when, recorded_at=clock(when)))
        elif not review and concept.kind == "referral":
            fate = status_of(resource, "Task", concept, context)
            if fate is not None:
                rows.append(event(resource, concept, status=fate, date=when, recorded_at=clock(when)))
    return rows


def from_appointment(resource: Resource, context: Context) -> list[Event]:
    """A booking: made on the day it was created, for the day it starts."""
    start = text(resource, "start")
    created = text(resource, "created") or start
    rows: list[Event] = []
    for concept in usable("Appointment", focus_of(resource, context), context):
        status = status_of(resource, "Appointment", concept, context)
        if status is None:
            continue
        rows.append(_booking(resource, concept, status, created, start))
    return rows


def _booking(resource: Resource, concept: Concept, status: str, created: str, start: str) -> Event:
    if status in ("performed", "seen"):
        return event(resource, concept, status=status, date=start or created)
    end = start if status == "booked" else ""
    return event(resource, concept, status=status, date=created, end_date=end, recorded_at=clock(created))
