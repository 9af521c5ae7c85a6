"""What may be recorded: reasons, limits and days are the file's, and each is refused in one plain line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.actions import models
from dashboard.actions.log import ActionLog
from dashboard.actions.refusals import ActionRefused
from dashboard.actions.rules import ORDERABLE, check, rules
from dashboard.panel_store import the_pathway
from tests.actions.made_up import D, draft

Snoozed, Answered, Declined = models.Snoozed, models.Answered, models.Declined
SNOOZED = {"on": D, "disposition": "investigate", "reason": "away", "until": D + timedelta(days=90)}
DECLINED = {"on": D, "concepts": ("esr",), "reason": "afraid"}
OVERRIDDEN = {"on": D, "disposition": "ask", "reason": "not_fit", "words": "Too frail."}


def _answer(concept: str, status: str, value: int | None = None, result: str | None = None) -> models.Answered:
    return Answered(
        on=D, concept=concept, status=status, value=None if value is None else Decimal(value), result=result
    )


REFUSED: dict[str, tuple[models.Action, str]] = {
    "tomorrow": (models.Note(on=D + timedelta(days=1), words="x"), "after today"),
    "a long note": (models.Note(on=D, words="x" * 2001), "longer than 2000"),
    "an emergency put off": (Snoozed(**SNOOZED | {"disposition": "emergency"}), "never put off"),
    "a pause of 91 days": (Snoozed(**SNOOZED | {"until": D + timedelta(days=91)}), "within 90 days"),
    "a pause that is over": (Snoozed(**SNOOZED | {"until": D}), "ends after its first day"),
    "a pause for no known reason": (Snoozed(**SNOOZED | {"reason": "tired"}), "none of"),
    "a pause not explained": (Snoozed(**SNOOZED | {"reason": "other"}), "a few words"),
    "declined for no known reason": (Declined(**DECLINED | {"reason": "tired"}), "none of"),
    "overridden for no known reason": (models.Overridden(**OVERRIDDEN | {"reason": "tired"}), "none of"),
    "an order of a symptom": (models.Ordered(on=D, concepts=("fever",)), "blood_test or imaging"),
    "an order of nothing known": (models.Ordered(on=D, concepts=("leeches",)), "nothing that can be ordered"),
    "a referral to a scanner": (models.Referred(on=D, concepts=("mri_spine",)), "referral only"),
    "booked for yesterday": (
        models.Booked(on=D, concepts=("esr",), appointment=D - timedelta(days=1)), "before the day",
    ),
    "a result of two": (models.ResultSeen(on=D, concepts=("mri_spine", "ct_spine"), result="negative"), "one test"),
    "a result of all bloods": (models.ResultSeen(on=D, concepts=("bloods",), result="normal"), "one test"),
    "an unknown result": (models.ResultSeen(on=D, concepts=("mri_spine",), result="fine"), "one of negative"),
    "pain 11": (models.PainScored(on=D, score=Decimal(11)), "between 0 and 10"),
    "an answer to nothing": (_answer("leeches", "present"), "no question"),
    "a finding that is final": (_answer("fever", "final"), "no question"),
    "a treatment answered": (_answer("physiotherapy", "active"), "no question"),
    "a referral answered": (_answer("specialist_referral", "final", result="normal"), "recorded, not answered"),
    "a finding with a number": (_answer("fever", "present", 39), "has no value"),
    "a weight without one": (_answer("weight", "final"), "value or its result"),
    "an impossible weight": (_answer("weight", "final", 900), "between"),
    "a number for a scan": (_answer("mri_spine", "final", 3), "has no number"),
    "an impossible result": (_answer("esr", "final", result="negative"), "not one that the test"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_allowed_is_refused_and_nothing_is_saved(case: str, log: ActionLog) -> None:
    action, said = REFUSED[case]
    with pytest.raises(ActionRefused, match=said) as told:
        log.append(draft(action))
    assert "\n" not in str(told.value)
    assert log.everything() == ()


def test_each_of_these_is_allowed_but_for_what_is_wrong_in_it() -> None:
    for action in (
        Snoozed(**SNOOZED), Snoozed(**SNOOZED | {"reason": "other", "words": "On a ship."}), Declined(**DECLINED),
        models.Overridden(**OVERRIDDEN), models.PainScored(on=D, score=Decimal(10)), _answer("weight", "final", 80),
        _answer("esr", "final", 40), _answer("esr", "final", result="abnormal"), _answer("fever", "unknown"),
        models.ResultSeen(on=D, concepts=("bloods", "mri_spine")), models.Note(on=D, words="x" * 2000),
    ):  # fmt: skip
        check(action, D)


def test_the_file_names_what_exists() -> None:
    assert set(rules().snooze.never) <= set(the_pathway().rules.dispositions)
    assert set(rules().due_after) == set(ORDERABLE)
    for coded in (rules().snooze, rules().override, rules().decline):
        assert set(rules().explained) <= set(coded.reasons)


def test_an_action_of_long_ago_may_be_entered_late() -> None:
    check(models.Performed(on=date(2020, 1, 1), concepts=("mri_spine",)), D)
