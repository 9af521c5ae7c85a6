"""What of the record is still open: to the last day of the pathway's own windows, and nothing that an answer rests on
is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from pathways import StillOpen, answers, evaluate, explain, load_pathway, still_open, trace
from pathways.facts import results
from pathways.facts.results import group_of
from tests.generated.sheet import Event, Person, panel_of

AS_OF = date(2026, 6, 15)
PROFILE = "us-acp"
PAIN = 700
"""Days since the pain began."""

BLOODS, IMAGES, ABDOMEN, AFTER_END, BLOOD_LOST, IMAGE_LOST = (
    int(load_pathway().in_profile(PROFILE, AS_OF).number(name))
    for name in (
        "blood_result_days", "image_result_days", "abdominal_image_result_days", "unread_after_end_days",
        "blood_lost_days", "image_lost_days",
    )
)  # fmt: skip
RESULT_DAYS = {
    name: ABDOMEN if name == "ct_abdomen" else {"bloods": BLOODS, "imaging": IMAGES}[group_of(name)]
    for name in results.test_concepts()
    if group_of(name) != "referral"
}


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def row(concept: str, days: int, status: str, **cells: object) -> Event:
    return {"concept": concept, "date_first": ago(days), "date_last": ago(days), "status": status, **cells}


def pain(**cells: object) -> Event:
    return row("back_pain", PAIN, "present", **cells)


def failed(days: int) -> list[Event]:
    """Failed therapy since so many days."""
    began = days + 28
    return [
        row("back_pain", began, "present"), row("exercise", began, "active"),
        row("pain_score", began, "final", value=Decimal(7)), row("pain_score", 0, "final", value=Decimal(7)),
    ]  # fmt: skip


def normal(concept: str) -> dict[str, object]:
    return {"result": "negative"} if group_of(concept) == "imaging" else {"result": "normal"}


LOW = {"value": Decimal(90)}
STORIES: dict[str, list[Event]] = {
    **{
        f"{name} {days}": [pain(), row(name, days, "final", **normal(name))]
        for name, last in RESULT_DAYS.items()
        for days in (last, last + 1)
    },
    "abnormal of this pain": [pain(), row("haemoglobin", 300, "final", **LOW)],
    "abnormal of before": [row("back_pain", 200, "present"), row("haemoglobin", 300, "final", **LOW)],
    "asked for and unread": [*failed(100), row("haemoglobin", 150, "final", value=Decimal(150))],
    "lost and asked for again": [*failed(10), row("esr", BLOOD_LOST + 1, "ordered")],
    "under way": [pain(), row("esr", BLOOD_LOST, "ordered"), row("mri_spine", IMAGE_LOST, "performed")],
    "lost": [pain(), row("esr", BLOOD_LOST + 1, "ordered"), row("mri_spine", IMAGE_LOST + 1, "performed")],
    "lost and ordered again": [pain(), row("esr", 3000, "performed"), row("esr", 5, "ordered")],
    "booked": [pain(), row("xray_spine", 200, "booked", end_date=ago(-20))],
    "preliminary": [pain(), row("mri_spine", 600, "preliminary", result="suspicious")],
    "after the end": [
        pain(end_date=ago(20)), row("esr", AFTER_END, "final", value=Decimal(9)), row("crp", 10, "ordered"),
        row("xray_spine", AFTER_END + 1, "final", result="suspicious"),
    ],
    "long after the end": [pain(end_date=ago(91)), row("esr", 1, "final", value=Decimal(60))],
    "no pain": [row("esr", 1, "final", value=Decimal(60)), row("mri_spine", 1, "ordered")],
    "elsewhere": [pain(), row("known_spinal_malignancy", 9, "present"), row("mri_spine", 1, "ordered")],
}  # fmt: skip


def people() -> Iterator[Person]:
    for name, events in STORIES.items():
        person = Person(name, Random(0), AS_OF)
        person.birth, person.sex, person.events = (date(1990, 1, 1), date(1990, 1, 1)), "male", events
        yield person


@cache
def found() -> dict[str, StillOpen]:
    return still_open(panel_of(list(people())), load_pathway(), PROFILE, as_of=AS_OF)


@cache
def answered() -> dict[str, dict[str, Any]]:
    table = evaluate(panel_of(list(people())), load_pathway(), PROFILE, as_of=AS_OF)
    return {one["patient_id"]: one for one in answers(table)}


@pytest.mark.parametrize(("concept", "last"), RESULT_DAYS.items())
def test_a_result_is_open_on_the_last_day_on_which_it_counts_and_not_on_the_next(concept: str, last: int) -> None:
    assert found()[f"{concept} {last}"].results[concept] <= ago(last)
    assert found()[f"{concept} {last + 1}"].results[concept] > ago(last + 1)


def test_an_abnormal_result_of_this_pain_stays_open_and_one_of_before_does_not() -> None:
    assert found()["abnormal of this pain"].results["haemoglobin"] == ago(300)
    assert found()["abnormal of before"].results["haemoglobin"] == ago(BLOODS)


def test_an_older_result_that_an_order_rests_on_is_open() -> None:
    answer = answered()["asked for and unread"]
    assert "haemoglobin" not in answer["bloods"]["due"]
    assert answer["bloods"]["due"] == ["esr"]
    assert found()["asked for and unread"].results["haemoglobin"] == ago(150)


def test_an_order_is_open_until_it_is_lost_and_then_only_where_it_is_asked_for_again() -> None:
    assert found()["under way"].orders == {"esr": ago(BLOOD_LOST), "mri_spine": ago(IMAGE_LOST)}
    assert not found()["lost"].orders
    assert "order_lost" in answered()["lost and asked for again"]["notes"]
    assert found()["lost and asked for again"].orders == {"esr": ago(BLOOD_LOST + 1)}
    assert found()["lost and ordered again"].orders == {"esr": ago(5)}
    assert found()["booked"].orders == {"xray_spine": ago(200)}


def test_a_preliminary_result_that_is_to_be_read_is_open_whatever_its_age() -> None:
    assert answered()["preliminary"]["disposition"] == "review_results"
    assert found()["preliminary"].orders == {"mri_spine": ago(600)}


def test_after_the_end_of_the_pain_it_is_open_for_as_long_as_the_rules_look_at_it() -> None:
    after = found()["after the end"]
    assert set(after.results.values()) == {ago(AFTER_END)}
    assert after.orders == {"crp": ago(10)}
    assert not {"long after the end", "no pain", "elsewhere"} & set(found())


def test_a_trace_and_a_panel_with_every_column_say_the_same() -> None:
    panel = panel_of(list(people()))
    traced = trace(panel, load_pathway(), PROFILE, as_of=AS_OF)
    assert traced.still_open(STORIES) == found()
    assert StillOpen.in_trace(traced.explain("booked")["still_open"]) == found()["booked"]
    alone = explain(panel, load_pathway(), PROFILE, AS_OF, "no pain")
    assert StillOpen.in_trace(alone["still_open"]) == StillOpen()
