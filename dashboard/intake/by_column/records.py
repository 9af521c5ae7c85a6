"""Events by columns where one record of the source may give several of them: it is let in or held back as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import Mask, decoded
from dashboard.intake.by_column.events import TypedEvents, type_events
from dashboard.intake.by_column.settling import NUMBER, PLACE
from dashboard.intake.report import Origin

TABLE, LINE = "_table", "_line"
ROWS = 16
"""The lowest bits of a row's number count the rows of one record, the others are the number of the record."""


def row_number(record: int, row: int) -> int:
    """The number of one row of a record."""
    return (record << ROWS) + row


def record_of(number: int) -> int:
    """The number of the record to which a row of this number belongs."""
    return number >> ROWS


def record_numbers(rows: pa.Table) -> pa.Array:
    """The number of the record of each row."""
    return pc.shift_right(rows[NUMBER].combine_chunks(), ROWS)


@dataclass(frozen=True)
class RecordsPart:
    """Typed rows, and of each its number, ``TABLE`` and ``LINE``."""

    rows: pa.Table
    origins: pa.Table

    def numbered(self) -> pa.Table:
        """As ``settling.Part`` has it."""
        places = pa.array(np.arange(self.rows.num_rows))
        return self.rows.append_column(NUMBER, self.origins[NUMBER]).append_column(PLACE, places)

    def origin(self, place: int) -> Origin:
        """Where a row stands; its raw text is read again where it is needed."""
        return Origin(self.origins[TABLE][place].as_py(), self.origins[LINE][place].as_py(), "")

    def record_of(self, number: int) -> int:
        """The number of the record to which a row of this number belongs."""
        return record_of(number)

    def records(self, rows: pa.Table) -> int:
        """Of how many records these rows are."""
        return int(pc.count_distinct(record_numbers(rows)).as_py()) if rows.num_rows else 0


@dataclass(frozen=True)
class TypedRecords:
    """``aside``: the rows of records of which some row could not be typed. ``removed``: how many records say of all
    their events that they were entered in error."""

    part: RecordsPart
    typed: TypedEvents
    aside: pa.Table
    removed: int


def type_records(rows: pa.Table, as_of: date, source: str) -> TypedRecords:
    """``rows`` has the columns of the contract as text, the number of each row, ``TABLE`` and ``LINE``."""
    rows = rows.combine_chunks()
    typed = _typed(rows, as_of, source)
    aside = rows.slice(0, 0)
    if typed.odd.any():
        numbers = record_numbers(rows)
        among = pc.is_in(numbers, numbers.filter(pa.array(typed.odd)))
        aside, rows = rows.filter(among), rows.filter(pc.invert(among)).combine_chunks()
        typed = _typed(rows, as_of, source)
    kept: Mask = typed.kept
    part = RecordsPart(typed.rows, rows.select([NUMBER, TABLE, LINE]).filter(pa.array(kept)))
    return TypedRecords(part, typed, aside, part.records(rows) - part.records(part.origins))


def records_of(rows: pa.Table) -> Iterator[tuple[int, Origin, list[dict[str, str]]]]:
    """Row by row, those of one record together."""
    found: dict[int, tuple[Origin, list[dict[str, str]]]] = {}
    for row in rows.to_pylist():
        number = record_of(row[NUMBER])
        _, events = found.setdefault(number, (Origin(row[TABLE], row[LINE], ""), []))
        events.append({name: row[name] for name in row if not name.startswith("_")})
    for number, (origin, events) in found.items():
        yield number, origin, events


def _typed(rows: pa.Table, as_of: date, source: str) -> TypedEvents:
    texts = {name: _chunk(rows[name]) for name in rows.column_names if not name.startswith("_")}
    return type_events(texts, as_of, source, _where(rows, texts["source_ref"]))


def _chunk(column: pa.ChunkedArray) -> pa.DictionaryArray:
    found = column.combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


def _where(rows: pa.Table, own: pa.DictionaryArray) -> pa.Array:
    """What names a row that does not say where it stands; nothing if every row says it."""
    if not pc.any(pc.equal(own.dictionary, ""), min_count=0).as_py():
        return pa.nulls(rows.num_rows, pa.string())
    lines = rows[LINE].combine_chunks().cast(pa.string())
    return pc.binary_join_element_wise(decoded(_chunk(rows[TABLE])), lines, ", line ")
