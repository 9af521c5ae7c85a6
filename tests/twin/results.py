"""Results of tests: which one counts, whether it meets its criterion, whether somebody has read it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from .logic import Part, any_of
from .profiles import IMAGING, SPINE_IMAGING, Profile
from .rows import COUNTING, RANK, Patient, Row, last_recorded

STRONG = {
    "esr_raised": "esr",
    "viscosity_raised": "plasma_viscosity",
    "calcium_high": "calcium_adjusted",
    "spep_abnormal": "spep",
}
WEAK = {"haemoglobin_low": "haemoglobin", "sflc_abnormal": "sflc_ratio"}
CRITERION_OF = {concept: name for name, concept in (STRONG | WEAK).items()}
OPEN = ("ordered", "booked", "performed", "registered", "preliminary")


def above(row: Row, limit: Decimal, *, or_equal: bool = False) -> bool | None:
    """Is the true value > limit (>= with or_equal)? A comparator decides only where it is certain."""
    value, sign = row.value, row.comparator
    if value is None:
        return None
    if sign is None:
        return value >= limit if or_equal else value > limit
    if sign == ">":  # the truth is anything above value
        return True if value >= limit else None
    if sign == ">=":
        certain = value >= limit if or_equal else value > limit
        return True if certain else None
    if sign == "<":
        return False if value <= limit else None
    certain = value < limit if or_equal else value <= limit
    return False if certain else None


def below(row: Row, limit: Decimal) -> bool | None:
    at_least = above(row, limit, or_equal=True)
    return None if at_least is None else not at_least


def haemoglobin_low(row: Row, sex: str) -> bool | None:
    if sex == "male":
        return below(row, Decimal(130))
    if sex == "female":
        return below(row, Decimal(120))
    if below(row, Decimal(120)):
        return True
    return False if below(row, Decimal(130)) is False else None


def meets(row: Row, sex: str) -> bool | None:
    """The criterion of the row's concept; for a test without one, whether it says abnormal."""
    concept = row.concept
    if concept == "calcium_total":  # no criterion but a note: of two of one day the high one speaks
        limits = [Decimal("2.60")] if row.high is None else [Decimal("2.60"), row.high]
        return any(above(row, limit) for limit in limits) or None
    if concept in IMAGING:
        return {"suspicious": True, "negative": False}.get(row.result or "")
    if concept == "esr":
        return above(row, Decimal(50), or_equal=True)
    if concept == "plasma_viscosity":
        return above(row, row.high if row.high is not None else Decimal("1.72"))
    if concept == "calcium_adjusted":
        return above(row, row.high if row.high is not None else Decimal("2.60"))
    if concept == "haemoglobin":
        return haemoglobin_low(row, sex)
    if concept == "sflc_ratio":
        low, high = below(row, Decimal("0.26")), above(row, Decimal("1.65"))
        if low or high:
            return True
        return None if low is None or high is None else False
    return {"abnormal": True, "normal": False}.get(row.result or "")


@dataclass(slots=True)
class Answer:
    """The result of one test on one day."""

    row: Row
    verdict: bool | None
    unread: bool


@dataclass(slots=True)
class Examination:
    """All rows of one concept (with the ``bloods`` rows that act on it) and its results, oldest first."""

    concept: str
    rows: list[Row] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    cancels: list[Row] = field(default_factory=list)
    reviews: list[int] = field(default_factory=list)

    def newest(self) -> Answer | None:
        return self.answers[-1] if self.answers else None


def is_result(row: Row) -> bool:
    return row.status in COUNTING and (row.value is not None or row.result is not None)


def is_open(row: Row) -> bool:
    return row.status in OPEN or (row.status in COUNTING and row.value is None and row.result is None)


def examination_of(patient: Patient, concept: str, profile: Profile) -> Examination:
    rows = list(patient.of(concept))
    if concept in profile.core:
        rows += [
            replace(row, concept=concept, value=None, result=None, comparator=None) for row in patient.of("bloods")
        ]
    if not rows:
        return Examination(concept)
    reviewed = [row for row in rows if row.status == "reviewed"]
    if concept == "plasma_viscosity" and profile.nice:
        reviewed += [row for row in patient.of("bloods") if row.status == "reviewed"]
    days: dict[int, list[Answer]] = {}
    for row in last_recorded([row for row in rows if is_result(row)]):
        unread = row.reviewed_on is None and not any(_reads(review, row) for review in reviewed)
        days.setdefault(row.day, []).append(Answer(row, meets(row, patient.sex), unread))
    answers = [max(days[day], key=_same_day) for day in sorted(days)]
    return Examination(concept, rows, answers, [row for row in rows if row.status == "cancelled"],
                       [row.day for row in reviewed])  # fmt: skip


