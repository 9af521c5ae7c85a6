"""Pain scores, treatments and tests of one patient along one time axis, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dashboard import wording
from pathways.panel import RESULT_STATUSES
from pathways.vocabulary import concepts

LONGEST = timedelta(days=400)
"""Older marks are left to the timeline, so that the months that matter are not squeezed."""


@dataclass(frozen=True)
class Score:
    day: date
    value: Decimal


@dataclass(frozen=True)
class Bar:
    """A treatment; ``end`` is None where none is recorded and it is not active."""

    label: str
    start: date
    end: date | None
    active: bool


@dataclass(frozen=True)
class Mark:
    label: str
    day: date
    state: str
    kind: str  # blood_test or imaging


@dataclass(frozen=True)
class Trajectory:
    """``goal`` is the score at which pain counts as improved; None without a baseline."""

    scores: tuple[Score, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    baseline: Decimal | None
    goal: Decimal | None
    needed_percent: Decimal | None
    trial_start: date | None
    trial_end: date | None
    as_of: date

    @property
    def empty(self) -> bool:
        return not (self.scores or self.bars)

    @property
    def drawable(self) -> bool:
        """One score alone has no course: it is said, not drawn."""
        return bool(self.bars) or len(self.scores) > 1


def trajectory(
    events: Iterable[Mapping[str, Any]],
    answer: Mapping[str, Any],
    as_of: date,
    *,
    needed_percent: Decimal | None,
    trial_days: int | None,
) -> Trajectory:
    """``needed_percent`` and ``trial_days`` are the profile's own figures."""
    seen = [e for e in events if e["date_first"] and as_of - LONGEST <= e["date_first"] <= as_of]
    kinds = {name: concept.kind for name, concept in concepts().items()}
    shown_only = {name for name, concept in concepts().items() if concept.shown_only}
    treatments = [
        e
        for e in seen
        if kinds.get(e["concept"]) == "treatment"
        and e["concept"] not in shown_only
        and e["status"] in ("active", "completed", "stopped")
    ]
    tests = [
        e for e in seen if kinds.get(e["concept"]) in ("blood_test", "imaging") and e["status"] != "cancelled"
    ]
    baseline = answer["baseline_pain"]
    goal = None
    if baseline is not None and needed_percent is not None:
        goal = Decimal(str(baseline)) * (100 - needed_percent) / 100
    start = answer["trial_start"]
    return Trajectory(
        scores=tuple(sorted(_scores(seen), key=lambda score: score.day)),
        bars=tuple(sorted((_bar(e, as_of) for e in treatments), key=lambda bar: (bar.start, bar.label))),
        marks=tuple(sorted((_mark(e, kinds[e["concept"]]) for e in tests), key=lambda mark: mark.day)),
        baseline=None if baseline is None else Decimal(str(baseline)),
        goal=goal,
        needed_percent=needed_percent,
        trial_start=start,
        trial_end=start + timedelta(days=trial_days) if start and trial_days is not None else None,
        as_of=as_of,
    )


def _scores(events: Iterable[Mapping[str, Any]]) -> Iterable[Score]:
    for event in events:
        if (
            event["concept"] == "pain_score"
            and event["status"] in RESULT_STATUSES
            and event["value"] is not None
        ):
            yield Score(event["date_first"], event["value"])


def _bar(event: Mapping[str, Any], as_of: date) -> Bar:
    active = event["status"] == "active" and (event["end_date"] is None or event["end_date"] > as_of)
    end = as_of if active else event["end_date"]
    return Bar(
        wording.concept(event["concept"]), event["date_first"], min(end, as_of) if end else None, active
    )


def _mark(event: Mapping[str, Any], kind: str) -> Mark:
    state = ", ".join(str(part) for part in (event["status"], event["result"]) if part)
    return Mark(wording.concept(event["concept"]), event["date_first"], state, kind)
