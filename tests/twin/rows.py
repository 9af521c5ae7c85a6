"""One patient's rows as plain objects, as they were known on the as-of date D.

Days are whole numbers (days since 1970-01-01), so that "days from a to b" is b - a. What is dated
after D does not exist here: rows are left out, a later review date is blanked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from pathways.panel import Panel

EPOCH = date(1970, 1, 1)
FIRST_OF_ALL = -(1 << 62)  # a row without recorded_at counts as recorded first

COUNTING = ("final", "amended", "corrected")
RANK = {"final": 0, "amended": 1, "corrected": 2}


@dataclass(slots=True)
class Row:
    concept: str
    status: str
    day: int  # undated rows are kept apart, see Patient.undated
    end: int | None
    value: Decimal | None
    comparator: str | None
    high: Decimal | None
    result: str | None
    reviewed_on: int | None
    recorded: int


@dataclass(slots=True)
class Patient:
    patient_id: str
    birth_first: int | None
    birth_last: int | None
    sex: str
    deceased_on: int | None
    rows: dict[str, list[Row]] = field(default_factory=dict)
    undated: list[Row] = field(default_factory=list)  # back_pain only

    def of(self, concept: str) -> list[Row]:
        return self.rows.get(concept, [])


def to_day(when: date) -> int:
    return (when - EPOCH).days


def to_date(day: int | None) -> date | None:
    return None if day is None else EPOCH + timedelta(days=day)


def last_recorded(rows: list[Row]) -> list[Row]:
    """Of the rows of one concept and date those recorded last (several when they share that time).

    A later "unknown" never replaces a "present", on one day as on two.
    """
    if len(rows) < 2:
        return rows
    latest: dict[int, int] = {}
    answer: dict[int, int] = {}
    for row in rows:
        latest[row.day] = max(latest.get(row.day, FIRST_OF_ALL), row.recorded)
        if row.status != "unknown":
            answer[row.day] = max(answer.get(row.day, FIRST_OF_ALL), row.recorded)
    return [
        row
        for row in rows
        if row.recorded == latest[row.day] or (row.status == "present" and row.recorded == answer[row.day])
    ]


def last_answers(rows: list[Row]) -> list[Row]:
    """The same for a finding, whose later ``unknown`` replaces an absent but never a present."""
    if len(rows) < 2:
        return rows
    kept = last_recorded([row for row in rows if row.status != "unknown"])
    answered = {row.day: row for row in kept}
    for row in last_recorded([row for row in rows if row.status == "unknown"]):
        answer = answered.get(row.day)
        if answer is None:
            kept.append(row)
        elif row.recorded > answer.recorded and not any(
            other.day == row.day and other.status == "present" for other in kept
        ):
            kept = [other for other in kept if other.day != row.day]
            kept.append(row)
    return kept


def _days(column: pa.ChunkedArray) -> list[int | None]:
    return column.cast(pa.int32()).to_pylist()


def read_patients(panel: Panel, today: int) -> Iterator[Patient]:
    """Every patient with the rows visible on D, by ``patient_id``."""
    table = panel.patients
    patients = {
        name: Patient(name, first, last, sex, deceased)
        for name, first, last, sex, deceased in zip(
            table["patient_id"].to_pylist(),
            _days(table["birth_first"]),
            _days(table["birth_last"]),
            table["sex"].to_pylist(),
            _days(table["deceased_on"]),
            strict=True,
        )
    }
    events = panel.events
    columns = zip(
        events["patient_id"].to_pylist(),
        events["concept"].to_pylist(),
        _days(events["date_first"]),
        _days(events["date_last"]),
        events["status"].to_pylist(),
        _days(events["end_date"]),
        events["value"].to_pylist(),
        events["comparator"].to_pylist(),
        events["reference_high"].to_pylist(),
        events["result"].to_pylist(),
        _days(events["reviewed_on"]),
        events["recorded_at"].cast(pa.int64()).to_pylist(),
        strict=True,
    )
    for name, concept, first, last, *rest in columns:
        status, end, value, sign, high, result, reviewed_on, recorded_at = rest
        if first is not None and first > today:
            continue
        reviewed = reviewed_on if reviewed_on is not None and reviewed_on <= today else None
        recorded = FIRST_OF_ALL if recorded_at is None else recorded_at
        day = first if concept == "back_pain" else min(last, today)
        row = Row(concept, status, day, end, value, sign, high, result, reviewed, recorded)
        patient = patients[name]
        if day is None:
            patient.undated.append(row)
        else:
            patient.rows.setdefault(concept, []).append(row)
    yield from patients.values()
