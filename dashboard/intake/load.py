"""A source of any form in, a typed panel and its load report out."""

from __future__ import annotations

import gc
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from dashboard.intake import prepared
from dashboard.intake.contract_tables import read_events, read_patients
from dashboard.intake.date_order import DAY_FIRST, MONTH_FIRST
from dashboard.intake.limits import Limits
from dashboard.intake.members import EXCEL, Member, by_stem, members_of, tables_of
from dashboard.intake.mending import insert_mended, read_mended, take_in_again
from dashboard.intake.omop import looks_like_omop, names_a_database, read_omop
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import Loaded, UnusableSource
from dashboard.intake.rows import PanelBuilder
from dashboard.intake.synthea import looks_like_synthea, read_synthea
from dashboard.intake.wide import read_wide

WIDE, TABLES, FHIR = "wide patient list", "patients and events", "FHIR R4"
_JSON = (".json", ".ndjson", ".jsonl")
_FORMS = "a patient list, patients and events (CSV, Excel, Parquet), FHIR (JSON, NDJSON), Synthea's CSV, or OMOP tables"


def load(
    source: Path,
    *,
    as_of: date,
    mapping: Mapping[str, str] | None = None,
    date_order: str | None = None,
    limits: Limits | None = None,
    mended: Sequence[Path] = (),
    tell: Callable[[int], None] | None = None,
) -> Loaded:
    """Read a source whole.

    ``mapping``: their column names to ours; its entry ``date_order`` counts where the parameter is None
    (``day-first`` or ``month-first``). ``mended``: downloads of held-back rows, mended; each takes the
    place of the row it came from. ``tell`` hears how many records were read so far. Raises
    ``UnusableSource``, with one line, when the source as a whole cannot be read.
    """
    limits = limits or Limits()
    source = Path(source)
    columns, order = asked(mapping, date_order)
    if names_a_database(source):
        raise UnusableSource("databases are not read yet; export the OMOP tables to a folder as CSV or Parquet")
    if not source.exists():
        raise UnusableSource(f"{source.name}: there is no such file or folder")
    if prepared.is_prepared(source):
        return prepared.opened(source, as_of, asked=bool(columns or order or mended)).whole()
    builder = PanelBuilder(as_of, source.name, tell)
    with no_collection():
        with told_of_permissions(source.name):
            _read(source, builder, limits, columns, order, [read_mended(path, limits) for path in mended])
        return builder.build()


def asked(mapping: Mapping[str, str] | None, date_order: str | None) -> tuple[dict[str, str], str | None]:
    """Their column names to ours, and the date order stated on its own or among them. Raises ``UnusableSource``."""
    columns = dict(mapping or {})
    stated = columns.pop("date_order", None)
    order = date_order or stated
    if order not in (None, DAY_FIRST, MONTH_FIRST):
        raise UnusableSource(f"the date order must be {DAY_FIRST} or {MONTH_FIRST}")
    return columns, order


@contextmanager
def told_of_permissions(name: str) -> Iterator[None]:
    """A file of the source that may not be read is said in one line: ``UnusableSource``."""
    try:
        yield
    except PermissionError:
        raise UnusableSource(f"{name}: may not be read; check its permissions") from None


