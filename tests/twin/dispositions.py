"""The answer of one patient: first match, what is missing, due dates and notes."""

from __future__ import annotations

from typing import Any

from . import facts, therapy
from .criteria import Indication, Person, other_pathways, person_of
from .orders import Plan, State, group_of, plan_of
from .profiles import CORD_SIGNS, IMAGING, MEDICATION, PHYSICAL, Profile
from .results import CRITERION_OF, counting, examination_of, meets, open_preliminary
from .results import Answer as TestAnswer
from .rows import Patient, last_recorded, to_date

Answer = dict[str, Any]
GROUPS = ("bloods", "imaging", "referral")
GATING = (*CORD_SIGNS, "limb_weakness", "cancer_history", "weight_loss", "fever")
ALSO_GATING = (
    "gait_disturbance",
    "sensory_loss",
    "radicular_pain",
    "iv_drug_use",
    "recent_bacterial_infection",
    "immunosuppressed",
    "strong_clinical_suspicion",
)
AT_THE_END = ("pain_score", "pain_relief", "trial_end")


def empty_answer(patient_id: str, disposition: str, reasons: list[str]) -> Answer:
    return {
        "patient_id": patient_id,
        "disposition": disposition,
        "indication": None,
        "reasons": reasons,
        "could_be": None,
        "questions": [],
        "missing": [],
        "since": None,
        "due_by": None,
        "overdue": False,
        **{group: {"state": "not_indicated", "due": []} for group in GROUPS},
        "trial_days": None,
        "trial_start": None,
        "baseline_pain": None,
        "current_pain": None,
        "improvement_percent": None,
        "notes": [],
    }


def answer_of(patient: Patient, today: int, profile: Profile) -> Answer:
    pain = facts.episodes(patient, today)
    reasons, to_read = [], []
    if not pain.active:
        if any(today - day <= 90 for day in pain.ended_on):
            to_read = unread_after_the_end(patient, today, profile)
        if not to_read:
            reasons.append("no active back pain")
    if facts.age_at_least(patient, 18, today) is False:
        reasons.append("under 18")
    if patient.deceased_on is not None and patient.deceased_on <= today:
        reasons.append("deceased")
    person = person_of(patient, pain.onset, today, profile)
    if person.finding("known_spinal_malignancy").verdict and (reasons or not person.met("emergency")):
        reasons.append("under specialist care")
    if reasons:
        return empty_answer(patient.patient_id, "not_in_pathway", reasons)
    if not pain.active:
        answer = empty_answer(patient.patient_id, "review_results", [])
        for group in to_read:
            answer[group] = {"state": "to_review", "due": []}
        return answer
    return in_pathway(person)


def unread_after_the_end(patient: Patient, today: int, profile: Profile) -> list[str]:
    """The groups that hold an unread suspicious image or abnormal result of the last 90 days."""
    groups = []
    for concept in (*CRITERION_OF, *IMAGING):
        newest = examination_of(patient, concept, profile).newest()
        if newest is not None and newest.unread and newest.verdict and today - newest.row.day <= 90:
            groups.append(group_of(concept))
    return groups


def in_pathway(person: Person) -> Answer:
    answer = empty_answer(person.patient.patient_id, "", [])
    plan, finished = own_plan(person)
    own = plan.indication if plan else None
    answer["indication"] = own.name if own else None
    answer["reasons"] = reasons_of(person, own)
    maybe = could_be(person, own)
    if maybe is not None:
        answer["could_be"], answer["questions"] = maybe.name, list(maybe.possible.asks)
    gating = gating_unknown(person, maybe)
    answer["missing"] = missing = missing_of(person, gating)
    states = plan.states if plan else finished
    for group in GROUPS:
        answer[group] = group_state([state for state in states if group_of(state.concept) == group])
    if plan is not None:
        disposition = with_indication(plan, gating)
        due = due_with(person, plan, disposition, answer["reasons"], missing)
        since: int | None = plan.since
    else:
        disposition, due, since = without_indication(person, answer, gating)
    answer["disposition"] = disposition
    answer["since"], answer["due_by"] = to_date(since), to_date(due)
    answer["overdue"] = due is not None and due < person.today
    trial, response = person.trial, person.response
    answer["trial_days"], answer["trial_start"] = trial.days, to_date(trial.start)
    answer["baseline_pain"], answer["current_pain"] = response.baseline, response.current
    answer["improvement_percent"] = therapy.improvement_percent(response)
    answer["notes"] = notes_of(person, plan)
    return answer


