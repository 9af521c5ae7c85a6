"""The events table by columns: the columns of ``EVENTS`` for every row in which all is in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import Spread, spread, stripped, those
from dashboard.intake.cells import identifier
from dashboard.intake.dates import day_span, instant, last_day
from dashboard.intake.event_content import Content, content
from dashboard.intake.event_rows import REMOVED, concept_of, status_meant, status_of
from pathways.panel import EVENTS, NUMBER
from pathways.vocabulary import Concept

_SAID = ("concept", "status", "value", "unit", "result", "reference_low", "reference_high")
_DAY = pa.date32()
_TEXT = pa.string()


class _Said(NamedTuple):
    """What a row says beside its dates and its patient."""

    concept: Concept
    given: str | None
    content: Content


@dataclass(frozen=True)
class TypedEvents:
    """``rows`` has the columns of ``EVENTS`` for each row that is ``kept``; ``odd`` rows are to be typed one by one,
    and what is neither says that it was entered in error. ``marks`` as ``event_rows.Marks``, counted."""

    rows: pa.Table
    kept: pa.Array
    odd: pa.Array
    marks: Counter[tuple[str, str]]


def type_events(texts: dict[str, pa.Array], as_of: date, source: str, where: pa.Array) -> TypedEvents:
    """``texts``: each column of the contract, blank where the source has none. ``where`` names each row."""
    said = spread(_said, *(texts[name] for name in _SAID))
    span, end = spread(day_span, texts["date"]), spread(lambda text: last_day(text, "end_date"), texts["end_date"])
    reviewed = spread(lambda text: last_day(text, "reviewed_on"), texts["reviewed_on"])
    recorded, owner = spread(instant, texts["recorded_at"]), spread(identifier, texts["patient_id"])
    first = span.column(lambda days: days and days[0], _DAY)
    ends = end.column(lambda day: day, _DAY)
    undated = pc.and_(pc.is_null(first), pc.invert(_flag(said, lambda one: one.concept.episode)))
    backwards = pc.fill_null(pc.less(ends, first), fill_value=False)
    removed = _flag(said, lambda one: one.given == REMOVED)
    amiss = _any(undated, backwards, *(one.refused() for one in (span, end, reviewed, recorded, owner)))
    odd = pc.or_(said.refused(), pc.and_(pc.invert(removed), amiss))
    kept = pc.invert(pc.or_(odd, removed))
    last = span.column(lambda days: days and days[1], _DAY)
    status = _status(said, ends, as_of)
    unused = pc.and_(pc.is_valid(ends), pc.invert(_keeps_end(said, status)))
    columns = {
        "patient_id": owner.column(lambda one: one, _TEXT),
        "concept": said.column(lambda one: one.concept.id, _TEXT),
        "date_first": first,
        "date_last": last,
        "end_date": pc.if_else(unused, pa.scalar(None, _DAY), ends),
        "status": status,
        **_contents(said),
        "reviewed_on": _reviewed(said, reviewed.column(lambda day: day, _DAY), last),
        "recorded_at": recorded.column(lambda moment: moment, EVENTS.field("recorded_at").type),
        "note": stripped(texts["note"]),
        "source": pc.fill_null(stripped(texts["source"]), source),
        "source_ref": pc.coalesce(stripped(texts["source_ref"]), where),
    }
    rows = those(pa.Table.from_arrays([columns[name] for name in EVENTS.names], schema=EVENTS), kept)
    return TypedEvents(rows, kept, odd, _marks(said, kept, removed, unused))


def _said(name: str, status: str, *parts: str) -> _Said:
    concept = concept_of(name)
    given = status_of(concept.kind, status)
    return _Said(concept, given, Content() if given == REMOVED else content(concept.id, *parts))


def _flag(said: Spread, asked: Callable[[_Said], bool]) -> pa.Array:
    return pc.fill_null(said.column(asked, pa.bool_()), fill_value=False)


def _any(*columns: pa.Array) -> pa.Array:
    return reduce(pc.or_, columns)


def _contents(said: Spread) -> dict[str, pa.Array]:
    return {
        "value": said.column(lambda one: one.content.value, NUMBER),
        "comparator": said.column(lambda one: one.content.comparator, _TEXT),
        "reference_low": said.column(lambda one: one.content.low, NUMBER),
        "reference_high": said.column(lambda one: one.content.high, NUMBER),
        "result": said.column(lambda one: one.content.result, _TEXT),
    }


def _status(said: Spread, ends: pa.Array, as_of: date) -> pa.Array:
    """The status given; else that which the row means, for a treatment by whether it is over."""
    over = pc.fill_null(pc.less_equal(ends, pa.scalar(as_of, _DAY)), fill_value=False)
    going, gone = (
        said.column(lambda one, day=day: status_meant(one.concept.kind, one.given, one.content, day, as_of), _TEXT)
        for day in (None, as_of)
    )
    return pc.if_else(over, gone, going)


def _keeps_end(said: Spread, status: pa.Array) -> pa.Array:
    ends = _flag(said, lambda one: one.concept.kind == "treatment" or one.concept.episode)
    return pc.or_(ends, pc.fill_null(pc.equal(status, "booked"), fill_value=False))


def _reviewed(said: Spread, reviewed: pa.Array, last: pa.Array) -> pa.Array:
    """A result that was only said to be reviewed was so on its own day."""
    alone = _flag(said, lambda one: one.given == "reviewed" and one.content.answers)
    return pc.if_else(alone, pc.coalesce(reviewed, last), reviewed)


def _marks(said: Spread, kept: pa.Array, removed: pa.Array, unused: pa.Array) -> Counter[tuple[str, str]]:
    remarks = said.column(lambda one: one.content.remark, _TEXT)
    marked = {"removed": removed, "unused end": pc.and_(kept, unused)}
    for remark in remarks.unique().drop_null().to_pylist():
        marked[remark] = pc.and_(kept, pc.fill_null(pc.equal(remarks, remark), fill_value=False))
    names = said.column(lambda one: one.concept.id, _TEXT)
    marks: Counter[tuple[str, str]] = Counter()
    for word, rows in marked.items():
        for one in pc.value_counts(names.filter(rows)).to_pylist():
            marks[word, one["values"]] += one["counts"]
    return marks
