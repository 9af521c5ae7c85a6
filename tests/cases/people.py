"""The worked cases as panels: one patient a case, read by the same intake as any other source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from dashboard.intake.rows import Origin, PanelBuilder, Record
from pathways.cases import Case, Register, load_cases, load_register
from pathways.panel import Panel

PROFILES = ("us-acp", "us-acr", "uk-nice")
HELD_BACK = {"2.result.units", "2.result.score_comparator", "2.weight.comparator"}
"""The sentences that speak of rows that the intake holds back."""

Answer = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """One case under one profile. ``patient_id`` is its patient in the panel of its as-of date."""

    patient_id: str
    case: Case
    profile: str

    def __str__(self) -> str:
        return f"{self.case.name} [{self.profile}]"


@cache
def cases() -> tuple[Case, ...]:
    """Read once: to keep the place of each in its file takes seconds."""
    return tuple(load_cases())


@cache
def trials() -> tuple[Trial, ...]:
    """Every case under each of its profiles."""
    return tuple(
        Trial(f"case-{number:04d}", case, profile)
        for number, case in enumerate(cases())
        for profile in (PROFILES if "all" in case.profiles else case.profiles)
    )


def as_of(case: Case) -> date:
    if case.as_of is None:
        raise AssertionError(f"{case.source}: no as-of date")
    return case.as_of


def groups() -> dict[tuple[str, date], list[Trial]]:
    """The trials that one panel and one profile can answer together."""
    found: dict[tuple[str, date], list[Trial]] = {}
    for trial in trials():
        found.setdefault((trial.profile, as_of(trial.case)), []).append(trial)
    return found


@cache
def panel_of(day: date) -> tuple[Panel, frozenset[str]]:
    """The panel of all cases of one as-of date, and the patients of whom a row was held back."""
    register = load_register()
    builder = PanelBuilder(day, "cases")
    people = {trial.patient_id: trial.case for trial in trials() if as_of(trial.case) == day}
    for record in _records(people.items(), register):
        builder.add(record)
    loaded = builder.build()
    return loaded.panel, frozenset(row.patient_id or "" for row in loaded.report.held_back)


def _records(people: Iterable[tuple[str, Case]], register: Register) -> Iterator[Record]:
    line = 1
    for patient_id, case in people:
        line += 1
        person = case.patient.model_dump(exclude_none=True) if case.patient else {}
        yield Record(Origin("patients", line, ""), {"patient_id": patient_id, **person})
        for row in register.rows(case):
            line += 1
            yield Record(Origin("events", line, ""), None, [{"patient_id": patient_id, **row}])


def mismatches(case: Case, answer: Answer) -> list[str]:
    """What the case expects and the answer does not say, one line a key."""
    found = []
    for key, wanted in sorted(case.expect.expected().items()):
        given = answer[key]
        if isinstance(wanted, dict):
            given = {part: given[part] for part in wanted}
        if not _same(wanted, given):
            found.append(f"{key}: expected {_shown(wanted)}, given {_shown(given)}")
    return found


def _same(wanted: object, given: object) -> bool:
    if isinstance(wanted, dict) and isinstance(given, dict):
        return all(_same(wanted[part], given[part]) for part in wanted)
    if isinstance(wanted, bool) or isinstance(given, bool):
        return wanted is given
    if isinstance(wanted, Decimal | int) and isinstance(given, Decimal | int):
        return Decimal(wanted) == Decimal(given)
    if isinstance(wanted, Sequence) and isinstance(given, Sequence):
        return list(wanted) == list(given)
    return wanted == given


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{part} {_shown(item)}" for part, item in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return "nothing" if value is None else str(value)
