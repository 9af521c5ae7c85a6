"""What a reader has answered on the page and what the team recorded, as the panel would say it.

An answer is kept in its session alone; what was recorded comes from the action log and is never changed here.

Most answers are events. Those count on the day that the reader looks at and stand after whatever the source
says of that day, because the reader has seen the source and the person. A birth date and a sex are no events:
they change the person's row. The end of a treatment changes the row of that treatment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.actions import corrections
from dashboard.actions.corrections import OVER, corrected, told
from dashboard.actions.models import Answered, Course
from dashboard.people import People
from pathways.panel import EVENTS, Panel
from pathways.vocabulary import concepts

SOURCE = "team"
SOURCE_REF = "answered on the page"
PRESENT, ABSENT, UNKNOWN = "present", "absent", "unknown"
_LAST_MOMENT = time(23, 59, 59, 999999, tzinfo=UTC)

Row = Mapping[str, Any]


One = TypeVar("One", bound="Answer | RecordedEvent")


@dataclass(frozen=True)
class Answer:
    """One thing learnt of one person.

    ``day`` is the day of the event: today's, that of an onset or of the end of ``course``; of a birth date the
    first day it can mean, with ``last`` the last where only the year is known.
    """

    patient_id: str
    concept: str
    status: str
    day: date
    value: Decimal | None = None
    result: str | None = None
    last: date | None = None
    course: Course | None = None

    def event(self) -> dict[str, Any] | None:
        """The row of ``EVENTS``, the same whenever it is given; None where the answer changes a row instead."""
        if self.course or self.of_person():
            return None
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

    def of_person(self) -> dict[str, Any]:
        """What it says of the person's row of ``PATIENTS``."""
        return {} if self.course else corrections.of_person(self.concept, self.day, self.last, self.result)

    def of_course(self, event: Row) -> dict[str, Any]:
        """What it changes in a row of ``EVENTS``: nothing but in that of its own treatment."""
        return corrections.of_course(self.course, self.status, self.day, event, SOURCE_REF)

    def recorded(self, replaces: UUID | None = None) -> Answered:
        """The same for the action log."""
        return Answered(
            on=self.day, concept=self.concept, status=self.status, value=self.value, result=self.result,
            last=self.last, course=self.course, replaces=replaces,
        )  # fmt: skip


@dataclass(frozen=True)
class RecordedEvent:
    """What stands in the action log: one row of ``EVENTS``, or an answer that changes a row (then ``row`` is None).

    ``said`` is the answer, where it is one; ``by`` says where it comes from.
    """

    patient_id: str
    row: tuple[tuple[str, Any], ...] | None
    said: Answer | None = None
    by: str = ""

    @property
    def course(self) -> Course | None:
        return self.said.course if self.said else None

    def event(self) -> dict[str, Any] | None:
        return dict(self.row) if self.row is not None else None

    def of_person(self) -> dict[str, Any]:
        return self.said.of_person() if self.said and self.row is None else {}

    def of_course(self, event: Row) -> dict[str, Any]:
        said = self.said
        return corrections.of_course(said.course, said.status, said.day, event, self.by) if said else {}


Known = Answer | RecordedEvent
Answers = frozenset[Known]
"""What is known of one person beside what was read."""


def with_answer(given: Sequence[One], answer: Answer) -> tuple[One | Answer, ...]:
    """The answers with a new one, which takes the place of an earlier one to the same question."""
    said = ((one, one if isinstance(one, Answer) else one.said) for one in given)
    return (*(one for one, before in said if before is None or question(before) != question(answer)), answer)


def question(answer: Answer) -> tuple[object, ...]:
    """A person has one birth date and one sex, a treatment one end, and the day on which the complaint began is the
    answer itself; anything else is asked anew each day.
    """
    if answer.course or answer.of_person() or is_onset(answer):
        return answer.patient_id, answer.concept, answer.course
    return answer.patient_id, answer.concept, answer.day


def is_onset(answer: Answer) -> bool:
    """Whether it says on which day a complaint began."""
    concept = concepts().get(answer.concept)
    return concept is not None and concept.episode


def by_person(given: Iterable[Known]) -> dict[str, Answers]:
    found: dict[str, Answers] = {}
    for answer in given:
        found[answer.patient_id] = found.get(answer.patient_id, frozenset()) | {answer}
    return found


def with_answers(panel: Panel, given: Iterable[Known]) -> Panel:
    """The same panel with the answers in it. The tables given are not changed."""
    answers = tuple(given)
    added = pa.Table.from_pylist([row for answer in answers if (row := answer.event())], EVENTS)
    return Panel(
        corrected(panel.patients, [answer for answer in answers if answer.of_person()]),
        pa.concat_tables([corrected(panel.events, [answer for answer in answers if answer.course]), added]),
    )


def copies(panel: People, wanted: Sequence[Answers]) -> Panel:
    """One person for each set of answers, named by its place: the person of the answers with these added."""
    owners = [next(iter(answers)).patient_id for answers in wanted]
    theirs = panel.part(owners)
    patients, events = theirs.patients, theirs.events
    row_of = {name: place for place, name in enumerate(patients["patient_id"].to_pylist())}
    rows_of: dict[str, list[int]] = {name: [] for name in row_of}
    for place, name in enumerate(events["patient_id"].to_pylist()):
        rows_of[name].append(place)
    persons: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    same: list[int] = []
    for place, answers in enumerate(wanted):
        copy = {"patient_id": str(place)}
        rows = [row for answer in answers if (row := answer.event())]
        if len(rows) == len(answers):
            same.append(place)
        else:
            persons += [told(row, answers) | copy for row in patients.slice(row_of[owners[place]], 1).to_pylist()]
            mine = events.take(pa.array(rows_of[owners[place]], pa.int64())).to_pylist()
            rows = [told(row, answers) for row in mine] + rows
        added += [row | copy for row in rows]
    taken = [(row, place) for place in same for row in rows_of[owners[place]]]
    return Panel(
        _copied(patients, [(row_of[owners[place]], place) for place in same], persons),
        _copied(events, taken, added),
    )


def _copied(table: pa.Table, taken: Sequence[tuple[int, int]], added: list[dict[str, Any]]) -> pa.Table:
    """The rows named first under the names beside them, and rows more."""
    found = table.take(pa.array([row for row, _ in taken], pa.int64()))
    names = pa.array([str(place) for _, place in taken], pa.string())
    found = found.set_column(0, table.schema.field(0), names)
    return pa.concat_tables([found, pa.Table.from_pylist(added, table.schema)])


def courses(panel: Panel, treatments: Iterable[str]) -> dict[str, tuple[Course, ...]]:
    """By person, every one of these treatments that is over and whose end nobody recorded, the newest first."""
    events = panel.events.select(["patient_id", "concept", "date_first", "date_last", "end_date", "status"])
    over = pc.and_(
        pc.is_in(events["concept"], pa.array(list(treatments), pa.string())),
        pc.and_(pc.is_in(events["status"], pa.array(OVER, pa.string())), pc.is_null(events["end_date"])),
    )
    found: dict[str, set[Course]] = {}
    for row in events.filter(over).to_pylist():
        course = Course(row["concept"], row["date_first"], row["date_last"])
        found.setdefault(row["patient_id"], set()).add(course)
    return {
        name: tuple(sorted(known, key=lambda one: (one.last, one.concept), reverse=True))
        for name, known in found.items()
    }
