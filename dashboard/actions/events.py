"""Actions as events of the panel: there is one way to know that a scan was ordered, whoever said it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.actions import models
from dashboard.actions.records import Recorded
from dashboard.actions.rules import ORDERABLE, PAIN
from pathways.panel import EVENTS, RESULT_STATUSES, Panel
from pathways.vocabulary import concepts

SOURCE = "team"
FINAL = RESULT_STATUSES[0]


def standing(log: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """What counts: every action but those that were undone and the undoing itself, in the order of each person.

    An undoing that was undone does not count either, so what it undid counts again.
    """
    gone: set[UUID] = set()
    kept: list[Recorded] = []
    for one in sorted(log, key=lambda one: (one.patient_id, one.version), reverse=True):
        if one.action_id in gone:
            continue
        if isinstance(one.action, models.Undone):
            gone.add(one.action.action)
        else:
            kept.append(one)
    return tuple(reversed(kept))


def rows(one: Recorded) -> Iterator[dict[str, Any]]:
    """The rows of ``EVENTS`` that one action is; none where it says nothing of the body."""
    base = dict.fromkeys(EVENTS.names) | {
        "patient_id": one.patient_id,
        "date_first": one.action.on,
        "date_last": one.action.on,
        "recorded_at": one.recorded_at,
        "source": SOURCE,
        "source_ref": f"recorded by {one.by.name}",
    }
    match one.action:
        case models.Answered() as said:
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
                    yield base | {"concept": concept} | _order(orders)


def _order(action: models.OfOrders) -> dict[str, Any]:
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
        case models.ResultSeen(result=None):
            return {"status": "reviewed"}
        case models.ResultSeen(result=result, on=day):
            return {"status": FINAL, "result": result, "reviewed_on": day}


def table(log: Iterable[Recorded]) -> pa.Table:
    """Everything that counts, as a table of events."""
    return pa.Table.from_pylist([row for one in standing(log) for row in rows(one)], EVENTS)


def with_actions(panel: Panel, log: Iterable[Recorded]) -> Panel:
    """The panel with what its team did. Actions of people who are not in it wait until they are."""
    added = table(log)
    known = pc.is_in(added["patient_id"], panel.patients["patient_id"].combine_chunks())
    return Panel(panel.patients, pa.concat_tables([panel.events, added.filter(known)]))
