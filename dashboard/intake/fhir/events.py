"""What every event has in common: its source, its status, its dates, and our own extensions."""

from __future__ import annotations

from dashboard.intake.cells import BadCell
from dashboard.intake.fhir.context import Context, Read
from dashboard.intake.fhir.elements import Resource, first, items, own_columns, text
from dashboard.intake.fhir.mapping import can_come_from, status_word
from dashboard.intake.words import words
from pathways.vocabulary import Concept, concepts

Event = dict[str, str]
"""One row of the contract's events table, as text."""
REMOVED = "entered-in-error"


def usable(resource_type: str, ids: tuple[str, ...], context: Context) -> list[Concept]:
    """The concepts that this type of resource can tell about; the others are counted."""
    found = []
    for concept_id in ids:
        if can_come_from(resource_type, concept_id):
            found.append(concepts()[concept_id])
        else:
            context.remark(f"name {concept_id} in a {resource_type}, where it is not read")
    return found


def is_removed(resource: Resource) -> bool:
    """Whether the source says that the resource was entered in error."""
    return text(resource, "status") in words().removed


def status_of(resource: Resource, resource_type: str, concept: Concept, context: Context) -> str | None:
    """Our status; None when there is no event to tell. Raises ``BadCell`` for a word that decides nothing."""
    if is_removed(resource):
        return REMOVED
    word = text(resource, "status")
    stated = dict(own_columns(resource)).get("status")
    if stated is not None:
        return stated
    found = status_word(resource_type, concept.id, word)
    if found is None:
        raise BadCell("status", word, f"does not say what became of it ({resource_type}); give its status")
    if not found:
        context.remark(f"{resource_type} with status {word} tell nothing yet or any more")
        return None
    return found


def event(resource: Resource, concept: Concept, **cells: str) -> Event:
    """One row; blank cells are left out, our own extensions win."""
    row = {name: value for name, value in cells.items() if value}
    row["concept"] = concept.id
    row |= where_and_noted(resource)
    row.update(own_columns(resource))
    return row


def where_and_noted(resource: Resource) -> Event:
    """The cells that say which resource it is and what was noted in it."""
    cells = {"source_ref": f"{text(resource, 'resourceType')}/{text(resource, 'id')}".rstrip("/")}
    if "note" in resource:  # seldom, and this is asked of every resource
        note = "; ".join(filter(None, (text(one, "text") for one in items(resource, "note"))))
        if note:
            cells["note"] = note
    return cells


def clock(moment: str) -> str:
    """A time for ``recorded_at``; blank when only a day is known."""
    return moment if "T" in moment else ""


def reasons_of(resource: Resource) -> list[Resource]:
    """The coded reasons written in a resource itself."""
    return items(resource, "reasonCode")


def planned_and_real(resource_type: str, read: Read, context: Context) -> tuple[list[Concept], list[Concept]]:
    """Treatments that are only planned by the code, and concepts that the code says happened."""
    return usable(resource_type, read.planned, context), usable(resource_type, read.included, context)


def date_of(resource: Resource, *paths: str) -> str:
    """The first date that is given."""
    return first(resource, *paths)
