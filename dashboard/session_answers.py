"""What a reader has answered on the page, as events of the panel, until there is a log to keep them.

An answer counts on the day that the reader looks at. It stands after whatever the source says of that
day, because the reader has seen the source and the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pathways.panel import EVENTS, Panel

SOURCE = "team"
SOURCE_REF = "answered on the page"
PRESENT, ABSENT, UNKNOWN = "present", "absent", "unknown"
_LAST_MOMENT = time(23, 59, 59, 999999, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """One thing learnt of one person. ``day`` is the day of the event: today's, or that of an onset."""

    patient_id: str
    concept: str
    status: str
    day: date
    value: Decimal | None = None
    result: str | None = None

    def event(self) -> dict[str, Any]:
        """The row of ``EVENTS``; the same answer is the same row whenever it is given."""
        return dict.fromkeys(EVENTS.names) | {
            "patient_id": self.patient_id,
            "concept": self.concept,
            "date_first": self.day,
            "date_last": self.day,
            "status": self.status,
            "value": self.value,
            "result": self.result,
            "recorded_at": datetime.combine(self.day, _LAST_MOMENT),
            "source": SOURCE,
            "source_ref": SOURCE_REF,
        }


Answers = frozenset[Answer]
"""What was answered of one person."""


def with_answer(given: Sequence[Answer], answer: Answer) -> tuple[Answer, ...]:
    """The answers with a new one, which takes the place of an earlier one to the same question."""
    kept = [one for one in given if _question(one) != _question(answer)]
    return (*kept, answer)


def _question(answer: Answer) -> tuple[str, str, date]:
    return answer.patient_id, answer.concept, answer.day


def by_person(given: Iterable[Answer]) -> dict[str, Answers]:
    found: dict[str, Answers] = {}
    for answer in given:
        found[answer.patient_id] = found.get(answer.patient_id, frozenset()) | {answer}
    return found


def with_events(panel: Panel, given: Iterable[Answer]) -> Panel:
    """The same panel with the answers as events. The tables given are shared, not copied and not changed."""
    added = pa.Table.from_pylist([answer.event() for answer in given], EVENTS)
    return Panel(panel.patients, pa.concat_tables([panel.events, added]))


def copies(panel: Panel, wanted: Sequence[Answers]) -> Panel:
    """One person for each set of answers, named by its place: the person of the answers with these added."""
    owners = [next(iter(answers)).patient_id for answers in wanted]
    people = pa.array(sorted(set(owners)), pa.string())
    patients = panel.patients.filter(pc.is_in(panel.patients["patient_id"], people))
    events = panel.events.filter(pc.is_in(panel.events["patient_id"], people))
    names = pa.array([str(place) for place in range(len(wanted))], pa.string())
    row_of = {name: row for row, name in enumerate(patients["patient_id"].to_pylist())}
    rows_of: dict[str, list[int]] = {name: [] for name in row_of}
    for row, name in enumerate(events["patient_id"].to_pylist()):
        rows_of[name].append(row)
    taken = [row for owner in owners for row in rows_of[owner]]
    copied = [str(place) for place, owner in enumerate(owners) for _ in rows_of[owner]]
    added = [answer.event() | {"patient_id": str(place)} for place, answers in enumerate(wanted) for answer in answers]
    return Panel(
        _renamed(patients.take(pa.array([row_of[owner] for owner in owners], pa.int64())), names),
        pa.concat_tables(
            [
                _renamed(events.take(pa.array(taken, pa.int64())), pa.array(copied, pa.string())),
                pa.Table.from_pylist(added, EVENTS),
            ]
        ),
    )


def _renamed(table: pa.Table, names: pa.Array) -> pa.Table:
    return table.set_column(0, table.schema.field(0), names)
