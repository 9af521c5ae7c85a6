"""One row of the events table: text in, one typed row of ``pathways.panel.EVENTS`` out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from dashboard.intake.cells import CACHED, BadCell, identifier, words_of
from dashboard.intake.dates import day_span, instant, last_day
from dashboard.intake.event_content import Content, content
from dashboard.intake.words import words
from pathways.panel import STATUSES
from pathways.vocabulary import Concept, concepts

Row = tuple[Any, ...]
"""One event: the columns of ``EVENTS`` in their order."""

REMOVED = "entered-in-error"
_TESTS = ("measurement", "blood_test", "imaging")


Marks = list[tuple[str, str]]
"""What was read in a way that the load report must mention: a word of ``notices.WORDS`` and the concept."""


def type_event(
    cells: Mapping[str, str | None],
    patient_id: str | None,
    as_of: date,
    source: str,
    where: str,
    marks: Marks,
) -> Row | None:
    """The typed event; None when the source says it was entered in error.

    ``patient_id``, ``source`` and ``where`` are the record's own, used where the row names none.
    Raises ``BadCell``.
    """
    get = cells.get
    concept = concept_of(get("concept"))
    given = status_of(concept.kind, get("status"))
    if given == REMOVED:
        marks.append(("removed", concept.id))
        return None
    owner = identifier(get("patient_id") or patient_id)
    first, last = _days(concept, get("date"))
    said = content(
        concept.id, get("value"), get("unit"), get("result"), get("reference_low"), get("reference_high")
    )
    end = _end(first, get("end_date"))
    reviewed_on = last_day(get("reviewed_on"), "reviewed_on")
    status = status_meant(concept.kind, given, said, end, as_of)
    if given == "reviewed" and said.answers:
        reviewed_on = reviewed_on or last
    if end is not None and not _keeps_end(concept, status):
        marks.append(("unused end", concept.id))
        end = None
    if said.remark:
        marks.append((said.remark, concept.id))
    return (
        owner, concept.id, first, last, end, status, said.value, said.comparator, said.low, said.high,
        said.result, reviewed_on, instant(get("recorded_at")),
        words_of(get("note")), words_of(get("source")) or source, words_of(get("source_ref")) or where,
    )  # fmt: skip


@lru_cache(CACHED)
def concept_of(text: str | None) -> Concept:
    """Raises ``BadCell``."""
    name = text.strip().casefold() if text else ""
    if not name:
        raise BadCell("concept", text, "the concept is blank")
    found = concepts().get(name)
    if found is None:
        raise BadCell("concept", text, "is not in the concept list; see the data dictionary")
    return found


@lru_cache(CACHED)
def status_of(kind: str, text: str | None) -> str | None:
    """The status given, ``REMOVED``, or None where none is. Raises ``BadCell``."""
    word = text.strip().casefold() if text else ""
    if not word:
        return None
    if word in words().removed:
        return REMOVED
    if word not in STATUSES[kind]:
        raise BadCell("status", text, f"is not a status here; use one of: {', '.join(STATUSES[kind])}")
    return word


def _days(concept: Concept, text: str | None) -> tuple[date | None, date | None]:
    span = day_span(text)
    if span is not None:
        return span
    if not concept.episode:
        raise BadCell("date", text, f"the date is blank; {concept.id} needs one")
    return None, None


def _end(first: date | None, text: str | None) -> date | None:
    end = last_day(text, "end_date")
    if end is not None and first is not None and end < first:
        raise BadCell("end_date", text, "is before the date")
    return end


def _keeps_end(concept: Concept, status: str) -> bool:
    return concept.kind == "treatment" or concept.episode or status == "booked"


def status_meant(kind: str, given: str | None, said: Content, end: date | None, as_of: date) -> str:
    """The status given, but for a result that is said to be reviewed; else that which the row means."""
    if given is not None:
        return "final" if given == "reviewed" and said.answers else given
    if kind == "finding":
        return "present"
    if kind == "treatment":
        return "completed" if end is not None and end <= as_of else "active"
    return "final" if said.answers and kind in _TESTS else "ordered"
