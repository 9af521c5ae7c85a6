"""The events that the filled cells of one concept in a wide row stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dashboard.intake.cells import BadCell
from dashboard.intake.dates import day_span
from dashboard.intake.wide_columns import Stem, wide_list
from dashboard.intake.words import presence_by_word

Filled = Mapping[str, str]
"""Ending to text, for the cells of one stem that say something."""


class Event(NamedTuple):
    """One event as text, and under which column of the list each of its cells stands."""

    cells: dict[str, str | None]
    names: dict[str, str]


def events_of_stem(stem: Stem, filled: Filled, recorded: str, skipped: Counter[str]) -> Iterator[Event]:
    """``recorded``: the date of the row's findings. ``skipped`` counts half-filled cells that say nothing.

    Raises ``BadCell`` under the list's own column names.
    """
    if stem.shape == "finding":
        yield from _finding(stem, filled, recorded, skipped)
    elif stem.shape == "treatment":
        yield from _treatment(stem, filled, skipped)
    else:
        if stem.shape in ("number", "answer"):
            yield from _measured(stem, filled, skipped)
        elif stem.shape == "image":
            yield from _reported(stem, filled, skipped)
        yield from _orders(stem, filled, recorded)


def _event(stem: Stem, status: str | None, cells: Mapping[str, tuple[str, str | None]]) -> Event:
    """``cells``: column of the contract to the ending it comes from and its text."""
    texts = {column: text for column, (_, text) in cells.items()}
    names = {column: stem.column(ending) for column, (ending, _) in cells.items()}
    names |= {"concept": stem.name, "status": stem.column("_status")}
    return Event({"concept": stem.concept, "status": status, **texts}, names)


def _presence(stem: Stem, text: str) -> str:
    status = presence_by_word().get(text.casefold())
    if status is None:
        raise BadCell(stem.name, text, "is not an answer; write yes, no or unknown, or leave it blank")
    return status


def _finding(stem: Stem, filled: Filled, recorded: str, skipped: Counter[str]) -> Iterator[Event]:
    dated = filled.get("_date")
    if "onset" in filled or stem.name == wide_list().onset.concept:
        yield from _episode(stem, filled, recorded)
    elif "" in filled:
        yield _event(stem, _presence(stem, filled[""]), {"date": ("_date", dated or recorded)})
    else:
        skipped[f'"{stem.column("_date")}" without an answer'] += 1


def _episode(stem: Stem, filled: Filled, recorded: str) -> Iterator[Event]:
    """Present from its onset, which may be unknown; an answer "no" is of the day it was recorded."""
    answer = _presence(stem, filled[""]) if "" in filled else None
    onset = filled.get("onset")
    begun = onset or (filled.get("_date") if answer in (None, "present") else None)
    if begun or answer == "present":
        event = _event(stem, "present", {"date": ("_date", begun), "end_date": ("_end", filled.get("_end"))})
        if onset:
            event.names["date"] = wide_list().onset.column
        yield event
    if answer in ("absent", "unknown"):
        yield _event(stem, answer, {"date": ("_date", filled.get("_date") or recorded)})


def _treatment(stem: Stem, filled: Filled, skipped: Counter[str]) -> Iterator[Event]:
    sessions = filled.get("_sessions")
    if "_start" not in filled:
        if set(filled) == {"_sessions"} and sessions in ("0", "0.0"):
            skipped[f'0 in "{stem.column("_sessions")}" without a start'] += 1
            return
        raise BadCell(stem.column("_start"), "", f"the start of {stem.name} is blank; add its date")
    yield _event(
        stem,
        filled.get("_status"),
        {
            "date": ("_start", filled["_start"]),
            "end_date": ("_end", filled.get("_end")),
            "value": ("_sessions", sessions),
        },
    )


def _measured(stem: Stem, filled: Filled, skipped: Counter[str]) -> Iterator[Event]:
    """A number or a result with its date; a date, unit or range alone says nothing."""
    worded = stem.shape == "answer"
    value = None if worded else filled.get("")
    result = filled.get("_result") or (filled.get("") if worded else None)
    status = filled.get("_status")
    dated = next((ending for ending in ("_date", "_reported", "_performed") if ending in filled), None)
    if value is None and result is None and (status is None or dated is None):
        yield from _without_answer(stem, filled, skipped)
        return
    if dated is None:
        raise BadCell(stem.column("_date"), "", f"the date of {stem.name} is blank; add it")
    result_ending = "_result" if "_result" in filled else ""
    yield from _with_review(
        stem,
        status,
        {
            "date": (dated, filled[dated]),
            "value": ("", value),
            "unit": ("_unit", filled.get("_unit")),
            "reference_low": ("_low", filled.get("_low")),
            "reference_high": ("_high", filled.get("_high")),
            "result": (result_ending, result),
        },
        filled.get("_reviewed"),
    )


def _reported(stem: Stem, filled: Filled, skipped: Counter[str]) -> Iterator[Event]:
    """An image's report, or that of the core bloods as a whole."""
    result, reviewed = filled.get("_result"), filled.get("_reviewed")
    dated = next((ending for ending in ("_reported", "_date", "_performed") if ending in filled), None)
    if result is not None:
        if dated is None and reviewed is None:
            raise BadCell(
                stem.column("_reported"), "", f"the date of the {stem.name} result is blank; add it"
            )
        ending = dated or "_reviewed"
        cells = {"date": (ending, filled[ending]), "result": ("_result", result)}
        yield from _with_review(stem, "final", cells, reviewed)
    else:
        yield from _without_answer(stem, filled, skipped)


def _without_answer(stem: Stem, filled: Filled, skipped: Counter[str]) -> Iterator[Event]:
    """Reported without what it said, or a bare review. A date alone does not say what happened on it."""
    if "_date" in filled:
        skipped[f'"{stem.column("_date")}" without a value'] += 1
    if "_reported" in filled:
        yield _event(stem, "final", {"date": ("_reported", filled["_reported"])})
    if "_reviewed" in filled:
        yield _event(stem, "reviewed", {"date": ("_reviewed", filled["_reviewed"])})


def _with_review(
    stem: Stem, status: str | None, cells: dict[str, tuple[str, str | None]], reviewed: str | None
) -> Iterator[Event]:
    """A review before the result is a review of something earlier: it must not cover this result."""
    if reviewed is None:
        yield _event(stem, status, cells)
        return
    ending, dated = cells["date"]
    taken, seen = day_span(dated, stem.column(ending)), day_span(reviewed, stem.column("_reviewed"))
    if taken and seen and seen[1] < taken[0]:
        yield _event(stem, status, cells)
        yield _event(stem, "reviewed", {"date": ("_reviewed", reviewed)})
    else:
        yield _event(stem, status, {**cells, "reviewed_on": ("_reviewed", reviewed)})


def _orders(stem: Stem, filled: Filled, recorded: str) -> Iterator[Event]:
    """One event for each dated step. A booking after ``recorded`` is the appointment, made when recorded."""
    for ending, status in stem.orders.items():
        text = filled.get(ending)
        if text is None or status == "final":
            continue
        appointment = day_span(text, stem.column(ending))
        made = day_span(recorded)
        if status == "booked" and appointment and made and appointment[0] > made[1]:
            yield _event(stem, status, {"date": ("_booked", recorded), "end_date": ("_booked", text)})
        else:
            yield _event(stem, status, {"date": (ending, text)})
