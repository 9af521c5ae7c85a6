"""What only the whole list can tell of rows that came as columns: events of nobody, events that repeat another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import those
from dashboard.intake.patient_rows import Patient
from dashboard.intake.raw_table import FIRST_LINE, ColumnRows
from dashboard.intake.report import HeldBack, Origin, held_from
from dashboard.intake.settling import SAID, Settled, Typed, stray_reason
from dashboard.intake.tables import panel_of
from pathways.panel import EVENTS, PATIENTS

_NUMBER, _PLACE = "_number", "_place"
_NEAR = ("patient_id", "concept", "date_first")
"""Events that repeat one another share at least these."""


@dataclass(frozen=True)
class Part:
    """Typed rows of one table. ``places`` are their rows in it, ``before`` the records read before its first."""

    table: str
    source: ColumnRows
    before: int
    rows: pa.Table
    places: pa.Array

    def numbered(self) -> pa.Table:
        numbers = pc.add(self.places, pa.scalar(self.before + 1, pa.int64()))
        return self.rows.append_column(_NUMBER, numbers).append_column(_PLACE, self.places)


@dataclass(frozen=True)
class SettledColumns:
    """``accepted`` records of ``events``, those that repeat another counted once in it."""

    events: pa.Table
    accepted: int
    held: list[tuple[int, HeldBack]]
    repeated: int

    def future(self, as_of: date) -> int:
        """How many events are not yet visible on the as-of date."""
        return int(pc.sum(pc.greater(self.events["date_first"], pa.scalar(as_of, pa.date32()))).as_py() or 0)


def settle_people(parts: Sequence[Part], typed: Sequence[Typed]) -> tuple[pa.Table, list[Typed]]:
    """The patients whose id stands in one row alone, numbered; and the rows of the others, to be settled one by one
    with those that were ``typed`` so."""
    if not parts:
        return PATIENTS.append(pa.field(_NUMBER, pa.int64())).empty_table(), []
    others = pa.array([record.patient.patient_id for record in typed if record.patient is not None], pa.string())
    ids = pa.chunked_array([*(chunk for part in parts for chunk in part.rows["patient_id"].chunks), others])
    counted = pc.value_counts(ids)
    several = counted.field(0).filter(pc.greater(counted.field(1), 1))
    alone: list[pa.Table] = []
    again: list[Typed] = []
    for part in parts:
        numbered = part.numbered()
        doubtful = pc.is_in(numbered["patient_id"], several)
        alone.append(those(numbered, pc.invert(doubtful)).drop_columns([_PLACE]))
        for *cells, number, place in zip(*numbered.filter(doubtful).to_pydict().values(), strict=True):
            origin = Origin(part.table, place + FIRST_LINE, "", part.source[place].cells)
            again.append(Typed(number, origin, Patient(*cells), []))
    return pa.concat_tables(alone), again


def in_order(people: pa.Table, settled: Settled) -> pa.Table:
    """All patients, in the order in which they were first read."""
    if not settled.patients:
        return people.select(PATIENTS.names)
    others = panel_of(settled.patients, []).patients.append_column(_NUMBER, pa.array(settled.numbers, pa.int64()))
    return pa.concat_tables([people, others]).sort_by(_NUMBER).select(PATIENTS.names)


def settle_columns(parts: Sequence[Part], settled: Settled, people: pa.Table) -> SettledColumns:
    """``people`` has every patient, ``settled`` the events that were typed one by one."""
    known = people["patient_id"].combine_chunks()
    held: list[tuple[int, HeldBack]] = []
    tables: list[pa.Table] = []
    for part in parts:
        numbered = part.numbered()
        here = pc.is_in(numbered["patient_id"], known)
        held += _held(part, numbered.filter(pc.invert(here)), settled)
        tables.append(those(numbered, here))
    accepted = sum(table.num_rows for table in tables)
    events = pa.concat_tables(tables).drop_columns([_PLACE])
    once = _once(events)
    return SettledColumns(once.select(EVENTS.names), accepted, held, events.num_rows - once.num_rows)


def _held(part: Part, strays: pa.Table, settled: Settled) -> Iterator[tuple[int, HeldBack]]:
    for place, number, patient_id in zip(
        strays[_PLACE].to_pylist(), strays[_NUMBER].to_pylist(), strays["patient_id"].to_pylist(), strict=True
    ):
        origin = Origin(part.table, place + FIRST_LINE, "", part.source[place].cells)
        reason = stray_reason(patient_id, settled)
        yield number, held_from(origin, "patient_id", patient_id, reason, patient_id)


def _once(events: pa.Table) -> pa.Table:
    """The first of the events that say the same, in the order in which they were read."""
    near = _numbers(events)
    # Sorted, what is there twice stands side by side: a table of what was seen would need many times the room.
    in_turn = np.sort(near.to_numpy())
    several = pa.array(in_turn[1:][in_turn[1:] == in_turn[:-1]], pa.int64())
    if not len(several):
        return events
    # Null is a value like any other here, which a join would not see: compare within the few that share the rest.
    said = list(EVENTS.names[:SAID])
    doubtful = pc.is_in(near, several)
    some = events.filter(doubtful)
    first = some.group_by(said).aggregate([(_NUMBER, "min")])[f"{_NUMBER}_min"]
    kept = pc.or_(pc.invert(doubtful), pc.is_in(events[_NUMBER], first.combine_chunks()))
    return those(events, kept)


def _numbers(events: pa.Table) -> pa.Array:
    """One number for the events of one patient, concept and first day."""
    people, concepts, days = (events[name].combine_chunks().dictionary_encode() for name in _NEAR)
    numbers = pa.nulls(events.num_rows, pa.int64()).fill_null(0)
    for coded in (people, concepts, days):
        indices = coded.indices.fill_null(len(coded.dictionary)).cast(pa.int64())
        numbers = pc.add(pc.multiply(numbers, len(coded.dictionary) + 1), indices)
    return numbers
