"""A few people whose answers were worked out by hand from the rules page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tests.generated.sheet import Person, panel_of

from . import twin_evaluate

D = date(2026, 6, 15)
NONE_DUE: dict[str, Any] = {"state": "not_indicated", "due": []}
ASKED = (
    "saddle_anaesthesia",
    "bladder_or_bowel_dysfunction",
    "bilateral_leg_neuro",
    "progressive_motor_deficit",
    "limb_weakness",
    "cancer_history",
    "weight_loss_reported",
    "fever",
)


def someone(onset: date = date(2026, 4, 1), *, but: tuple[str, ...] = ()) -> Person:
    """A woman of 40 with back pain, every gating question answered no, but those left out."""
    person = Person("p", Random(0), D)
    person.birth, person.sex = (date(1986, 1, 1), date(1986, 1, 1)), "female"
    person.add("back_pain", onset, "present")
    for concept in ASKED:
        if concept not in but:
            person.add(concept, date(2026, 6, 1), "absent")
    return person


def answer(person: Person, profile: str = "us-acp") -> dict[str, Any]:
    return twin_evaluate(panel_of([person]), profile, D)["p"]


def test_nothing_but_pain_is_self_care() -> None:
    got = answer(someone())
    assert got["disposition"] == "self_care"
    assert (got["missing"], got["due_by"], got["bloods"]) == ([], None, NONE_DUE)


def test_pain_alone_asks_for_everything() -> None:
    person = Person("p", Random(0), D)
    person.add("back_pain", date(2026, 6, 10), "present")
    got = answer(person)
    assert (got["disposition"], got["could_be"]) == ("ask", "emergency")
    assert got["missing"] == [
        "saddle_anaesthesia", "bladder_or_bowel_dysfunction", "bilateral_leg_neuro",
        "progressive_motor_deficit", "limb_weakness", "cancer_history", "weight_loss", "fever",
        "gait_disturbance", "sensory_loss",
        "radicular_pain", "iv_drug_use", "recent_bacterial_infection", "immunosuppressed",
    ]  # fmt: skip
    assert got["due_by"] == date(2026, 6, 24)  # 14 days from the onset


@pytest.mark.parametrize(
    ("now", "disposition", "percent"),
    [("7", "responding", "30.0"), ("7.001", "investigate", "29.9"), ("12", "investigate", "-20.0")],
)
def test_thirty_percent(now: str, disposition: str, percent: str) -> None:
    person = someone()
    person.add("nsaid", date(2026, 5, 1), "active")
    person.add("pain_score", date(2026, 5, 1), "final", value=Decimal("10"))
    person.add("pain_score", date(2026, 6, 10), "final", value=Decimal(now))
    got = answer(person)
    assert (got["disposition"], got["improvement_percent"]) == (disposition, Decimal(percent))
    assert (got["trial_days"], got["trial_start"]) == (45, date(2026, 5, 1))


def test_failed_therapy_asks_for_bloods_and_an_x_ray() -> None:
    person = someone()
    person.add("nsaid", date(2026, 5, 1), "active")
    person.add("pain_relief", date(2026, 6, 10), "absent")
    got = answer(person)
    assert (got["indication"], got["reasons"]) == ("failed_therapy", ["failed_therapy"])
    assert got["bloods"] == {"state": "due", "due": ["haemoglobin", "esr"]}
    assert got["imaging"] == {"state": "due", "due": ["xray_spine"]}
    assert (got["since"], got["due_by"]) == (date(2026, 5, 29), date(2026, 6, 12))
    assert got["overdue"] is True
    assert answer(person, "us-acr")["imaging"] == NONE_DUE
    core = ["haemoglobin", "calcium_adjusted", "esr", "spep", "sflc_ratio"]
    assert answer(person, "uk-nice")["bloods"] == {"state": "due", "due": core}


def test_one_bloods_order_answers_for_every_core_test() -> None:
    person = someone()
    person.add("nsaid", date(2026, 5, 1), "active")
    person.add("pain_relief", date(2026, 6, 10), "absent")
    person.add("bloods", date(2026, 6, 1), "ordered")
    got = answer(person, "uk-nice")
    assert (got["disposition"], got["bloods"]["state"]) == ("awaiting_results", "in_progress")
    assert got["due_by"] == date(2026, 6, 29)


def test_an_accepted_emergency_is_the_hospitals() -> None:
    person = someone(but=("saddle_anaesthesia",))
    person.add("saddle_anaesthesia", date(2026, 6, 10), "present")
    assert answer(person)["disposition"] == "emergency"
    person.add("emergency_referral", date(2026, 6, 10), "accepted")
    got = answer(person)
    assert (got["disposition"], got["indication"]) == ("awaiting_results", "emergency")
    assert (got["imaging"], got["due_by"]) == ({"state": "in_progress", "due": []}, date(2026, 6, 11))


def test_a_new_sign_after_the_acceptance_is_a_new_emergency() -> None:
    person = someone(but=("saddle_anaesthesia", "bilateral_leg_neuro"))
    person.add("saddle_anaesthesia", date(2026, 6, 1), "present")
    person.add("emergency_referral", date(2026, 6, 1), "accepted")
    person.add("bilateral_leg_neuro", date(2026, 6, 10), "present")
    got = answer(person)
    assert (got["disposition"], got["since"]) == ("emergency", date(2026, 6, 10))


def test_cancer_in_the_history_by_profile() -> None:
    person = someone(but=("cancer_history",))
    person.add("cancer_history", date(2010, 1, 1), "present")
    person.add("radicular_pain", date(2026, 6, 1), "absent")
    person.add("gait_disturbance", date(2026, 6, 1), "absent")
    person.add("sensory_loss", date(2026, 6, 1), "absent")
    got = answer(person)
    assert (got["disposition"], got["since"], got["due_by"]) == ("urgent", date(2026, 4, 1), date(2026, 4, 8))
    assert (got["bloods"]["due"], got["imaging"]["due"]) == (["haemoglobin", "esr"], ["xray_spine"])
    assert answer(person, "us-acr")["imaging"]["due"] == ["mri_spine"]
    person.add("mri_contraindicated", date(2015, 1, 1), "present")
    assert answer(person, "us-acr")["imaging"]["due"] == ["ct_spine"]


def test_a_suspicious_mri_goes_to_a_specialist() -> None:
    person = someone()
    person.add("mri_spine", date(2026, 6, 1), "final", result="suspicious", reviewed_on=date(2026, 6, 2))
    got = answer(person)
    assert (got["indication"], got["reasons"]) == ("escalate", ["imaging_suspicious"])
    assert (got["referral"]["due"], got["imaging"]) == (["specialist_referral"], NONE_DUE)
    assert answer(person, "uk-nice")["referral"]["due"] == ["suspected_cancer_referral"]


@pytest.mark.parametrize(
    ("day", "disposition"), [(date(2026, 3, 17), "review_results"), (date(2026, 3, 16), "not_in_pathway")]
)
def test_an_unread_result_outlives_the_pain_for_90_days(day: date, disposition: str) -> None:
    person = someone()
    person.add("back_pain", date(2026, 6, 1), "absent")
    person.add("esr", day, "final", value=Decimal(80))
    got = answer(person)
    assert got["disposition"] == disposition
    assert got["bloods"]["state"] == ("to_review" if disposition == "review_results" else "not_indicated")
    assert (got["missing"], got["due_by"], got["trial_days"]) == ([], None, None)


def test_every_reason_to_be_outside() -> None:
    person = someone()
    person.birth, person.deceased_on = (date(2010, 1, 1), date(2010, 1, 1)), D
    person.add("back_pain", D, "absent")
    person.add("known_spinal_malignancy", D, "present")
    assert answer(person)["reasons"] == [
        "no active back pain",
        "under 18",
        "deceased",
        "under specialist care",
    ]


@pytest.mark.parametrize(
    ("born", "indication"),
    [
        ((date(1966, 6, 15), date(1966, 6, 15)), "age_60_bloods"),
        ((date(1966, 6, 16), date(1966, 6, 16)), None),
        ((date(1966, 1, 1), date(1966, 12, 31)), None),
    ],
)
def test_sixty_to_the_day(born: tuple[date, date], indication: str | None) -> None:
    person = someone()
    person.birth = born
    got = answer(person, "uk-nice")
    assert got["indication"] == indication
    assert got["could_be"] == ("age_60_bloods" if born[0] != born[1] else None)
