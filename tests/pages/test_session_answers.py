"""Answers given on the page: the view with them equals the panel with them, and nobody else sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import pathways
from dashboard import panel_store, supposing
from dashboard.actions.corrections import ACTIVE, BIRTH_DATE, ENDED, OVER, RECORDED, SEX
from dashboard.actions.models import Course
from dashboard.answered_panel import AnsweredPanel, answered
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import ABSENT, PRESENT, UNKNOWN, Answer, copies, with_answer, with_answers
from dashboard.worklist import Worklist
from pathways.panel import EVENTS, PATIENTS, Panel

PROFILE = "us-acp"
CORD = "saddle_anaesthesia"
TREATMENTS = ("nsaid", "analgesic", "physiotherapy", "exercise")


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
    whole = pathways.evaluate(with_answers(held.panel, given), panel_store.the_pathway(), PROFILE, as_of=held.as_of)
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
    recorded = with_answers(held.alone(someone), [Answer(someone, CORD, PRESENT, day)])
    recorded = type(recorded)(recorded.patients, _without_time(recorded.events))
    own = HeldPanel("one", recorded, held.report, day)
    assert _verdict(own.trace(someone, PROFILE, day)) == "met"
    view = answered(own, (Answer(someone, CORD, ABSENT, day),))
    assert _verdict(view.trace(someone, PROFILE, day)) == "not met"


@pytest.fixture(scope="module")
def said(held: HeldPanel) -> list[Answer]:
    """What the source of the sample says of some people: birth dates, sexes, ends of treatments and that they go on."""
    people = held.panel.patients.to_pylist()
    known = [row for row in people if row["birth_first"] and row["birth_first"] == row["birth_last"]]
    listed = _listed(held).query("select patient_id from people where trial_start is not null order by rank")
    treated = {row["patient_id"] for row in listed}
    events = [row for row in held.panel.events.to_pylist() if row["patient_id"] in treated]
    ended = [row for row in events if row["status"] in OVER and row["end_date"] and row["concept"] in TREATMENTS]
    going_on = [row for row in events if row["status"] == ACTIVE and row["concept"] in TREATMENTS]
    assert len(known) > 300
    assert len(ended) > 15
    assert len(going_on) > 100
    return [
        *(Answer(row["patient_id"], BIRTH_DATE, RECORDED, row["birth_first"]) for row in known[::7]),
        *(Answer(row["patient_id"], SEX, RECORDED, held.as_of, result=row["sex"]) for row in people[::5]),
        *(Answer(row["patient_id"], "trial_end", ENDED, row["end_date"], course=_course(row)) for row in ended),
        *(Answer(row["patient_id"], "trial_end", ACTIVE, held.as_of, course=_course(row)) for row in going_on[::9]),
    ]


def _course(row: dict[str, Any]) -> Course:
    return Course(row["concept"], row["date_first"], row["date_last"])


def forgotten(panel: Panel, said: list[Answer]) -> Panel:
    """The panel of a source that knows none of this."""
    people, events = panel.patients.to_pylist(), panel.events.to_pylist()
    born = {answer.patient_id for answer in said if answer.concept == BIRTH_DATE}
    sexes = {answer.patient_id for answer in said if answer.concept == SEX}
    courses = {(answer.patient_id, *answer.course) for answer in said if answer.course}
    for row in people:
        row.update({"birth_first": None, "birth_last": None} if row["patient_id"] in born else {})
        row.update({"sex": "unknown"} if row["patient_id"] in sexes else {})
    for row in events:
        if (row["patient_id"], row["concept"], row["date_first"], row["date_last"]) in courses:
            row.update({"end_date": None, "status": "completed" if row["status"] == ACTIVE else row["status"]})
    return Panel(pa.Table.from_pylist(people, PATIENTS), pa.Table.from_pylist(events, EVENTS))


def test_told_what_the_source_forgot_the_view_is_the_panel_of_the_source(held: HeldPanel, said: list[Answer]) -> None:
    """Birth dates, sexes and ends taken out of the source and answered: the answers of the whole source come back."""
    less = HeldPanel("less", forgotten(held.panel, said), held.report, held.as_of)
    whole = _listed(held).answers.to_pylist()
    changed = [one for one, other in zip(_listed(less).answers.to_pylist(), whole, strict=True) if one != other]
    assert len(changed) > 10, "the answers must matter"
    for answer in said:
        assert answer.course is None or answer.course in less.courses_of(answer.patient_id)
    view = answered(less, tuple(said))
    assert _listed(view).answers.to_pylist() == whole
    by_id = "select patient_id, name, birth_first, birth_last, sex, site from people order by patient_id"
    assert _listed(view).query(by_id) == _listed(held).query(by_id)


def test_a_year_alone_is_every_birth_date_of_it(held: HeldPanel) -> None:
    year = Answer(_someone(held), BIRTH_DATE, RECORDED, date(1976, 1, 1), last=date(1976, 12, 31))
    someone, held = year.patient_id, HeldPanel("less", forgotten(held.panel, [year]), held.report, held.as_of)
    view = answered(held, (year,))
    person = next(row for row in _listed(view).query("select * from people") if row["patient_id"] == someone)
    assert (person["birth_first"], person["birth_last"]) == (year.day, year.last)
    rows = [row | year.of_person() if row["patient_id"] == someone else row for row in held.panel.patients.to_pylist()]
    said = Panel(pa.Table.from_pylist(rows, PATIENTS), held.panel.events)
    whole = pathways.evaluate(said, panel_store.the_pathway(), PROFILE, as_of=held.as_of)
    assert _listed(view).answers.to_pylist() == whole.to_pylist()
    assert held.panel.events.num_rows == view.panel.events.num_rows


def _someone(held: HeldPanel) -> str:
    """Somebody whose birth date the source knows to the day."""
    known = "select patient_id from people where birth_first = birth_last order by patient_id"
    return str(_listed(held).query(known)[0]["patient_id"])


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (date(1976, 5, 3), date(1976, 5, 3), False),
        (date(1976, 5, 1), date(1976, 5, 31), False),
        (date(1970, 1, 1), date(1979, 12, 31), True),
        (date(1980, 5, 1), date(1980, 5, 31), True),
        (None, None, True),
    ],
    ids=["the day", "the month", "the decade", "another month", "nothing"],
)
def test_what_the_source_has_come_to_say_as_exactly_counts_before_an_answer(
    held: HeldPanel, first: date | None, last: date | None, *, counts: bool
) -> None:
    someone = _someone(held)
    row = {"birth_first": first, "birth_last": last, "sex": "unknown"}
    rows = [one | (row if one["patient_id"] == someone else {}) for one in held.panel.patients.to_pylist()]
    year = Answer(someone, BIRTH_DATE, RECORDED, date(1976, 1, 1), last=date(1976, 12, 31))
    sex = Answer(someone, SEX, RECORDED, held.as_of, result="male")
    panel = Panel(pa.Table.from_pylist(rows, PATIENTS), held.panel.events)
    told = with_answers(panel, [year, sex]).patients.to_pylist()
    found = next(one for one in told if one["patient_id"] == someone)
    assert (found["birth_first"], found["birth_last"]) == ((year.day, year.last) if counts else (first, last))
    assert found["sex"] == "male"
    known = Panel(pa.Table.from_pylist(told, PATIENTS), held.panel.events)
    assert with_answers(known, [replace(sex, result="female")]).patients.to_pylist() == told


def test_of_one_person_there_is_one_birth_date_and_of_a_treatment_one_end(held: HeldPanel) -> None:
    course, other = (Course("physiotherapy", date(2026, month, 1), date(2026, month, 1)) for month in (3, 4))
    first = Answer("1", BIRTH_DATE, RECORDED, date(1976, 1, 1), last=date(1976, 12, 31))
    ended = Answer("1", "trial_end", ENDED, date(2026, 4, 20), course=course)
    kept = Answer("1", "trial_end", ACTIVE, held.as_of, course=other)
    given = with_answer(with_answer((first, ended, kept), Answer("1", BIRTH_DATE, RECORDED, date(1976, 5, 3))),
                        Answer("1", "trial_end", ACTIVE, held.as_of, course=course))  # fmt: skip
    assert [(answer.concept, answer.status, answer.day) for answer in given] == [
        ("trial_end", ACTIVE, held.as_of),
        (BIRTH_DATE, RECORDED, date(1976, 5, 3)),
        ("trial_end", ACTIVE, held.as_of),
    ]


def test_an_end_stands_in_the_row_of_its_treatment_and_says_whose_it_is(held: HeldPanel, said: list[Answer]) -> None:
    ended = next(answer for answer in said if answer.status == ENDED)
    less = HeldPanel("less", forgotten(held.panel, said), held.report, held.as_of)
    rows = answered(less, (ended,)).alone(ended.patient_id).events.to_pylist()
    mine = [row for row in rows if _course(row) == ended.course]
    assert [row["end_date"] for row in mine] == [ended.day]
    assert mine[0]["source_ref"].endswith("end answered on the page")
    assert len(rows) == less.alone(ended.patient_id).events.num_rows


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
