"""How questions are answered, where answers lead, and how many people each question settles."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

import pathways
from dashboard import answerable, asking, panel_store, patient, survey
from dashboard.actions.models import Course
from dashboard.asking import Outcome
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.people_asked import PeopleAsked, counted
from dashboard.session_answers import ABSENT, PRESENT, Answer, with_answers
from dashboard.survey import Group, Survey
from dashboard.worklist import Worklist
from pathways import unknowns
from tests.pages.made_up import answer

PROFILE = "us-acp"
COURSE = Course("physiotherapy", date(2026, 3, 1), date(2026, 3, 1))


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


@pytest.fixture(scope="module")
def people(held: HeldPanel) -> Worklist:
    return held.worklist(PROFILE, held.as_of)


@pytest.fixture(scope="module")
def found(held: HeldPanel, people: Worklist) -> Survey:
    return survey.survey(held, counted(people, Filters()), PROFILE, held.as_of)


def test_every_finding_that_the_pathway_asks_for_is_answered_in_place() -> None:
    rules = panel_store.the_pathway().rules
    asked = [name for name in (*rules.gating.facts, *rules.gating.expired) if name not in rules.questions]
    assert len(asked) > 10
    for name in asked:
        assert [(way.concept, way.kind) for way in answerable.ways(name)] == [(name, "finding")]


def test_scores_weights_and_the_onset_are_answered_in_place() -> None:
    kinds = {
        name: [(way.concept, way.kind) for way in answerable.ways(name)] for name in ("pain_score", "weight", "onset")
    }
    assert kinds == {
        "pain_score": [("pain_score", "number")],
        "weight": [("weight", "number")],
        "onset": [("back_pain", "date")],
    }
    assert [way.concept for way in answerable.ways("weight_loss")] == ["weight_loss_reported", "weight"]


@pytest.mark.parametrize("question", ["esr", "xray_spine"])
def test_a_question_that_a_result_decides_says_so(question: str) -> None:
    assert answerable.ways(question) == ()
    assert asking.not_here(question) == asking.AWAITED


@pytest.mark.parametrize("profile", list(panel_store.profiles()))
def test_every_question_that_the_engine_can_ask_is_answered_here_or_by_a_result(profile: str, held: HeldPanel) -> None:
    profiled = panel_store.the_pathway().in_profile(profile, held.as_of)
    asked = {name for _, name in unknowns._missing(profiled)}
    for indication in profiled.indications:
        asked |= {name for _, name in unknowns._questions(profiled, indication)}
    assert {"birth_date", "sex", "trial_end", "weight_loss", "onset"} <= asked
    cannot = {name for name in asked if not answerable.ways(name)}
    assert all(asking.not_here(name) == asking.AWAITED for name in cannot)


def test_a_score_is_gone_through_point_by_point(held: HeldPanel) -> None:
    said = answerable.possible(held, answer("ask"), "pain_score", PROFILE, held.as_of)
    assert [word for word, _ in said] == [str(point) for point in range(11)]
    assert said[4][1] == Answer("1", "pain_score", "final", held.as_of, Decimal(4))


def _possible(person: dict[str, object], question: str, held: HeldPanel) -> list[tuple[str, Answer]]:
    return answerable.possible(held, person, question, PROFILE, held.as_of)


def test_ages_are_gone_through_on_both_sides_of_every_age_that_a_rule_names(held: HeldPanel) -> None:
    someone = answer("ask") | {"birth_first": None, "birth_last": None}
    found = _possible(someone, "birth_date", held)
    assert {17, 18, 34, 35, 44, 45, 49, 50, 59, 60, 70, 71} <= {int(said) for said, _ in found}
    for said, one in found:
        assert one.of_person() == {"birth_first": one.day, "birth_last": one.day}
        assert patient.years(one.day, held.as_of) == int(said)


def test_a_birth_date_known_in_part_leaves_only_its_own_ages(held: HeldPanel) -> None:
    year = held.as_of.year - 50
    someone = answer("ask") | {"birth_first": date(year, 1, 1), "birth_last": date(year, 12, 31)}
    found = _possible(someone, "birth_date", held)
    assert [said for said, _ in found] == ["49", "50"]
    assert {one.day.year for _, one in found} == {year}


def test_ages_that_lead_to_the_same_are_one_line() -> None:
    first, second = answer("self_care"), answer("investigate", indication="failed_therapy")
    points = [Outcome(said, first if int(said) < 50 else second) for said in ("0", "17", "18", "49", "50", "100")]
    assert [said for said, _ in asking.in_runs(answer("ask"), points, ages=True)] == ["Under 50", "Age 50 and over"]


def test_an_end_is_gone_through_before_and_after_the_trial_is_long_enough(held: HeldPanel) -> None:
    rows = held.worklist(PROFILE, held.as_of).query("select * from people where list_contains(missing, 'trial_end')")
    assert rows
    for row in rows:
        (course,) = answerable.courses(held, row, PROFILE, held.as_of)
        enough = row["trial_start"] + timedelta(days=panel_store.figures(PROFILE, held.as_of).trial_days)
        found = [(one.status, one.day) for _, one in _possible(row, "trial_end", held) if one.course == course]
        assert found == [("ended", enough - timedelta(days=1)), ("ended", enough), ("active", held.as_of)]
        after = asking.outcomes(held, row, ["trial_end"], PROFILE, held.as_of)["trial_end"]
        assert [one.then["disposition"] for one in after][:1] == ["therapy_stopped"]
        assert all("trial_end" not in one.then["missing"] for one in after)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Answer("1", "birth_date", "recorded", date(1976, 5, 3)), "Birth date: 3 May 1976"),
        (Answer("1", "birth_date", "recorded", date(1976, 1, 1), last=date(1976, 12, 31)), "Birth date: in 1976"),
        (Answer("1", "sex", "recorded", date(2026, 6, 15), result="female"), "Sex: female"),
        (Answer("1", "trial_end", "ended", date(2026, 5, 3), course=COURSE), "Physiotherapy: ended 3 May 2026"),
        (Answer("1", "trial_end", "active", date(2026, 6, 15), course=COURSE), "Physiotherapy: still going on"),
        (Answer("1", "fever", ABSENT, date(2026, 6, 15)), "Fever: No"),
    ],
)
def test_what_was_answered_is_told_in_words(given: Answer, told: str) -> None:
    assert asking.told(given) == told


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
    asked = {
        row["token"]
        for group in found.groups
        for row in people.query(
            "select token from people where list_contains(missing, ?) or list_contains(questions, ?)",
            [group.question, group.question],
        )
    }
    unknown = people.query("select token from people where something_unknown and (len(missing) + len(questions)) > 0")
    assert asked == {row["token"] for row in unknown}
    assert found.people == len(asked)
    assert found.total == people.total()


def test_the_numbers_are_those_of_the_whole_panel_evaluated_with_the_answers(
    found: Survey, held: HeldPanel, people: Worklist
) -> None:
    """Saddle numbness answered yes by everyone asked, then no by everyone: two evaluations of the panel."""
    group = _group(found, "saddle_anaesthesia")
    before = {row["patient_id"]: row for row in people.everyone(Filters(question=group.question))}
    ids = list(before)
    after = []
    for status in (PRESENT, ABSENT):
        given = [Answer(name, group.question, status, held.as_of) for name in ids]
        table = pathways.evaluate(with_answers(held.panel, given), panel_store.the_pathway(), PROFILE, as_of=held.as_of)
        after.append({row["patient_id"]: row for row in table.to_pylist() if row["patient_id"] in ids})
    open_now = [name for name in ids if not asking.settled(before[name])]
    settles = [[asking.settled(answers[name]) for answers in after] for name in open_now]
    assert group.certain == sum(map(all, settles))
    assert group.at_best == sum(map(any, settles))
    assert group.worst == "emergency"
    assert group.worst_people == sum(row["disposition"] == "emergency" for row in after[0].values())


def _group(found: Survey, question: str) -> Group:
    return next(group for group in found.groups if group.question == question)


def test_what_could_be_an_emergency_comes_first(found: Survey, people: Worklist) -> None:
    order = panel_store.disposition_order()
    places = [order.index(group.worst) if group.worst else len(order) for group in found.groups]
    assert places == sorted(places)
    assert found.groups[0].worst == "emergency"
    alike = [group.certain for group in found.groups if group.worst == "emergency"]
    assert alike == sorted(alike, reverse=True)
    assert next(iter(counted(people, Filters()).could_be)) == "emergency"


def test_a_filter_narrows_the_survey_to_its_people(held: HeldPanel, people: Worklist) -> None:
    site = people.choices("site")[0]
    chosen = Filters(sites=(site,))
    narrow = survey.survey(held, counted(people, chosen), PROFILE, held.as_of)
    assert 0 < narrow.total == people.total(chosen) < people.total()
    assert narrow.groups
    for group in narrow.groups:
        assert group.open == people.total(Filters(sites=(site,), question=group.question))


def test_a_list_too_long_to_go_through_says_how_far_it_went(
    held: HeldPanel, people: Worklist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "MOST_COPIES", 50)
    short = survey.survey(held, counted(people, Filters()), PROFILE, held.as_of)
    assert 0 < short.worked_out < short.people
    assert {group.question: group.open for group in short.groups} == {
        group.question: people.total(Filters(question=group.question)) for group in short.groups
    }
    assert all(group.gone_through <= short.worked_out for group in short.groups)
    assert any(0 < group.gone_through < group.open for group in short.groups)
    assert all(group.at_best <= group.gone_through for group in short.groups)


def test_who_waits_is_told_how_far_it_is_and_only_while_something_is_worked_out(
    held: HeldPanel, people: Worklist, monkeypatch: pytest.MonkeyPatch, found: Survey
) -> None:
    monkeypatch.setattr(survey, "PORTION", 300)
    fresh = HeldPanel(held.name, held.panel, held.report, held.as_of, _lists=held._lists)
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    again = survey.survey(fresh, counted(people, Filters()), PROFILE, held.as_of, told=tell)
    assert again == found, "in portions or at once, the numbers are the same"
    assert len(told) > 1
    assert told[0] == (0, found.worked_out)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    told.clear()
    survey.survey(fresh, counted(people, Filters()), PROFILE, held.as_of, told=tell)
    assert told == []


def test_the_people_of_a_question_keep_their_places_when_one_is_answered(
    found: Survey, held: HeldPanel, people: Worklist
) -> None:
    from dashboard.answered_panel import answered

    group = _group(found, "fever")
    before = _listed(people, "fever", ())
    one = before[3]
    view = answered(held, (Answer(one, "fever", ABSENT, held.as_of),))
    now = view.worklist(PROFILE, held.as_of)
    again = survey.survey(view, counted(now, Filters()), PROFILE, held.as_of, not_anew=(one,))
    narrowed = _group(again, "fever")
    assert narrowed.open == group.open - 1
    assert again.left_out == 1
    assert _listed(now, "fever", (one,)) == before
    assert len(before) == group.open


def _listed(people: Worklist, question: str, answered: tuple[str, ...]) -> list[str]:
    asked = PeopleAsked(counted(people, Filters()), question, answered)
    return [row["patient_id"] for number in range(asked.pages) for row in asked.page(number + 1)]
