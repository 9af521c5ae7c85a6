"""How questions are answered, where answers lead, and how many people each question settles."""

from __future__ import annotations

from decimal import Decimal

import pytest

import pathways
from dashboard import asking, panel_store, survey
from dashboard.asking import Outcome
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import ABSENT, PRESENT, Answer, with_events
from dashboard.survey import Group, Survey
from dashboard.worklist import Worklist
from tests.pages.made_up import answer

PROFILE = "us-acp"


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


@pytest.fixture(scope="module")
def people(held: HeldPanel) -> Worklist:
    return held.worklist(PROFILE, held.as_of)


@pytest.fixture(scope="module")
def found(held: HeldPanel, people: Worklist) -> Survey:
    return survey.survey(held, people, Filters(), PROFILE, held.as_of)


def test_every_finding_that_the_pathway_asks_for_is_answered_in_place() -> None:
    rules = panel_store.the_pathway().rules
    asked = [name for name in (*rules.gating.facts, *rules.gating.expired) if name not in rules.questions]
    assert len(asked) > 10
    for name in asked:
        assert [(way.concept, way.kind) for way in asking.ways(name)] == [(name, "finding")]


def test_scores_weights_and_the_onset_are_answered_in_place() -> None:
    kinds = {name: [(way.concept, way.kind) for way in asking.ways(name)] for name in ("pain_score", "weight", "onset")}
    assert kinds == {
        "pain_score": [("pain_score", "number")],
        "weight": [("weight", "number")],
        "onset": [("back_pain", "date")],
    }
    assert [way.concept for way in asking.ways("weight_loss")] == ["weight_loss_reported", "weight"]


@pytest.mark.parametrize(
    ("question", "said"),
    [("birth_date", asking.IN_RECORD), ("sex", asking.IN_RECORD), ("trial_end", asking.IN_RECORD),
     ("esr", asking.AWAITED), ("xray_spine", asking.AWAITED)],
)  # fmt: skip
def test_what_the_page_cannot_take_says_what_to_do_instead(question: str, said: str) -> None:
    assert asking.ways(question) == ()
    assert asking.not_here(question) == said


def test_a_score_is_gone_through_point_by_point(held: HeldPanel) -> None:
    said = asking.possible("1", "pain_score", held.as_of)
    assert [word for word, _ in said] == [str(point) for point in range(11)]
    assert said[4][1] == Answer("1", "pain_score", "final", held.as_of, Decimal(4))


def test_a_broad_question_takes_in_its_parts() -> None:
    person = answer("ask", missing=["weight_loss", "fever"], questions=["weight", "weight_loss_reported", "fever"])
    assert asking.open_questions(person) == ["fever", "weight_loss"]
    alone = answer("self_care", questions=["weight", "weight_loss_reported"])
    assert asking.open_questions(alone) == ["weight", "weight_loss_reported"]


def test_neighbouring_points_that_lead_to_the_same_are_one_line() -> None:
    better, worse = answer("responding"), answer("investigate", indication="failed_therapy")
    points = [Outcome(str(point), better if point < 5 else worse) for point in range(11)]
    assert asking.in_runs(answer("ask"), points) == [
        ("0 to 4", "✓ Responding"),
        ("5 to 10", "● Failed conservative therapy"),
    ]


def test_yes_and_no_stay_two_lines_even_where_they_lead_to_the_same() -> None:
    both = [Outcome("Yes", answer("self_care")), Outcome("No", answer("self_care"))]
    assert [said for said, _ in asking.in_runs(answer("ask"), both)] == ["Yes", "No"]


@pytest.mark.parametrize(
    ("person", "is_settled"),
    [
        (answer("ask", missing=["fever"]), False),
        (answer("investigate", could_be="emergency", questions=["fever"]), False),
        (answer("emergency", missing=["fever"]), True),
        (answer("self_care"), True),
    ],
)
def test_a_person_is_settled_when_nothing_worse_is_open_and_the_step_is_not_to_ask(
    person: dict[str, object], is_settled: bool
) -> None:
    assert asking.settled(person) is is_settled


