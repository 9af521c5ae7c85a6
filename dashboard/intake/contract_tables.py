"""The ``patients`` and ``events`` tables of the contract, as they stand in a folder, a zip or two sheets."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import Mask, blank
from dashboard.intake.by_column.events import TypedEvents, type_events
from dashboard.intake.by_column.patients import TypedPatients, type_patients
from dashboard.intake.date_order import settle_dates
from dashboard.intake.raw_table import ColumnRows, RawTable
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
KNOWN = {"patients": PATIENT_COLUMNS, "events": EVENT_COLUMNS}
NEEDED = {"patients": ("patient_id",), "events": ("patient_id", "concept", "date")}

AT_ONCE = 1 << 21
"""Rows of a portion: what is typed together."""

DATES = {"patients": ("birth_date", "deceased_on", "recorded_on"), "events": ("date", "end_date", "reviewed_on")}


def read_patients(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of the patients table."""
    table.require(*NEEDED["patients"])
    settle_dates(table, DATES["patients"], date_order)
    _add(table, builder, PATIENT_COLUMNS)


def read_events(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of the events table."""
    table.require(*NEEDED["events"])
    settle_dates(table, DATES["events"], date_order)
    _add(table, builder, EVENT_COLUMNS)


def note_unused(table: RawTable, builder: PanelBuilder, known: frozenset[str], rows: int) -> None:
    """Say which columns nobody reads, and what the reading of the table brought up."""
    unused = table.unused(known)
    if unused:
        builder.note(f"{table.name}: columns that are not used: {', '.join(unused)}")
    if not rows:
        builder.note(f"{table.name}: a header and no rows")
    for notice in table.notices:
        builder.note(notice)


def _add(table: RawTable, builder: PanelBuilder, known: frozenset[str]) -> None:
    if isinstance(table.rows, ColumnRows):
        builder.begin(table)
        add_columns(table, table.rows, builder, known)
    else:
        for origin, row in builder.usable(table, "patient_id"):
            cells = dict(zip(table.columns, row.cells, strict=True))
            builder.add(Record(origin, None, (cells,)) if known is EVENT_COLUMNS else Record(origin, cells))
    note_unused(table, builder, known, len(table.rows))


def add_columns(table: RawTable, rows: ColumnRows, builder: PanelBuilder, known: frozenset[str]) -> None:
    """Rows of a table that was begun, portion by portion; rows that say nothing are not odd."""
    for begun in range(0, len(rows), AT_ONCE):
        texts = [text.slice(begun, AT_ONCE).combine_chunks() for text in rows.texts]
        nothing = says_nothing(table, texts)
        missing = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(nothing), np.int32)), pa.array([""]))
        said = dict.fromkeys(known, missing) | dict(zip(table.columns, texts, strict=True))
        found: TypedPatients | TypedEvents
        if known is PATIENT_COLUMNS:
            found = type_patients(said, builder.as_of)
        else:
            where = _lines(table, rows, begun, len(nothing)) if builder.evidence else None
            found = type_events(said, builder.as_of, builder.source, where)
        builder.add_columns(table, rows, begun, replace(found, odd=found.odd & ~nothing), nothing)


def _lines(table: RawTable, rows: ColumnRows, begun: int, number: int) -> pa.Array:
    lines = rows.lines(pa.arange(begun, begun + number)).cast(pa.string())
    return pc.binary_join_element_wise(f"{table.name}, line ", lines, "")


def says_nothing(table: RawTable, texts: list[pa.Array]) -> Mask:
    """Whether every cell of a row is blank."""
    nobody = blank(texts[table.columns.index("patient_id")])
    if not nobody.any():
        return nobody
    return reduce(np.logical_and, map(blank, texts))
