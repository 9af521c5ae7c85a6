"""The two tables the engine sees: patients and their events, typed.

Everything that is known about a patient is an event. Intake turns every source format into this
form; nothing downstream parses text. Dates that a source gives in part (``2018``) are carried as
the first and the last day they can mean. Numbers are exact decimals in the concept's canonical unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from pathways.places import Places

NUMBER = pa.decimal128(18, 9)
"""Canonical-unit numbers: nine decimals, finer than any instrument, and never a binary float."""

SEXES = ("female", "male", "other", "unknown")

PATIENTS = pa.schema(
    [
        pa.field("patient_id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("birth_first", pa.date32()),  # earliest and latest possible birth date; equal when known
        pa.field("birth_last", pa.date32()),
        pa.field("sex", pa.string(), nullable=False),
        pa.field("deceased_on", pa.date32()),
        pa.field("site", pa.string()),
        pa.field("clinician", pa.string()),
    ]
)

EVENTS = pa.schema(
    [
        pa.field("patient_id", pa.string(), nullable=False),
        pa.field("concept", pa.string(), nullable=False),
        pa.field("date_first", pa.date32()),  # null in both only for an undated back_pain
        pa.field("date_last", pa.date32()),
        pa.field("end_date", pa.date32()),  # a partial end is its last day
        pa.field("status", pa.string(), nullable=False),
        pa.field("value", NUMBER),
        pa.field("comparator", pa.string()),  # <, <=, >, >= or null
        pa.field("reference_low", NUMBER),
        pa.field("reference_high", NUMBER),
        pa.field("result", pa.string()),  # normal, abnormal; negative, suspicious, indeterminate
        pa.field("reviewed_on", pa.date32()),
        pa.field("recorded_at", pa.timestamp("us", tz="UTC")),
        pa.field("note", pa.string()),
        pa.field("source", pa.string()),  # file, table or server it came from
        pa.field("source_ref", pa.string()),  # line, row or resource in it
    ]
)

ORDER_STATUSES = ("ordered", "booked", "performed", "registered", "preliminary")
RESULT_STATUSES = ("final", "amended", "corrected")

_TEST_STATUSES = (*ORDER_STATUSES, *RESULT_STATUSES, "reviewed", "cancelled")
STATUSES: dict[str, tuple[str, ...]] = {
    "finding": ("present", "absent", "unknown"),
    "measurement": _TEST_STATUSES,
    "blood_test": _TEST_STATUSES,
    "treatment": ("planned", "active", "completed", "stopped", "cancelled"),
    "imaging": _TEST_STATUSES,
    "referral": ("ordered", "booked", "accepted", "seen", "cancelled"),
}

RESULTS: dict[str, tuple[str, ...]] = {
    "blood_test": ("normal", "abnormal"),
    "imaging": ("negative", "suspicious", "indeterminate"),
}


@dataclass(frozen=True)
class Panel:
    """Patients and events with exactly the columns of ``PATIENTS`` and ``EVENTS``.

    ``patient_id`` is unique in ``patients``; every event belongs to one of them. Row order means
    nothing. Raises ``ValueError`` when a table has other columns or types.
    """

    patients: pa.Table
    events: pa.Table

    def __post_init__(self) -> None:
        for table, schema in ((self.patients, PATIENTS), (self.events, EVENTS)):
            if not table.schema.equals(schema):
                raise ValueError(f"a panel table must have the columns {schema.names}, has {table.schema.names}")

    @cached_property
    def _places(self) -> Places:
        return Places(self.patients["patient_id"], self.events["patient_id"])

    def part(self, patient_ids: Iterable[str]) -> Panel:
        """These people alone. Finding them reads every id once; after that it costs what their own rows cost."""
        patients, events = self._places.of(patient_ids)
        return Panel(self.patients.take(patients), self.events.take(events))

    def parts(self, most: int) -> Iterator[Panel]:
        """Everybody, so many people at a time at most; the panel itself where that is everybody."""
        if self.patients.num_rows <= most:
            yield self
            return
        for begun in range(0, self.patients.num_rows, most):
            patients = self.patients.slice(begun, most)
            theirs = pc.is_in(self.events["patient_id"], pc.unique(patients["patient_id"]))
            yield Panel(patients, self.events.filter(theirs))