def own_plan(person: Person) -> tuple[Plan | None, list[State]]:
    """The patient's indication at work; without one, the finished bloods of age 60 that are still shown."""
    joined = person.met("escalate") and (person.met("emergency") or person.met("urgent"))
    plans = []
    for indication in person.indications:
        if not indication.verdict or (joined and indication.name == "escalate"):
            continue
        plan = plan_of(person, indication)
        if not plan.all_done():
            return plan, []
        plans.append(plan)
    for plan in plans:
        if plan.indication.name != "age_60_bloods":
            return plan, []
    return None, plans[0].states if plans else []


def reasons_of(person: Person, own: Indication | None) -> list[str]:
    if own is None:
        return []
    names = [part.name for part in own.met()]
    escalate = person.indication("escalate")
    if escalate is not None and escalate.verdict and own is not escalate:
        names += [part.name for part in escalate.met()]
    return names


def could_be(person: Person, own: Indication | None) -> Indication | None:
    for indication in person.indications:
        if indication is own:
            return None
        if indication.possible.verdict is None:
            return indication
    return None


def gating_unknown(person: Person, maybe: Indication | None) -> list[str]:
    unknown = []
    for name in GATING:
        part = person.weight_loss if name == "weight_loss" else person.finding(name)
        if part.verdict is None:
            unknown.append(name)
    others = {name for name in ALSO_GATING if facts.expired_present(person.patient, name, person.today)}
    if maybe is not None and maybe.name in ("emergency", "urgent"):
        others |= set(maybe.possible.asks)  # an open weight or weight_loss_reported is weight_loss, above
    unknown += [name for name in (*ALSO_GATING, "birth_date", *AT_THE_END) if name in others]
    return unknown


def missing_of(person: Person, gating: list[str]) -> list[str]:
    missing = [name for name in gating if name not in AT_THE_END]
    ends = {name for name in gating if name in AT_THE_END}
    complete, response = person.trial.complete, person.response
    if complete and response.improved is None:
        ends.add("pain_relief" if response.baseline is None else "pain_score")
    if complete is None:
        ends.add("trial_end")
    return missing + [name for name in AT_THE_END if name in ends]


def group_state(states: list[State]) -> dict[str, Any]:
    names = [state.name for state in states]
    for name in ("due", "to_review", "in_progress", "done"):
        if name in names:
            return {"state": name, "due": [s.concept for s in states if s.name == "due"]}
    return {"state": "not_indicated", "due": []}


def with_indication(plan: Plan, gating: list[str]) -> str:
    names = [state.name for state in plan.states]
    name = plan.indication.name
    if name == "emergency" and plan.state("emergency_referral").name != "done":
        return "emergency"
    if "due" in names:
        return name if name in ("emergency", "urgent", "escalate") else "investigate"
    if "to_review" in names:
        return "review_results"
    if gating:
        return "ask"
    return "awaiting_results" if "in_progress" in names else "reassess"


def due_with(person: Person, plan: Plan, disposition: str, reasons: list[str], missing: list[str]) -> int | None:
    name = plan.indication.name
    if disposition == "emergency":
        return plan.since
    if disposition == "urgent":
        slow = person.profile.nice and reasons == ["weight_loss"]
        return plan.since + (14 if slow else 7)
    if disposition in ("escalate", "investigate"):
        return plan.since + 14
    if disposition == "review_results":
        days = {"emergency": 0, "urgent": 2}.get(name, 7)
        return min(day for state in plan.states for day in state.unread) + days
    opened = [state.open_since for state in plan.states if state.open_since is not None]
    awaited = min(opened) + {"emergency": 1, "urgent": 7}.get(name, 28) if opened else None
    if disposition == "awaiting_results":
        return awaited
    if disposition == "ask":
        days_due = [day for day in (ask_due(person, missing), awaited) if day is not None]
        return min(days_due) if days_due else None
    results = [state.result_day for state in plan.states if state.result_day is not None]
    taken = [state.taken_day for state in plan.states if state.taken_day is not None]
    return max(results or taken) + 28


