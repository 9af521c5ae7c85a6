"""What becomes of the records of a load while it goes on: the counts that its report is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dashboard.intake.report import HeldBack


@dataclass
class Account:
    """``held`` has the number of each record, counted in the order of the source. ``marks`` as ``event_rows.Marks``,
    counted. ``merged`` counts patient rows beyond the first of their id, ``differing`` the columns in which such rows
    differed."""

    read: int = 0
    accepted: int = 0
    blank: int = 0
    held: list[tuple[int, HeldBack]] = field(default_factory=list)
    marks: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmapped: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    repeated_events: int = 0
    merged: int = 0
    differing: Counter[str] = field(default_factory=Counter)
    future: int = 0

    def held_in_turn(self) -> tuple[HeldBack, ...]:
        """In the order of the source."""
        return tuple(row for _, row in sorted(self.held, key=lambda pair: pair[0]))
