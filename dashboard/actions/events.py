"""Actions as events of the panel: there is one way to know that a scan was ordered, whoever said it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.actions import corrections, models
from dashboard.actions.records import Recorded
from dashboard.actions.rules import ORDERABLE, PAIN
from pathways.panel import EVENTS, RESULT_STATUSES, Panel
from pathways.vocabulary import concepts

SOURCE = "team"
FINAL = RESULT_STATUSES[0]


def standing(log: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """What counts: every action but those undone or replaced and the undoing itself, in the order of each person.

    An undoing that was undone does not count either, so what it undid counts again; so with an answer that
    replaced another.
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
            if isinstance(one.action, models.Answered) and one.action.replaces is not None:
                gone.add(one.action.replaces)
    return tuple(reversed(kept))


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


@dataclass(frozen=True)
class Corrected:
    """An answer of the log as the change of a row."""

    patient_id: str
    said: models.Answered
    by: str

    def of_person(self) -> dict[str, Any]:
        if self.said.course is not None:
            return {}
        return corrections.of_person(self.said.concept, self.said.on, self.said.last, self.said.result)

    def of_course(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return corrections.of_course(self.said.course, self.said.status, self.said.on, event, self.by)


def changes(log: Iterable[Recorded]) -> tuple[Corrected, ...]:
    """Every change of a row that counts: of one question of a person the latest."""
    found: dict[object, Corrected] = {}
    for one in standing(log):
        said = one.action
        if isinstance(said, models.Answered) and is_correction(said):
            found[one.patient_id, said.concept, said.course] = Corrected(one.patient_id, said, ref(one))
    return tuple(found.values())


def table(log: Iterable[Recorded]) -> pa.Table:
    """Everything that counts, as a table of events."""
    return pa.Table.from_pylist([row for one in standing(log) for row in rows(one)], EVENTS)


def with_actions(panel: Panel, log: Iterable[Recorded]) -> Panel:
    """The panel with what its team did. Actions of people who are not in it wait until they are."""
    done = list(log)
    added, told = table(done), changes(done)
    known = pc.is_in(added["patient_id"], panel.patients["patient_id"].combine_chunks())
    events = corrections.corrected(panel.events, [one for one in told if one.said.course])
    return Panel(
        corrections.corrected(panel.patients, [one for one in told if not one.said.course]),
        pa.concat_tables([events, added.filter(known)]),
    )
