"""What the team recorded is in the panel that everybody sees, and only there; a log out of reach stops no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import pathways
from dashboard import panel_store, supposing
from dashboard.actions import models
from dashboard.actions.log import SAMPLE
from dashboard.actions.models import Action
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import StoreUnusable
from dashboard.answered_panel import answered, answers_in, recorded
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import Answer, with_answers
from dashboard.team_log import Seen, TeamLog
from pathways.vocabulary import concepts
from tests.actions.made_up import BASIS, ITO, draft, log_in
from tests.actions.shown import with_log

PROFILE = "us-acp"
FULL = StoreUnusable("the disk is full", "/made/up", "free some room")


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


def to_order(held: HeldPanel) -> list[dict[str, object]]:
    return held.worklist(PROFILE, held.as_of).query("select * from people where len(bloods.due) > 0 order by rank")


def entry(action: Action, patient_id: str, version: int = 1) -> Recorded:
    made = draft(action, patient_id=patient_id)
    moment = panel_store.settings.now()
    return Recorded(made.action_id, patient_id, version, action, ITO, BASIS, moment, "seal")


def actions(held: HeldPanel) -> st.SearchStrategy[Action]:
    """Everything that says something of the body, on days around the as-of date."""
    on = st.integers(0, 120).map(lambda days: held.as_of - timedelta(days=days))
    bloods = st.lists(st.sampled_from(_of_kind("blood_test")), min_size=1, max_size=4, unique=True).map(tuple)
    scan = st.sampled_from(_of_kind("imaging")).map(lambda name: (name,))
    tests = bloods | scan
    return st.one_of(
        st.builds(models.Ordered, on=on, concepts=tests),
        st.builds(models.Performed, on=on, concepts=tests),
        st.builds(models.ResultSeen, on=on, concepts=tests),
        st.builds(models.ResultSeen, on=on, concepts=scan, result=st.sampled_from(("suspicious", "negative"))),
        st.builds(models.Declined, on=on, concepts=tests, reason=st.just("afraid")),
        st.builds(models.ResultSeen, on=on, concepts=st.just(("esr",)), value=st.integers(1, 120).map(Decimal)),
        st.builds(models.PainScored, on=on, score=st.integers(0, 10).map(Decimal)),
        st.builds(models.Answered, on=on, concept=st.sampled_from(("fever", "saddle_anaesthesia", "back_pain")),
                  status=st.sampled_from(("present", "absent", "unknown"))),
        st.builds(models.Answered, on=on, concept=st.sampled_from(("pain_score", "weight")), status=st.just("final"),
                  value=st.integers(1, 10).map(Decimal)),
        st.builds(models.Note, on=on, words=st.just("Rang.")),
    )


def _of_kind(kind: str) -> list[str]:
    return [name for name, one in concepts().items() if one.kind == kind]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_panel_with_what_was_recorded_equals_an_evaluation_of_the_whole_panel(
    held: HeldPanel, data: st.DataObject
) -> None:
    people = st.sampled_from(held.panel.patients["patient_id"].to_pylist()[::7])
    said = data.draw(st.lists(st.tuples(people, actions(held)), min_size=1, max_size=12))
    versions: dict[str, int] = {}
    log = []
    for patient_id, action in said:
        versions[patient_id] = versions.get(patient_id, 0) + 1
        log.append(entry(action, patient_id, versions[patient_id]))
        if data.draw(st.integers(0, 3)) == 0:
            versions[patient_id] += 1
            undoing = models.Undone(on=held.as_of, action=log[-1].action_id)
            log.append(entry(undoing, patient_id, versions[patient_id]))
    seen = Seen(tuple(log))
    whole = pathways.evaluate(
        with_log(held.panel, log), panel_store.the_pathway(), PROFILE, as_of=held.as_of
    ).to_pylist()
    found = recorded(held, seen.events)
    assert found.worklist(PROFILE, held.as_of).answers.to_pylist() == whole
    assert found.panel.events.num_rows == with_log(held.panel, log).events.num_rows


def test_an_order_changes_the_answer_for_all_and_the_panel_as_read_for_nobody(held: HeldPanel) -> None:
    person = to_order(held)[0]
    before = held.worklist(PROFILE, held.as_of).answers.to_pylist()
    events = Seen((entry(_ordered(held, person), str(person["patient_id"])),)).events
    view = recorded(held, events)
    changed = view.worklist(PROFILE, held.as_of).person(str(person["token"]))
    assert changed is not None
    assert changed["bloods"]["state"] == "in_progress"
    assert held.worklist(PROFILE, held.as_of).answers.to_pylist() == before
    assert recorded(held, events) is view
    assert recorded(held, ()) is held
    trace = view.trace(str(person["patient_id"]), PROFILE, held.as_of)
    assert trace["answer"]["bloods"]["state"] == "in_progress"


def _ordered(held: HeldPanel, person: dict[str, object]) -> models.Ordered:
    return models.Ordered(on=held.as_of, concepts=tuple(person["bloods"]["due"]))  # type: ignore[index]


def test_a_readers_answers_stand_on_what_the_team_recorded_and_stay_the_readers(held: HeldPanel) -> None:
    person = next(one for one in to_order(held) if one["disposition"] != "emergency")
    patient_id = str(person["patient_id"])
    log = (entry(_ordered(held, person), patient_id),)
    shared = recorded(held, Seen(log).events)
    mine = answered(shared, (Answer(patient_id, "pain_score", "final", held.as_of, Decimal(0)),))
    whole = with_answers(shared.panel, answers_in(mine))
    found = mine.worklist(PROFILE, held.as_of).answers.to_pylist()
    assert found == pathways.evaluate(whole, panel_store.the_pathway(), PROFILE, as_of=held.as_of).to_pylist()
    assert found != shared.worklist(PROFILE, held.as_of).answers.to_pylist()
    assert mine.unanswered is shared
    assert mine.as_read is held
    assert len(answers_in(mine)) == 1
    assert answers_in(shared) == ()


def test_one_more_action_evaluates_its_person_alone(held: HeldPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = to_order(held)[-2:]
    log = [entry(_ordered(held, one), str(one["patient_id"])) for one in (first, second)]
    batches: list[int] = []
    evaluate = supposing.evaluated
    monkeypatch.setattr(supposing, "evaluated", lambda *all_: batches.append(len(all_[2])) or evaluate(*all_))
    for many in (1, 2, 1):
        recorded(held, Seen(tuple(log[:many])).events).worklist(PROFILE, held.as_of)
    assert batches == [1, 1]


def test_the_log_is_read_again_only_when_something_was_added(tmp_path: Path) -> None:
    team = TeamLog(SAMPLE, lambda name: log_in(tmp_path, name))
    assert team.look().log == ()
    added = team.append(draft())
    seen = team.look()
    assert seen.log == (added,)
    assert team.look() is seen
    log_in(tmp_path, SAMPLE).append(draft(seen=1))  # another process
    log_in(tmp_path).append(draft())  # of real people
    assert len(team.look().of("0012")) == 2


def test_a_log_that_cannot_be_read_is_told_with_what_was_read_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("dashboard.team_log.settings.seconds", lambda: float(next(clock)))
    team = TeamLog(SAMPLE, lambda name: log_in(tmp_path, name))
    team.append(draft())
    before = team.look()
    away = tmp_path / "away"
    (tmp_path / "actions.sqlite").rename(away)
    seen = team.look()
    assert seen.off is not None
    assert seen.log == before.log
    away.rename(tmp_path / "actions.sqlite")
    assert team.look() == before


def _put_off(days: int) -> models.Snoozed:
    until = BASIS.as_of + timedelta(days=days)
    return models.Snoozed(on=BASIS.as_of, disposition="investigate", reason="away", until=until)


def test_a_log_that_was_put_back_is_shown_as_it_is_now(tmp_path: Path) -> None:
    """Another action under the number of one that is gone is another action."""
    log = log_in(tmp_path, SAMPLE)
    empty = (tmp_path / "actions.sqlite").read_bytes()
    team = TeamLog(SAMPLE, lambda _: log)
    team.append(draft(_put_off(60)))
    assert [one.action.kind for one in team.look().log] == ["snoozed"]
    (tmp_path / "actions.sqlite").write_bytes(empty)
    for number in range(2):
        log.append(draft(seen=number))
    assert [one.action.kind for one in team.look().log] == ["note", "note"]
    (tmp_path / "actions.sqlite").write_bytes(empty)
    for number in range(2):
        log.append(draft(_put_off(60 - number), seen=number))
    assert [one.action.kind for one in team.look().log] == ["snoozed", "snoozed"]


def test_marks_are_of_the_actions_that_are_in_the_log_now(held: HeldPanel) -> None:
    person = next(one for one in to_order(held) if one["disposition"] == "investigate")
    patient_id, token = str(person["patient_id"]), str(person["token"])

    def until(*log: Recorded) -> object:
        now = replace(BASIS, pathway=panel_store.the_pathway().version)
        shown = recorded(held, (), tuple(replace(one, basis=now) for one in log))
        found = shown.worklist(PROFILE, held.as_of).person(token)
        return found and found["snoozed_until"]

    first = _put_off(60)
    assert until(entry(first, patient_id)) == first.until
    assert until(entry(models.Note(on=BASIS.as_of, words="Rang."), patient_id)) is None
    assert until(entry(_put_off(30), patient_id)) == _put_off(30).until


def _refuses(_: str) -> None:
    raise FULL


@pytest.mark.parametrize("page", ["huddle", "worklist", "ask", "queues", "pathway", "data", "activity", "about"])
def test_no_page_fails_without_a_log_and_each_says_so_once(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr("dashboard.components.session._team_log", lambda name: TeamLog(name, _refuses))  # type: ignore[arg-type]
    at = app(page)
    assert not at.exception
    told = [one.value for one in at.warning if "Recording is off" in one.value]
    assert len(told) == 1
    assert "disk is full" in told[0]
    assert "Free some room" in told[0]


def test_a_folder_that_cannot_be_made_is_told_too(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "file" / "home"))
    at = app("worklist")
    assert not at.exception
    assert any("Recording is off" in one.value for one in at.warning)


def test_what_another_program_recorded_shows_at_the_next_run(app: Callable[..., AppTest], tmp_path: Path) -> None:
    at = app("worklist")
    before = at.session_state["_team_log_seen"]
    made = Draft(draft().action_id, "0003", 0, models.PainScored(on=BASIS.as_of, score=Decimal(3)), ITO, BASIS)
    log_in(tmp_path / "home", SAMPLE).append(made)
    at.run()
    assert before.log == ()
    assert [one.action_id for one in at.session_state["_team_log_seen"].log] == [made.action_id]
