"""What only the whole list can tell of rows that came as columns: events of nobody, events that repeat another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import Mask, Numbers, decoded, numbers_of, those, written_out
from dashboard.intake.patient_rows import Patient
from dashboard.intake.raw_table import FIRST_LINE, ColumnRows
from dashboard.intake.report import HeldBack, Origin, held_from
from dashboard.intake.settling import SAID, Settled, Typed, stray_reason
from dashboard.intake.tables import panel_of
from pathways.panel import EVENTS, PATIENTS

NUMBER, PLACE = "_number", "_place"
_EARLIEST, _DAYS = 800_000, 4_000_000
"""Days before 1970 and in all that a date can be, and one more that stands for none."""


@dataclass(frozen=True)
class Part:
    """Typed rows of one table. ``places`` are their rows in ``source``, ``before`` the records read before the first
    line of the table."""

    table: str
    source: ColumnRows
    before: int
    rows: pa.Table
    places: pa.Array

    def numbered(self) -> pa.Table:
        """The rows, each with its number among all records and its place in ``source``."""
        numbers = pc.add(self.source.lines(self.places), pa.scalar(self.before + 1 - FIRST_LINE, pa.int64()))
        return self.rows.append_column(NUMBER, numbers).append_column(PLACE, self.places)

    def origin(self, place: int) -> Origin:
        """Where the row at a place of ``source`` stands."""
        row = self.source[place]
        return Origin(self.table, row.line, "", row.cells)

    def record_of(self, number: int) -> int:
        """Every row is a record."""
        return number

    def records(self, rows: pa.Table) -> int:
        """Of how many records these rows are."""
        return int(rows.num_rows)


class Rows(Protocol):
    """Typed events in columns: rows that are records, or of which several may be one record."""

    def numbered(self) -> pa.Table: ...
    def origin(self, place: int) -> Origin: ...
    def record_of(self, number: int) -> int: ...
    def records(self, rows: pa.Table) -> int: ...


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
        return PATIENTS.append(pa.field(NUMBER, pa.int64())).empty_table(), []
    others = pa.array([record.patient.patient_id for record in typed if record.patient is not None], pa.string())
    ids = pa.chunked_array([*(chunk for part in parts for chunk in part.rows["patient_id"].chunks), others])
    counted = pc.value_counts(ids)
    several = counted.field(0).filter(pc.greater(counted.field(1), 1))
    alone: list[pa.Table] = []
    again: list[Typed] = []
    for part in parts:
        numbered = part.numbered()
        doubtful = pc.is_in(numbered["patient_id"], several)
        alone.append(those(numbered, pc.invert(doubtful)).drop_columns([PLACE]))
        for *cells, number, place in zip(*numbered.filter(doubtful).to_pydict().values(), strict=True):
            row = part.source[place]
            again.append(Typed(number, Origin(part.table, row.line, "", row.cells), Patient(*cells), []))
    return pa.concat_tables(alone), again


def in_order(people: pa.Table, settled: Settled) -> pa.Table:
    """All patients, in the order in which they were first read."""
    if not settled.patients:
        return people.select(PATIENTS.names)
    others = panel_of(settled.patients, []).patients.append_column(NUMBER, pa.array(settled.numbers, pa.int64()))
    return pa.concat_tables([people, others]).sort_by(NUMBER).select(PATIENTS.names)


def settle_columns(parts: Sequence[Rows], settled: Settled, people: pa.Table) -> SettledColumns:
    """``people`` has every patient, ``settled`` the events that were typed one by one."""
    known = people["patient_id"].combine_chunks()
    held: list[tuple[int, HeldBack]] = []
    tables: list[pa.Table] = []
    accepted = 0
    for part in parts:
        numbered = part.numbered()
        here = _known(numbered, known)
        if not here.all():
            held += _held(part, numbered.filter(pa.array(~here)), settled)
        tables.append(those(numbered, here))
        accepted += part.records(tables[-1])
    every = pa.concat_tables(tables).drop_columns([PLACE])
    once = _once(every)
    events = pa.Table.from_arrays([written_out(once[field.name], field.type) for field in EVENTS], schema=EVENTS)
    events = _in_turn(events, np.asarray(once[NUMBER]))
    return SettledColumns(events, accepted, held, every.num_rows - once.num_rows)


def _in_turn(events: pa.Table, numbers: Numbers) -> pa.Table:
    """In the order in which they were read, in which they mostly are."""
    if (numbers[1:] >= numbers[:-1]).all():
        return events
    return events.take(pa.array(np.argsort(numbers, kind="stable")))


def _known(rows: pa.Table, known: pa.Array) -> Mask:
    """Which rows are of one of these patients."""
    ids = rows["patient_id"].unify_dictionaries().combine_chunks()
    here = np.asarray(pc.is_in(ids.dictionary, known))
    return np.ones(len(ids), np.bool_) if here.all() else here.take(numbers_of(ids))


def _held(part: Rows, strays: pa.Table, settled: Settled) -> Iterator[tuple[int, HeldBack]]:
    """Each record once."""
    before = None
    for place, row, patient_id in zip(
        strays[PLACE].to_pylist(), strays[NUMBER].to_pylist(), strays["patient_id"].to_pylist(), strict=True
    ):
        number = part.record_of(row)
        if number != before:
            reason = stray_reason(patient_id, settled)
            yield number, held_from(part.origin(place), "patient_id", patient_id, reason, patient_id)
        before = number


def _once(events: pa.Table) -> pa.Table:
    """The first of the events that say the same, in the order in which they were read."""
    near = _numbers(events)
    # Sorted, what is there twice stands side by side: a table of what was seen would need many times the room.
    in_turn = np.sort(near)
    several = pa.array(in_turn[1:][in_turn[1:] == in_turn[:-1]], pa.int64())
    if not len(several):
        return events
    # Null is a value like any other here, which a join would not see: compare within the few that share the rest.
    said = list(EVENTS.names[:SAID])
    doubtful = pc.is_in(pa.array(near), several)
    some = events.filter(doubtful)
    written = {name: written_out(some[name], EVENTS.field(name).type) for name in said}
    first = pa.table(written | {NUMBER: some[NUMBER]}).group_by(said).aggregate([(NUMBER, "min")])[f"{NUMBER}_min"]
    kept = pc.or_(pc.invert(doubtful), pc.is_in(events[NUMBER], first.combine_chunks()))
    return those(events, kept)


def _numbers(events: pa.Table) -> Numbers:
    """One number for the events of one patient, concept and first day: what repeats another event shares it."""
    people, concepts = (_numbered(events[name]) for name in ("patient_id", "concept"))
    days = np.asarray(pc.fill_null(events["date_first"].combine_chunks().cast(pa.int32()), _DAYS - _EARLIEST - 1))
    return (people * (concepts.max(initial=0) + 1) + concepts) * _DAYS + (days + _EARLIEST)


def _numbered(column: pa.ChunkedArray) -> Numbers:
    """A number for each distinct text, also where the dictionary has it twice."""
    sound = [decoded(one).dictionary_encode() if one.dictionary.null_count else one for one in column.chunks]
    entries = pa.chunked_array(sound, column.type).unify_dictionaries().combine_chunks()
    numbers = np.asarray(entries.dictionary.dictionary_encode().indices.fill_null(-1)).astype(np.int64)
    return numbers.take(numbers_of(entries))
