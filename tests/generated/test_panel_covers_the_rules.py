"""A comparison proves nothing about what it never meets: every word of an answer must occur often."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from pathways.vocabulary import concepts
from tests.twin import twin_evaluate

from .adversarial import adversarial_panel
from .comparing import KEYS, PROFILES

AS_OF = date(2026, 6, 15)
PATIENTS = 5_000
DISPOSITIONS = {
    "emergency": 200, "urgent": 200, "escalate": 200, "review_results": 50, "investigate": 50, "ask": 200,
    "reassess": 10, "other_pathway": 50, "awaiting_results": 30, "therapy_stopped": 30, "on_therapy": 30,
    "responding": 20, "self_care": 100, "not_in_pathway": 200,
}  # fmt: skip
NOTES = (
    "discordant", "worse", "not_improving_early", "weight_at_threshold", "order_lost", "calcium_not_adjusted",
    "calcium_total_high", "physiotherapy_not_attended", "one_kind_of_therapy",
)  # fmt: skip
REASONS = (
    "no active back pain", "under 18", "deceased", "under specialist care", "saddle_anaesthesia",
    "bladder_or_bowel_dysfunction", "bilateral_leg_neuro", "progressive_motor_deficit",
    "cancer_with_neurology", "fever_with_infection_risk", "cancer_history", "strong_clinical_suspicion",
    "imaging_suspicious", "spep_abnormal", "calcium_high", "strong_abnormal_with_risk",
    "weak_abnormal_with_risk", "failed_therapy", "axial_spa", "fracture_risk",
)  # fmt: skip
OWN_REASONS = {
    "us-acp": ("weight_loss_with_age_50", "weight_loss_with_failed_therapy"),
    "us-acr": ("weight_loss_with_age_50", "weight_loss_with_failed_therapy"),
    "uk-nice": ("weight_loss", "age_60", "persistent"),
}
QUESTIONS = (
    "saddle_anaesthesia", "fever", "cancer_history", "limb_weakness", "iv_drug_use", "weight",
    "weight_loss_reported", "birth_date", "pain_score", "pain_relief", "trial_end", "sex", "haemoglobin",
    "esr", "calcium_adjusted", "spep", "sflc_ratio", "mri_spine", "xray_spine",
)  # fmt: skip
MISSING = (
    "saddle_anaesthesia", "cancer_history", "weight_loss", "fever", "gait_disturbance", "immunosuppressed",
    "strong_clinical_suspicion", "pain_score", "pain_relief", "trial_end",
)  # fmt: skip
INDICATIONS = ("emergency", "urgent", "escalate", "failed_therapy")
STATES = ("due", "to_review", "in_progress", "done", "not_indicated")
ORDERS = {
    "us-acp": ("haemoglobin", "esr", "crp", "blood_cultures", "xray_spine", "mri_spine", "ct_spine"),
    "us-acr": ("haemoglobin", "esr", "crp", "blood_cultures", "mri_spine", "ct_spine"),
    "uk-nice": ("haemoglobin", "esr", "calcium_adjusted", "spep", "sflc_ratio", "mri_spine", "ct_abdomen"),
}
REFERRALS = ("emergency_referral", "specialist_referral", "suspected_cancer_referral")


@pytest.fixture(scope="module", params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def answers(profile: str) -> list[dict[str, Any]]:
    return list(twin_evaluate(adversarial_panel(1, PATIENTS, AS_OF), profile, AS_OF).values())


def words(answers: list[dict[str, Any]], key: str) -> Counter[str]:
    return Counter(word for answer in answers for word in answer[key])


def rare(counts: Counter[Any], wanted: tuple[Any, ...], times: int) -> dict[Any, int]:
    return {word: counts[word] for word in wanted if counts[word] < times}


def test_every_disposition_occurs(answers: list[dict[str, Any]]) -> None:
    counts = Counter(answer["disposition"] for answer in answers)
    assert set(counts) == set(DISPOSITIONS)
    assert not {name: counts[name] for name, times in DISPOSITIONS.items() if counts[name] < times}


def test_every_indication_waits_is_done_and_is_doubted(answers: list[dict[str, Any]], profile: str) -> None:
    names = (*INDICATIONS, "age_60_bloods") if profile == "uk-nice" else INDICATIONS
    assert not rare(Counter(answer["indication"] for answer in answers), names, 50)
    assert not rare(Counter(answer["could_be"] for answer in answers), names, 20)
    pairs = Counter((answer["indication"], answer["disposition"]) for answer in answers)
    steps = ("review_results", "ask", "awaiting_results", "reassess")
    later = [(name, step) for name in INDICATIONS for step in steps]
    if profile == "uk-nice":  # escalate orders a referral alone there: nothing to review
        later.remove(("escalate", "review_results"))
    assert not rare(pairs, tuple(later), 5)


def test_every_state_of_every_group_occurs(answers: list[dict[str, Any]]) -> None:
    groups = ("bloods", "imaging", "referral")
    counts = Counter((group, answer[group]["state"]) for answer in answers for group in groups)
    wanted = [(group, state) for group in ("bloods", "imaging") for state in STATES]
    wanted += [("referral", state) for state in STATES if state != "to_review"]
    assert not rare(counts, tuple(wanted), 5)


def test_every_order_falls_due(answers: list[dict[str, Any]], profile: str) -> None:
    due = Counter(
        concept for a in answers for group in ("bloods", "imaging", "referral") for concept in a[group]["due"]
    )
    referrals = REFERRALS if profile != "uk-nice" else ("emergency_referral", "suspected_cancer_referral")
    assert not rare(due, (*ORDERS[profile], *referrals), 5)


def test_every_word_of_the_lists_occurs(answers: list[dict[str, Any]], profile: str) -> None:
    assert not rare(words(answers, "notes"), NOTES, 5)
    assert not rare(words(answers, "reasons"), (*REASONS, *OWN_REASONS[profile]), 10)
    assert not rare(words(answers, "questions"), QUESTIONS, 5)
    assert not rare(words(answers, "missing"), MISSING, 5)


def test_an_answer_has_the_keys_of_the_rules_in_their_order(answers: list[dict[str, Any]]) -> None:
    assert {tuple(answer) for answer in answers} == {KEYS}


def test_every_concept_and_status_is_told_of() -> None:
    from pathways.panel import STATUSES

    events = adversarial_panel(1, PATIENTS, AS_OF).events.select(["concept", "status"]).to_pylist()
    told = {(event["concept"], event["status"]) for event in events}
    known = {(name, status) for name, concept in concepts().items() for status in STATUSES[concept.kind]}
    assert known <= told
