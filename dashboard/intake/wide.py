"""The wide patient list: one row per patient, one record per row.

The row becomes the patient and the events its filled cells stand for, as text; typing, and holding back a row
with a bad cell, is the builder's work.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from dashboard.intake.cells import BadCell
from dashboard.intake.contract_tables import note_unused
from dashboard.intake.date_order import settle_dates
from dashboard.intake.dates import day_span
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import Origin
from dashboard.intake.rows import PanelBuilder, Record
from dashboard.intake.wide_columns import Stem, is_date, known_columns, places, stems, wide_list
from dashboard.intake.wide_events import Event, events_of_stem


@dataclass(frozen=True)
class Plan:
    """Where the columns of one list stand: stem to ending to position."""

    groups: tuple[tuple[Stem, dict[str, int]], ...]
    patient: dict[str, int]
    recorded_on: int | None
    onset: int | None


def read_wide(table: RawTable, builder: PanelBuilder, date_order: str | None) -> None:
    """Every row of a wide list. Raises ``UnusableSource`` without a ``patient_id`` column."""
    table.require("patient_id")
    settle_dates(table, [column for column in table.columns if is_date(column)], date_order)
    plan = _plan(table.columns)
    skipped: Counter[str] = Counter()
    for origin, row in builder.usable(table, "patient_id"):
        _add(row.cells, plan, origin, builder, skipped)
    for reason, count in sorted(skipped.items()):
        builder.note(f"{table.name}: {reason} in {count} rows; not used")
    note_unused(table, builder, known_columns(), len(table.rows))


def _plan(columns: tuple[str, ...]) -> Plan:
    grouped: dict[str, dict[str, int]] = {wide_list().onset.concept: {}}
    for index, column in enumerate(columns):
        if column in places():
            stem, ending = places()[column]
            grouped.setdefault(stem, {})[ending] = index
    position = {column: index for index, column in enumerate(columns)}
    return Plan(
        tuple((stems()[name], endings) for name, endings in grouped.items()),
        {name: position[name] for name in wide_list().patient if name in position},
        position.get(wide_list().recorded_on),
        position.get(wide_list().onset.column),
    )


def _add(cells: list[str], plan: Plan, origin: Origin, builder: PanelBuilder, skipped: Counter[str]) -> None:
    patient: dict[str, str | None] = {name: cells[index] for name, index in plan.patient.items()}
    recorded = cells[plan.recorded_on].strip() if plan.recorded_on is not None else ""
    patient["recorded_on"] = recorded
    try:
        events = _events(cells, plan, recorded, builder.as_of, skipped)
    except BadCell as bad:
        builder.hold(origin, bad.column, bad.value, bad.reason, patient_id=patient["patient_id"])
        return
    builder.add(Record(origin, patient, [event.cells for event in events], [event.names for event in events]))


def _events(cells: list[str], plan: Plan, recorded: str, as_of: date, skipped: Counter[str]) -> list[Event]:
    span = day_span(recorded, wide_list().recorded_on)
    day = (span or (as_of, as_of))[1].isoformat() if span is None or span[0] == span[1] else recorded
    events: list[Event] = []
    for stem, endings in plan.groups:
        filled = {ending: cells[index].strip() for ending, index in endings.items() if cells[index].strip()}
        if stem.name == wide_list().onset.concept:
            onset = cells[plan.onset].strip() if plan.onset is not None else ""
            if onset:
                filled["onset"] = onset
            if "" not in endings:
                filled.setdefault("", "yes")
        if filled:
            events.extend(events_of_stem(stem, filled, day, skipped))
    return events