def without_indication(person: Person, answer: Answer, gating: list[str]) -> tuple[str, int | None, int | None]:
    """Disposition, due date and since; fills reasons and groups where they are shown."""
    to_read = unread_without(person)
    if to_read:
        for group in {group for _, group in to_read}:
            answer[group] = {"state": "to_review", "due": []}
        return "review_results", min(day for day, _ in to_read) + 7, None
    if gating:
        return "ask", ask_due(person, answer["missing"]), None
    met = [part for part in other_pathways(person) if part.verdict]
    if met:
        answer["reasons"] = [part.name for part in met]
        since = person.clamp(min(part.since for part in met if part.since is not None))
        return "other_pathway", since + 14, since
    trial, response = person.trial, person.response
    if trial.complete is None or (trial.complete and response.improved is None):
        return "ask", ask_due(person, answer["missing"]), None
    if trial.active and not trial.complete:
        assert trial.start is not None
        return "on_therapy", trial.start + person.profile.trial_length, None
    if trial.complete:
        seen_on = response.relief_day if response.by_relief else response.current_day
        assert seen_on is not None
        return "responding", seen_on + 90, None
    if trial.start is not None:
        assert trial.end is not None
        return "therapy_stopped", trial.end + 14, None
    return "self_care", None, None


def unread_without(person: Person) -> list[tuple[int, str]]:
    """Day and group of what must be read though no indication stands."""
    found = []
    for concept in (*CRITERION_OF, *IMAGING):
        test = person.tests[concept]
        answer = counting(test, person.onset, person.today)
        if answer is not None and answer.unread and _must_be_read(answer):
            found.append((answer.row.day, group_of(concept)))
        row = open_preliminary(test, person.patient.sex)
        if row is not None and meets(row, person.patient.sex):
            found.append((row.day, group_of(concept)))
    return found


def _must_be_read(answer: TestAnswer) -> bool:
    if answer.row.concept in IMAGING:
        return answer.row.result == "indeterminate"
    return answer.verdict is True


def ask_due(person: Person, missing: list[str]) -> int | None:
    days = []
    for name in missing:
        rows = [day for day in _days_known(person, name) if person.onset is None or day >= person.onset]
        start = max(rows) if rows else person.onset
        if start is not None:
            days.append(start + 14)
    return min(days) if days else None


def _days_known(person: Person, name: str) -> list[int]:
    patient = person.patient
    for fact, concept in (("weight_loss", "weight"), ("fever", "temperature"), ("pain_score", "pain_score")):
        if name == fact:
            finding = "weight_loss_reported" if name == "weight_loss" else name
            days = [row.day for row in facts.measured(patient, concept)]
            return days if name == "pain_score" else days + facts.answered_days(patient, finding)
    if name == "trial_end":
        return list(person.trial.all_starts)
    return facts.answered_days(patient, name)


def notes_of(person: Person, plan: Plan | None) -> list[str]:
    """In the order of the list of notes."""
    trial, response, notes = person.trial, person.response, []
    baseline, current, newest = response.baseline, response.current, response.newest_after_start
    if baseline is not None and current is not None and (baseline - current >= 2) != response.improved:
        notes.append("discordant")
    if baseline is not None and newest is not None:
        if newest > baseline:
            notes.append("worse")
        long_enough = trial.active and trial.start is not None and person.today - trial.start >= 28
        if long_enough and not therapy.better_by_30_percent(baseline, newest):
            notes.append("not_improving_early")
    if person.weights.at_threshold:
        notes.append("weight_at_threshold")
    if plan is not None and any(state.lost for state in plan.states):
        notes.append("order_lost")
    notes += _calcium_notes(person)
    physiotherapy = last_recorded(person.patient.of("physiotherapy"))
    if any(row.value is not None and row.value == 0 for row in physiotherapy):
        notes.append("physiotherapy_not_attended")
    if trial.concepts and (trial.concepts <= set(PHYSICAL) or trial.concepts <= set(MEDICATION)):
        notes.append("one_kind_of_therapy")
    return notes


def _calcium_notes(person: Person) -> list[str]:
    total = counting(person.tests["calcium_total"], person.onset, person.today)
    adjusted = counting(person.tests["calcium_adjusted"], person.onset, person.today)
    if total is None:
        return []
    notes = [] if adjusted is not None and adjusted.row.value is not None else ["calcium_not_adjusted"]
    if total.verdict:
        notes.append("calcium_total_high")
    return notes
