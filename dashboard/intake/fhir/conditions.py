"""Conditions and family histories: findings with a beginning and perhaps an end."""

from __future__ import annotations

from dashboard.intake.fhir.context import Context, Read
from dashboard.intake.fhir.elements import (
    Resource,
    code_word,
    first,
    items,
    own_columns,
    part,
    reference,
    text,
)
from dashboard.intake.fhir.events import REMOVED, Event, clock, event, is_removed
from dashboard.intake.fhir.mapping import mapping
from pathways.vocabulary import Concept, concepts


def from_condition(resource: Resource, context: Context) -> list[Event]:
    """A diagnosis. Refuted ones never count; unsure ones only raise the question, except symptoms."""
    rules = mapping()
    read = context.read(part(resource, "code"))
    verification = code_word(part(resource, "verificationStatus"))
    rows: list[Event] = []
    for concept in _findings(read.included, context):
        if verification == "entered-in-error" or is_removed(resource):
            rows.append(event(resource, concept, status=REMOVED))
        elif verification in rules.verification.never:
            context.remark("conditions are refuted and do not count")
        elif verification in rules.verification.unsure and concept.id not in rules.stated_when_unsure:
            rows.append(_unsure(resource, concept))
        else:
            rows += _stated(resource, concept, context)
    for concept in _findings(read.suspected, context):
        if verification not in rules.verification.never:
            rows.append(_unsure(resource, concept))
    return rows


def _findings(ids: tuple[str, ...], context: Context) -> list[Concept]:
    found = []
    for concept_id in ids:
        if concepts()[concept_id].kind == "finding":
            found.append(concepts()[concept_id])
        else:
            context.remark(f"name {concept_id} in a Condition, where it is not read")
    return found


def _began(resource: Resource) -> str:
    return first(resource, "onsetDateTime", "onsetPeriod.start", "recordedDate")


def _recorded(resource: Resource) -> str:
    return clock(text(resource, "recordedDate"))


def _unsure(resource: Resource, concept: Concept) -> Event:
    return event(resource, concept, status="unknown", date=_began(resource), recorded_at=_recorded(resource))


def _stated(resource: Resource, concept: Concept, context: Context) -> list[Event]:
    rules = mapping()
    began, recorded = _began(resource), _recorded(resource)
    closed = code_word(part(resource, "clinicalStatus")) in rules.closed
    ended = first(resource, "abatementDateTime", "abatementPeriod.end", "abatementPeriod.start")
    if ended and _closed_with_the_visit(resource, ended, context):
        context.remark("diagnoses were closed with the visit they were made in, which does not end the finding")
        ended, closed = "", False
    elif not ended and (closed or resource.get("abatementBoolean") is True):
        ended = _later(text(resource, "recordedDate"), began)
        closed = True
    if concept.episode:
        if closed and not ended:
            context.remark("conditions are over without any date and do not count")
            return []
        return [event(resource, concept, status="present", date=began, end_date=ended, recorded_at=recorded)]
    present = event(resource, concept, status="present", date=began, recorded_at=recorded)
    if not ended or concept.id in rules.stays or dict(own_columns(resource)):
        return [present]
    over = event(resource, concept, status="absent", date=ended)
    return [over] if ended[:10] == began[:10] else [present, over]


def _closed_with_the_visit(resource: Resource, ended: str, context: Context) -> bool:
    categories = {code_word(one) for one in items(resource, "category")}
    if not categories or not categories <= set(mapping().closed_with_the_visit):
        return False
    visit = reference(part(resource, "encounter"), "Encounter")
    return "T" in ended and bool(visit) and context.visit_end(visit) == ended


def _later(one: str, other: str) -> str:
    return one if one[:10] > other[:10] else other


def from_family_history(resource: Resource, context: Context) -> list[Event]:
    """What runs in the family; never the person's own disease. Undated histories count from the as-of date,
    as findings of a list without a date do."""
    if is_removed(resource):
        context.remark("family histories were entered in error and do not count")
        return []
    rules = mapping().family
    close = code_word(part(resource, "relationship")) in rules.first_degree
    when = first(resource, "date", "meta.lastUpdated") or context.as_of.isoformat()
    found: set[str] = set()
    for condition in items(resource, "condition"):
        read: Read = context.read(part(condition, "code"))
        found |= {rules.concepts[one] for one in read.included if one in rules.concepts}
        found |= set(read.relative) if close else set()
    return [event(resource, concepts()[one], status="present", date=when) for one in sorted(found)]