def _reads(review: Row, row: Row) -> bool:
    """On a later day always; on the same day unless it is known to have been recorded before the result."""
    if review.day != row.day:
        return review.day > row.day
    return not (_timed(review) and _timed(row)) or review.recorded >= row.recorded


def _same_day(answer: Answer) -> tuple[int, int, bool, bool, bool]:
    """What is left equal after the rules' own order differs in a question or a note at most: a number first."""
    surely = {True: 2, None: 1, False: 0}[answer.verdict]
    row = answer.row
    return RANK[row.status], surely, answer.unread, row.value is not None, row.comparator is None


def in_time(row: Row, verdict: bool | None, onset: int | None, today: int) -> bool:
    """90 days, spine imaging 365; what meets a strong or weak criterion since the onset 365."""
    age = today - row.day
    if age <= (365 if row.concept in SPINE_IMAGING else 90):
        return True
    lasting = row.concept in CRITERION_OF and verdict is True
    return lasting and age <= 365 and (onset is None or row.day >= onset)


def counting(test: Examination, onset: int | None, today: int) -> Answer | None:
    newest = test.newest()
    if newest is None or not in_time(newest.row, newest.verdict, onset, today):
        return None
    return newest


def cancelled(row: Row, cancels: list[Row]) -> bool:
    """On a later day always; on the same day only what was recorded before the cancellation."""
    for cancel in cancels:
        if cancel.day > row.day:
            return True
        if cancel.day == row.day:
            both_untimed = cancel.recorded == row.recorded and not _timed(row)
            if both_untimed or cancel.recorded > row.recorded:
                return True
    return False


def _timed(row: Row) -> bool:
    return row.recorded > -(1 << 62)


def open_preliminary(test: Examination, sex: str) -> Row | None:
    """The preliminary result that is the newest row of its test, unread; of several the most worrying."""
    rows = [row for row in test.rows if row.status == "preliminary"]
    if not rows:
        return None
    last_day = max(row.day for row in test.rows)
    rows = [row for row in last_recorded(rows) if row.day == last_day]
    if any(answer.row.day == last_day for answer in test.answers):
        return None
    if any(day >= last_day for day in test.reviews):
        return None
    rows = [row for row in rows if row.reviewed_on is None and not cancelled(row, test.cancels)]
    return max(rows, key=lambda row: meets(row, sex) is True) if rows else None


def alive_until(row: Row) -> int:
    """The day from which an open row ages: a booking counts from its appointment."""
    return row.end if row.status == "booked" and row.end is not None else row.day


def being_done(test: Examination, today: int) -> bool:
    """Is the test under way, whatever the window: open, not cancelled, not answered, not lost?"""
    limit = 90 if test.concept in IMAGING else 28
    return any(
        is_open(row)
        and today - alive_until(row) <= limit
        and not cancelled(row, test.cancels)
        and not any(answer.row.day >= row.day for answer in test.answers)
        for row in test.rows
    )


def since_when(test: Examination) -> int:
    """The first result that meets the criterion after the last that does not."""
    since = None
    for answer in reversed(test.answers):
        if answer.verdict is not True:
            break
        since = answer.row.day
    assert since is not None
    return since


@dataclass(slots=True)
class Results:
    """Every result criterion; ``possible`` as could_be sees it (no test asked for: not met)."""

    parts: dict[str, Part]
    possible: dict[str, Part]
    met: dict[str, int]  # concept -> day since when its result meets the criterion


def _question(concept: str, answer: Answer, sex: str) -> tuple[str, ...]:
    if concept != "haemoglobin" or sex in ("male", "female"):
        return (concept,)
    either = [haemoglobin_low(answer.row, known) for known in ("male", "female")]
    return (concept,) if None in either else ("sex",)


def results_of(tests: dict[str, Examination], sex: str, onset: int | None, today: int) -> Results:
    found = Results({}, {}, {})
    names = {**STRONG, **WEAK, **{concept: concept for concept in IMAGING}}
    for name, concept in names.items():
        test = tests[concept]
        answer = counting(test, onset, today)
        if answer is None:
            found.parts[name] = Part(name, None)
            waits = being_done(test, today)
            found.possible[name] = Part(name, None, None, (concept,)) if waits else Part(name, False)
            continue
        since = None
        if answer.verdict:
            since = found.met[concept] = since_when(test)
        asks = () if answer.verdict is not None else _question(concept, answer, sex)
        found.parts[name] = found.possible[name] = Part(name, answer.verdict, since, asks)
    for parts in (found.parts, found.possible):
        parts["strong_abnormal"] = any_of("strong_abnormal", *(parts[name] for name in STRONG))
        parts["weak_abnormal"] = any_of("weak_abnormal", *(parts[name] for name in WEAK))
        parts["imaging_suspicious"] = any_of("imaging_suspicious", *(parts[name] for name in IMAGING))
    return found
