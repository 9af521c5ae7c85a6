"""Which orders an indication calls for, in which window, and the state of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from .criteria import Indication, Person, escalating_results
from .logic import Part
from .profiles import IMAGING, REFERRALS
from .results import Answer, Examination, alive_until, cancelled, is_open, meets, open_preliminary
from .rows import Row

LOOK_BACK = {"bloods": 90, "imaging": 28, "referral": 14}


@dataclass(slots=True)
class State:
    """The state of one order and the days that decide it."""

    concept: str
    name: str
    added: bool = False  # by escalate, to an earlier indication
    lost: bool = False
    unread: list[int] = field(default_factory=list)  # results and preliminary results to review
    open_since: int | None = None  # the earliest open row
    result_day: int | None = None  # the newest result of the window
    taken_day: int | None = None  # the newest accepted or seen


def group_of(concept: str) -> str:
    if concept in IMAGING:
        return "imaging"
    return "referral" if concept in REFERRALS else "bloods"


def examination_state(person: Person, concept: str, start: int) -> State:
    sources = person.profile.esr_tests() if concept == "esr" else (concept,)
    tests = [person.tests[source] for source in sources]
    found = State(concept, "due")
    newest = _newest_answers(tests, start)
    unread = any(answer.unread for answer in newest)
    if newest:
        found.result_day = newest[0].row.day
        if unread:
            found.unread.append(found.result_day)
    for test in tests:
        row = open_preliminary(test, person.patient.sex)
        if row is not None and row.day >= start and _worrying(row, person.patient.sex):
            found.unread.append(row.day)
    if found.unread:
        found.name = "to_review"
    elif newest:
        found.name = "done"
    else:
        rows = [
            row
            for test in tests
            for row in test.rows
            if row.day >= start and is_open(row) and not cancelled(row, test.cancels)
        ]
        _under_way(found, rows, person.today)
    return found


def _newest_answers(tests: list[Examination], start: int) -> list[Answer]:
    """The answers of the newest day of the window (two where ESR and viscosity share it)."""
    answers = [answer for test in tests for answer in test.answers if answer.row.day >= start]
    if not answers:
        return []
    last = max(answer.row.day for answer in answers)
    return [answer for answer in answers if answer.row.day == last]


def _worrying(row: Row, sex: str) -> bool:
    return meets(row, sex) is True or row.result in ("abnormal", "suspicious")


def _under_way(found: State, rows: list[Row], today: int) -> None:
    if not rows:
        return
    limit = 28 if group_of(found.concept) == "bloods" else 90
    if today - max(alive_until(row) for row in rows) > limit:
        found.lost = True
        return
    found.name = "in_progress"
    found.open_since = min(row.day for row in rows)


def referral_state(person: Person, concept: str, start: int) -> State:
    found = State(concept, "due")
    rows = [row for row in person.patient.of(concept) if row.day >= start]
    cancels = [row for row in rows if row.status == "cancelled"]
    taken = [
        row.day for row in rows if row.status == "seen" or (row.status == "accepted" and not cancelled(row, cancels))
    ]
    if taken:
        found.name, found.taken_day = "done", max(taken)
        return found
    rows = [row for row in rows if row.status in ("ordered", "booked") and not cancelled(row, cancels)]
    _under_way(found, rows, person.today)
    return found


def state_of(person: Person, concept: str, start: int) -> State:
    if concept in REFERRALS:
        return referral_state(person, concept, start)
    return examination_state(person, concept, start)


def spine_scan(person: Person) -> str:
    return "ct_spine" if person.finding("mri_contraindicated").verdict else "mri_spine"


def own_orders(person: Person, indication: Indication) -> list[str]:
    """The orders table, one row; X-ray and scan included, before anything is joined or dropped."""
    profile, scan = person.profile, spine_scan(person)
    names = [part.name for part in indication.met()]
    if indication.name == "emergency":
        by_fever = ["blood_cultures", "esr", "crp"] if "fever_with_infection_risk" in names else []
        return ["emergency_referral", scan, *by_fever]
    if indication.name == "urgent":
        if profile.name == "us-acp":
            return ["haemoglobin", "esr", "xray_spine"]
        if profile.name == "us-acr":
            return [scan]
        orders = [scan] if "cancer_history" in names or "strong_clinical_suspicion" in names else []
        if "weight_loss" in names:
            over_60 = person.age("age_60", 60).verdict
            orders.append("ct_abdomen" if over_60 else "suspected_cancer_referral")
        return orders
    if indication.name == "escalate":
        return escalate_orders(person)
    if indication.name == "failed_therapy":
        if profile.name == "us-acp":
            return [*profile.core, "xray_spine"]
        if profile.name == "us-acr" and person.finding("intervention_candidate").verdict:
            return [*profile.core, scan]
    return list(profile.core)


def escalate_orders(person: Person) -> list[str]:
    if person.profile.nice:
        return ["suspected_cancer_referral"]
    results = escalating_results(person)
    orders = []
    if "mri_spine" in results or "ct_spine" in results:
        orders.append("specialist_referral")
    if "ct_abdomen" in results:
        orders.append("suspected_cancer_referral")
    return orders or [spine_scan(person)]


def window(indication: Indication, concept: str, since: int) -> int:
    return since - (2 if indication.name == "emergency" else LOOK_BACK[group_of(concept)])


@dataclass(slots=True)
class Plan:
    """An indication at work: its clock and the states of its orders, in the order of the table."""

    indication: Indication
    since: int
    states: list[State]

    def all_done(self) -> bool:
        return all(state.name == "done" for state in self.states)

    def state(self, concept: str) -> State:
        return next(state for state in self.states if state.concept == concept)


def plan_of(person: Person, indication: Indication) -> Plan:
    """Starts the clock again where a part became met after everything had been answered."""
    emergency = indication.name == "emergency"
    since = person.clamp(indication.since(), emergency=emergency)
    while True:
        plan = Plan(indication, since, _states(person, indication, since))
        answered_on = _answered_on(plan)
        if answered_on is None:
            return plan
        later = [
            day
            for day in (_day_of(person, part, emergency=emergency) for part in indication.met())
            if day > answered_on and day > since
        ]
        if not later:
            return plan
        since = min(later)


def _day_of(person: Person, part: Part, *, emergency: bool) -> int:
    assert part.since is not None
    return person.clamp(part.since, emergency=emergency)


def _answered_on(plan: Plan) -> int | None:
    """By which day emergency was accepted or seen, or every order of urgent was done."""
    if plan.indication.name == "emergency":
        return plan.state("emergency_referral").taken_day
    if plan.indication.name != "urgent" or not plan.all_done():
        return None
    days = [state.taken_day if state.taken_day is not None else state.result_day for state in plan.states]
    return max(day for day in days if day is not None)


def _states(person: Person, indication: Indication, since: int) -> list[State]:
    own = own_orders(person, indication)
    joins = indication.name in ("emergency", "urgent") and person.met("escalate")
    results_since = 0
    if joins or indication.name == "escalate":
        results_since = max(escalating_results(person).values())
    if indication.name == "escalate":
        return [state_of(person, concept, results_since) for concept in own]
    states = [state_of(person, concept, window(indication, concept, since)) for concept in own]
    if indication.name == "emergency":
        _leave_to_hospital(person, states)
    if not joins:
        return states
    for concept in escalate_orders(person):
        if concept not in own:
            state = state_of(person, concept, results_since)
            state.added = True
            states.append(state)
    return [state for state in states if state.concept != "xray_spine" or not _dropped(person, states, since)]


def _dropped(person: Person, states: list[State], since: int) -> bool:
    """An X-ray beside an MRI or CT of the spine that is ordered, or done in the X-ray's window."""
    if any(state.concept in ("mri_spine", "ct_spine") for state in states):
        return True
    start = since - LOOK_BACK["imaging"]
    scans = [state_of(person, scan, start) for scan in ("mri_spine", "ct_spine")]
    return any(scan.name in ("done", "to_review") for scan in scans)


def _leave_to_hospital(person: Person, states: list[State]) -> None:
    """Once the emergency referral is accepted or seen, the other orders are the hospital's."""
    taken = states[0].taken_day
    if taken is None:
        return
    for state in states[1:]:
        if state.name in ("due", "in_progress"):
            state.lost = False
            if person.today - taken >= 29:
                state.name, state.open_since = "done", None
            else:
                state.name, state.open_since = "in_progress", taken