@contextmanager
def no_collection() -> Iterator[None]:
    """Rows hold no cycles: looking for some among millions would take half the time of a load."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(
    source: Path,
    builder: PanelBuilder,
    limits: Limits,
    mapping: Mapping[str, str],
    order: str | None,
    mended: list[RawTable],
) -> None:
    members = members_of(source, limits) if holds_files(source) else [Member(source.name, source)]
    if looks_like_synthea(members, limits, mapping):
        read_synthea(members, builder, limits, mapping, mended)
        return
    if looks_like_omop(members):
        read_omop(members, builder, limits, mapping, order, mended)
        return
    chosen = chosen_tables(members)
    if _are_json(members, chosen):
        _read_fhir(source, builder, limits)
        return
    if not chosen:
        raise UnusableSource(f"{source.name}: {_why_unknown(members)}")
    found = [(member, tables_of(member, limits, mapping)) for member in chosen]
    tables = [table for _, sheets in found for table in sheets]
    limits.check_rows(sum(len(table.rows) for table in tables), source.name)
    for table in tables:
        take_in_again(table)
    insert_mended(tables, mended)
    builder.not_read(sorted({member.name for member in members} - {member.name for member in chosen}))
    if len(found) == 2:
        pair = {member.stem: _patient_table(sheets, member.name, builder) for member, sheets in found}
        _read_pair(pair["patients"], pair["events"], builder, order)
    else:
        _read_one(source.name, tables, builder, order)


def holds_files(source: Path) -> bool:
    if source.is_dir():
        return True
    suffix = source.suffix.lower()
    return suffix == ".zip" or (suffix not in EXCEL and zipfile.is_zipfile(source))


def chosen_tables(members: list[Member]) -> list[Member]:
    """The patients and events files if both are there, else the only table."""
    tables = [member for member in members if member.is_table()]
    named = by_stem(tables, ("patients", "events"))
    if len(named) == 2:
        return [named["patients"], named["events"]]
    if len(members) == 1 and members[0].suffix not in _JSON:
        return members
    return tables if len(tables) == 1 and not any(member.suffix in _JSON for member in members) else []


def _are_json(members: list[Member], chosen: list[Member]) -> bool:
    return not chosen and any(member.suffix in _JSON for member in members)


def comes_as_fhir(source: Path, limits: Limits, mapping: Mapping[str, str]) -> bool:
    """Whether ``load`` would read it as FHIR. Raises ``UnusableSource`` where it cannot tell."""
    if names_a_database(source) or not source.exists():
        return False
    with told_of_permissions(source.name):
        members = members_of(source, limits) if holds_files(source) else [Member(source.name, source)]
        if looks_like_synthea(members, limits, mapping) or looks_like_omop(members):
            return False
        return _are_json(members, chosen_tables(members)) and _looks_like_fhir(source)


def _looks_like_fhir(source: Path) -> bool:
    from dashboard.intake.fhir import looks_like_fhir

    return looks_like_fhir(source)


def _why_unknown(members: list[Member]) -> str:
    stems = {member.stem for member in members if member.is_table()}
    if "person" in stems:
        return "OMOP's person table alone; put condition_occurrence and the other tables beside it"
    if {"patients", "conditions"} <= stems:
        return 'patients beside conditions, but without the column "Id" of Synthea; name it so, or add events.csv'
    if "patients" in stems or "events" in stems:
        missing = "events" if "patients" in stems else "patients"
        return f"there is no {missing} file beside the other; add {missing}.csv"
    return f"nothing here that can be read; give {_FORMS}"


def _read_fhir(source: Path, builder: PanelBuilder, limits: Limits) -> None:
    from dashboard.intake.fhir import looks_like_fhir, read_fhir

    if not looks_like_fhir(source):
        raise UnusableSource(f"{source.name}: JSON, but not FHIR R4; give a Bundle or NDJSON of resources")
    builder.form = FHIR
    read_fhir(source, builder, limits)


def _read_one(name: str, tables: list[RawTable], builder: PanelBuilder, order: str | None) -> None:
    """Two sheets named patients and events, else the one table that has patient ids."""
    by_name = {table.name.casefold(): table for table in tables}
    if {"patients", "events"} <= by_name.keys():
        _read_pair(by_name["patients"], by_name["events"], builder, order)
        return
    table = _patient_table(tables, name, builder)
    if "concept" in table.columns:
        raise UnusableSource(
            f"{name}: events without patients; put the patients table beside them, in a folder, zip or sheet"
        )
    builder.form = WIDE
    read_wide(table, builder, order)


def _read_pair(patients: RawTable, events: RawTable, builder: PanelBuilder, order: str | None) -> None:
    builder.form = TABLES
    read_patients(patients, builder, order)
    read_events(events, builder, order)


def _patient_table(tables: list[RawTable], name: str, builder: PanelBuilder) -> RawTable:
    """Of several sheets the only one that has patient ids."""
    if not tables:
        raise UnusableSource(f"{name}: every visible sheet is empty; export the list again")
    candidates = [table for table in tables if "patient_id" in table.columns] or tables
    if len(candidates) != 1:
        raise UnusableSource(
            f"{name}: {len(candidates)} sheets could be the list; keep one, or name two patients and events"
        )
    for other in tables:
        if other is not candidates[0]:
            builder.note(f'sheet "{other.name}" was not read')
    return candidates[0]
