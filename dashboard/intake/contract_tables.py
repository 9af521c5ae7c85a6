"""The ``patients`` and ``events`` tables of the contract, as they stand in a folder, a zip or two sheets."""

from __future__ import annotations

from dashboard.intake.date_order import settle_dates
from dashboard.intake.raw_table import RawTable
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


def read_patients(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of the patients table."""
    table.require("patient_id")
    settle_dates(table, ("birth_date", "deceased_on", "recorded_on"), date_order)
    _add(table, builder, PATIENT_COLUMNS, events=False)


def read_events(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of the events table."""
    table.require("patient_id", "concept", "date")
    settle_dates(table, ("date", "end_date", "reviewed_on"), date_order)
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


def _add(table: RawTable, builder: PanelBuilder, known: frozenset[str], *, events: bool) -> None:
    for origin, row in builder.usable(table, "patient_id"):
        cells = dict(zip(table.columns, row.cells, strict=True))
        builder.add(Record(origin, None, (cells,)) if events else Record(origin, cells))
    note_unused(table, builder, known)
