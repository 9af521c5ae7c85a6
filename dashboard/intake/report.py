"""What a load did: how many records were read, accepted, held back or blank, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from dashboard.intake.cells import as_line
from pathways.panel import Panel

Code = tuple[str, str, str]
"""System, code and display of a code that no code list knows."""


class UnusableSource(Exception):
    """The source as a whole cannot be read. The message is one line: what, where, how to mend."""


class UnclearDates(UnusableSource):
    """Every date of a column can be read both ways: the load waits for an answer. The only kind of unusable
    source that an answer mends without another file."""

    def __init__(self, message: str, column: str) -> None:
        super().__init__(message)
        self.column = column


class Origin(NamedTuple):
    """Where a record stands: file, sheet or resource type; physical line (the header is 1); the raw text.

    ``cells``: the row's cells under the header of its table, where there is one; they stand for ``raw`` where
    the source has no lines of text.
    """

    table: str
    line: int
    raw: str
    cells: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HeldBack:
    """One record that was read but not let in. ``line`` is the physical line or row (the header is 1)."""

    table: str
    line: int
    raw: str
    column: str
    value: str
    reason: str
    patient_id: str | None = None
    cells: tuple[str, ...] = ()


def held_from(origin: Origin, column: str, value: str, reason: str, patient_id: str | None) -> HeldBack:
    """The held-back record of an origin."""
    named = patient_id if patient_id and not patient_id.isspace() else None
    raw = origin.raw or as_line(origin.cells)
    return HeldBack(origin.table, origin.line, raw, column, value, reason, named, tuple(origin.cells))


@dataclass(frozen=True)
class LoadReport:
    """The account of one load. ``headers`` has the columns of each table that had a header row."""

    form: str
    source: str
    as_of: date
    records_read: int
    accepted: int
    blank: int
    held_back: tuple[HeldBack, ...] = ()
    notices: tuple[str, ...] = ()
    unmapped: Mapping[Code, int] = field(default_factory=dict)
    future_events: int = 0
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def identity(self) -> str:
        """The sentence that must hold for every load and is printed after it."""
        return (
            f"{self.records_read} records read = {self.accepted} accepted"
            f" + {len(self.held_back)} held back + {self.blank} blank"
        )

    def holds(self) -> bool:
        """Whether the identity is true."""
        return self.records_read == self.accepted + len(self.held_back) + self.blank

    def patients_concerned(self) -> tuple[str, ...]:
        """The ids of the patients whom a held-back record concerns, sorted."""
        return tuple(sorted({held.patient_id for held in self.held_back if held.patient_id}))


@dataclass(frozen=True)
class Loaded:
    """A panel and the account of how it came about."""

    panel: Panel
    report: LoadReport
