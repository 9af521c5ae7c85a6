"""The action log as the panel's view takes it: what counts of it, and what of it was worked out beforehand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from dashboard.actions.events import is_correction, ref, rows, standing
from dashboard.actions.models import Answered
from dashboard.actions.records import Recorded
from dashboard.people import People
from dashboard.session_answers import SOURCE_REF, Answer, Known, RecordedEvent
from pathways.vocabulary import concepts

Spans = dict[tuple[str, str], list[tuple[date | None, date | None]]]
"""By person and concept, the first and last day of every row."""

OF_A_DAY = ("finding", "measurement")
"""Of these nothing but the day of an answer decides what it means, where it is the only one of its day."""


def answer_of(patient_id: str, said: Answered) -> Answer:
    """What the log says was answered, as the page says it."""
    return Answer(
        patient_id, said.concept, said.status, said.on, said.value, said.result, last=said.last, course=said.course
    )


def recorded_events(log: Iterable[Recorded]) -> tuple[RecordedEvent, ...]:
    """What counts of the log; of each row of the source one change at most."""
    found: list[RecordedEvent] = []
    told: dict[object, RecordedEvent] = {}
    for one in standing(log):
        said = one.action
        answer = answer_of(one.patient_id, said) if isinstance(said, Answered) else None
        if isinstance(said, Answered) and is_correction(said):
            told[one.patient_id, said.concept, said.course] = RecordedEvent(one.patient_id, None, answer, ref(one))
        found += [RecordedEvent(one.patient_id, tuple(row.items()), answer, ref(one)) for row in rows(one)]
    return (*found, *told.values())


def as_supposed(given: Iterable[Known], panel: People) -> tuple[Known, ...]:
    """The same for the engine, where possible in the form that a page went through before it was answered.

    A recorded answer that is all that is known of its question on its day decides the same as that answer
    given on the page, whenever it was recorded: nothing has to be worked out anew then.
    """
    every = tuple(given)
    said = {one.patient_id for one in every if isinstance(one, RecordedEvent) and one.said}
    if not said:
        return every
    spans = _spans(every, panel, said)
    return tuple(_supposed(one, spans) if isinstance(one, RecordedEvent) else one for one in every)


def _supposed(one: RecordedEvent, spans: Spans) -> Known:
    if one.said is None:
        return one
    if one.row is None:
        return one.said
    concept = concepts().get(one.said.concept)
    days = spans[one.patient_id, one.said.concept]
    beside = [1 for first, last in days if first is None or last is None or first <= one.said.day <= last]
    return one.said if concept and concept.kind in OF_A_DAY and len(beside) == 1 else one


def _spans(every: Iterable[Known], panel: People, people: Collection[str]) -> Spans:
    mine = panel.part(people).events.select(["patient_id", "concept", "date_first", "date_last"])
    found: Spans = {}
    for row in (*mine.to_pylist(), *(row for one in every if (row := one.event()))):
        found.setdefault((row["patient_id"], row["concept"]), []).append((row["date_first"], row["date_last"]))
    return found


def with_sources(trace: Mapping[str, Any], recorded: Iterable[RecordedEvent]) -> dict[str, Any]:
    """A trace that was worked out beforehand, with who recorded the answers in the place of the page."""
    by: dict[Any, str] = {_place(one.said): one.by for one in recorded if one.said}

    def named(piece: Mapping[str, Any]) -> Mapping[str, Any]:
        who, before = by.get((piece.get("concept"), piece.get("date"))), str(piece.get("source_ref"))
        return {**piece, "source_ref": before.removesuffix(SOURCE_REF) + who} if who and SOURCE_REF in before else piece

    told = [{**one, "evidence": [named(piece) for piece in one["evidence"]]} for one in trace["criteria"]]
    return {**trace, "criteria": told}


def _place(said: Answer) -> tuple[str, str]:
    """What a piece of evidence is of, and its day."""
    if said.course:
        return said.course.concept, said.course.last.isoformat()
    return said.concept, said.day.isoformat()
