"""What people of an invented panel share: an age, an episode, answers, treatments, scores, weights."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .sheet import Person

CORD = (
    "saddle_anaesthesia",
    "bladder_or_bowel_dysfunction",
    "bilateral_leg_neuro",
    "progressive_motor_deficit",
)
ASKED = (*CORD, "limb_weakness", "cancer_history", "fever")
NEUROLOGY = ("limb_weakness", "gait_disturbance", "sensory_loss", "radicular_pain")
INFECTION = ("iv_drug_use", "recent_bacterial_infection", "immunosuppressed")
SPA = (
    "waking_second_half_of_night",
    "buttock_pain",
    "improves_with_movement",
    "nsaid_response_48h",
    "first_degree_relative_spa",
    "arthritis",
    "enthesitis",
    "psoriasis",
)
PHYSICAL = ("physiotherapy", "exercise", "manual_therapy", "heat_cold")
MEDICATION = ("nsaid", "analgesic", "muscle_relaxant", "opioid", "injection")
CORE = ("haemoglobin", "esr")
CORE_NICE = ("haemoglobin", "calcium_adjusted", "esr", "spep", "sflc_ratio")
ORDERS = (
    "xray_spine",
    "mri_spine",
    "ct_spine",
    "ct_abdomen",
    "suspected_cancer_referral",
    "specialist_referral",
    "emergency_referral",
)
SCORES = ("10", "8", "6", "5", "4", "7", "0", "6.7", "3", "9.5")


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 1 March."""
    year = day.year - years
    if (day.month, day.day) == (2, 29) and year % 4:
        return date(year, 3, 1)
    return day.replace(year=year)


def born(person: Person, low: int = 25, high: int = 85) -> None:
    """Any age, an age on a boundary to the day, a partial date, 29 February, or nothing."""
    draw = person.rng.random()
    anchor = person.pick(*person.anchors)
    if draw < 0.45:
        first = years_before(person.today, person.rng.randint(low, high)) - timedelta(days=person.rng.randint(1, 363))
        last = first
    elif draw < 0.75:
        age = person.pick(18, 35, 45, 50, 50, 60, 60, 70, 71)
        first = last = years_before(anchor, age) + timedelta(days=person.rng.randint(-1, 1))
    elif draw < 0.85:
        year = person.today.year - person.pick(18, 50, 60, 71, 40, 45)
        first, last = date(year, 1, 1), date(year, 12, 31)
        if person.chance(0.4):
            first = years_before(anchor, person.pick(18, 50, 60, 71, 40)) - timedelta(days=364)
            last = first + timedelta(days=364)
    elif draw < 0.92:
        first = last = date(person.pick(1948, 1956, 1964, 1964, 1976, 1976, 1988, 2008), 2, 29)
    else:
        return
    person.birth = (min(first, person.today), min(last, person.today))


def pain(person: Person, days: int | None = None) -> date:
    """An active episode; its onset is an anchor."""
    days = person.pick(0, 3, 14, 28, 41, 42, 43, 60, 90, 91, 120, 200, 365, 366, 500) if days is None else days
    onset = person.ago(days)
    person.add("back_pain", onset, "present")
    person.anchors.append(onset)
    return onset


def answered(person: Person, onset: date, skip: tuple[str, ...] = ()) -> None:
    """The gating questions, answered no; a share of them late, early or not at all."""
    recent = max(onset, person.ago(person.pick(0, 5, 30, 89, 90)))
    leave_out = person.pick(*ASKED) if person.chance(0.12) else None
    for concept in ASKED:
        if concept in skip or concept == leave_out:
            continue
        day = recent if person.chance(0.95) else person.edge(onset, person.today)
        person.add(concept, day, "absent")
    if "weight_loss_reported" not in skip and person.chance(0.95):
        person.add("weight_loss_reported", recent, "absent")
    if person.chance(0.1):
        concept = person.pick(*NEUROLOGY, *INFECTION, "strong_clinical_suspicion")
        person.add(concept, person.edge(person.today), "present")


