"""What may happen to one test or referral: ordered, lost, preliminary, read, corrected, cancelled."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .sheet import Person

IMAGING = ("xray_spine", "mri_spine", "ct_spine", "bone_scan", "ct_abdomen")
REFERRALS = ("emergency_referral", "suspected_cancer_referral", "specialist_referral")
RESULTS = ("final", "final", "final", "amended", "corrected")
VALUES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # concept: good values, bad ones
    "haemoglobin": (("120", "130", "145", "129.999999999", "125"), ("119.999999999", "119", "100", "129")),
    "esr": (("49.999999999", "12", "49"), ("50", "80", "50.000000001")),
    "plasma_viscosity": (("1.72", "1.5"), ("1.720000001", "1.8", "1.9")),
    "calcium_adjusted": (("2.6", "2.4"), ("2.600000001", "2.7", "3")),
    "calcium_total": (("2.6", "2.4"), ("2.600000001", "2.7")),
    "sflc_ratio": (("0.26", "1.65", "1"), ("0.259999999", "1.650000001", "4")),
    "crp": (("2", "9"), ("80", "10")),
    "albumin": (("40",), ("20",)),
    "psa": (("1",), ("30",)),
    "wbc": (("7",), ("20",)),
}
REFERENCE_HIGH = {
    "plasma_viscosity": ("1.75", "1.7", "1.85"),
    "calcium_adjusted": ("2.55", "2.65"),
    "calcium_total": ("2.5", "2.7"),
}


def clock(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def outcome(person: Person, concept: str, *, bad: bool) -> dict[str, Any]:
    """Cells of a result: a value or a word, seldom a comparator or a reference of its own."""
    if concept in IMAGING:
        return {"result": "suspicious" if bad else person.pick("negative", "negative", "indeterminate")}
    if concept not in VALUES or (concept != "bloods" and person.chance(0.03)):
        return {"result": "abnormal" if bad else "normal"}
    cells: dict[str, Any] = {"value": person.number(*VALUES[concept][bad])}
    if person.chance(0.08):
        cells["comparator"] = person.pick("<", "<=", ">", ">=")
    if concept in REFERENCE_HIGH and person.chance(0.3):
        cells["reference_high"] = person.number(*REFERENCE_HIGH[concept])
    return cells


def examined(person: Person, concept: str, day: date, *, bad: float = 0.3) -> None:
    """One way a test may go, around a day; ``bad`` is the share of bad results."""
    person.anchors.append(day)
    way = person.rng.choice(WAYS)
    if person.chance(0.6):
        person.add(concept, day - timedelta(days=person.pick(0, 0, 1, 5, 20)), "ordered")
    way(person, concept, day, person.chance(bad))


def _waiting(person: Person, concept: str, day: date, bad: bool) -> None:
    status = person.pick("ordered", "booked", "performed", "registered", "preliminary", "final")
    cells: dict[str, Any] = {}
    if status == "booked" and person.chance(0.8):
        cells["end_date"] = person.edge(person.today, day)
    if status == "preliminary" and concept != "bloods":
        cells |= outcome(person, concept, bad=bad)
    person.add(concept, day, status, **cells)


def _read(person: Person, concept: str, day: date, bad: bool) -> None:
    _result(person, concept, day, bad)
    later = person.between(day, person.today) if person.chance(0.8) else person.edge(day, person.today)
    if person.chance(0.5):
        person.events[-1]["reviewed_on"] = later
    else:
        person.add(person.pick(concept, concept, "bloods"), later, "reviewed")


def _result(person: Person, concept: str, day: date, bad: bool) -> None:
    person.add(concept, day, person.pick(*RESULTS), **outcome(person, concept, bad=bad))


def _read_then_more(person: Person, concept: str, day: date, bad: bool) -> None:
    _read(person, concept, day, not bad)
    later = person.between(day, person.today)
    status = person.pick("preliminary", "preliminary", "final", "ordered", "corrected")
    cells = {} if status == "ordered" else outcome(person, concept, bad=bad)
    person.add(concept, later, status, **cells)
    if person.chance(0.3):
        end = person.pick("ordered", "cancelled", "reviewed", "registered")
        person.add(concept, later + timedelta(days=person.pick(0, 0, 1)), end)


def _same_day(person: Person, concept: str, day: date, bad: bool) -> None:
    _result(person, concept, day, bad)
    for _ in range(person.pick(1, 1, 2)):
        event = person.add(concept, day, person.pick(*RESULTS, "preliminary"), **outcome(person, concept, bad=not bad))
        if person.chance(0.3):
            event["recorded_at"] = clock(day, person.pick(8, 12, 16))
        if person.chance(0.4):
            event["reviewed_on"] = person.between(day, person.today)


def _cancelled(person: Person, concept: str, day: date, bad: bool) -> None:
    status = person.pick("ordered", "performed", "preliminary", "final")
    cells = outcome(person, concept, bad=bad) if status == "preliminary" else {}
    event = person.add(concept, day, status, **cells)
    end = person.add(concept, day + timedelta(days=person.pick(-1, 0, 0, 1, 3)), "cancelled")
    for row in (event, end):
        if person.chance(0.4):
            row["recorded_at"] = clock(row["date_last"], person.pick(8, 12, 16))
    if person.chance(0.3):
        person.add(concept, day + timedelta(days=person.pick(0, 1, 4)), "ordered")


def _silent(person: Person, concept: str, day: date, bad: bool) -> None:
    """Nothing, or a report without what it says."""
    if person.chance(0.3):
        person.add(concept, day, person.pick(*RESULTS))


WAYS = (
    _waiting,
    _waiting,
    _read,
    _read,
    _read,
    _result,
    _result,
    _read_then_more,
    _same_day,
    _cancelled,
    _silent,
)


def bloods_course(person: Person, core: tuple[str, ...], day: date, *, bad: float = 0.25) -> None:
    """All core tests together, as one order and some results, mostly of one mind."""
    if person.chance(0.5):
        status = person.pick("ordered", "booked", "performed", "final", "registered", "preliminary")
        cells: dict[str, Any] = {"end_date": person.edge(person.today, day)} if status == "booked" else {}
        if person.chance(0.05):
            cells["value"] = Decimal(80)
        person.add("bloods", day, status, **cells)
    if person.chance(0.15):
        person.add("bloods", person.edge(day), person.pick("cancelled", "reviewed", "ordered"))
    if person.chance(0.65):
        later = person.between(day, person.today)
        read = person.chance(0.6)
        for concept in core:
            by_viscosity = concept == "esr" and person.chance(0.2)
            _result(person, "plasma_viscosity" if by_viscosity else concept, later, person.chance(bad))
            if read and person.chance(0.9):
                person.events[-1]["reviewed_on"] = person.between(later, person.today)
        if person.chance(0.3):
            person.add("bloods", person.between(later, person.today), "reviewed")
    elif person.chance(0.5):
        for concept in core:
            examined(person, concept, day, bad=bad)


def referral_course(person: Person, concept: str, day: date) -> None:
    person.anchors.append(day)
    person.add(concept, day, person.pick("ordered", "ordered", "booked", "accepted", "seen"))
    if person.events[-1]["status"] == "booked" and person.chance(0.7):
        person.events[-1]["end_date"] = person.edge(day, person.today)
    later = day
    while person.chance(0.45):
        later = person.between(later, person.today) if person.chance(0.7) else later
        event = person.add(concept, later, person.pick("accepted", "accepted", "seen", "cancelled", "ordered"))
        if person.chance(0.2):
            event["recorded_at"] = clock(later, person.pick(8, 12, 16))


def order_course(person: Person, concept: str, day: date, *, bad: float = 0.2) -> None:
    if concept in REFERRALS:
        referral_course(person, concept, day)
    else:
        examined(person, concept, day, bad=bad)
