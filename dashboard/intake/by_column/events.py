"""The events table by columns: the columns of ``EVENTS`` for every row in which all is in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import Mask, Spread, coded, decoded, identified, spread, stripped, those
from dashboard.intake.dates import day_span, instant, last_day
from dashboard.intake.event_content import Content, content
from dashboard.intake.event_rows import REMOVED, concept_of, status_meant, status_of
from pathways.panel import EVENTS, NUMBER
from pathways.vocabulary import Concept

_SAID = ("concept", "status", "value", "unit", "result", "reference_low", "reference_high")
_DAY = pa.date32()
_TEXT = pa.string()
_NEVER = pa.scalar(None, _DAY)


class _Said(NamedTuple):
    """What a row says beside its dates and its patient."""

    concept: Concept
    given: str | None
    content: Content


@dataclass(frozen=True)
class TypedEvents:
    """``rows`` has the columns of ``EVENTS`` for each row that is ``kept``, each text once and which of them a row has
    (``distinct.decoded`` writes them out); ``odd`` rows are to be typed one by one, and what is neither says that it
    was entered in error. ``marks`` as ``event_rows.Marks``, counted."""

    rows: pa.Table
    kept: Mask
    odd: Mask
    marks: Counter[tuple[str, str]]


def type_events(texts: dict[str, pa.Array], as_of: date, source: str | None, where: pa.Array | None) -> TypedEvents:
    """``texts``: each column of the contract, blank where the source has none. ``where`` names each row of the
    ``source``; without it no event says where it comes from."""
    said = spread(_said, *(texts[name] for name in _SAID))
    span, end = spread(day_span, texts["date"]), spread(lambda text: last_day(text, "end_date"), texts["end_date"])
    reviewed = spread(lambda text: last_day(text, "reviewed_on"), texts["reviewed_on"])
    recorded = spread(instant, texts["recorded_at"])
    owner, nobody = identified(texts["patient_id"])
    first, ends = span.column(lambda days: days and days[0], _DAY), end.column(lambda day: day, _DAY)
    undated = _true(pc.is_null(first)) & ~said.flag(lambda one: one.concept.episode)
    amiss = nobody | undated | _true(pc.less(ends, first))
    for one in (span, end, reviewed, recorded):
        amiss |= one.refused()
    removed = said.flag(lambda one: one.given == REMOVED)
    odd = said.refused() | (amiss & ~removed)
    kept = ~(odd | removed)
    last = span.column(lambda days: days and days[1], _DAY)
    status, keeps = _status(said, ends, as_of)
    unused = _true(pc.is_valid(ends)) & ~keeps
    columns = {
        "patient_id": owner,
        "concept": said.coded(lambda one: one.concept.id, _TEXT),
        "date_first": first,
        "date_last": last,
        "end_date": pc.if_else(pa.array(unused), _NEVER, ends) if unused.any() else ends,
        "status": status,
        **_contents(said),
        "reviewed_on": _reviewed(said, reviewed.column(lambda day: day, _DAY), last),
        "recorded_at": recorded.coded(lambda moment: moment, EVENTS.field("recorded_at").type),
        "note": stripped(texts["note"]),
        **_origin(texts, source, where),
    }
    rows = those(pa.table([columns[name] for name in EVENTS.names], names=EVENTS.names), kept)
    return TypedEvents(rows, kept, odd, _marks(said, kept, removed, unused))


def _said(name: str, status: str, *parts: str) -> _Said:
    concept = concept_of(name)
    given = status_of(concept.kind, status)
    return _Said(concept, given, Content() if given == REMOVED else content(concept.id, *parts))


def _true(column: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(column, fill_value=False))


def _contents(said: Spread) -> dict[str, pa.Array]:
    return {
        "value": said.coded(lambda one: one.content.value, NUMBER),
        "comparator": said.coded(lambda one: one.content.comparator, _TEXT),
        "reference_low": said.coded(lambda one: one.content.low, NUMBER),
        "reference_high": said.coded(lambda one: one.content.high, NUMBER),
        "result": said.coded(lambda one: one.content.result, _TEXT),
    }


def _origin(texts: dict[str, pa.Array], source: str | None, where: pa.Array | None) -> dict[str, pa.Array]:
    if where is None:
        nothing = coded(np.zeros(len(texts["source"]), np.int32), pa.nulls(1, _TEXT))
        return {"source": nothing, "source_ref": nothing}
    named = stripped(texts["source"])
    sources = pa.DictionaryArray.from_arrays(named.indices, pc.fill_null(named.dictionary, source))
    own = stripped(texts["source_ref"])
    own_everywhere = own.dictionary.null_count == 0
    return {"source": sources, "source_ref": own if own_everywhere else pc.coalesce(decoded(own), where)}


def _status(said: Spread, ends: pa.Array, as_of: date) -> tuple[pa.DictionaryArray, Mask]:
    """The status given; else that which the row means, for a treatment by whether it is over. And whether a row of
    this status keeps its end."""
    over = _true(pc.less_equal(ends, pa.scalar(as_of, _DAY)))
    meant = [
        None if bad else status_meant(one.concept.kind, one.given, one.content, day, as_of)
        for day in (None, as_of)
        for one, bad in zip(said.outcomes, said.bad, strict=True)
    ]
    ended = said.flag(lambda one: one.concept.kind == "treatment" or one.concept.episode)
    places = said.places + over * np.int32(len(said.outcomes))
    booked = np.array([one == "booked" for one in meant], np.bool_)
    keeps = ended | booked.take(places) if booked.any() else ended
    return coded(places, pa.array(meant, _TEXT)), keeps


def _reviewed(said: Spread, reviewed: pa.Array, last: pa.Array) -> pa.Array:
    """A result that was only said to be reviewed was so on its own day."""
    alone = said.flag(lambda one: one.given == "reviewed" and one.content.answers)
    return pc.if_else(pa.array(alone), pc.coalesce(reviewed, last), reviewed) if alone.any() else reviewed


def _marks(said: Spread, kept: Mask, removed: Mask, unused: Mask) -> Counter[tuple[str, str]]:
    """Counted over the outcomes, of which there are few."""
    marks: Counter[tuple[str, str]] = Counter()
    for word, rows in (("removed", removed), ("unused end", kept & unused), (None, kept)):
        counts = np.bincount(said.places[rows] if not rows.all() else said.places, minlength=len(said.outcomes))
        for place in np.flatnonzero(counts).tolist():
            one = said.outcomes[place]
            if mark := word or one.content.remark:
                marks[mark, one.concept.id] += int(counts[place])
    return marks
