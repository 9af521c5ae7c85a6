"""What becomes of the invented people: the shares of each disposition, and where each trap leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from sample_data.chart import Chart, settings
from tests.sample_data.conftest import PEOPLE, PROFILES, Answers

Twin = Callable[[str], Answers]

BANDS = {  # percent of the panel under the default profile
    "emergency": (0.2, 1.0),
    "urgent": (1.5, 4.0),
    "escalate": (0.5, 3.0),
    "review_results": (1.0, 4.0),
    "investigate": (4.0, 10.0),
    "ask": (10.0, 22.0),
    "reassess": (0.5, 3.0),
    "other_pathway": (1.5, 5.0),
    "awaiting_results": (1.5, 6.0),
    "therapy_stopped": (1.0, 5.0),
    "on_therapy": (14.0, 26.0),
    "responding": (13.0, 25.0),
    "self_care": (5.0, 13.0),
    "not_in_pathway": (12.0, 16.0),
}

LEADS_TO: dict[str, dict[str, str]] = {
    "failed_28_to_41_days": {"us-acp": "investigate", "us-acr": "on_therapy"},
    "responding_early": {"us-acp": "responding", "us-acr": "on_therapy"},
    "weight_loss_under_50": {"us-acp": "on_therapy", "us-acr": "on_therapy", "uk-nice": "urgent"},
    "older_without_bloods": {"us-acp": "on_therapy", "us-acr": "on_therapy", "uk-nice": "investigate"},
    "stale_score": {"us-acp": "ask", "us-acr": "ask"},
    "ended_when_unknown": {"us-acp": "ask", "us-acr": "ask"},
    "answers_expired": {"us-acp": "ask", "us-acr": "ask"},
    "therapy_stopped_early": {"us-acp": "therapy_stopped", "us-acr": "therapy_stopped"},
    "result_unread": dict.fromkeys(PROFILES, "review_results"),
    "abnormal_unread": dict.fromkeys(PROFILES, "review_results"),
    "lost_order": dict.fromkeys(PROFILES, "investigate"),
    "red_flag_unknown": dict.fromkeys(PROFILES, "investigate"),
    "exactly_30_percent": {"us-acp": "responding", "us-acr": "responding"},
    "exactly_4_5_kg": dict.fromkeys(PROFILES, "on_therapy"),
    "exactly_5_percent": dict.fromkeys(PROFILES, "on_therapy"),
    "not_attended": {"us-acp": "self_care", "us-acr": "self_care"},
    "two_point_discord": {"us-acp": "responding", "us-acr": "responding"},
    "better_in_words": {"us-acp": "responding", "us-acr": "responding"},
    "fever_alone": {"us-acp": "on_therapy", "us-acr": "on_therapy"},
    "fever_with_risk": dict.fromkeys(PROFILES, "emergency"),
    "cauda_equina": dict.fromkeys(PROFILES, "emergency"),
    "cancer_with_leg_signs": dict.fromkeys(PROFILES, "emergency"),
    "emergency_accepted": dict.fromkeys(PROFILES, "awaiting_results"),
    "cancer_history_new": dict.fromkeys(PROFILES, "urgent"),
    "weight_loss_over_50": dict.fromkeys(PROFILES, "urgent"),
    "weight_loss_failed_therapy": dict.fromkeys(PROFILES, "urgent"),
    "image_suspicious": dict.fromkeys(PROFILES, "escalate"),
    "referral_sent": dict.fromkeys(PROFILES, "awaiting_results"),
    "child": dict.fromkeys(PROFILES, "not_in_pathway"),
    "deceased": dict.fromkeys(PROFILES, "not_in_pathway"),
    "known_malignancy": dict.fromkeys(PROFILES, "not_in_pathway"),
    "episode_over": dict.fromkeys(PROFILES, "not_in_pathway"),
    "never_back_pain": dict.fromkeys(PROFILES, "not_in_pathway"),
    "inflammatory": {"us-acp": "other_pathway", "us-acr": "other_pathway"},
    "osteoporosis_over_70": {"us-acp": "other_pathway", "us-acr": "other_pathway"},
}


def told(panel: list[Chart], story: str) -> list[str]:
    return [chart.patient_id for chart in panel if chart.story == story]


def share(answers: Answers, met: Callable[[dict[str, Any]], bool]) -> float:
    return 100 * sum(met(answer) for answer in answers.values()) / len(answers)


def test_every_disposition_is_there_in_its_band(twin_answers: Twin) -> None:
    counted = Counter(answer["disposition"] for answer in twin_answers("us-acp").values())
    shares = {disposition: 100 * count / PEOPLE for disposition, count in counted.items()}
    assert set(shares) == set(BANDS)
    assert {name: part for name, part in shares.items() if not BANDS[name][0] <= part <= BANDS[name][1]} == {}


def test_most_wait_are_treated_or_get_better(twin_answers: Twin) -> None:
    well = {"self_care", "on_therapy", "responding", "therapy_stopped"}
    in_pathway = [a for a in twin_answers("us-acp").values() if a["disposition"] != "not_in_pathway"]
    assert sum(answer["disposition"] in well for answer in in_pathway) > len(in_pathway) / 2


@pytest.mark.parametrize("profile", PROFILES)
def test_serious_indications_are_few_under_every_profile(twin_answers: Twin, profile: str) -> None:
    answers = twin_answers(profile)
    assert share(answers, lambda answer: answer["disposition"] == "emergency") < 1
    assert share(answers, lambda answer: answer["indication"] in ("emergency", "urgent", "escalate")) < 9


def test_one_profile_alone_wants_bloods_at_sixty(twin_answers: Twin) -> None:
    found = {p: share(twin_answers(p), lambda a: a["indication"] == "age_60_bloods") for p in PROFILES}
    assert found["us-acp"] == found["us-acr"] == 0
    assert found["uk-nice"] > 1


@pytest.mark.parametrize(
    ("story", "profile", "disposition"),
    [(story, profile, end) for story, ends in LEADS_TO.items() for profile, end in ends.items()],
)
def test_a_story_leads_where_it_is_told_to(
    panel: list[Chart], twin_answers: Twin, story: str, profile: str, disposition: str
) -> None:
    people = told(panel, story)
    assert people
    assert {twin_answers(profile)[person]["disposition"] for person in people} == {disposition}


@pytest.mark.parametrize(
    ("story", "note"),
    [
        ("lost_order", "order_lost"),
        ("exactly_4_5_kg", "weight_at_threshold"),
        ("exactly_5_percent", "weight_at_threshold"),
        ("not_attended", "physiotherapy_not_attended"),
        ("two_point_discord", "discordant"),
    ],
)
def test_an_edge_is_noted(panel: list[Chart], twin_answers: Twin, story: str, note: str) -> None:
    people = told(panel, story)
    assert people
    assert all(note in twin_answers("us-acp")[person]["notes"] for person in people)


@pytest.mark.parametrize(
    ("story", "missing"),
    [
        ("stale_score", "pain_score"),
        ("ended_when_unknown", "trial_end"),
        ("red_flag_unknown", "cancer_history"),
        ("answers_expired", "saddle_anaesthesia"),
    ],
)
def test_what_was_not_asked_is_named(
    panel: list[Chart], twin_answers: Twin, story: str, missing: str
) -> None:
    people = told(panel, story)
    assert people
    assert all(missing in twin_answers("us-acp")[person]["missing"] for person in people)


def test_every_story_is_told(panel: list[Chart]) -> None:
    assert {chart.story for chart in panel} == set(settings("shares")["stories"])