def trial(person: Person, onset: date, length: int | None = None, *, ended: bool | None = None) -> date:
    """Treatments around the length of a trial, with gaps, unknown ends and no-shows; gives the start."""
    days = person.pick(20, 27, 28, 29, 41, 42, 43, 60, 100) if length is None else length
    start = max(onset - timedelta(days=person.pick(0, 0, 0, 13, 14, 15)), person.ago(days))
    person.anchors.append(start)
    kinds = person.pick(PHYSICAL, MEDICATION, (*PHYSICAL, *MEDICATION), (*PHYSICAL, *MEDICATION))
    ended = person.chance(0.4) if ended is None else ended
    _treatment(person, person.pick(*kinds), start, ended)
    if person.chance(0.5):
        gap = person.pick(27, 28, 29, 10)
        _treatment(person, person.pick(*kinds), start + timedelta(days=gap), ended)
    if person.chance(0.2):
        other = start - timedelta(days=person.pick(10, 28, 29, 40, 56))
        end = other + timedelta(days=person.pick(0, 1, 12, 27))
        person.add(person.pick(*kinds), other, person.pick("completed", "stopped"), end_date=end)
    if person.chance(0.15):
        person.add(person.pick(*kinds), person.edge(start), person.pick("planned", "cancelled"))
    return start


def _treatment(person: Person, concept: str, start: date, ended: bool) -> None:
    start = min(start, person.today)
    cells = {}
    if concept == "physiotherapy" and person.chance(0.6):
        cells["value"] = person.number("0", "1", "6", "8", "10")
    if not ended:
        if person.chance(0.25):
            cells["end_date"] = person.today + timedelta(days=person.pick(0, 1, 14))
        person.add(concept, start, "active", **cells)
        return
    if person.chance(0.8):
        cells["end_date"] = start + timedelta(days=person.pick(1, 14, 27, 28, 29, 41, 42, 43))
    person.add(concept, start, person.pick("completed", "stopped"), **cells)


def scores(person: Person, start: date, *, good: bool | None = None) -> None:
    """Two scores at, just under or just over 30 %, on the edges of their windows; or relief instead."""
    if person.chance(0.15):
        day = max(start + timedelta(days=person.pick(20, 21, 22)), person.ago(person.pick(0, 27, 28, 29)))
        person.add("pain_relief", min(day, person.today), person.pick("present", "absent", "absent", "unknown"))
        if person.chance(0.5):
            return
    baseline = person.number(*SCORES)
    share = person.pick("0.7", "0.7", "0.699999999", "0.700000001", "0.5", "1", "1.2", "0")
    if good is not None:
        share = person.pick("0.7", "0.5", "0") if good else person.pick("0.700000001", "0.9", "1", "1.2")
    later = min(Decimal(10), (baseline * Decimal(share)).quantize(Decimal("1e-9")))
    first = start + timedelta(days=person.pick(0, 0, 0, -1, -28, -27, -29, 3, 7, 8))
    person.add("pain_score", min(first, person.today), "final", value=baseline)
    second = max(start + timedelta(days=person.pick(20, 21, 22)), person.ago(person.pick(0, 0, 3, 27, 28, 29)))
    if person.chance(0.9):
        person.add("pain_score", min(second, person.today), person.pick("final", "amended"), value=later)
    if person.chance(0.15):
        person.add("pain_score", person.edge(start, second), "final", value=person.number(*SCORES))


def weights(person: Person, *, lost: bool | None = None) -> None:
    """Weights around 4.5 kg and 5 %, around 90, 183 and 365 days."""
    before, now = person.pick(
        ("90", "85.5"), ("90", "85.499999999"), ("90", "85.500000001"), ("80", "76"), ("80", "75.999999999"),
        ("80", "70"), ("80", "79"), ("100", "95"), ("60", "57"), ("60", "56.9"),
    )  # fmt: skip
    if lost is not None:
        before, now = ("82", "70") if lost else ("80", "80")
    newest = person.ago(person.pick(0, 0, 5, 89, 90, 91, 364, 365, 366)) if lost is None else person.ago(2)
    gap = person.pick(89, 90, 91, 182, 183, 184, 364, 365, 366) if lost is None else 150
    person.add("weight", newest - timedelta(days=gap), "final", value=Decimal(before))
    person.add("weight", newest, "final", value=Decimal(now))
    if person.chance(0.15):
        person.add("weight", newest, person.pick("final", "corrected"), value=person.number(before, now, "77"))
