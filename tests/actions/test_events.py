"""An action is an event: the one engine answers anew, at once, and differently."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest

import pathways
from dashboard.actions import models
from dashboard.actions.events import rows, standing
from dashboard.actions.log import ActionLog
from dashboard.actions.records import Recorded
from dashboard.actions.refusals import ActionRefused
from dashboard.panel_store import the_pathway
from pathways.panel import EVENTS, PATIENTS, STATUSES, Panel
from pathways.vocabulary import concepts
from tests.actions.made_up import D, draft, log_in
from tests.actions.shown import with_log
from tests.actions.test_log import EVERY_KIND

BEGAN = D - timedelta(days=76)


def _event(concept: str, status: str, days_ago: int, value: int | None = None) -> dict[str, Any]:
    day = D - timedelta(days=days_ago)
    return dict.fromkeys(EVENTS.names) | {
        "patient_id": "0012", "concept": concept, "status": status, "date_first": day, "date_last": day,
        "value": None if value is None else Decimal(value), "source": "list.csv",
    }  # fmt: skip


FAILED = [
    _event("back_pain", "present", 76),
    _event("physiotherapy", "active", 66),
    _event("pain_score", "final", 67, 7),
    _event("pain_score", "final", 5, 7),
    *(_event(name, "absent", 5) for name, one in concepts().items() if one.kind == "finding" and name != "back_pain"),
]
"""Eleven weeks of pain, nine of them under physiotherapy, no better; everything was asked."""


BLOODS, SCAN = ("haemoglobin", "esr"), "xray_spine"
WANTED = (*BLOODS, SCAN)
ORDERED = models.Ordered(on=D, concepts=WANTED)
DECLINED = models.Declined(on=D, concepts=WANTED, reason="afraid")
RESULTS = [models.Answered(on=D, concept=name, status="final", result="abnormal") for name in BLOODS]
CORD = "saddle_anaesthesia"
NORMAL = [
    models.Answered(on=D - timedelta(days=6), concept=name, status="final", value=value)
    for name, value in (("haemoglobin", Decimal(140)), ("esr", Decimal(10)))
]
READ = models.ResultSeen(on=D, concepts=BLOODS, up_to=dict.fromkeys(BLOODS, D - timedelta(days=6)))
"""On the day of the reading the results of six days before were on the screen, and no others."""

STORIES: dict[str, list[models.Action | int]] = {
    "nothing done": [],
    "ordered": [ORDERED],
    "booked and performed": [
        ORDERED,
        models.Booked(on=D, concepts=WANTED, appointment=D + timedelta(days=9)),
        models.Performed(on=D, concepts=WANTED),
    ],
    "declined": [ORDERED, DECLINED],
    "asked again": [ORDERED, DECLINED, ORDERED],
    "undone": [ORDERED, 1],
    "the undoing undone": [ORDERED, 1, 2],
    "results": [*RESULTS],
    "results read": [*RESULTS, models.ResultSeen(on=D, concepts=("bloods",))],
    "normal results read": [*NORMAL, READ],
    "a later result than those read": [*NORMAL, READ, NORMAL[1].model_copy(
        update={"on": D - timedelta(days=1), "value": Decimal(45)})],
    "a later indeterminate result than those read": [*NORMAL, READ, NORMAL[0].model_copy(
        update={"on": D - timedelta(days=1), "value": Decimal(125)})],
    "a value corrected on the day of the one read": [*NORMAL, READ, NORMAL[1].model_copy(
        update={"status": "corrected", "value": Decimal(45)})],
    "a result on paper": [models.ResultSeen(on=D, concepts=(SCAN,), result="negative")],
    "a red flag": [models.Answered(on=D, concept=CORD, status="present")],
    "a red flag taken back": [models.Answered(on=D, concept=CORD, status=said) for said in ("present", "absent")],
    "a pain score": [models.PainScored(on=D, score=Decimal(2))],
    "nothing of the body": [one for one in EVERY_KIND if one.kind in ("overridden", "snoozed", "assigned", "note")],
}
"""What a team did, by the name of the person it was done for; a number undoes that action."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The engine's answer of each, in one evaluation, from a log that was written and read."""
    born = BEGAN.replace(1990)
    person = dict.fromkeys(PATIENTS.names) | {"sex": "female", "birth_first": born, "birth_last": born}
    people = [person | {"patient_id": name} for name in STORIES]
    events = [event | {"patient_id": name} for name in STORIES for event in FAILED]
    panel = Panel(pa.Table.from_pylist(people, PATIENTS), pa.Table.from_pylist(events, EVENTS))
    log = log_in(tmp_path_factory.mktemp("log"))
    for name, story in STORIES.items():
        done: list[Recorded] = []
        for step in story:
            action = models.Undone(on=D, action=done[step - 1].action_id) if isinstance(step, int) else step
            done.append(log.append(draft(action, len(done), name)))
    log.append(draft(models.PainScored(on=D, score=Decimal(2)), patient_id="not in the panel"))
    shown = with_log(panel, log_in(log.proof.folder.parent).everything())
    assert set(shown.events["patient_id"].to_pylist()) == set(STORIES)
    found = pathways.evaluate(shown, the_pathway(), as_of=D).to_pylist()
    return {answer.pop("patient_id"): answer for answer in found}


