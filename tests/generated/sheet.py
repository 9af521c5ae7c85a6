"""Rows of an invented panel, kept as plain dictionaries until the two tables are built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

import pyarrow as pa

from pathways.panel import EVENTS, PATIENTS, Panel

Event = dict[str, Any]
T = TypeVar("T")

EDGES = (0, 0, 1, 2, 7, 14, 21, 28, 42, 60, 90, 90, 183, 365, 730)
"""Last days of the windows; the day before and the day after are drawn as well."""


class Person:
    """One invented patient: ``rng``, the as-of date, and the rows so far. Days count back from D."""

    def __init__(self, patient_id: str, rng: Random, today: date) -> None:
        self.patient_id, self.rng, self.today = patient_id, rng, today
        self.birth: tuple[date, date] | None = None
        self.sex = "unknown"
        self.deceased_on: date | None = None
        self.events: list[Event] = []
        self.anchors: list[date] = [today]

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def pick(self, *choices: T) -> T:
        return self.rng.choice(choices)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def edge(self, *anchors: date, spread: int = 1) -> date:
        """A day on, just before or just after the end of some window around an anchor; seldom after D."""
        anchor = self.rng.choice(anchors or self.anchors)
        steps = self.rng.choice(EDGES) + self.rng.randint(-spread, spread)
        if self.chance(0.35):
            steps = -steps
        day = anchor - timedelta(days=steps)
        return min(day, self.today) if self.chance(0.9) else day

    def between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    def add(self, concept: str, day: date | None, status: str, **cells: object) -> Event:
        event: Event = {"concept": concept, "date_first": day, "date_last": day, "status": status, **cells}
        self.events.append(event)
        return event

    def number(self, *choices: str) -> Decimal:
        return Decimal(self.rng.choice(choices))


def panel_of(people: Sequence[Person]) -> Panel:
    """The typed tables; the order of rows is theirs."""
    patients = {
        "patient_id": [p.patient_id for p in people],
        "name": [None] * len(people),
        "birth_first": [p.birth[0] if p.birth else None for p in people],
        "birth_last": [p.birth[1] if p.birth else None for p in people],
        "sex": [p.sex for p in people],
        "deceased_on": [p.deceased_on for p in people],
        "site": [None] * len(people),
        "clinician": [None] * len(people),
    }
    columns: dict[str, list[Any]] = {name: [] for name in EVENTS.names}
    others = [name for name in EVENTS.names if name != "patient_id"]
    for person in people:
        for event in person.events:
            if event.get("end_date") and event["date_first"]:  # an earlier end would be held back
                event["end_date"] = max(event["end_date"], event["date_first"])
            columns["patient_id"].append(person.patient_id)
            for name in others:
                columns[name].append(event.get(name))
    return Panel(
        pa.table({f.name: pa.array(patients[f.name], f.type) for f in PATIENTS}, schema=PATIENTS),
        pa.table({f.name: pa.array(columns[f.name], f.type) for f in EVENTS}, schema=EVENTS),
    )


def only(panel: Panel, patient_id: str) -> Panel:
    """The panel of one patient."""
    return Panel(
        panel.patients.filter(pa.compute.equal(panel.patients["patient_id"], patient_id)),
        panel.events.filter(pa.compute.equal(panel.events["patient_id"], patient_id)),
    )


def shrink(panel: Panel, differs: Callable[[Panel], bool]) -> Panel:
    """A smaller panel that still differs: patients, then events, are left out in ever smaller pieces.

    ``differs`` must hold for the panel given; it is called some hundred times.
    """
    patients = _fewer(list(range(panel.patients.num_rows)), lambda kept: differs(_with_patients(panel, kept)))
    panel = _with_patients(panel, patients)
    events = _fewer(
        list(range(panel.events.num_rows)),
        lambda kept: differs(Panel(panel.patients, _take(panel.events, kept))),
    )
    return Panel(panel.patients, _take(panel.events, events))


def _take(table: pa.Table, rows: list[int]) -> pa.Table:
    return table.take(pa.array(rows, pa.int64()))


def _with_patients(panel: Panel, rows: list[int]) -> Panel:
    patients = _take(panel.patients, rows)
    wanted = pa.compute.is_in(panel.events["patient_id"], value_set=patients["patient_id"].combine_chunks())
    return Panel(patients, panel.events.filter(wanted))


def _fewer(rows: list[int], differs: Callable[[list[int]], bool]) -> list[int]:
    size = max(1, len(rows) // 2)
    while True:
        start, smaller = 0, False
        while start < len(rows):
            kept = rows[:start] + rows[start + size :]
            if differs(kept):
                rows, smaller = kept, True
            else:
                start += size
        if size == 1 and not smaller:
            return rows
        size = size if smaller and size == 1 else max(1, size // 2)


def shrink_each(panel: Panel, patient_ids: Sequence[str], differing: Callable[[Panel], set[str]]) -> dict[str, Panel]:
    """For each patient the fewest events with which it still differs, all patients at once.

    Every attempt is a patient of its own in one panel, so that ``differing`` (the ids that differ) is
    called a handful of times only. It relies on one patient's answer not depending on another's.
    """
    kept = {name: list(range(only(panel, name).events.num_rows)) for name in patient_ids}
    busy = list(patient_ids)
    while busy:
        single = _attempts(panel, {n: [_without(kept[n], [row]) for row in kept[n]] for n in busy}, differing)
        free = {n: [row for row in kept[n] if _without(kept[n], [row]) in single[n]] for n in busy}
        busy = [name for name in busy if free[name]]
        more = {n: [_without(kept[n], free[n][:k]) for k in range(1, 1 + len(free[n]))] for n in busy}
        for name, smaller in _attempts(panel, more, differing).items():
            kept[name] = smaller[-1]
    return {name: _part(panel, name, rows, name) for name, rows in kept.items()}


def _without(rows: list[int], left_out: list[int]) -> list[int]:
    return [row for row in rows if row not in left_out]


def _attempts(
    panel: Panel, attempts: dict[str, list[list[int]]], differing: Callable[[Panel], set[str]]
) -> dict[str, list[list[int]]]:
    """The attempts, by patient, that still differ."""
    named = {f"{name}/{i}": (name, rows) for name, tries in attempts.items() for i, rows in enumerate(tries)}
    if not named:
        return {}
    parts = [_part(panel, name, rows, label) for label, (name, rows) in named.items()]
    still = differing(
        Panel(
            pa.concat_tables([part.patients for part in parts]).combine_chunks(),
            pa.concat_tables([part.events for part in parts]).combine_chunks(),
        )
    )
    found: dict[str, list[list[int]]] = {name: [] for name in attempts}
    for label, (name, rows) in named.items():
        if label in still:
            found[name].append(rows)
    return found


def _part(panel: Panel, patient_id: str, rows: list[int], label: str) -> Panel:
    """Some events of one patient, under another name."""
    one = only(panel, patient_id)
    events = _take(one.events, rows)
    tables = []
    for table, schema in ((one.patients, PATIENTS), (events, EVENTS)):
        names = pa.array([label] * table.num_rows, pa.string())
        tables.append(pa.table([names, *table.columns[1:]], schema=schema))
    return Panel(*tables)


def readable(panel: Panel) -> str:
    """Every row of a small panel on a line of its own, empty cells left out."""
    lines = [_line(row) for row in panel.patients.to_pylist()]
    events = sorted(panel.events.to_pylist(), key=lambda e: (e["concept"], str(e["date_last"])))
    return "\n".join(lines + ["  " + _line(event) for event in events])


def _line(row: dict[str, Any]) -> str:
    row = {name: cell for name, cell in row.items() if cell is not None}
    if row.get("date_first") == row.get("date_last"):
        row.pop("date_first", None)
    return " ".join(
        f"{name}={cell.normalize():f}" if isinstance(cell, Decimal) else f"{name}={cell}" for name, cell in row.items()
    )
