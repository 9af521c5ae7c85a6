"""Synthea's tables in, records out: one row is one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashboard.intake.cells import BadCell
from dashboard.intake.fhir.conditions import from_condition
from dashboard.intake.fhir.context import Context
from dashboard.intake.fhir.elements import Resource
from dashboard.intake.fhir.events import Event
from dashboard.intake.fhir.observations import from_observation
from dashboard.intake.fhir.orders import from_imaging_study
from dashboard.intake.fhir.people import note_visit
from dashboard.intake.fhir.treatments import from_care_plan, from_medication, from_procedure
from dashboard.intake.limits import Limits
from dashboard.intake.members import Member, tables_of
from dashboard.intake.mending import insert_mended
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import Origin
from dashboard.intake.rows import PanelBuilder, Record
from dashboard.intake.synthea.resources import AS_RESOURCE, Row, code_of, encounter
from dashboard.intake.synthea.tables import check_columns, chosen, layout

_CONVERTERS: dict[str, Callable[[Resource, Context], list[Event]]] = {
    "conditions": from_condition,
    "observations": from_observation,
    "procedures": from_procedure,
    "medications": from_medication,
    "careplans": from_care_plan,
    "imaging_studies": from_imaging_study,
}
_NAMED = {"organizations": "Organization", "providers": "Practitioner"}


def read_synthea(
    members: Sequence[Member],
    builder: PanelBuilder,
    limits: Limits,
    mapping: Mapping[str, str] | None = None,
    mended: Sequence[RawTable] = (),
) -> None:
    """Hand every row of the tables that have a use to the builder; the others are named. Raises
    ``UnusableSource``."""
    builder.form = "Synthea CSV"
    files = chosen(members)
    tables = {stem: tables_of(member, limits, mapping)[0] for stem, member in files.items()}
    limits.check_rows(sum(len(table.rows) for table in tables.values()), builder.source)
    insert_mended(list(tables.values()), list(mended))
    context = Context(builder.as_of, whole=True)
    for stem, table in tables.items():
        _read_table(stem, table, builder, context)
    _tell(members, files, builder, context)


def _read_table(stem: str, table: RawTable, builder: PanelBuilder, context: Context) -> None:
    day = check_columns(stem, table)
    codes, as_of = layout().tables[stem].codes, builder.as_of.isoformat()
    owner = "id" if stem == "patients" else "patient"
    for origin, raw in builder.usable(table, owner):
        cells = dict(zip(table.columns, raw.cells, strict=True))
        row = Row(cells, cells.get(day, "").strip(), codes, as_of)
        _take(stem, origin, row, day, builder, context)
    for notice in table.notices:
        builder.note(notice)
    if stem == "medications" and table.rows and not any(row.cell(table.columns, "stop") for row in table.rows):
        builder.note(f"{table.name}: no row has a STOP; every prescription counts as one that goes on")


def _take(stem: str, origin: Origin, row: Row, day: str, builder: PanelBuilder, context: Context) -> None:
    if stem == "patients":
        builder.add(Record(origin, _patient(row, context)))
        return
    names = {"patient_id": "patient", "date": day, "end_date": "stop", "unit": "units"}
    try:
        rows = _events(stem, row, context)
    except BadCell as bad:
        column = names.get(bad.column, bad.column)
        builder.hold(origin, column, bad.value or "", bad.reason, row.cells["patient"])
        return
    finally:
        context.keep()
    # The rows have no ids of their own: without a reference the builder names the table and the line.
    events = [{**found, "patient_id": row.cells["patient"], "source_ref": ""} for found in rows]
    builder.add(Record(origin, None, events, [names] * len(events)))


def _events(stem: str, row: Row, context: Context) -> list[Event]:
    if stem in _NAMED:
        context.names[f"{_NAMED[stem]}/{row.get('id')}"] = row.get("name")
        return []
    if stem == "encounters":
        note_visit(encounter(row), row.get("patient"), context)
        return []
    if stem != "imaging_studies":  # a series may say by its machine what it has no code for
        read = context.read(code_of(row))
        if not (read.included or read.planned or read.suspected):
            return []
    return _CONVERTERS[stem](AS_RESOURCE[stem](row), context)


def _patient(row: Row, context: Context) -> dict[str, str]:
    visit = context.visits.get(row.cells["id"].strip())
    return {
        "patient_id": row.cells["id"],
        "name": " ".join(filter(None, (row.get(part) for part in ("first", "middle", "last")))),
        "birth_date": row.get("birthdate"),
        "sex": row.get("gender"),
        "deceased_on": row.get("deathdate"),
        "site": visit.site if visit else "",
        "clinician": visit.clinician if visit else "",
    }


def _tell(members: Sequence[Member], files: Mapping[str, Member], builder: PanelBuilder, context: Context) -> None:
    """What the load page has to mention: files not read, tables not there, remarks, codes no list knows."""
    rest = sorted((one for one in members if one not in files.values()), key=lambda one: one.name)
    useless = [one.name for one in rest if one.stem in layout().unused]
    if useless:
        builder.note(f"tables that hold nothing for the pathway were not read: {', '.join(useless)}")
    builder.not_read([one.name for one in rest if one.stem not in layout().unused])
    absent = [stem for stem in layout().tables if stem not in files]
    if absent:
        builder.note(f"tables that are not there, so that nothing is known of them: {', '.join(absent)}")
    for sentence, number in sorted(context.remarks.items()):
        builder.note(f"{number} {sentence}")
    for (system, code), number in context.unmapped.items():
        _, display = context.displays[system, code]
        for _ in range(number):
            builder.unmapped(system, code if system else "", display)
