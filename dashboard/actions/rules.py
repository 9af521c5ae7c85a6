"""``rules.yaml`` as models, and the check that an action is allowed on the day it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveInt
from ruamel.yaml import YAML

from dashboard.actions import corrections, models
from dashboard.actions.models import Action
from dashboard.actions.refusals import ActionRefused
from pathways.panel import RESULT_STATUSES, RESULTS, SEXES, STATUSES
from pathways.vocabulary import Concept, concepts

PAIN = "pain_score"
REFERRAL = "referral"
TESTS = ("blood_test", "imaging")
ORDERABLE = (*TESTS, REFERRAL)


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Coded(_Rules):
    reasons: dict[str, str] = Field(min_length=1)


class Snoozing(Coded):
    longest_days: PositiveInt
    never: tuple[str, ...]


class DueAfter(_Rules):
    """Days from each state to the next."""

    ordered: PositiveInt
    performed: PositiveInt
    resulted: PositiveInt


class Storage(_Rules):
    amber_below_mb: PositiveInt
    read_only_below_mb: PositiveInt


class Rules(_Rules):
    longest_words: PositiveInt
    longest_name: PositiveInt
    longest_life_years: PositiveInt
    storage: Storage
    snooze: Snoozing
    override: Coded
    decline: Coded
    explained: tuple[str, ...]
    due_after: dict[str, DueAfter]


@cache
def rules() -> Rules:
    path = Path(__file__).with_name("rules.yaml")
    return Rules.model_validate(YAML(typ="safe", pure=True).load(path))


def check(action: Action, today: date) -> None:
    """Raises ``ActionRefused``, with one line that quotes nothing of the person, where it is not allowed."""
    if action.on > today:
        raise ActionRefused("the day is after today; record it when it has happened")
    words = getattr(action, "words", "")
    if len(words) > rules().longest_words:
        raise ActionRefused(f"the text is longer than {rules().longest_words} signs; shorten it")
    match action:
        case models.Snoozed():
            _check_snooze(action)
        case models.Overridden():
            _check_reason(action.reason, action.words, rules().override.reasons)
        case models.Answered():
            _check_answer(action, today)
        case models.PainScored():
            _check_number(concepts()[PAIN], action.score)
        case models.Assigned():
            _check_owner(action)
        case models.Note() | models.Undone():
            pass
        case _:
            _check_orders(action)


def _check_owner(action: models.Assigned) -> None:
    if action.to is not None and len(action.to) > rules().longest_name:
        raise ActionRefused(f"the name is longer than {rules().longest_name} signs; shorten it")


def _check_reason(reason: str, words: str, known: Mapping[str, str]) -> None:
    if reason not in known:
        raise ActionRefused(f"the reason is none of {', '.join(known)}")
    if reason in rules().explained and not words:
        raise ActionRefused("this reason needs a few words")


def _check_snooze(action: models.Snoozed) -> None:
    snooze = rules().snooze
    if action.disposition in snooze.never:
        raise ActionRefused(f"{action.disposition} is never put off; act on it, or say why not")
    _check_reason(action.reason, action.words, snooze.reasons)
    if not action.on < action.until <= action.on + timedelta(days=snooze.longest_days):
        raise ActionRefused(f"a pause ends after its first day and within {snooze.longest_days} days")


def _check_orders(action: models.OfOrders) -> None:
    unknown = [name for name in action.concepts if name not in concepts()]
    if unknown:
        raise ActionRefused("this is nothing that can be ordered here")
    kinds = {concepts()[name].kind for name in action.concepts}
    allowed: tuple[str, ...] = ORDERABLE
    if isinstance(action, models.Ordered | models.Performed | models.ResultSeen):
        allowed = TESTS
    elif isinstance(action, models.Referred | models.Accepted):
        allowed = (REFERRAL,)
    if not kinds <= set(allowed):
        raise ActionRefused(f"{action.kind} is said of {' or '.join(allowed)} only")
    if isinstance(action, models.Declined):
        _check_reason(action.reason, action.words, rules().decline.reasons)
    if isinstance(action, models.Booked) and action.appointment < action.on:
        raise ActionRefused("the appointment is before the day on which it was booked")
    if isinstance(action, models.ResultSeen):
        if not (action.up_to or {}).keys() <= set(action.concepts):
            raise ActionRefused("only what was read can have stood on the screen")
        if (action.result, action.value) != (None, None):
            _check_result(action)


def _check_result(action: models.ResultSeen) -> None:
    one, *more = (concepts()[name] for name in action.concepts)
    if more or one.stands_for_core:
        raise ActionRefused("a result is said of one test at a time")
    if action.result is not None and action.result not in RESULTS[one.kind]:
        raise ActionRefused(f"a result here is one of {', '.join(RESULTS[one.kind])}")
    if action.value is not None:
        _check_number(one, action.value)


def _check_answer(action: models.Answered, today: date) -> None:
    if action.course is not None:
        _check_end(action, action.course)
        return
    if action.concept == corrections.BIRTH_DATE:
        _check_birth(action, today)
        return
    if action.last is not None:
        raise ActionRefused("only a birth date can be known to the year alone")
    if action.concept == corrections.SEX:
        known = [sex for sex in SEXES if sex != "unknown"]
        if (action.status, action.value) != (corrections.RECORDED, None) or action.result not in known:
            raise ActionRefused(f"a sex is one of {', '.join(known)}")
        return
    concept = concepts().get(action.concept)
    answers = {"finding": STATUSES["finding"], "treatment": ()}
    if concept is None or action.status not in answers.get(concept.kind, RESULT_STATUSES):
        raise ActionRefused("this is no question that can be answered here")
    if concept.kind == REFERRAL:
        raise ActionRefused("a referral is recorded, not answered")
    if concept.kind == "finding":
        if (action.value, action.result) != (None, None):
            raise ActionRefused("a finding is present, absent or unknown, and has no value")
        return
    if action.value is None and action.result is None:
        raise ActionRefused("a test is answered by its value or its result")
    if action.result is not None and action.result not in RESULTS.get(concept.kind, ()):
        raise ActionRefused("this result is not one that the test can have")
    if action.value is not None:
        _check_number(concept, action.value)


def _check_birth(action: models.Answered, today: date) -> None:
    if (action.status, action.value, action.result) != (corrections.RECORDED, None, None):
        raise ActionRefused("a birth date is a day or a year")
    if action.last is not None and not action.on <= action.last <= today:
        raise ActionRefused("a birth date ends neither before it begins nor after today")
    if action.on.year < today.year - rules().longest_life_years:
        raise ActionRefused(f"nobody here was born more than {rules().longest_life_years} years ago")


def _check_end(action: models.Answered, course: models.Course) -> None:
    treatment = concepts().get(course.concept)
    if treatment is None or treatment.kind != "treatment" or action.concept != corrections.END:
        raise ActionRefused("only a treatment has an end")
    if action.status not in (corrections.ENDED, corrections.ACTIVE):
        raise ActionRefused("a treatment has ended or goes on")
    if (action.value, action.result, action.last) != (None, None, None) or course.first > course.last:
        raise ActionRefused("the end of a treatment is a day")
    if action.on < course.first:
        raise ActionRefused("a treatment does not end before it began")


def _check_number(concept: Concept, value: Decimal) -> None:
    if concept.unit is None or concept.plausible is None:
        raise ActionRefused(f"{concept.label} has no number")
    lowest, highest = concept.plausible
    if not lowest <= value <= highest:
        raise ActionRefused(f"{concept.label} is between {lowest} and {highest} {concept.unit}")
