"""The ``patients`` and ``events`` tables of the contract, as they stand in a folder, a zip or two sheets."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import blank
from dashboard.intake.by_column.events import TypedEvents, type_events
from dashboard.intake.by_column.patients import TypedPatients, type_patients
from dashboard.intake.date_order import settle_dates
from dashboard.intake.raw_table import FIRST_LINE, ColumnRows, RawTable
from dashboard.intake.rows import PanelBuilder, Record

PATIENT_COLUMNS = frozenset(
    ("patient_id", "name", "birth_date", "age", "recorded_on", "sex", "deceased_on", "site", "clinician")
)
EVENT_COLUMNS = frozenset(
    [
        "patient_id", "concept", "date", "end_date", "status", "value", "unit", "reference_low",
        "reference_high", "result", "reviewed_on", "recorded_at", "note", "source", "source_ref",
    ]
)  # fmt: skip


AT_ONCE = 1_000_000
"""Rows of a portion: what is typed together."""


def read_patients(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of the patients table."""
    table.require("patient_id")
    settle_dates(table, ("birth_date", "deceased_on", "recorded_on"), date_order)
    if isinstance(table.rows, ColumnRows):
        _add_columns(table, table.rows, builder, PATIENT_COLUMNS)
    else:
        _add(table, builder, PATIENT_COLUMNS, events=False)


def read_events(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of the events table."""
    table.require("patient_id", "concept", "date")
    settle_dates(table, ("date", "end_date", "reviewed_on"), date_order)
    if isinstance(table.rows, ColumnRows):
        _add_columns(table, table.rows, builder, EVENT_COLUMNS)
    else:
        _add(table, builder, EVENT_COLUMNS, events=True)


def note_unused(table: RawTable, builder: PanelBuilder, known: frozenset[str]) -> None:
    """Say which columns nobody reads, and what the reading of the table brought up."""
    unused = table.unused(known)
    if unused:
        builder.note(f"{table.name}: columns that are not used: {', '.join(unused)}")
    if not table.rows:
        builder.note(f"{table.name}: a header and no rows")
    for notice in table.notices:
        builder.note(notice)


def _add_columns(table: RawTable, rows: ColumnRows, builder: PanelBuilder, known: frozenset[str]) -> None:
    """Portion by portion; rows that say nothing are not odd."""
    builder.headers[table.name] = table.columns
    for begun in range(0, len(rows), AT_ONCE):
        texts = [text.slice(begun, AT_ONCE).combine_chunks() for text in rows.texts]
        nothing = says_nothing(table, texts)
        missing = pa.DictionaryArray.from_arrays(pa.nulls(len(nothing), pa.int32()).fill_null(0), pa.array([""]))
        said = dict.fromkeys(known, missing) | dict(zip(table.columns, texts, strict=True))
        found: TypedPatients | TypedEvents
        if known is PATIENT_COLUMNS:
            found = type_patients(said, builder.as_of)
        else:
            found = type_events(said, builder.as_of, builder.source, _lines(table, begun, len(nothing)))
        builder.add_columns(table, rows, begun, replace(found, odd=pc.and_not(found.odd, nothing)), nothing)
    note_unused(table, builder, known)


def _lines(table: RawTable, begun: int, number: int) -> pa.Array:
    lines = pa.arange(begun + FIRST_LINE, begun + FIRST_LINE + number).cast(pa.string())
    return pc.binary_join_element_wise(f"{table.name}, line ", lines, "")


def says_nothing(table: RawTable, texts: list[pa.Array]) -> pa.Array:
    """Whether every cell of a row is blank."""
    nobody = blank(texts[table.columns.index("patient_id")])
    if not pc.any(nobody, min_count=0).as_py():
        return nobody
    return reduce(pc.and_, map(blank, texts))


def _add(table: RawTable, builder: PanelBuilder, known: frozenset[str], *, events: bool) -> None:
    for origin, row in builder.usable(table, "patient_id"):
        cells = dict(zip(table.columns, row.cells, strict=True))
        builder.add(Record(origin, None, (cells,)) if events else Record(origin, cells))
    note_unused(table, builder, known)
