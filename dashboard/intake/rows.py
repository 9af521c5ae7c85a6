"""Records in, a panel and its load report out: the one place where text becomes typed values.

Every reader hands its physical records, one by one, to a ``PanelBuilder``. A record is accepted whole or
held back whole; what only the whole file can tell (events of unknown patients, patients that disagree,
duplicates) is settled in ``build``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.events import TypedEvents
from dashboard.intake.by_column.patients import TypedPatients
from dashboard.intake.by_column.settling import Part, in_order, settle_columns, settle_people
from dashboard.intake.cells import BadCell
from dashboard.intake.event_rows import Marks, Row, type_event
from dashboard.intake.notices import notices_of
from dashboard.intake.patient_rows import type_patient
from dashboard.intake.raw_table import ColumnRows, RawRow, RawTable
from dashboard.intake.report import HeldBack, Loaded, LoadReport, Origin, held_from
from dashboard.intake.settling import Typed, settle
from dashboard.intake.tables import panel_of
from pathways.panel import Panel

Cells = Mapping[str, str | None]
TOLD_EVERY = 5000
"""So many records pass between two words on how far a load has come."""


class Record(NamedTuple):
    """One physical record and the contract rows it yields, as text under the column names of the contract.

    An event without ``patient_id`` belongs to the record's own patient. Beside the contract's columns
    ``patient`` may hold ``age`` and ``recorded_on``. ``source_ref`` of an event says where in the source it
    stands; without one it is the record's table and line. ``columns`` says, for each event, under which
    name of the source a column of the contract stands.
    """

    origin: Origin
    patient: Cells | None = None
    events: Sequence[Cells] = ()
    columns: Sequence[Mapping[str, str]] = ()


class PanelBuilder:
    """Collects records. ``as_of`` decides what is in the future; ``source`` names the file as evidence;
    ``tell`` hears from time to time how many records were read."""

    def __init__(self, as_of: date, source: str, tell: Callable[[int], None] | None = None) -> None:
        self.as_of = as_of
        self.source = source
        self.form = ""
        self._tell = tell
        self.headers: dict[str, tuple[str, ...]] = {}
        self._read = 0
        self._blank = 0
        self._typed: list[Typed] = []
        self._held: list[tuple[int, HeldBack]] = []
        self._marks: Counter[tuple[str, str]] = Counter()
        self._refused_ids: set[str] = set()
        self._notices: list[str] = []
        self._unmapped: Counter[tuple[str, str, str]] = Counter()
        self._people: list[Part] = []
        self._parts: list[Part] = []
        self._removed = 0

    def add(self, record: Record, number: int | None = None) -> None:
        """One record: typed and kept, or held back. ``number``: its place among all, where it was counted before."""
        origin = record.origin
        number = self._count() if number is None else number
        marks: Marks = []
        own_id = record.patient.get("patient_id") if record.patient else None
        where = f"{origin.table}, line {origin.line}"
        events: list[Row] = []
        names: Mapping[str, str] = {}
        try:
            patient = type_patient(record.patient, self.as_of) if record.patient is not None else None
            for index, cells in enumerate(record.events):
                names = record.columns[index] if record.columns else {}
                row = type_event(cells, own_id, self.as_of, self.source, where, marks)
                if row is not None:
                    events.append(row)
        except BadCell as bad:
            named = own_id or next((cells.get("patient_id") for cells in record.events), None)
            column = names.get(bad.column, bad.column)
            self._held.append((number, held_from(origin, column, bad.value, bad.reason, named)))
            if own_id:
                self._refused_ids.add(own_id)
            return
        for mark in marks:
            self._marks[mark] += 1
        self._typed.append(Typed(number, origin, patient, events))

    def add_columns(
        self, table: RawTable, rows: ColumnRows, begun: int, typed: TypedPatients | TypedEvents, blank: pa.Array
    ) -> None:
        """A portion of a table, from its row ``begun`` on: the rows typed, and the others one by one."""
        before = self._read - begun
        self._count(len(typed.kept))
        self._blank += _number_of(blank)
        places = pc.add(pc.indices_nonzero(typed.kept).cast(pa.int64()), pa.scalar(begun, pa.int64()))
        part = Part(table.name, rows, before, typed.rows, places)
        if isinstance(typed, TypedEvents):
            self._parts.append(part)
            self._marks += typed.marks
            self._removed += len(typed.kept) - _number_of(blank) - typed.rows.num_rows - _number_of(typed.odd)
        else:
            self._people.append(part)
        for place in pc.indices_nonzero(typed.odd).to_pylist():
            row = rows[begun + place]
            cells = dict(zip(table.columns, row.cells, strict=True))
            origin = Origin(table.name, row.line, "", row.cells)
            record = Record(origin, None, (cells,)) if isinstance(typed, TypedEvents) else Record(origin, cells)
            self.add(record, before + begun + place + 1)

    def hold(self, origin: Origin, column: str, value: str, reason: str, patient_id: str | None = None) -> None:
        """One record that its reader could not turn into contract rows."""
        if patient_id:
            self._refused_ids.add(patient_id)
        self._held.append((self._count(), held_from(origin, column, value, reason, patient_id)))

    def blank(self) -> None:
        """One record without any content."""
        self._count()
        self._blank += 1

    def usable(self, table: RawTable, owner: str) -> Iterator[tuple[Origin, RawRow]]:
        """The rows of a table that have a cell for each column and say something; the others are accounted for.

        ``owner`` is the column of the patient's id.
        """
        self.headers[table.name] = table.columns
        for row in table.rows:
            origin = Origin(table.name, row.line, row.raw, row.cells)
            if row.problem is not None:
                self.hold(origin, *row.problem, patient_id=row.cell(table.columns, owner))
            elif row.says_nothing():
                self.blank()
            else:
                yield origin, row

    def note(self, text: str) -> None:
        """A notice for the load page; the same words are shown once."""
        if text not in self._notices:
            self._notices.append(text)

    def not_read(self, names: Sequence[str]) -> None:
        """The files of the source that have no use here."""
        if names:
            self.note(f"files that were not read: {', '.join(names[:10])}{' …' if names[10:] else ''}")

    def unmapped(self, system: str, code: str, display: str) -> None:
        """A code that the source uses and no code list knows."""
        self._unmapped[(system, code, display)] += 1

    def build(self) -> Loaded:
        """The panel of all accepted records and the account of every record."""
        alone, again = settle_people(self._people, self._typed)
        others = set(alone["patient_id"].to_pylist()) if any(record.events for record in self._typed) else set()
        settled = settle(sorted([*self._typed, *again], key=_in_turn), self._refused_ids, others)
        people = in_order(alone, settled)
        events = settle_columns(self._parts, settled, people) if self._parts else None
        settled.accepted += alone.num_rows + self._removed + (events.accepted if events else 0)
        settled.repeated_events += events.repeated if events else 0
        for typed, column, reason, named in settled.held:
            self._held.append((typed.number, held_from(typed.origin, column, named, reason, named)))
        if events is not None:
            self._held += events.held
        held = tuple(row for _, row in sorted(self._held, key=lambda pair: pair[0]))
        report = LoadReport(
            form=self.form,
            source=self.source,
            as_of=self.as_of,
            records_read=self._read,
            accepted=settled.accepted,
            blank=self._blank,
            held_back=held,
            notices=(*self._notices, *notices_of(self._marks, settled)),
            unmapped=dict(self._unmapped),
            future_events=settled.future(self.as_of) + (events.future(self.as_of) if events else 0),
            headers=dict(self.headers),
        )
        told = panel_of([], settled.events).events if events is None else events.events
        return Loaded(Panel(people, told), report)

    def _count(self, more: int = 1) -> int:
        before = self._read
        self._read += more
        if self._tell is not None and self._read // TOLD_EVERY > before // TOLD_EVERY:
            self._tell(self._read // TOLD_EVERY * TOLD_EVERY)
        return self._read


def _in_turn(record: Typed) -> int:
    return record.number


def _number_of(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)


__all__ = ["Origin", "PanelBuilder", "Record"]
