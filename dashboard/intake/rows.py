"""Records in, a panel and its load report out: the one place where text becomes typed values.

Every reader hands its physical records, one by one, to a ``PanelBuilder``. A record is accepted whole or
held back whole; what only the whole file can tell (events of unknown patients, patients that disagree,
duplicates) is settled in ``build``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dashboard.intake.account import Account
from dashboard.intake.by_column.distinct import Mask
from dashboard.intake.by_column.events import TypedEvents
from dashboard.intake.by_column.patients import TypedPatients
from dashboard.intake.by_column.records import records_of, type_records
from dashboard.intake.by_column.settling import Part, Rows, in_order, settle_columns, settle_people
from dashboard.intake.cells import BadCell
from dashboard.intake.event_rows import Marks, Row, type_event
from dashboard.intake.notices import notices_of
from dashboard.intake.patient_rows import type_patient
from dashboard.intake.raw_table import FIRST_LINE, ColumnRows, RawRow, RawTable
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
    ``tell`` hears from time to time how many records were read. ``evidence``: whether events that come as columns say
    where in the source they stand."""

    def __init__(
        self, as_of: date, source: str, tell: Callable[[int], None] | None = None, *, evidence: bool = True
    ) -> None:
        self.as_of = as_of
        self.source = source
        self.evidence = evidence
        self.form = ""
        self.account = Account()
        self._tell = tell
        self.headers: dict[str, tuple[str, ...]] = {}
        self._before: dict[str, int] = {}
        self._notices: list[str] = []
        self.completed: Callable[[list[tuple[int, HeldBack]]], list[tuple[int, HeldBack]]] | None = None
        """What gives the held-back records their text, where that was not kept."""
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._typed: list[Typed] = []
        self._refused_ids: set[str] = set()
        self._people: list[Part] = []
        self._parts: list[Rows] = []
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
            self.account.held.append((number, held_from(origin, column, bad.value, bad.reason, named)))
            if own_id:
                self._refused_ids.add(own_id)
            return
        for mark in marks:
            self.account.marks[mark] += 1
        self._typed.append(Typed(number, origin, patient, events))

    def begin(self, table: RawTable, before: int | None = None) -> None:
        """A table whose rows come as columns. ``before``: how many records the source has before its first, where
        they are not read in their order."""
        self.headers[table.name] = table.columns
        self._before[table.name] = self.account.read if before is None else before

    def add_columns(
        self, table: RawTable, rows: ColumnRows, begun: int, typed: TypedPatients | TypedEvents, blank: Mask
    ) -> None:
        """A portion of a table, from its row ``begun`` on: the rows typed, and the others one by one."""
        before = self._before[table.name]
        self._count(len(typed.kept))
        self.account.blank += _number_of(blank)
        part = Part(table.name, rows, before, typed.rows, pa.array(np.flatnonzero(typed.kept) + begun, pa.int64()))
        if isinstance(typed, TypedEvents):
            self._parts.append(part)
            self.account.marks += typed.marks
            self._removed += len(typed.kept) - _number_of(blank) - typed.rows.num_rows - _number_of(typed.odd)
        else:
            self._people.append(part)
        for place in np.flatnonzero(typed.odd).tolist():
            row = rows[begun + place]
            cells = dict(zip(table.columns, row.cells, strict=True))
            origin = Origin(table.name, row.line, "", row.cells)
            record = Record(origin, None, (cells,)) if isinstance(typed, TypedEvents) else Record(origin, cells)
            self.add(record, before + row.line - FIRST_LINE + 1)

    def add_records(self, rows: pa.Table) -> None:
        """Events of records that were counted before, as ``type_records`` takes them; those of one record come
        together, here and by themselves."""
        found = type_records(rows, self.as_of, self.source)
        self._parts.append(found.part)
        self.account.marks += found.typed.marks
        self._removed += found.removed
        for number, origin, events in records_of(found.aside):
            self.add(Record(origin, None, events), number)

    def hold(
        self,
        origin: Origin,
        column: str,
        value: str,
        reason: str,
        patient_id: str | None = None,
        number: int | None = None,
    ) -> None:
        """One record that its reader could not turn into contract rows. ``number`` as in ``add``."""
        if patient_id:
            self._refused_ids.add(patient_id)
        number = self._count() if number is None else number
        self.account.held.append((number, held_from(origin, column, value, reason, patient_id)))

    def counted(self) -> int:
        """One more record was read: its number. What becomes of it is told later."""
        number = self.account.read = self.account.read + 1
        if number % TOLD_EVERY == 0 and self._tell is not None:
            self._tell(number)
        return number

    def blank(self) -> None:
        """One record without any content."""
        self._count()
        self.account.blank += 1

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

    def unmapped(self, system: str, code: str, display: str, times: int = 1) -> None:
        """A code that the source uses and no code list knows."""
        self.account.unmapped[(system, code, display)] += times

    def settle(self) -> Panel:
        """The panel of all accepted records since the last one; no patient may have records in two of them."""
        account = self.account
        alone, again = settle_people(self._people, self._typed)
        others = set(alone["patient_id"].to_pylist()) if any(record.events for record in self._typed) else set()
        settled = settle(sorted([*self._typed, *again], key=_in_turn), self._refused_ids, others)
        people = in_order(alone, settled)
        events = settle_columns(self._parts, settled, people) if self._parts else None
        account.accepted += settled.accepted + alone.num_rows + self._removed + (events.accepted if events else 0)
        account.repeated_events += settled.repeated_events + (events.repeated if events else 0)
        account.merged += settled.merged
        account.differing += settled.differing
        account.future += settled.future(self.as_of) + (events.future(self.as_of) if events else 0)
        for typed, column, reason, named in settled.held:
            account.held.append((typed.number, held_from(typed.origin, column, named, reason, named)))
        if events is not None:
            account.held += events.held
        self._begin_anew()
        return Panel(people, panel_of([], settled.events).events if events is None else events.events)

    def report(self) -> LoadReport:
        """The account of every record."""
        account = self.account
        if self.completed is not None:
            account.held = self.completed(account.held)
        return LoadReport(
            form=self.form,
            source=self.source,
            as_of=self.as_of,
            records_read=account.read,
            accepted=account.accepted,
            blank=account.blank,
            held_back=account.held_in_turn(),
            notices=(*self._notices, *notices_of(account)),
            unmapped=dict(account.unmapped),
            future_events=account.future,
            headers=dict(self.headers),
        )

    def build(self) -> Loaded:
        """The panel of all accepted records and the account of every record."""
        return Loaded(self.settle(), self.report())

    def _count(self, more: int = 1) -> int:
        before = self.account.read
        read = self.account.read = before + more
        if self._tell is not None and read // TOLD_EVERY > before // TOLD_EVERY:
            self._tell(read // TOLD_EVERY * TOLD_EVERY)
        return read


def _in_turn(record: Typed) -> int:
    return record.number


def _number_of(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


__all__ = ["Origin", "PanelBuilder", "Record"]
