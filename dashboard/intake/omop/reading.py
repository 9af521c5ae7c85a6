"""The tables of an OMOP CDM in, records out: one row of a table that is read is one record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.intake.cells import BadCell
from dashboard.intake.fhir.context import Context, read_codes
from dashboard.intake.fhir.events import Event
from dashboard.intake.limits import Limits
from dashboard.intake.members import Member, tables_of
from dashboard.intake.mending import insert_mended, take_in_again
from dashboard.intake.omop.mapping import mapping
from dashboard.intake.omop.people import Deaths, named, person, visit
from dashboard.intake.omop.resources import CONVERTERS
from dashboard.intake.omop.sources import (
    CONCEPT,
    DEATH,
    FORM,
    NAMED,
    PERSON,
    VISITS,
    Cells,
    require,
    rows_of,
    used_tables,
    whole,
)
from dashboard.intake.omop.vocabulary import NO_CONCEPT, Vocabulary
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import Origin
from dashboard.intake.rows import PanelBuilder, Record

_NO_CONCEPTS = (
    "there is no CONCEPT table: only codes written as source values can be read;"
    " add concept.csv with the concepts that are used"
)
_RESOURCE = re.compile(r"in a (Condition|Observation|MedicationRequest|Procedure)\b")


@dataclass
class _Load:
    builder: PanelBuilder
    limits: Limits
    order: str | None
    context: Context
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    deaths: Deaths = field(default_factory=Deaths)
    people: set[str] = field(default_factory=set)


def read_omop(
    members: Sequence[Member],
    builder: PanelBuilder,
    limits: Limits,
    columns: Mapping[str, str] | None = None,
    order: str | None = None,
    mended: Sequence[RawTable] = (),
) -> None:
    """Hand every row of the tables that are read to the builder. Raises ``UnusableSource``.

    ``columns``: their column names to those of the CDM; ``order`` of day and month in dates that are not ISO.
    """
    builder.form = FORM
    found = used_tables(members)
    _note_others(members, found, builder)
    load = _Load(builder, limits, order, Context(builder.as_of, whole=True))
    tables = _Tables(found, limits, columns, mended)
    for name in (CONCEPT, *NAMED, VISITS):
        if name in found:
            _learn(name, tables.read(name), load)
    if CONCEPT not in found:
        builder.note(_NO_CONCEPTS)
    _read_people(tables, DEATH in found, load)
    _report(PERSON, load)
    for name in mapping().tables:
        if name in found:
            _read_events(name, tables.read(name), load)
            _report(name, load)


class _Tables:
    """The tables of a source, read one after the other: mended rows need all of them at once."""

    def __init__(
        self,
        found: Mapping[str, Member],
        limits: Limits,
        columns: Mapping[str, str] | None,
        mended: Sequence[RawTable],
    ) -> None:
        self._found, self._limits, self._columns, self._rows = found, limits, columns, 0
        self._ready: dict[str, RawTable] = {}
        if mended:
            self._ready = {name: self._from_file(name) for name in found}
            insert_mended(list(self._ready.values()), list(mended))

    def read(self, name: str) -> RawTable:
        """One table. Raises ``UnusableSource`` beyond the limits."""
        return self._ready.pop(name, None) or self._from_file(name)

    def _from_file(self, name: str) -> RawTable:
        member = self._found[name]
        table = tables_of(member, self._limits, self._columns)[0]
        self._rows += len(table.rows)
        self._limits.check_rows(self._rows, member.name)
        take_in_again(table)
        return table


def _note_others(members: Sequence[Member], found: Mapping[str, Member], builder: PanelBuilder) -> None:
    builder.not_read(sorted({member.name for member in members} - {member.name for member in found.values()}))


def _aside(origin: Origin) -> Record:
    """The record of a row without events: it can no longer be held back and needs no cells."""
    return Record(origin._replace(raw="", cells=()))


def _learn(name: str, table: RawTable, load: _Load) -> None:
    require(table, *(("concept_id", "vocabulary_id", "concept_code") if name == CONCEPT else (f"{name}_id",)))
    for origin, cells in rows_of(table, load.builder, load.order):
        try:
            if name == CONCEPT:
                said = (cells.get(column, "") for column in ("vocabulary_id", "concept_code", "concept_name"))
                load.vocabulary.add(cells.get("concept_id", ""), *said)
            elif name == VISITS:
                visit(cells, load.context)
            else:
                named(name, cells, load.context)
        except BadCell as bad:
            load.builder.hold(origin, bad.column, bad.value, bad.reason, cells.get("person_id"))
            continue
        load.builder.add(_aside(origin))


def _read_people(tables: _Tables, some_died: bool, load: _Load) -> None:
    table = tables.read(PERSON)
    require(table, "person_id", "year_of_birth", "gender_concept_id")
    people = list(rows_of(table, load.builder, load.order))
    load.people = {cells["person_id"] for _, cells in people}
    if some_died:
        _read_deaths(tables.read(DEATH), load)
    for origin, cells in people:
        try:
            row = person(cells, load.deaths, load.context)
        except BadCell as bad:
            load.builder.hold(origin, bad.column, bad.value, bad.reason, cells["person_id"])
            continue
        load.builder.add(Record(origin, row))


def _read_deaths(table: RawTable, load: _Load) -> None:
    require(table, "person_id", "death_date")
    for origin, cells in rows_of(table, load.builder, load.order):
        try:
            load.deaths.take(cells, load.people)
        except BadCell as bad:
            load.builder.hold(origin, bad.column, bad.value, bad.reason, cells["person_id"])
            continue
        load.builder.add(_aside(origin))


def _read_events(name: str, table: RawTable, load: _Load) -> None:
    rules = mapping().tables[name]
    concept, source = f"{rules.prefix}_concept_id", f"{rules.prefix}_source_value"
    ids = (concept, f"{rules.prefix}_source_concept_id")
    require(table, "person_id", concept, rules.columns["date"])
    theirs = {"patient_id": "person_id", **rules.columns}
    for origin, cells in rows_of(table, load.builder, load.order):
        codings = load.vocabulary.codings(name, tuple(cells.get(one, "") for one in ids), cells.get(source, ""))
        if not read_codes(codings).known:
            _count(codings, whole(cells.get(concept)), load.builder)
            load.builder.add(_aside(origin))
            continue
        try:
            events = CONVERTERS[name](cells, codings, load.vocabulary, load.context)
        except BadCell as bad:
            column = theirs.get(bad.column, bad.column)
            load.builder.hold(origin, column, bad.value, bad.reason, cells["person_id"])
            continue
        finally:
            load.context.keep()
        rows = list(_owned(events, f"{name}/{whole(cells.get(f'{name}_id'))}", cells))
        load.builder.add(Record(origin, None, rows, [theirs] * len(rows)) if rows else _aside(origin))


def _report(name: str, load: _Load) -> None:
    """The remarks of one table; those of the rules shared with FHIR name the table instead of a resource."""
    load.context.keep()
    for sentence, number in sorted(load.context.remarks.items()):
        load.builder.note(f"{number} {_RESOURCE.sub(f'in {name}', sentence)}")
    load.context.remarks.clear()


def _owned(events: Sequence[Event], place: str, cells: Cells) -> Iterator[Event]:
    for event in events:
        yield {**event, "patient_id": cells["person_id"], "source_ref": place.rstrip("/")}


def _count(codings: Sequence[tuple[str, str, str]], concept_id: str, builder: PanelBuilder) -> None:
    """A row that no list knows: by its codes, else by an id that CONCEPT does not have."""
    for system, code, display in codings:
        if code:
            builder.unmapped(system, code, display)
        elif concept_id not in NO_CONCEPT:
            builder.unmapped("OMOP concept", concept_id, "")
        else:
            builder.unmapped("", "", "a row without a code")
