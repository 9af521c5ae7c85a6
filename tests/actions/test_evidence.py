"""What ends a snooze: another fact or another answer, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.actions import models
from dashboard.actions.evidence import Change, changed, evidence, facts
from dashboard.actions.models import ACTION
from tests.pages.made_up import D, event, failed

FEW = settings(max_examples=40, deadline=None)
LATER = D + timedelta(days=20)


def day(ago: int) -> date:
    return D - timedelta(days=ago)


RECORD = [
    event("crp", day(9), "final", value=Decimal(12)),
    event("weight", day(9), "final", value=Decimal("66.5")),
    event("mri_spine", day(5), "final", result="negative"),
    event("fever", day(9), "absent"),
    event("back_pain", day(80), "present"),
]


def put_off(events: list[dict[str, Any]], **answer: Any) -> models.Snoozed:  # noqa: ANN401
    seen = failed() | answer
    return models.Snoozed(
        on=D, disposition=seen["disposition"], reason="away", until=D + timedelta(days=90),
        evidence=evidence(seen, events, D),
    )  # fmt: skip


def after(events: list[dict[str, Any]], on: date = LATER, **answer: Any) -> Change:  # noqa: ANN401
    return changed(put_off(RECORD), failed() | answer, events, on, same_profile=True)


def concepts_of(change: Change) -> list[str]:
    return [row["concept"] for row in change.facts]


def test_days_alone_change_nothing() -> None:
    assert not after(RECORD)
    assert not after(RECORD, overdue=True, since=day(50), due_by=day(40))


NEW = {
    "a result": event("crp", LATER, "final", value=Decimal(48)),
    "a corrected result of the same day": event("crp", day(9), "corrected", value=Decimal(13)),
    "another bound": event("crp", day(9), "final", value=Decimal(12), comparator=">"),
    "a weight": event("weight", LATER, "final", value=Decimal(61)),
    "an image": event("mri_spine", LATER, "final", result="suspicious"),
    "a preliminary image": event("xray_spine", LATER, "preliminary", result="suspicious"),
    "a preliminary value": event("esr", LATER, "preliminary", value=Decimal(95)),
    "a finding": event("saddle_anaesthesia", LATER, "present"),
    "a finding that turned": event("fever", LATER, "present"),
    "a finding that was denied": event("night_pain", LATER, "absent"),
    "an older result that was sent late": event("esr", day(30), "final", value=Decimal(60)),
}


@pytest.mark.parametrize("name", NEW)
def test_a_new_fact_ends_it_and_is_named(name: str) -> None:
    change = after([*RECORD, NEW[name]])
    assert change
    assert NEW[name] in change.facts
    assert not change.gone


def test_a_preliminary_result_that_becomes_final_is_new_though_it_says_the_same() -> None:
    first = event("xray_spine", D, "preliminary", result="suspicious")
    final = first | {"status": "final"}
    change = changed(put_off([*RECORD, first]), failed(), [*RECORD, first, final], LATER, same_profile=True)
    assert change.facts == (final,)
    assert not changed(put_off([*RECORD, first]), failed(), [*RECORD, first], LATER, same_profile=True)


NO_FACT = {
    "a preliminary report without what it says": event("mri_spine", LATER, "preliminary"),
    "an order": event("mri_spine", LATER, "ordered"),
    "a booking": event("mri_spine", LATER, "booked", end_date=LATER),
    "a scan without its report": event("mri_spine", LATER, "performed"),
    "a reading": event("crp", LATER, "reviewed"),
    "a cancellation": event("mri_spine", LATER, "cancelled"),
    "a treatment": event("physiotherapy", LATER, "active"),
    "the same finding said again": event("fever", LATER, "absent"),
    "a question nobody could answer": event("night_pain", LATER, "unknown"),
    "what is still to come": event("crp", LATER + timedelta(days=1), "final", value=Decimal(48)),
    "a referral": event("specialist_referral", LATER, "ordered"),
}


@pytest.mark.parametrize("name", NO_FACT)
def test_what_is_no_fact_ends_nothing(name: str) -> None:
    assert not after([*RECORD, NO_FACT[name]])


def test_the_newest_stands_first() -> None:
    added = [NEW["an older result that was sent late"], NEW["a result"]]
    assert concepts_of(after([*RECORD, *added])) == ["crp", "esr"]
    assert after([*RECORD, *added]).first == day(30)


@pytest.mark.parametrize("place", range(len(RECORD)))
def test_a_fact_that_is_gone_ends_it_and_is_named(place: int) -> None:
    change = after([one for one in RECORD if one is not RECORD[place]])
    assert change.gone == (RECORD[place]["concept"],)
    assert not change.facts


def test_a_corrected_value_is_new_and_not_gone_as_well() -> None:
    change = after([event("crp", day(9), "final", value=Decimal(21)), *RECORD[1:]])
    assert (concepts_of(change), change.gone) == (["crp"], ())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"disposition": "urgent"}, {"disposition": "urgent"}),
        ({"reasons": ["failed_therapy", "fever"]}, {"reasons": ("fever",)}),
        ({"reasons": []}, {"reasons_gone": ("failed_therapy",)}),
        ({"indication": "age_60_bloods"}, {"indication": True}),
        ({"could_be": "emergency"}, {"could_be": "emergency"}),
    ],
)
def test_another_answer_of_the_engine_ends_it(answer: dict[str, Any], said: dict[str, Any]) -> None:
    assert after(RECORD, **answer) == Change(**said)


def test_under_another_profile_its_other_reasons_are_no_change() -> None:
    other = failed(reasons=["other"], indication="other", could_be="urgent")
    assert not changed(put_off(RECORD), other, RECORD, LATER, same_profile=False)
    asked = failed() | {"disposition": "ask"}
    assert changed(put_off(RECORD), asked, RECORD, LATER, same_profile=False) == Change(disposition="ask")


def test_an_action_of_before_there_was_evidence_is_read_and_ends_with_the_disposition_alone() -> None:
    old = '{"on":"2026-06-15","kind":"snoozed","disposition":"investigate","reason":"away","until":"2026-07-12"}'
    said = ACTION.validate_json(old)
    assert isinstance(said, models.Snoozed)
    assert said.evidence is None
    assert not changed(said, failed(reasons=[]), [NEW["a result"]], LATER, same_profile=True)
    urgent = failed() | {"disposition": "urgent"}
    assert changed(said, urgent, [], LATER, same_profile=True) == Change(disposition="urgent")
    disagreed = '{"on":"2026-06-15","kind":"overridden","disposition":"urgent","reason":"not_fit","words":"Frail."}'
    assert ACTION.validate_json(disagreed).evidence is None  # type: ignore[union-attr]
    assert ACTION.validate_json('{"on":"2026-06-15","kind":"assigned","to":"Dr Ito"}').to == "Dr Ito"  # type: ignore[union-attr]


def test_what_is_kept_comes_back_from_the_log_as_it_was() -> None:
    said = put_off(RECORD)
    assert ACTION.validate_json(said.model_dump_json()) == said
    kept = said.model_dump_json()
    assert not any(value in kept for value in ("66.5", "negative", "2026-06-06"))


amounts = st.decimals(0, 200, places=3, allow_nan=False)
results = st.builds(
    lambda name, ago, value: event(name, day(ago), "final", value=value),
    st.sampled_from(["crp", "esr", "weight", "pain_score"]), st.integers(0, 40), amounts,
)  # fmt: skip
findings = st.builds(
    lambda name, ago, status: event(name, day(ago), status),
    st.sampled_from(["fever", "night_pain", "cancer_history"]),
    st.integers(0, 40),
    st.sampled_from(["present", "absent", "unknown"]),
)


@FEW
@given(st.lists(results | findings, max_size=8), st.randoms(use_true_random=False), st.integers(0, 400))
def test_the_same_record_from_another_file_on_another_day_is_the_same(
    record: list[dict[str, Any]], chance: Any, later: int  # noqa: ANN401
) -> None:
    again = [
        one | {
            "source": "other.csv", "source_ref": "line 9", "note": "sent again", "reviewed_on": LATER,
            "value": None if one["value"] is None else one["value"].quantize(Decimal("1.000000000")),
        }
        for one in record * 2
    ]  # fmt: skip
    chance.shuffle(again)
    assert not changed(put_off(record), failed(), again, D + timedelta(days=later), same_profile=True)


@FEW
@given(st.lists(results | findings, max_size=8), results)
def test_one_more_result_is_told_and_nothing_else_is(record: list[dict[str, Any]], more: dict[str, Any]) -> None:
    change = changed(put_off(record), failed(), [*record, more], D, same_profile=True)
    known = any(facts([one], D).keys() == facts([more], D).keys() for one in record)
    assert list(change.facts) == ([] if known else [more])
    assert not change.gone


def test_what_was_said_last_of_a_finding_counts_whatever_the_order() -> None:
    early, late = (
        event("fever", D, status, recorded_at=datetime(2026, 6, 15, hour, tzinfo=UTC))
        for hour, status in ((8, "present"), (9, "absent"))
    )
    assert facts([early, late], D).keys() == facts([late, early], D).keys() == facts([late], D).keys()
    assert facts([early], D).keys() != facts([late], D).keys()
