"""People with a plot: enough is known of them to pass the emergency questions, and dates sit on edges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from .courses import bloods_course, clock, examined, order_course, outcome, referral_course
from .plots import (
    ASKED,
    CORD,
    CORE,
    CORE_NICE,
    INFECTION,
    NEUROLOGY,
    ORDERS,
    SPA,
    answered,
    born,
    pain,
    scores,
    trial,
    weights,
    years_before,
)
from .sheet import Person


def quiet(person: Person) -> None:
    """Nothing alarming: on therapy, responding, stopped, self-care, another pathway, or still to ask."""
    onset = pain(person)
    answered(person, onset)
    born(person)
    draw = person.rng.random()
    if draw < 0.7:
        start = trial(person, onset)
        scores(person, start, good=person.pick(True, True, True, None))
    elif draw < 0.85:
        for concept in SPA:
            person.add(concept, max(onset, person.ago(20)), person.pick("present", "present", "absent"))
        person.birth = (years_before(onset, 34),) * 2 if person.chance(0.5) else person.birth
    if person.chance(0.2):
        concept = person.pick("significant_trauma", "long_term_steroids", "osteoporosis")
        person.add(concept, person.edge(onset, person.today), "present")
    if person.chance(0.25):
        weights(person, lost=False if person.chance(0.6) else None)
    if person.chance(0.25):
        tests = (*CORE_NICE, "plasma_viscosity", "calcium_total", "calcium_total", "xray_spine", "mri_spine")
        examined(person, person.pick(*tests), person.edge(person.today), bad=0.4)


def other_way(person: Person) -> None:
    """Younger than 45 at onset with features of spondyloarthritis, or bones that may have broken."""
    onset = pain(person, person.pick(89, 90, 91, 92, 150, 400))
    answered(person, onset)
    if person.chance(0.5):
        age = person.pick(34, 35, 44, 45, 30)
        shift = timedelta(days=person.pick(-1, 0, 1, 100))
        person.birth = (years_before(onset, age) + shift,) * 2
        features = list(SPA)
        person.rng.shuffle(features)
        for concept in features[: person.pick(3, 4, 4, 5, 8)]:
            person.add(concept, max(onset, person.ago(person.pick(10, 89, 90))), "present")
    else:
        person.birth = (years_before(person.today, person.pick(70, 71)) + timedelta(days=person.pick(-1, 0, 1)),) * 2
        concept = person.pick("osteoporosis", "osteoporosis", "significant_trauma", "long_term_steroids")
        person.add(concept, person.edge(onset, person.today), "present")


def failed(person: Person) -> None:
    """Treatment long enough and no better: bloods, an X-ray, what they showed."""
    onset = pain(person, person.pick(45, 60, 90, 120, 200, 400))
    answered(person, onset)
    born(person)
    start = trial(person, onset, person.pick(42, 43, 50, 60, 90))
    scores(person, start, good=False if person.chance(0.85) else None)
    clock_starts = start + timedelta(days=person.pick(28, 42))
    if person.chance(0.8):
        core = CORE_NICE if person.chance(0.6) else CORE
        bloods_course(person, core, min(person.edge(clock_starts, person.today), person.today))
    if person.chance(0.6):
        examined(person, "xray_spine", min(person.edge(clock_starts), person.today), bad=0.15)
    if person.chance(0.2):
        person.add(person.pick("intervention_candidate", "mri_contraindicated"), person.edge(person.today), "present")
    if person.chance(0.2):
        examined(person, person.pick("mri_spine", "ct_spine"), person.edge(clock_starts))


def old_and_lasting(person: Person) -> None:
    """About 60, with pain for about six weeks, before any trial."""
    onset = pain(person, person.pick(41, 42, 43, 60, 100))
    answered(person, onset)
    age = timedelta(days=person.pick(-1, 0, 1, -30, -400, -2000))
    person.birth = (years_before(person.today, 60) + age,) * 2
    if person.chance(0.75):
        day = min(person.edge(onset + timedelta(days=42), person.today), person.today)
        bloods_course(person, CORE_NICE, day, bad=0.1)
    if person.chance(0.3):
        trial(person, onset)


def urgent(person: Person) -> None:
    """Cancer in the history, suspicion or weight loss, and how far the tests for it have come."""
    onset = pain(person, person.pick(0, 30, 60, 100, 200, 400))
    flags = ["cancer_history", "strong_clinical_suspicion", "weight_loss_reported"]
    person.rng.shuffle(flags)
    flags = flags[: person.pick(1, 1, 2)]
    answered(person, onset, skip=tuple(flags))
    born(person, 45, 80)
    if person.chance(0.7):
        person.add("radicular_pain", person.ago(1), "absent")
        for concept in ("gait_disturbance", "sensory_loss"):
            person.add(concept, person.ago(1), "absent")
    days = []
    for flag in flags:
        recent = person.ago(person.pick(0, 1, 6, 7, 8, 13, 14, 15, 30, 60, 89, 90))
        day = max(onset, recent) if person.chance(0.8) else person.edge(onset, person.today)
        person.add(flag, day, "present")
        days.append(day)
    person.anchors += days
    since = min(*days, person.today)
    if person.chance(0.3):
        weights(person)
    if person.chance(0.7):
        bloods_course(person, CORE, min(person.edge(since, spread=2), person.today))
    for concept in ORDERS:
        share = 0.55 if concept in ("xray_spine", "mri_spine") else 0.25
        if person.chance(share):
            order_course(person, concept, min(person.edge(since), person.today))


def failed_and_thinner(person: Person) -> None:
    """Weight loss below 50 with treatment that may have failed."""
    onset = pain(person, person.pick(60, 90, 120))
    answered(person, onset, skip=("weight_loss_reported",))
    person.birth = (years_before(person.today, person.pick(30, 49, 50)) + timedelta(days=person.pick(0, 1)),) * 2
    start = trial(person, onset, person.pick(42, 50, 60), ended=person.chance(0.3))
    scores(person, start, good=False if person.chance(0.8) else None)
    weights(person, lost=person.pick(True, True, None))
    for concept in person.pick((), CORE, ("suspected_cancer_referral", "xray_spine", *CORE)):
        order_course(person, concept, person.edge(person.today))


def on_its_way(person: Person) -> None:
    """One clear reason to act, and every test and referral at about the same step."""
    onset = pain(person, person.pick(60, 90, 100))
    reason = person.pick("failed", "failed", "urgent", "escalate", "emergency")
    flag = {"urgent": person.pick("cancer_history", "weight_loss_reported"), "emergency": person.pick(*CORD)}
    answered(person, onset, skip=(flag.get(reason, ""),))
    for concept in ("radicular_pain", "gait_disturbance", "sensory_loss"):
        person.add(concept, person.ago(1), "absent")
    years = timedelta(days=365 * person.pick(30, 45, 55, 58))
    person.birth = (person.today - years, person.today - years)
    since = person.ago(person.pick(3, 7, 14, 20, 27, 29))
    if reason == "failed":
        start = trial(person, onset, person.pick(42, 50, 60), ended=False)
        scores(person, start, good=False)
    elif reason == "escalate":
        person.add("bone_scan", since, "final", result="suspicious", reviewed_on=since)
    else:
        person.add(flag[reason], since, "present")
    step = person.pick("ordered", "performed", "unread", "read", "read")
    for concept in (*CORE_NICE, *ORDERS):
        if person.chance(0.03):
            continue
        day = since + timedelta(days=person.pick(0, 1, 2))
        if concept.endswith("referral"):
            status = "accepted" if concept == "emergency_referral" or step == "read" else "ordered"
            person.add(concept, day, person.pick(status, status, status, "seen"))
        elif step in ("ordered", "performed") or person.chance(0.1):
            person.add(concept, day, "ordered" if step == "ordered" else "performed")
        else:
            cells = {"reviewed_on": day} if step == "read" or person.chance(0.4) else {}
            person.add(concept, day, "final", **outcome(person, concept, bad=person.chance(0.02)), **cells)


def done_then_more(person: Person) -> None:
    """Everything urgent was done long ago; then a further reason came up."""
    onset = pain(person, person.pick(200, 300, 364))
    answered(person, onset, skip=("cancer_history", "weight_loss_reported"))
    born(person, 52, 80)
    for concept in ("radicular_pain", "gait_disturbance", "sensory_loss"):
        person.add(concept, person.ago(1), "absent")
    first = onset + timedelta(days=person.pick(0, 5, 50))
    person.add("cancer_history", first, "present")
    done = first + timedelta(days=person.pick(1, 10, 20))
    for concept in ("haemoglobin", "esr", "xray_spine", "mri_spine"):
        person.add(concept, done, "final", **outcome(person, concept, bad=person.chance(0.1)))
        person.events[-1]["reviewed_on"] = person.between(done, person.today)
    person.anchors += [first, done]
    for _ in range(person.pick(1, 1, 2)):
        day = person.pick(done, done + timedelta(days=1), person.ago(90), person.ago(20), person.ago(5))
        flag = person.pick("strong_clinical_suspicion", "weight_loss_reported", "strong_clinical_suspicion")
        person.add(flag, day, "present")
        person.add(flag, person.ago(person.pick(0, 10, 60)), "present")
    if person.chance(0.3):
        order_course(person, person.pick("mri_spine", "esr", "xray_spine"), person.edge(person.today, done))


def escalated(person: Person) -> None:
    """A bad result, with or without the risk that makes it count, and what was ordered upon it."""
    onset = pain(person, person.pick(10, 41, 42, 60, 100, 200, 400))
    answered(person, onset)
    born(person, 45, 75)
    if person.chance(0.4):
        start = trial(person, onset, person.pick(42, 60))
        scores(person, start, good=person.chance(0.3))
    tests = (
        "esr",
        "plasma_viscosity",
        "calcium_adjusted",
        "calcium_total",
        "spep",
        "haemoglobin",
        "sflc_ratio",
    )
    images = ("xray_spine", "mri_spine", "ct_spine", "bone_scan", "ct_abdomen")
    day = person.today
    for _ in range(person.pick(1, 1, 2, 3)):
        day = person.ago(person.pick(0, 3, 14, 27, 28, 29, 60, 89, 90, 91, 100, 200, 365, 366))
        examined(person, person.pick(*tests, *images), day, bad=0.8)
    for concept in ("mri_spine", "ct_spine", "suspected_cancer_referral", "specialist_referral"):
        if person.chance(0.4):
            order_course(person, concept, min(person.edge(day, spread=2), person.today))
    if person.chance(0.2):
        person.add("mri_contraindicated", person.edge(onset), "present")
    if person.chance(0.25):
        person.add("cancer_history", person.edge(onset, person.today), "present")


def emergency(person: Person) -> None:
    """A cord sign, cancer with neurology, or fever with infection risk; the hospital's part."""
    onset = pain(person, person.pick(0, 2, 20, 89, 90, 200, 400))
    flag_day = person.ago(person.pick(0, 1, 2, 3, 14, 15, 27, 28, 29, 30, 31, 60, 90, 91))
    flags = [person.pick(*CORD) for _ in range(person.pick(0, 1, 1, 2))]
    if not flags or person.chance(0.3):
        flags += person.pick(("cancer_history", person.pick(*NEUROLOGY)), ("fever", person.pick(*INFECTION)))
    answered(person, onset, skip=tuple(flags))
    born(person)
    for flag in flags:
        day = flag_day + timedelta(days=person.pick(0, 0, 1, 2, 3, 5, 10))
        day = min(day, person.today) if person.chance(0.9) else person.edge(onset, person.today)
        if flag == "fever" and person.chance(0.5):
            heat = person.number("38", "37.999999999", "39", "38.5")
            person.add("temperature", day, "final", value=heat, comparator=person.pick(None, None, None, ">", "<"))
        else:
            person.add(flag, day, "present")
        person.anchors.append(day)
    if person.chance(0.75):
        accepted = flag_day + timedelta(days=person.pick(-3, -2, -1, 0, 1, 2, 4))
        referral_course(person, "emergency_referral", min(accepted, person.today))
    for concept in ("mri_spine", "ct_spine", "blood_cultures", "esr", "crp"):
        if person.chance(0.3):
            day = min(flag_day + timedelta(days=person.pick(-3, -2, -1, 0, 1, 5)), person.today)
            examined(person, concept, day, bad=0.4)
    if person.chance(0.15):
        person.add("known_spinal_malignancy", person.edge(person.today), "present")
    if person.chance(0.2):
        person.add("mri_contraindicated", person.edge(onset), "present")
    if person.chance(0.3):
        order_course(person, person.pick(*ORDERS), min(person.edge(flag_day), person.today))


