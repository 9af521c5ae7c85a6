"""Which of the copies that were made by themselves stay: the newest of each hour, day and month, so many of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

HOURS, DAYS, MONTHS = 24, 30, 12
_SPANS: tuple[tuple[int, Callable[[datetime], tuple[int, ...]]], ...] = (
    (HOURS, lambda at: (at.year, at.month, at.day, at.hour)),
    (DAYS, lambda at: (at.year, at.month, at.day)),
    (MONTHS, lambda at: (at.year, at.month)),
)


def to_keep(made: Iterable[datetime]) -> set[datetime]:
    """Of copies made at these moments, those that stay: at most 24 and 30 and 12, and the newest always."""
    newest_first = sorted(made, reverse=True)
    kept: set[datetime] = set()
    for most, span in _SPANS:
        found: dict[tuple[int, ...], datetime] = {}
        for at in newest_first:
            found.setdefault(span(at), at)
        kept |= set(list(found.values())[:most])
    return kept
