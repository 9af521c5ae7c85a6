"""Answers in the action log mean what a source means that says the same, and cost no evaluation done beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pathways
from dashboard import panel_store, supposing
from dashboard.actions import models
from dashboard.actions.corrections import ACTIVE, BIRTH_DATE, END, ENDED, RECORDED, SEX
from dashboard.actions.records import Recorded
from dashboard.actions.rules import check
from dashboard.answered_panel import answered, recorded
from dashboard.panel_store import HeldPanel
from dashboard.recorded_answers import answer_of
from dashboard.session_answers import ABSENT, PRESENT, UNKNOWN, Answer
from dashboard.team_log import Seen
from pathways.panel import Panel
from tests.actions.shown import with_log
from tests.pages.test_session_answers import CORD, TREATMENTS, forgotten
from tests.pages.test_team_log import PROFILE, entry

PEOPLE = 30
FEW = settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    """Some people of the sample, most of whom are under treatment."""
    whole = panel_store.opening()
    rows = whole.worklist(PROFILE, whole.as_of).query(
        f"select patient_id from people order by trial_start is null, patient_id limit {PEOPLE}"
    )
    people = pa.array([row["patient_id"] for row in rows], pa.string())
    tables = (
        table.filter(pc.is_in(table["patient_id"], people)) for table in (whole.panel.patients, whole.panel.events)
    )
    return HeldPanel("some", Panel(*tables), whole.report, whole.as_of)


@pytest.fixture(scope="module")
def said(held: HeldPanel) -> list[Answer]:
    """All that the source says of birth dates, sexes and ends, as answers."""
    people, events = held.panel.patients.to_pylist(), held.panel.events.to_pylist()
    treated = [row for row in events if row["concept"] in TREATMENTS and (row["end_date"] or row["status"] == ACTIVE)]
    once = {(row["patient_id"], row["concept"], row["date_first"], row["date_last"]): row for row in treated}
    found = [
        *(
            Answer(row["patient_id"], BIRTH_DATE, RECORDED, row["birth_first"], last=row["birth_last"])
            for row in people
            if row["birth_first"]
        ),
        *(
            Answer(row["patient_id"], SEX, RECORDED, held.as_of, result=row["sex"])
            for row in people
            if row["sex"] != UNKNOWN
        ),
        *(
            Answer(
                person, END, ACTIVE if row["status"] == ACTIVE else ENDED, row["end_date"] or held.as_of,
                course=models.Course(*course),
            )
            for (person, *course), row in once.items()
        ),
    ]  # fmt: skip
    assert {(answer.concept, answer.status) for answer in found} == {
        (BIRTH_DATE, RECORDED), (SEX, RECORDED), (END, ACTIVE), (END, ENDED),
    }  # fmt: skip
    return found


@pytest.fixture(scope="module")
def less(held: HeldPanel, said: list[Answer]) -> HeldPanel:
    """A source that says none of it."""
    return HeldPanel("less", forgotten(held.panel, said), held.report, held.as_of)


def log_of(actions: Sequence[tuple[str, models.Action]]) -> tuple[Recorded, ...]:
    """As if they had been added one after the other."""
    versions: dict[str, int] = {}
    found = []
    for patient_id, action in actions:
        versions[patient_id] = versions.get(patient_id, 0) + 1
        found.append(entry(action, patient_id, versions[patient_id]))
    return tuple(found)


def rows_of(held: HeldPanel) -> list[dict[str, object]]:
    return held.worklist(PROFILE, held.as_of).answers.to_pylist()


def whole(held: HeldPanel, log: Sequence[Recorded]) -> list[dict[str, object]]:
    """The engine over the panel of a source that says what the log says."""
    found = with_log(held.panel, log)
    return pathways.evaluate(found, panel_store.the_pathway(), PROFILE, as_of=held.as_of).to_pylist()


def test_an_answer_says_in_the_log_what_it_says_on_the_page(held: HeldPanel, said: list[Answer]) -> None:
    day = held.as_of
    more = [
        Answer("1", CORD, UNKNOWN, day),
        Answer("1", "weight", "final", day, Decimal("71.2")),
        Answer("1", "mri_spine", "final", day, result="negative"),
        Answer("1", "back_pain", PRESENT, day - timedelta(days=90)),
    ]
    for answer in (*said, *more):
        action = answer.recorded()
        check(action, day)
        read = models.ACTION.validate_json(action.model_dump_json())
        assert isinstance(read, models.Answered)
        assert answer_of(answer.patient_id, read) == answer


def test_an_answer_of_an_older_version_is_read_as_it_was() -> None:
    old = '{"on":"2026-06-15","kind":"answered","concept":"fever","status":"absent","value":null,"result":null}'
    read = models.ACTION.validate_json(old)
    assert isinstance(read, models.Answered)
    assert (read.concept, read.status, read.last, read.course, read.replaces) == ("fever", ABSENT, None, None, None)
    old = '{"on":"2026-06-15","kind":"result_seen","concepts":["esr"],"result":null}'
    assert models.ACTION.validate_json(old) == models.ResultSeen(on=read.on, concepts=("esr",))


def test_told_to_the_log_what_the_source_forgot_is_the_panel_of_the_source(
    held: HeldPanel, less: HeldPanel, said: list[Answer]
) -> None:
    log = log_of([(answer.patient_id, answer.recorded()) for answer in said])
    assert rows_of(less) != rows_of(held), "the answers must matter"
    assert whole(less, log) == rows_of(held)
    view = recorded(less, Seen(log).events)
    assert rows_of(view) == rows_of(held)
    assert view.panel.patients.sort_by("patient_id") == held.panel.patients.sort_by("patient_id")
    assert view.panel.events.num_rows == held.panel.events.num_rows


@FEW
@given(data=st.data())
def test_the_overlay_of_answers_equals_a_source_that_says_the_same(
    less: HeldPanel, said: list[Answer], data: st.DataObject
) -> None:
    """Given, changed, given again on other days, undone, in any mixture and beside orders."""
    people = sorted({answer.patient_id for answer in said})
    on = st.sampled_from([less.as_of, less.as_of - timedelta(days=1), less.as_of - timedelta(days=70)])
    finding = st.builds(
        Answer, st.sampled_from(people), st.sampled_from((CORD, "fever", "back_pain")),
        st.sampled_from((PRESENT, ABSENT, UNKNOWN)), on,
    )  # fmt: skip
    score = st.builds(
        Answer, st.sampled_from(people), st.just("pain_score"), st.just("final"), on, st.integers(0, 10).map(Decimal)
    )
    year = st.builds(
        Answer, st.sampled_from(people), st.just(BIRTH_DATE), st.just(RECORDED),
        st.integers(1930, 2000).map(lambda year: less.as_of.replace(year=year)),
    )  # fmt: skip
    given_ = data.draw(st.lists(finding | score | year | st.sampled_from(said), min_size=2, max_size=14))
    ids: dict[str, list[UUID]] = {}
    log: tuple[Recorded, ...] = ()
    for answer in given_:
        mine = ids.setdefault(answer.patient_id, [])
        before = data.draw(st.none() | st.sampled_from(mine)) if mine else None
        kind = data.draw(st.sampled_from(("answer", "answer", "answer", "undo", "order")))
        action: models.Action = answer.recorded(before)
        if kind == "undo" and before is not None:
            action = models.Undone(on=less.as_of, action=before)
        elif kind == "order":
            action = models.Ordered(on=less.as_of, concepts=("esr",))
        log = (*log, entry(action, answer.patient_id, len(mine) + 1))
        mine.append(log[-1].action_id)
    view = recorded(less, Seen(log).events)
    full = with_log(less.panel, log)
    assert rows_of(view) == whole(less, log)
    order = [
        ("patient_id", "ascending"),
        ("concept", "ascending"),
        ("date_first", "ascending"),
        ("recorded_at", "ascending"),
    ]
    assert view.panel.patients.sort_by("patient_id") == full.patients.sort_by("patient_id")
    assert view.panel.events.sort_by(order) == full.events.sort_by(order)
    for name in sorted(ids)[:1]:
        assert view.trace(name, PROFILE, less.as_of) == panel_store.trace(
            full_of(full, name), PROFILE, less.as_of, name
        )


def full_of(panel: Panel, patient_id: str) -> Panel:
    mine = (table.filter(pc.equal(table["patient_id"], patient_id)) for table in (panel.patients, panel.events))
    return Panel(*mine)


def test_an_answer_gone_through_beforehand_costs_no_evaluation_when_it_is_recorded(
    held: HeldPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ = held.worklist(PROFILE, held.as_of).query(
        "select patient_id from people where list_contains(missing, ?) or list_contains(questions, ?) order by rank",
        [CORD, CORD],
    )
    answer = Answer(open_[0]["patient_id"], CORD, PRESENT, held.as_of)
    then = held.suppose([answer], PROFILE, held.as_of)[answer].answer
    monkeypatch.setattr(supposing, "evaluated", None)
    view = recorded(held, Seen(log_of([(answer.patient_id, answer.recorded())])).events)
    assert next(row for row in rows_of(view) if row["patient_id"] == answer.patient_id) == then
    trace = view.trace(answer.patient_id, PROFILE, held.as_of)
    evidence = next(one for one in trace["criteria"] if one["id"] == CORD)["evidence"]
    assert [piece["source_ref"] for piece in evidence] == ["recorded by Dr Ito"]


def test_a_readers_answer_takes_the_place_of_the_logs_for_that_reader_alone(
    less: HeldPanel, said: list[Answer]
) -> None:
    birth = next(answer for answer in said if answer.concept == BIRTH_DATE)
    cord = Answer(birth.patient_id, CORD, PRESENT, less.as_of)
    shared = recorded(less, Seen(log_of([(one.patient_id, one.recorded()) for one in (birth, cord)])).events)
    mine = [
        Answer(birth.patient_id, BIRTH_DATE, RECORDED, birth.day.replace(year=1999)),
        Answer(birth.patient_id, CORD, ABSENT, less.as_of),
    ]
    view = answered(shared, tuple(mine))
    row = next(one for one in view.panel.patients.to_pylist() if one["patient_id"] == birth.patient_id)
    assert row["birth_first"].year == 1999
    found = [
        one
        for one in view.alone(birth.patient_id).events.to_pylist()
        if one["concept"] == CORD and one["source"] == "team"
    ]
    assert [one["status"] for one in found] == [ABSENT]
    assert rows_of(shared) != rows_of(view)