def outside(person: Person) -> None:
    """Not, no longer, or perhaps not in the pathway; some with a result nobody has read."""
    draw = person.rng.random()
    if draw < 0.45:
        start = person.ago(person.pick(40, 100, 200))
        end = person.ago(person.pick(0, 1, 89, 90, 91, 30))
        if person.chance(0.6):
            person.add("back_pain", start, "present", end_date=end)
        else:
            person.add("back_pain", start, "present")
            person.add("back_pain", end, "absent")
    elif person.chance(0.5):
        pain(person)
    else:
        person.add("back_pain", None, person.pick("present", "present", "absent"), end_date=None)
        if person.chance(0.4):
            person.events[-1]["end_date"] = person.edge(person.today)
    if person.chance(0.7):
        answered(person, person.ago(60))
    born(person, 18, 90)
    if person.chance(0.15):
        person.birth = (years_before(person.today, person.pick(10, 17)),) * 2
    if person.chance(0.15):
        person.deceased_on = person.edge(person.today)
    if person.chance(0.15):
        person.add("known_spinal_malignancy", person.edge(person.today), person.pick("present", "absent"))
    tests = (
        "esr",
        "spep",
        "haemoglobin",
        "calcium_adjusted",
        "plasma_viscosity",
        "mri_spine",
        "ct_abdomen",
        "xray_spine",
    )
    if person.chance(0.7):
        day = person.ago(person.pick(0, 10, 89, 90, 91, 200))
        examined(person, person.pick(*tests), day, bad=0.85)
    if person.chance(0.2):
        trial(person, person.ago(60))


