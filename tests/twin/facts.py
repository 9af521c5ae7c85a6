"""Episodes of back pain, ages and findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .logic import Part
from .profiles import CORD_SIGNS, EXPOSURE, HISTORY
from .rows import COUNTING, RANK, Patient, Row, last_answers, last_recorded, to_date, to_day

ABSENT_WHEN_UNRECORDED = ("weight_loss_intentional", "strong_clinical_suspicion")
STRENGTH = {"unknown": 0, "absent": 1, "present": 2}


@dataclass(slots=True)
class Episodes:
    active: bool
    onset: int | None
    ended_on: list[int]  # every day that ended an episode


def episodes(patient: Patient, today: int) -> Episodes:
    dated = last_answers(patient.of("back_pain"))
    present_days = {row.day for row in dated if row.status == "present"}
    absent_days = sorted(row.day for row in dated if row.status == "absent" and row.day not in present_days)
    active, onsets, ended_on = False, [], []
    for row in dated:
        if row.status != "present":
            continue
        ends = [day for day in absent_days if day > row.day]
        if row.end is not None and row.end <= today:
            ends.append(row.end)
        if ends:
            ended_on.extend(ends)
        else:
            active = True
            onsets.append(row.day)
    for row in patient.undated:
        if row.status == "present":
            if row.end is not None and row.end <= today:
                ended_on.append(row.end)
            else:
                active = True
    return Episodes(active, min(onsets) if onsets else None, ended_on)


def birthday(born: int, age: int) -> int:
    """The day on which someone born on that day becomes that old; 29 February -> 1 March."""
    day = to_date(born)
    assert day is not None
    year = day.year + age
    if day.month == 2 and day.day == 29 and not _leap(year):
        return to_day(date(year, 3, 1))
    return to_day(date(year, day.month, day.day))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def age_at_least(patient: Patient, age: int, day: int | None) -> bool | None:
    if patient.birth_first is None or patient.birth_last is None or day is None:
        return None
    oldest = day >= birthday(patient.birth_first, age)
    youngest = day >= birthday(patient.birth_last, age)
    return oldest if oldest == youngest else None


def age_part(patient: Patient, name: str, age: int, today: int) -> Part:
    verdict = age_at_least(patient, age, today)
    if verdict:
        assert patient.birth_last is not None
        return Part(name, True, birthday(patient.birth_last, age))
    return Part(name, verdict, None, ("birth_date",))


def younger_at_onset(patient: Patient, name: str, age: int, onset: int | None) -> Part:
    older = age_at_least(patient, age, onset)
    if older is None:
        return Part(name, None)
    return Part(name, not older, onset)


def measured(patient: Patient, concept: str) -> list[Row]:
    """Counting measurements: last recorded first of all, then corrected over amended over final."""
    rows = [row for row in patient.of(concept) if row.status in COUNTING and row.value is not None]
    rows = last_recorded(rows)
    if len(rows) < 2:
        return rows
    best: dict[int, int] = {}
    for row in rows:
        best[row.day] = max(best.get(row.day, 0), RANK[row.status])
    return [row for row in rows if RANK[row.status] == best[row.day]]


def hot(row: Row) -> bool:
    """Certainly at least 38.0 degrees."""
    assert row.value is not None
    return row.comparator in (None, ">", ">=") and row.value >= Decimal("38.0")


@dataclass(slots=True)
class FindingRow:
    day: int
    status: str
    valid: bool
    starts_clock: bool = True


def validity(concept: str) -> int | None:
    if concept in HISTORY:
        return None
    return 365 if concept in EXPOSURE else 90


def finding_rows(patient: Patient, concept: str, today: int) -> list[FindingRow]:
    days = validity(concept)
    found = [
        FindingRow(row.day, row.status, days is None or today - row.day <= days)
        for row in last_answers(patient.of(concept))
    ]
    if concept == "fever":
        for row in measured(patient, "temperature"):
            if hot(row):
                recent = today - row.day <= 14
                found.append(FindingRow(row.day, "present", recent, recent))
    return found


def value_of(rows: list[FindingRow]) -> bool | None:
    """The newest valid row speaks; see the readings for what an expired present does to an absent."""
    expired = max((row.day for row in rows if row.status == "present" and not row.valid), default=None)
    days: dict[int, str] = {}
    for row in rows:
        if not row.valid:
            continue
        if row.status == "absent" and expired is not None and row.day <= expired:
            continue
        if STRENGTH[row.status] > STRENGTH.get(days.get(row.day, ""), -1):
            days[row.day] = row.status
    asked_since = False
    for day in sorted(days, reverse=True):
        if days[day] == "present":
            return True
        if days[day] == "unknown":
            asked_since = True
        elif not asked_since:
            return False
        else:  # a later unknown replaced this absent
            return None
    return None


def since_of(concept: str, rows: list[FindingRow]) -> int | None:
    """The first present row after the last absent one."""
    present = [row for row in rows if row.status == "present"]
    if concept == "cancer_history":
        return min(row.day for row in present)
    present_days = {row.day for row in present}
    absent = [row.day for row in rows if row.status == "absent" and row.day not in present_days]
    clock = [row.day for row in present if row.starts_clock]
    last = max(absent, default=None)
    after = [day for day in clock if last is None or day > last]
    if after:
        return min(after)
    # an absent that an expired temperature outdates does not count: the row that speaks is older
    expired = max(row.day for row in present if not row.valid)
    counting = max((day for day in absent if day > expired), default=None)
    return min(day for day in clock if counting is None or day > counting)


def cord_value(rows: list[FindingRow], onset: int | None, today: int) -> bool | None:
    earliest = today - 365 if onset is None else onset - 90
    present = [row.day for row in rows if row.status == "present"]
    absent = [row.day for row in rows if row.status == "absent" and row.day not in present]
    last_absent = max(absent, default=None)
    if any(day >= earliest and (last_absent is None or day > last_absent) for day in present):
        return True
    if last_absent is None or today - last_absent > 90 or (onset is not None and last_absent < onset):
        return None
    if any(row.status == "unknown" and row.day > last_absent for row in rows):
        return None
    return False


def finding(patient: Patient, concept: str, onset: int | None, today: int) -> Part:
    rows = finding_rows(patient, concept, today)
    if not rows:
        verdict = None
    elif concept in CORD_SIGNS:
        verdict = cord_value(rows, onset, today)
    elif concept == "cancer_history" and any(row.status == "present" for row in rows):
        verdict = True
    else:
        verdict = value_of(rows)
    if verdict is None and concept in ABSENT_WHEN_UNRECORDED:
        verdict = False
    since = since_of(concept, rows) if verdict else None
    return Part(concept, verdict, since, () if verdict is not None else (concept,))


def expired_present(patient: Patient, concept: str, today: int) -> bool:
    """Was the newest answer a yes, and is it too old to count, but not older than 730 days?"""
    answers: dict[int, FindingRow] = {}
    for row in finding_rows(patient, concept, today):
        if row.status == "unknown":
            continue
        kept = answers.get(row.day)
        if kept is None or STRENGTH[row.status] > STRENGTH[kept.status]:
            answers[row.day] = row
    if not answers:
        return False
    newest = answers[max(answers)]
    return newest.status == "present" and not newest.valid and today - newest.day <= 730


def answered_days(patient: Patient, concept: str) -> list[int]:
    return [row.day for row in last_answers(patient.of(concept)) if row.status != "unknown"]