def test_every_question_has_the_people_of_the_worklist_filter(found: Survey, people: Worklist) -> None:
    assert len(found.groups) > 10
    for group in found.groups:
        assert group.open == people.total(Filters(question=group.question))
        assert group.certain <= group.at_best <= group.open
        assert group.worst_people <= group.open


def test_the_people_with_a_question_open_are_those_of_the_worklist(found: Survey, people: Worklist) -> None:
    asked = {row["token"] for group in found.groups for row in group.people}
    unknown = people.query("select token from people where something_unknown and (len(missing) + len(questions)) > 0")
    assert asked == {row["token"] for row in unknown}
    assert found.people == len(asked)
    assert found.total == people.total()


def test_the_numbers_are_those_of_the_whole_panel_evaluated_with_the_answers(found: Survey, held: HeldPanel) -> None:
    """Saddle numbness answered yes by everyone asked, then no by everyone: two evaluations of the panel."""
    group = _group(found, "saddle_anaesthesia")
    ids = [row["patient_id"] for row in group.people]
    after = []
    for status in (PRESENT, ABSENT):
        given = [Answer(name, group.question, status, held.as_of) for name in ids]
        table = pathways.evaluate(with_events(held.panel, given), panel_store.the_pathway(), PROFILE, as_of=held.as_of)
        after.append({row["patient_id"]: row for row in table.to_pylist() if row["patient_id"] in ids})
    before = {row["patient_id"]: row for row in group.people}
    open_now = [name for name in ids if not asking.settled(before[name])]
    settles = [[asking.settled(answers[name]) for answers in after] for name in open_now]
    assert group.certain == sum(map(all, settles))
    assert group.at_best == sum(map(any, settles))
    assert group.worst == "emergency"
    assert group.worst_people == sum(row["disposition"] == "emergency" for row in after[0].values())


def _group(found: Survey, question: str) -> Group:
    return next(group for group in found.groups if group.question == question)


def test_what_could_be_an_emergency_comes_first(found: Survey) -> None:
    order = panel_store.disposition_order()
    places = [order.index(group.worst) if group.worst else len(order) for group in found.groups]
    assert places == sorted(places)
    assert found.groups[0].worst == "emergency"
    alike = [group.certain for group in found.groups if group.worst == "emergency"]
    assert alike == sorted(alike, reverse=True)
    assert next(iter(found.could_be)) == "emergency"


def test_a_filter_narrows_the_survey_to_its_people(held: HeldPanel, people: Worklist) -> None:
    site = people.choices("site")[0]
    chosen = Filters(sites=(site,))
    narrow = survey.survey(held, people, chosen, PROFILE, held.as_of)
    assert 0 < narrow.total == people.total(chosen) < people.total()
    assert {row["site"] for group in narrow.groups for row in group.people} == {site}


def test_a_list_too_long_to_go_through_says_how_far_it_went(
    held: HeldPanel, people: Worklist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "MOST_COPIES", 50)
    short = survey.survey(held, people, Filters(), PROFILE, held.as_of)
    assert 0 < short.worked_out < short.people
    assert {group.question: group.open for group in short.groups} == {
        group.question: people.total(Filters(question=group.question)) for group in short.groups
    }


def test_the_people_of_a_question_keep_their_places_when_one_is_answered(
    found: Survey, held: HeldPanel, people: Worklist
) -> None:
    from dashboard.answered_panel import answered

    group = _group(found, "fever")
    before = [row["patient_id"] for row in survey.listed(group, held, people, (), PROFILE, held.as_of)]
    one = before[3]
    view = answered(held, (Answer(one, "fever", ABSENT, held.as_of),))
    now = view.worklist(PROFILE, held.as_of)
    again = survey.survey(view, now, Filters(), PROFILE, held.as_of, not_anew=(one,))
    narrowed = _group(again, "fever")
    assert narrowed.open == group.open - 1
    assert again.left_out == 1
    assert [row["patient_id"] for row in survey.listed(narrowed, view, now, (one,), PROFILE, held.as_of)] == before