def test_nothing_done_is_due(answers: dict[str, dict[str, Any]]) -> None:
    found = answers["nothing done"]
    assert found["disposition"] == "investigate"
    assert (tuple(found["bloods"]["due"]), tuple(found["imaging"]["due"])) == (BLOODS, (SCAN,))


@pytest.mark.parametrize(
    ("story", "disposition"),
    [
        ("ordered", "awaiting_results"), ("booked and performed", "awaiting_results"),
        ("asked again", "awaiting_results"), ("a red flag", "emergency"), ("a red flag taken back", "investigate"),
        ("a pain score", "responding"),
    ],
)  # fmt: skip
def test_an_action_changes_the_answer(story: str, disposition: str, answers: dict[str, dict[str, Any]]) -> None:
    assert answers[story]["disposition"] == disposition


@pytest.mark.parametrize(
    ("story", "other"),
    [
        ("declined", "nothing done"), ("undone", "nothing done"), ("nothing of the body", "nothing done"),
        ("the undoing undone", "ordered"),
    ],
)  # fmt: skip
def test_the_answer_is_wholly_the_same(story: str, other: str, answers: dict[str, dict[str, Any]]) -> None:
    assert answers[story] == answers[other]


@pytest.mark.parametrize(
    ("story", "group", "state"),
    [
        ("results", "bloods", "to_review"), ("results read", "bloods", "done"),
        ("a result on paper", "imaging", "done"), ("normal results read", "bloods", "done"),
        ("a later result than those read", "bloods", "to_review"),
        ("a later indeterminate result than those read", "bloods", "to_review"),
        ("a value corrected on the day of the one read", "bloods", "to_review"),
    ],
)  # fmt: skip
def test_a_result_is_read_only_when_somebody_has_read_it(
    story: str, group: str, state: str, answers: dict[str, dict[str, Any]]
) -> None:
    assert answers[story][group]["state"] == state


def test_what_was_undone_stays_in_the_log(log: ActionLog) -> None:
    first = log.append(draft(ORDERED))
    log.append(draft(models.Undone(on=D, action=first.action_id), 1))
    assert len(log.everything()) == 2
    assert standing(log.everything()) == ()


def _answer(said: str, replaces: Recorded | None = None, concept: str = CORD) -> models.Answered:
    return models.Answered(on=D, concept=concept, status=said, replaces=replaces.action_id if replaces else None)


def test_an_answer_changed_twice_does_not_bring_back_the_first(log: ActionLog) -> None:
    first = log.append(draft(_answer("present")))
    second = log.append(draft(_answer("absent", first), 1))
    third = log.append(draft(_answer("unknown", second), 2))
    assert standing(log.everything()) == (third,)
    gone = log.append(draft(models.Undone(on=D, action=second.action_id), 3))
    assert standing(log.everything()) == (third,), "the question has an answer, whatever became of the one before"
    log.append(draft(models.Undone(on=D, action=third.action_id), 4))
    assert standing(log.everything()) == (first,)
    log.append(draft(models.Undone(on=D, action=gone.action_id), 5))
    assert standing(log.everything()) == (second,)


def test_an_answer_replaces_nothing_but_an_answer_to_the_same_question(log: ActionLog) -> None:
    pain = models.PainScored(on=D, score=Decimal(2))
    others: list[models.Action] = [ORDERED, _answer("absent", concept="fever"), pain]
    before = [log.append(draft(said, seen)) for seen, said in enumerate(others)]
    for target in before:
        with pytest.raises(ActionRefused, match="only an earlier answer to the same question"):
            log.append(draft(_answer("present", target), len(before)))
    other = log.append(draft(_answer("absent"), patient_id="other"))
    with pytest.raises(ActionRefused, match="no such action of this person"):
        log.append(draft(_answer("present", other), len(before)))
    for target in (*before, other):  # as a log of before may hold it
        said = replace(before[0], action=_answer("present", target), version=len(before) + 1, action_id=uuid4())
        assert standing([*before, other, said]) == (*before, said, other)


def test_every_row_is_one_that_the_engine_knows_and_says_who(log: ActionLog) -> None:
    for seen, action in enumerate(EVERY_KIND):
        log.append(draft(action, seen))
    found = [row for one in log.everything() for row in rows(one)]
    assert {row["source"] for row in found} == {"team"}
    assert {row["source_ref"] for row in found} == {"recorded by Dr Ito"}
    assert all(row["status"] in STATUSES[concepts()[row["concept"]].kind] for row in found)
    assert all(row["recorded_at"] is not None for row in found)
    assert pa.Table.from_pylist(found, EVENTS).num_rows == len(found)
