"""Actions as events of the panel: there is one way to know that a scan was ordered, whoever said it.

What counts of a log, and the rows that each action is; ``dashboard.recorded_answers`` puts them into the panel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from dashboard.actions import corrections, models
from dashboard.actions.records import Recorded
from dashboard.actions.rules import ORDERABLE, PAIN
from pathways.panel import EVENTS, RESULT_STATUSES
from pathways.vocabulary import concepts

SOURCE = "team"
FINAL = RESULT_STATUSES[0]


def standing(log: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """What counts: every action but those undone or replaced and the undoing itself, in the order of each person.

    An undoing that was undone does not count either, so what it undid counts again; so with an answer that
    replaced another. What that one had replaced before stays replaced.
    """
    gone: set[UUID] = set()
    kept: list[Recorded] = []
    every = sorted(log, key=lambda one: (one.patient_id, one.version), reverse=True)
    by_id = {one.action_id: one for one in every}
    for one in every:
        if one.action_id in gone:
            continue
        if isinstance(one.action, models.Undone):
            gone.add(one.action.action)
        else:
            kept.append(one)
            gone |= {before.action_id for before in _replaced(one, by_id)}
    return tuple(reversed(kept))


def _replaced(one: Recorded, by_id: Mapping[UUID, Recorded]) -> Iterator[Recorded]:
    """The answer that this one replaces, the one that that one had replaced, and so on to the first.

    Nothing replaces what is not an earlier answer of the same person to the same question.
    """
    while isinstance(one.action, models.Answered) and one.action.replaces is not None:
        before = by_id.get(one.action.replaces)
        if before is None or not one.action.of_same_question(before.action):
            return
        if before.patient_id != one.patient_id or before.version >= one.version:
            return
        yield before
        one = before


def rows(one: Recorded) -> Iterator[dict[str, Any]]:
    """The rows of ``EVENTS`` that one action is; none where it says nothing of the body."""
    base = dict.fromkeys(EVENTS.names) | {
        "patient_id": one.patient_id,
        "date_first": one.action.on,
        "date_last": one.action.on,
        "recorded_at": one.recorded_at,
        "source": SOURCE,
        "source_ref": ref(one),
    }
    match one.action:
        case models.Answered() as said:
            if is_correction(said):
                return
            yield base | {
                "concept": said.concept, "status": said.status, "value": said.value, "result": said.result,
            }  # fmt: skip
        case models.PainScored(score=score):
            yield base | {"concept": PAIN, "status": FINAL, "value": score}
        case models.Overridden() | models.Snoozed() | models.Assigned() | models.Note() | models.Undone():
            return
        case orders:
            for concept in orders.concepts:
                if concepts()[concept].kind in ORDERABLE:
                    yield base | {"concept": concept} | _order(orders, concept)


def _order(action: models.OfOrders, concept: str) -> dict[str, Any]:
    match action:
        case models.Ordered() | models.Referred():
            return {"status": "ordered"}
        case models.Booked(appointment=day):
            return {"status": "booked", "end_date": day}
        case models.Performed():
            return {"status": "performed"}
        case models.Accepted():
            return {"status": "accepted"}
        case models.Declined(reason=reason):
            return {"status": "cancelled", "note": f"declined: {reason}"}
        case models.ResultSeen(result=None, value=None, on=day, up_to=shown):
            newest = min(day, (shown or {}).get(concept, day))
            return {"status": "reviewed", "date_first": newest, "date_last": newest}
        case models.ResultSeen(result=result, value=value, on=day):
            return {"status": FINAL, "result": result, "value": value, "reviewed_on": day}


def ref(one: Recorded) -> str:
    """Where it comes from, as the row of an event says it."""
    return f"recorded by {one.by.name}"


def is_correction(said: models.Answered) -> bool:
    """Whether the answer changes a row that is there, instead of adding one."""
    return said.course is not None or said.concept in (corrections.BIRTH_DATE, corrections.SEX)