def undated(person: Person) -> None:
    """The onset is not known: windows run from D."""
    person.add("back_pain", None, "present")
    day = person.ago(person.pick(0, 30, 89, 90))
    answered(person, day)
    born(person)
    if person.chance(0.6):
        start = trial(person, person.ago(366), person.pick(30, 60, 364, 365, 366))
        scores(person, start)
    if person.chance(0.4):
        examined(person, person.pick(*CORE_NICE, "mri_spine"), person.edge(person.today), bad=0.6)
    if person.chance(0.3):
        person.add(person.pick(*CORD, "cancer_history", "fever"), person.edge(person.today), "present")


def told_twice(person: Person) -> None:
    """Two answers to the same question on one day, with and without the time of recording."""
    onset = pain(person)
    answered(person, onset)
    born(person)
    for _ in range(3):
        concept = person.pick(*ASKED, *INFECTION, "weight_loss_intentional", "weight_loss_reported", "back_pain")
        day = person.edge(onset, person.today)
        for _ in range(person.pick(2, 2, 3)):
            event = person.add(concept, day, person.pick("present", "absent", "unknown"))
            if person.chance(0.35):
                event["recorded_at"] = clock(day, person.pick(8, 12, 16))


STORIES: tuple[tuple[Callable[[Person], None], int], ...] = (
    (quiet, 8),
    (other_way, 5),
    (failed, 8),
    (old_and_lasting, 4),
    (urgent, 6),
    (failed_and_thinner, 3),
    (on_its_way, 6),
    (done_then_more, 3),
    (escalated, 6),
    (emergency, 6),
    (outside, 4),
    (undated, 2),
    (told_twice, 2),
)
