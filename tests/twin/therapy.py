"""The trial of conservative therapy, the response to it, and weight loss."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from .facts import FindingRow, measured, value_of
from .logic import Part, all_of, any_recorded, negated
from .profiles import MEDICATION, PHYSICAL, Profile
from .rows import Patient, last_answers, last_recorded


@dataclass(slots=True)
class Treatment:
    concept: str
    start: int
    end: int | None  # None: not known
    active: bool


@dataclass(slots=True)
class Trial:
    """``start`` is None without a qualifying treatment."""

    start: int | None = None
    end: int | None = None
    active: bool = False
    complete: bool | None = False
    days: int | None = None
    concepts: frozenset[str] = frozenset()
    all_starts: tuple[int, ...] = ()


def treatments(patient: Patient, onset: int | None, today: int) -> list[Treatment]:
    found = []
    for concept in (*PHYSICAL, *MEDICATION):
        for row in last_recorded(patient.of(concept)):
            if row.status not in ("active", "completed", "stopped"):
                continue
            if concept == "physiotherapy" and row.value is not None and row.value < 1:
                continue
            if onset is None:
                if today - row.day > 365:
                    continue
            elif onset - row.day > 14:
                continue
            start = row.day
            active = row.status == "active" and (row.end is None or row.end > today)
            end = None if active or row.end is None else min(max(row.end, start), today)
            if onset is not None and start < onset:
                if end is not None and end < onset:
                    continue
                start = onset
            found.append(Treatment(concept, start, end, active))
    return found


def trial_of(patient: Patient, onset: int | None, today: int, profile: Profile) -> Trial:
    counted = sorted(treatments(patient, onset, today), key=lambda t: t.start)
    if not counted:
        return Trial()
    newest: list[Treatment] = []
    busy_until = None
    for treatment in counted:
        if busy_until is not None and treatment.start - busy_until > 28:
            newest = []
        newest.append(treatment)
        last = today if treatment.active else treatment.end
        last = treatment.start if last is None else last
        busy_until = last if busy_until is None else max(busy_until, last)
    start = newest[0].start
    active = any(t.active for t in newest)
    end = today if active else max(t.start if t.end is None else t.end for t in newest)
    days = end - start
    complete: bool | None = days >= profile.trial_length
    end_unknown = not active and any(t.end is None for t in newest)
    if not complete and end_unknown and today - start >= profile.trial_length:
        complete = None
    kinds = frozenset(t.concept for t in newest)
    return Trial(start, end, active, complete, days, kinds, tuple(t.start for t in counted))


@dataclass(slots=True)
class Response:
    baseline: Decimal | None = None
    current: Decimal | None = None
    current_day: int | None = None
    improved: bool | None = None
    by_relief: bool = False
    relief_day: int | None = None
    newest_after_start: Decimal | None = None


def response(patient: Patient, trial: Trial, today: int) -> Response:
    if trial.start is None:
        return Response()
    start = trial.start
    scores: dict[int, Decimal] = {}
    for row in measured(patient, "pain_score"):
        assert row.value is not None
        scores[row.day] = max(row.value, scores.get(row.day, row.value))
    found = Response()
    before = [day for day in scores if start - 28 <= day <= start]
    first_week = [day for day in scores if start < day <= start + 7]
    baseline_day = max(before) if before else min(first_week, default=None)
    if baseline_day is not None:
        found.baseline = scores[baseline_day]
    late = [
        day
        for day in scores
        if day >= start + 21 and day >= today - 28 and (baseline_day is None or day > baseline_day)
    ]
    if late:
        found.current_day = max(late)
        found.current = scores[found.current_day]
    after = [day for day in scores if day > start]
    if after:
        found.newest_after_start = scores[max(after)]
    if found.baseline is not None and found.current is not None:
        found.improved = better_by_30_percent(found.baseline, found.current)
        return found
    window = [
        FindingRow(row.day, row.status, True)
        for row in last_answers(patient.of("pain_relief"))
        if row.day >= start + 21 and row.day >= today - 28
    ]
    found.improved = value_of(window)
    found.by_relief = found.improved is not None
    if found.by_relief:
        found.relief_day = max(row.day for row in window if row.status != "unknown")
    return found


def better_by_30_percent(baseline: Decimal, score: Decimal) -> bool:
    return 10 * (baseline - score) >= 3 * baseline


def improvement_percent(found: Response) -> Decimal | None:
    """Rounded down to one decimal, exactly."""
    if found.baseline is None or found.current is None or found.baseline == 0:
        return None
    baseline, current = Fraction(found.baseline), Fraction(found.current)
    return Decimal(floor(1000 * (baseline - current) / baseline)) / 10


def failed_part(trial: Trial, found: Response, profile: Profile) -> Part:
    since = None if trial.start is None else trial.start + profile.trial_length
    complete = Part("trial_complete", trial.complete, since, ("trial_end",))
    relief = "pain_relief" if found.baseline is None else "pain_score"
    improved = Part("improved", found.improved, None, (relief,))
    return all_of("failed_therapy", complete, negated(improved))


@dataclass(slots=True)
class Weights:
    verdict: bool | None = None
    since: int | None = None
    at_threshold: bool = False


def weight_losses(patient: Patient, today: int) -> Weights:
    days: dict[int, list[Decimal]] = {}
    for row in measured(patient, "weight"):
        assert row.value is not None
        days.setdefault(row.day, []).append(row.value)
    recent = sorted(day for day in days if today - day <= 365)
    if not recent:
        return Weights()
    newest = recent[-1]
    found = Weights()
    if _lost(days, newest):
        found.verdict = True
        found.since = next(day for day in recent if _lost(days, day))
    elif today - newest <= 90 and any(90 <= newest - day <= 365 for day in days):
        found.verdict = False
    found.at_threshold = _lost(days, newest, exactly=True)
    return found


def _lost(days: dict[int, list[Decimal]], newest: int, *, exactly: bool = False) -> bool:
    now = min(days[newest])
    for day, weights in days.items():
        gap = newest - day
        if gap <= 0 or gap > 365:
            continue
        for weight in weights:
            loss = weight - now
            by_kg, by_percent = loss - Decimal("4.5"), 20 * loss - weight
            if exactly:
                if (by_kg == 0 and gap <= 183) or by_percent == 0:
                    return True
            elif (by_kg > 0 and gap <= 183) or by_percent > 0:
                return True
    return False


def weight_part(weights: Weights, reported: Part, intentional: Part) -> Part:
    from_scales = Part("weight_measured", weights.verdict, weights.since, ("weight",))
    return all_of("weight_loss", any_recorded("any_weight_loss", from_scales, reported), negated(intentional))
