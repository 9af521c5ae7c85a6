"""Answers given on the page: the view with them equals the panel with them, and nobody else sees them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import pathways
from dashboard import panel_store, supposing
from dashboard.answered_panel import AnsweredPanel, answered
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import ABSENT, PRESENT, UNKNOWN, Answer, copies, with_answer, with_events
from dashboard.worklist import Worklist

PROFILE = "us-acp"
CORD = "saddle_anaesthesia"


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


def asked(held: HeldPanel, question: str) -> list[str]:
    rows = _listed(held).query(
        "select patient_id from people where list_contains(missing, ?) or list_contains(questions, ?) order by rank",
        [question, question],
    )
    return [row["patient_id"] for row in rows]


def _listed(held: HeldPanel) -> Worklist:
    return held.worklist(PROFILE, held.as_of)


@pytest.fixture(scope="module")
def given(held: HeldPanel) -> tuple[Answer, ...]:
    """Every kind of answer, two of one person, one that changes nothing, one of a person with nothing open."""
    day, cord, score = held.as_of, asked(held, CORD), asked(held, "pain_score")
    nobody_asked = _listed(held).query("select patient_id from people where len(missing) = 0 and could_be is null")
    return (
        Answer(cord[0], CORD, PRESENT, day),
        Answer(cord[1], CORD, ABSENT, day),
        Answer(cord[1], "fever", UNKNOWN, day),
        Answer(score[0], "pain_score", "final", day, Decimal(1)),
        Answer(score[1], "pain_score", "final", day, Decimal(9)),
        Answer(asked(held, "weight_loss")[0], "weight", "final", day, Decimal("48.5")),
        Answer(asked(held, "xray_spine")[0], "xray_spine", "final", day, result="suspicious"),
        Answer(nobody_asked[0]["patient_id"], "back_pain", PRESENT, day - timedelta(days=400)),
    )


@pytest.fixture(scope="module")
def view(held: HeldPanel, given: tuple[Answer, ...]) -> HeldPanel:
    return answered(held, given)


def test_the_view_equals_an_evaluation_of_the_whole_panel_with_the_answers(
    held: HeldPanel, given: tuple[Answer, ...], view: HeldPanel
) -> None:
    whole = pathways.evaluate(with_events(held.panel, given), panel_store.the_pathway(), PROFILE, as_of=held.as_of)
    assert _listed(view).answers.to_pylist() == whole.to_pylist()
    assert _listed(view).answers.to_pylist() != _listed(held).answers.to_pylist()


def test_the_view_keeps_every_address(held: HeldPanel, view: HeldPanel) -> None:
    tokens = "select patient_id, token from people order by patient_id"
    assert _listed(view).query(tokens) == _listed(held).query(tokens)


def test_the_shared_panel_stays_as_it_was_read(held: HeldPanel, given: tuple[Answer, ...]) -> None:
    events, before = held.panel.events, _listed(held).answers.to_pylist()
    own = answered(held, given)
    _listed(own)
    own.suppose([Answer(given[0].patient_id, "fever", ABSENT, held.as_of)], PROFILE, held.as_of)
    assert held.panel.events is events
    assert own.panel.patients is held.panel.patients
    assert _listed(held).answers.to_pylist() == before
    assert own.panel.events.num_rows == events.num_rows + len(given)


def test_what_one_reader_answered_is_worked_out_where_only_that_reader_looks(
    held: HeldPanel, given: tuple[Answer, ...]
) -> None:
    fresh = HeldPanel(held.name, held.panel, held.report, held.as_of, _lists=held._lists)
    _listed(answered(fresh, given))
    assert fresh.suppositions()._kept == {}
    assert _listed(answered(fresh, ())) is _listed(fresh)


def test_the_trace_of_a_person_shows_the_answer_and_others_the_shared_trace(
    held: HeldPanel, given: tuple[Answer, ...], view: HeldPanel
) -> None:
    first = given[0].patient_id
    found = view.trace(first, PROFILE, held.as_of)
    assert found["answer"]["patient_id"] == first
    assert found["answer"]["disposition"] == "emergency"
    assert _verdict(found) == "met"
    evidence = next(one for one in found["criteria"] if one["id"] == CORD)["evidence"]
    assert [(piece["date"], piece["source"]) for piece in evidence] == [(held.as_of.isoformat(), "team")]
    assert _verdict(held.trace(first, PROFILE, held.as_of)) == "unknown"
    other = asked(held, CORD)[5]
    assert view.trace(other, PROFILE, held.as_of) is held.trace(other, PROFILE, held.as_of)


def _verdict(trace: dict[str, Any]) -> str:
    return next(str(one["verdict"]) for one in trace["criteria"] if one["id"] == CORD)


def test_a_trace_of_a_copy_is_the_trace_of_the_person(held: HeldPanel, given: tuple[Answer, ...]) -> None:
    first = given[0].patient_id
    view = answered(held, given)
    assert view.trace(first, PROFILE, held.as_of) == panel_store.trace(view.alone(first), PROFILE, held.as_of, first)


def test_an_answer_gone_through_beforehand_costs_no_evaluation(
    held: HeldPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answer(asked(held, CORD)[7], CORD, ABSENT, held.as_of)
    assert not held.supposed([answer], PROFILE, held.as_of)
    then = held.suppose([answer], PROFILE, held.as_of)[answer].answer
    assert held.supposed([answer], PROFILE, held.as_of)

    def never(*_: object) -> dict[Any, Any]:
        raise AssertionError("evaluated again")

    monkeypatch.setattr(supposing, "evaluated", never)
    rows = _listed(answered(held, (answer,))).answers.to_pylist()
    assert next(row for row in rows if row["patient_id"] == answer.patient_id) == then


def test_what_was_worked_out_with_earlier_answers_is_kept(held: HeldPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    people = asked(held, CORD)
    first, second = (Answer(people[place], CORD, PRESENT, held.as_of) for place in (10, 11))
    batches: list[int] = []
    evaluate = supposing.evaluated

    def counted(panel: Any, pathway: Any, wanted: Any, *rest: Any) -> Any:  # noqa: ANN401
        batches.append(len(wanted))
        return evaluate(panel, pathway, wanted, *rest)

    monkeypatch.setattr(supposing, "evaluated", counted)
    view = answered(held, (first,))
    _listed(view)
    _listed(answered(view, (first, second)))
    assert batches == [1, 1]


def test_a_new_answer_takes_the_place_of_the_one_to_the_same_question(held: HeldPanel) -> None:
    yes = Answer("1", "fever", PRESENT, held.as_of)
    no = Answer("1", "fever", ABSENT, held.as_of)
    other = Answer("2", "fever", PRESENT, held.as_of)
    assert with_answer(with_answer((yes,), other), no) == (other, no)


def test_taking_everything_back_is_the_shared_panel_itself(held: HeldPanel, view: HeldPanel) -> None:
    assert isinstance(view, AnsweredPanel)
    assert answered(view, ()) is held
    assert view.unanswered is held.unanswered is held


def test_an_answer_stands_after_what_the_source_says_of_the_same_day(held: HeldPanel) -> None:
    someone, day = asked(held, CORD)[0], held.as_of
    recorded = with_events(held.alone(someone), [Answer(someone, CORD, PRESENT, day)])
    recorded = type(recorded)(recorded.patients, _without_time(recorded.events))
    own = HeldPanel("one", recorded, held.report, day)
    assert _verdict(own.trace(someone, PROFILE, day)) == "met"
    view = answered(own, (Answer(someone, CORD, ABSENT, day),))
    assert _verdict(view.trace(someone, PROFILE, day)) == "not met"


def _without_time(events: Any) -> Any:  # noqa: ANN401
    rows = [row | {"recorded_at": None} for row in events.to_pylist()]
    return type(events).from_pylist(rows, events.schema)


def test_copies_hold_nobody_but_the_people_asked_about(held: HeldPanel) -> None:
    first, second = held.panel.patients["patient_id"].to_pylist()[:2]
    wanted = [
        frozenset({Answer(first, "fever", PRESENT, held.as_of)}),
        frozenset({Answer(first, "fever", ABSENT, held.as_of)}),
        frozenset({Answer(second, "fever", ABSENT, held.as_of), Answer(second, CORD, ABSENT, held.as_of)}),
    ]
    made = copies(held.panel, wanted)
    assert made.patients["patient_id"].to_pylist() == ["0", "1", "2"]
    sizes = [held.alone(person).events.num_rows for person in (first, first, second)]
    counted = [made.events["patient_id"].to_pylist().count(name) for name in ("0", "1", "2")]
    assert counted == [sizes[0] + 1, sizes[1] + 1, sizes[2] + 2]
