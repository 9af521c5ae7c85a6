"""Dates and times as text, in the forms of the contract: ISO, in part, or as an interval."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from dashboard.intake.cells import CACHED, BadCell
from dashboard.intake.words import words

Span = tuple[date, date]
"""The first and the last day a date can mean; the same day twice when it is fully known."""

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ]\d{2}:\d{2}\S*)?)?)?", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_ASK = "is not a date; write it as 2026-06-15 (or 2026-06, 2026 where the day is not known)"


@lru_cache(CACHED)
def day_span(text: str | None, column: str = "date") -> Span | None:
    """``2026-06-15`` or a part of it; a time after the day is left aside, the day counts as written.

    Raises ``BadCell`` for anything else, for a day that does not exist and for years before the limit.
    """
    stripped = text.strip() if text else ""
    if not stripped:
        return None
    found = _ISO.fullmatch(stripped)
    if found is None:
        raise BadCell(column, text, _ASK)
    year, month, day = (int(part) if part else None for part in found.groups())
    if year < words().earliest_year:
        raise BadCell(column, text, f"is before {words().earliest_year}")
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is not None:
            exact = date(year, month, day)
            return exact, exact
        return date(year, month, 1), _last_of_month(year, month)
    except ValueError:
        raise BadCell(column, text, "is a day that does not exist") from None


def _last_of_month(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)


@lru_cache(CACHED)
def last_day(text: str | None, column: str) -> date | None:
    """The last day a date can mean: how ends and reviews count."""
    span = day_span(text, column)
    return span[1] if span else None


@lru_cache(CACHED)
def birth_span(text: str | None) -> Span | None:
    """A birth date, in part, or an interval ``1966-06-16/1967-06-15``."""
    if text is None or "/" not in text:
        return day_span(text, "birth_date")
    first_text, _, last_text = text.partition("/")
    first, last = day_span(first_text, "birth_date"), day_span(last_text, "birth_date")
    if first is None or last is None or first[0] > last[1]:
        raise BadCell("birth_date", text, "is not an interval from an earlier to a later date")
    return first[0], last[1]


@lru_cache(CACHED)
def span_of_age(text: str, recorded: Span) -> Span:
    """The birth dates that an age in completed years, recorded on a day, allows."""
    digits = text.strip()
    if not re.fullmatch(r"\d{1,3}(\.0+)?", digits, re.ASCII):
        raise BadCell("age", text, "is not an age in whole years")
    age = int(digits.partition(".")[0])
    if age > words().oldest_age:
        raise BadCell("age", text, f"is more than {words().oldest_age} years")
    return _years_before(recorded[0], age + 1) + timedelta(days=1), _years_before(recorded[1], age)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@lru_cache(CACHED)
def instant(text: str | None) -> datetime | None:
    """A time for ``recorded_at``; without a zone it is UTC, without a time the start of the day."""
    stripped = text.strip() if text else ""
    if not stripped:
        return None
    found = _INSTANT.fullmatch(stripped)
    if found is None:
        raise BadCell("recorded_at", text, "is not a time; write it as 2026-06-15T10:30:00+01:00")
    day, clock, fraction, zone = found.groups()
    day_span(day, "recorded_at")
    full_clock = {None: "00:00:00", 5: f"{clock}:00"}.get(clock and len(clock), clock)
    microseconds = (fraction or "").ljust(6, "0")[:6]
    try:
        moment = datetime.fromisoformat(f"{day}T{full_clock}.{microseconds}{zone or 'Z'}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell("recorded_at", text, "is a time that does not exist") from None
