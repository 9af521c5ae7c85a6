"""What a list looks like before it is loaded: which of its columns are ours, and which nobody knows yet."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dashboard.intake.contract_tables import EVENT_COLUMNS, PATIENT_COLUMNS
from dashboard.intake.decoding import decode
from dashboard.intake.delimited import read_delimited
from dashboard.intake.limits import Limits
from dashboard.intake.load import chosen_tables, holds_files
from dashboard.intake.members import TEXT, Member, members_of, tables_of
from dashboard.intake.omop import looks_like_omop
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import UnusableSource
from dashboard.intake.synthea import looks_like_synthea
from dashboard.intake.wide_columns import known_columns, template_columns

HEAD = 60
"""Lines of a text file that are looked at."""

VALUES = 4
_REQUIRED = ("patient_id",)
_REQUIRED_OF_EVENTS = ("patient_id", "concept", "date")


@dataclass(frozen=True)
class Preview:
    """``unknown``: each column that nobody reads, with its first values (a patient's: to be shown, never kept).

    ``present``: our columns that the list has; ``lacking``: those it cannot do without; ``offered``: every
    column that one of theirs may stand for, in the order of the template.
    """

    unknown: Mapping[str, tuple[str, ...]]
    present: frozenset[str]
    lacking: tuple[str, ...]
    offered: tuple[str, ...]


def preview(source: Path, limits: Limits | None = None) -> Preview | None:
    """The columns of a patient list, or of patients and events; None for a form with columns of its own.

    Raises ``UnusableSource`` where the load would, as far as the first rows show it.
    """
    limits = limits or Limits()
    members = members_of(source, limits) if holds_files(source) else [Member(source.name, source)]
    if looks_like_synthea(members, limits) or looks_like_omop(members):
        return None
    chosen = chosen_tables(members)
    if not chosen:
        return None
    tables = [table for member in chosen for table in _first_rows(member, limits)]
    by_name = {table.name.casefold(): table for table in tables}
    if len(chosen) == 2:
        patients, events = tables[0], tables[-1]
        return _of_pair(patients, events)
    if {"patients", "events"} <= by_name.keys():
        return _of_pair(by_name["patients"], by_name["events"])
    likely = [table for table in tables if "patient_id" in table.columns] or tables
    return _of_list(likely[0]) if len(likely) == 1 else None


def _first_rows(member: Member, limits: Limits) -> list[RawTable]:
    """A long text file is not read to its end; where its first lines cannot stand alone, it is."""
    if member.suffix not in TEXT:
        return tables_of(member, limits, None)
    text, _ = decode(member.content(limits), member.name)
    try:
        return [read_delimited("".join(islice(io.StringIO(text, newline=""), HEAD)), member.name, limits)[0]]
    except UnusableSource:
        return tables_of(member, limits, None)


def _of_list(table: RawTable) -> Preview:
    known = known_columns()
    rest = sorted(known - {*template_columns()})
    present = known & {*table.columns}
    lacking = tuple(name for name in _REQUIRED if name not in present)
    return Preview(_unknown(table, known), present, lacking, (*template_columns(), *rest))


def _of_pair(patients: RawTable, events: RawTable) -> Preview:
    unknown = _unknown(patients, PATIENT_COLUMNS) | _unknown(events, EVENT_COLUMNS)
    # A mapping holds for both tables: only what both have, or what one alone could have, is there already.
    shared = PATIENT_COLUMNS & EVENT_COLUMNS
    present = {*patients.columns, *events.columns} & (PATIENT_COLUMNS | EVENT_COLUMNS)
    present -= {name for name in shared if name not in patients.columns or name not in events.columns}
    lacking = [name for name in _REQUIRED if name not in patients.columns]
    lacking += [name for name in _REQUIRED_OF_EVENTS if name not in events.columns and name not in lacking]
    offered = sorted(PATIENT_COLUMNS) + sorted(EVENT_COLUMNS - PATIENT_COLUMNS)
    return Preview(unknown, frozenset(present), tuple(lacking), tuple(offered))


def _unknown(table: RawTable, known: frozenset[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name in table.unused(known):
        cells = (row.cell(table.columns, name) for row in table.rows if row.problem is None)
        filled = dict.fromkeys(cell.strip() for cell in cells if cell and cell.strip())
        found[name] = tuple(islice(filled, VALUES))
    return found
