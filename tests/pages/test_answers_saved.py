"""Answers given in place go into the log at once; where they cannot, they stand in the session and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import answerable, kept_answers, panel_store
from dashboard.actions import models
from dashboard.actions.events import standing
from dashboard.actions.log import SAMPLE, ActionLog
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import StoreUnusable
from dashboard.intake import LoadReport
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import Answer
from dashboard.team_log import Seen
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.actions.made_up import draft, log_in
from tests.pages import conftest
from tests.pages.made_up import D, event, person

CORD = "saddle_anaesthesia"
PEOPLE = ("A1", "A2", "A3")


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    """Three people with back pain of whom nothing was asked; a treatment without its end."""
    events = [event("back_pain", D - timedelta(days=60), "present", patient_id=name) for name in PEOPLE]
    events.append(event("physiotherapy", D - timedelta(days=50), "completed", patient_id="A1"))
    panel = Panel(
        pa.Table.from_pylist([person(name, birth_first=None, birth_last=None) for name in PEOPLE], PATIENTS),
        pa.Table.from_pylist(events, EVENTS),
    )
    found = HeldPanel("three", panel, LoadReport("tables", "three", D, 3, 4, 0), D, sample=True)
    found.worklist("us-acp", D)
    return found


Visit = Callable[..., AppTest]


@pytest.fixture
def visit(held: HeldPanel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Visit]:
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(panel_store, "opening", lambda: held)
    st.cache_resource.clear()
    yield partial(conftest.visit, 120)
    st.cache_resource.clear()


@pytest.fixture
def log(visit: Visit, tmp_path: Path) -> ActionLog:
    return log_in(tmp_path / "home", SAMPLE)


def named(at: AppTest, name: str = "Dr Amari") -> AppTest:
    next(one for one in at.text_input if one.key == "declared_name").set_value(name)
    press(at, "declare-name")
    return at


def press(at: AppTest, part: str) -> AppTest:
    next(one for one in at.button if part in str(one.key)).click().run()
    assert not at.exception
    return at


def say(at: AppTest, word: str | None, concept: str = CORD, place: int = 0) -> AppTest:
    control = [one for one in at.get("button_group") if str(one.key).endswith(f"-{concept}")][place]
    (control.select(word) if word else control.set_value(None)).run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    shown = (*at.markdown, *at.caption, *at.error, *at.info, *at.success)
    return "\n".join(one.value for one in shown).replace("\\", "").replace("**", "")


def of(held: HeldPanel, patient_id: str) -> str:
    rows = held.worklist("us-acp", D).query("select token from people where patient_id = ?", [patient_id])
    return str(rows[0]["token"])


def statuses(log: ActionLog, patient_id: str | None = None) -> list[str]:
    found = standing(log.of_patient(patient_id) if patient_id else log.everything())
    return [one.action.status for one in found if isinstance(one.action, models.Answered)]


def test_an_answer_is_in_the_log_at_once_and_everybody_sees_it(visit: Visit, log: ActionLog) -> None:
    at = say(named(visit("ask", question=CORD)), "Yes")
    [entry] = log.everything()
    assert isinstance(entry.action, models.Answered)
    assert (entry.action.concept, entry.action.status, entry.action.on) == (CORD, "present", D)
    assert (entry.by.name, entry.by.declared) == ("Dr Amari", True)
    assert "Saved" in said(at)
    assert "Kept in this session only" not in said(at)
    assert any("Emergency" in one.value for one in at.error)
    other = visit("worklist")
    assert "1" in next(one for one in other.button if one.key == "tile-emergency").label


def test_a_changed_answer_replaces_the_first_and_emptied_it_is_undone(visit: Visit, log: ActionLog) -> None:
    at = named(visit("ask", question=CORD))
    say(say(at, "Yes"), "No")
    first, second = log.everything()
    assert second.action.replaces == first.action_id  # type: ignore[union-attr]
    assert statuses(log) == ["absent"]
    press(at, "take-back-0")
    assert [one.action.kind for one in log.everything()] == ["answered", "answered", "undone"]
    assert statuses(log) == ["present"], "what it had replaced stands again, and the page shows it"
    say(at, None)
    assert statuses(log) == []


def test_without_a_name_answers_stay_here_until_one_press_saves_them_all(visit: Visit, log: ActionLog) -> None:
    at = visit("ask", question=CORD)
    for place in range(2):
        say(at, "No", place=place)
    assert log.everything() == ()
    assert "2 answers kept in this session only" in said(at)
    assert "Saved" not in said(at)
    named(at)
    assert log.everything() == (), "a name alone saves nothing"
    press(at, "save-all")
    assert statuses(log) == ["absent", "absent"]
    assert "Saved: 2 answers." in said(at)
    assert "kept in this session only" not in said(at)


def test_what_is_in_the_log_is_taken_back_by_somebody_with_a_name_alone(visit: Visit, log: ActionLog) -> None:
    say(named(visit("ask", question="fever")), "Cannot say", "fever")
    at = say(visit("ask", question="fever"), None, "fever")
    assert "Not taken back: nobody is named" in said(at)
    assert statuses(log) == ["unknown"]


def test_two_kept_answers_of_one_person_are_both_saved(visit: Visit, log: ActionLog, held: HeldPanel) -> None:
    at = visit("patient", id=of(held, "A2"))
    say(say(at, "No"), "No", "fever")
    named(at)
    press(at, "save-all")
    assert statuses(log, "A2") == ["absent", "absent"]
    assert [one.version for one in log.of_patient("A2")] == [1, 2]


def test_whoever_is_slower_is_told_who_and_what_and_loses_nothing(visit: Visit, log: ActionLog) -> None:
    at = named(visit("ask", question=CORD))
    mine = _first(at)
    quick = models.Answered(on=D, concept=CORD, status="present")
    log.append(draft(quick, patient_id=mine))
    say(at, "No")
    assert statuses(log) == ["present"]
    assert "Dr Ito was quicker and recorded “Saddle numbness: Yes”" in said(at)
    assert "Theirs counts until you save yours" in said(at)
    assert "Emergency" in said(at), "the answer of another is not hidden by one that is not saved"
    assert "Saved" not in said(at)
    press(at, "row-")
    assert [one.by.name for one in log.of_patient(mine)] == ["Dr Ito", "Dr Amari"]
    assert statuses(log) == ["absent"]
    assert "Saved" in said(at)


def test_an_answer_kept_here_never_hides_what_somebody_records_since(visit: Visit, log: ActionLog) -> None:
    at = say(visit("ask", question=CORD), "No")
    mine = _first(at)
    assert "Emergency. Act now" not in said(at)
    log.append(draft(models.Answered(on=D, concept=CORD, status="present"), patient_id=mine))
    at.run()
    assert "Emergency. Act now" in said(at)
    assert "Theirs counts until you save yours" in said(at)
    press(at, "-back-")
    assert "Theirs counts" not in said(at)
    assert statuses(log) == ["present"]


def _first(at: AppTest) -> str:
    """The person whose control comes first."""
    control = next(one for one in at.get("button_group") if str(one.key).endswith(f"-{CORD}"))
    token = str(control.key).split("-")[1]
    held = panel_store.opening()
    return next(name for name in PEOPLE if of(held, name) == token)


def test_of_many_each_that_is_not_saved_says_why(visit: Visit, log: ActionLog) -> None:
    at = visit("ask", question=CORD)
    mine = _first(at)
    for place in range(2):
        say(at, "No", place=place)
    log.append(draft(models.Note(on=D, words="Rang."), patient_id=mine))
    press(named(at), "save-all")
    assert "Saved: 1 of 2 answers" in said(at)
    assert "Dr Ito was quicker and recorded “Note: Rang.”" in said(at)
    assert statuses(log) == ["absent"]
    assert not [one for one in at.button if str(one.key).endswith("save-all")], "it is saved by a look at it alone"
    assert "For 1 answer somebody was quicker" in said(at)
    press(at, "row-")
    assert statuses(log) == ["absent", "absent"]


def test_one_press_for_all_never_replaces_what_somebody_else_answered(visit: Visit, log: ActionLog) -> None:
    at = visit("ask", question=CORD)
    for place in range(2):
        say(at, "No", place=place)
    mine = _first(at)
    log.append(draft(models.Answered(on=D, concept=CORD, status="present"), patient_id=mine))
    named(at)
    for _ in range(2):
        if [one for one in at.button if str(one.key).endswith("save-all")]:
            press(at, "save-all")
    assert statuses(log, mine) == ["present"]
    assert "Emergency. Act now" in said(at)
    assert len(statuses(log)) == 2, "the other is saved"
    press(at, "row-")
    assert "Dr Ito was quicker and recorded “Saddle numbness: Yes”" in said(at)
    press(at, "row-")
    assert statuses(log, mine) == ["absent"]


def test_a_corrected_onset_replaces_the_first_also_after_somebody_was_quicker(
    log: ActionLog
) -> None:
    first, right = (Answer("A1", "back_pain", "present", D - timedelta(days=ago)) for ago in (14, 5))
    entry = log.append(draft(first.recorded(), patient_id="A1"))
    before = kept_answers.given((), Seen(log.everything()), replace(first, day=D))
    assert before
    assert before.entry == entry
    kept = kept_answers.kept_now(right, before, Seen(log.everything()))
    log.append(draft(models.Note(on=D, words="Rang."), 1, "A1"))
    again = kept_answers.seen_again(kept, "why", Seen(log.everything()))
    assert again.replaces == entry.action_id
    log.append(draft(right.recorded(again.replaces), again.seen, "A1"))
    assert [one.action.on for one in standing(log.of_patient("A1")) if isinstance(one.action, models.Answered)] == [
        right.day
    ]


def test_an_onset_answered_by_another_meanwhile_is_the_same_question(log: ActionLog) -> None:
    theirs, mine = (Answer("A1", "back_pain", "present", D - timedelta(days=ago)) for ago in (14, 5))
    kept = kept_answers.kept_now(mine, None, Seen())
    entry = log.append(draft(theirs.recorded(), patient_id="A1"))
    assert kept_answers.contested(kept, Seen(log.everything()))
    assert kept_answers.seen_again(kept, "why", Seen(log.everything())).replaces == entry.action_id


@pytest.mark.parametrize("kilos", [90.46, 90.5, 0.000000001])
def test_a_number_is_saved_as_it_was_typed(kilos: float) -> None:
    assert answerable.typed(kilos) == Decimal(str(kilos))


def test_a_typed_weight_is_in_the_log_to_its_last_digit(visit: Visit, log: ActionLog) -> None:
    at = named(visit("ask", question="weight_loss"))
    box = next(one for one in at.number_input if str(one.key).endswith("-number-weight"))
    box.set_value(90.46).run()
    assert not at.exception
    [entry] = log.everything()
    assert str(entry.action.value) == "90.46"  # type: ignore[union-attr]


@pytest.mark.parametrize("unsure", [False, True])
def test_a_store_that_refuses_loses_no_answer_and_saves_it_once(
    visit: Visit, log: ActionLog, monkeypatch: pytest.MonkeyPatch, *, unsure: bool
) -> None:
    at = named(visit("ask", question=CORD))
    append = ActionLog.append

    def refuses(self: ActionLog, given: Draft) -> Recorded:
        if unsure:
            append(self, given)
        raise StoreUnusable("the disk is full", "/made/up", "free some room", unsure=unsure)

    monkeypatch.setattr(ActionLog, "append", refuses)
    say(at, "Yes")
    assert "Emergency" in said(at), "it counts here"
    assert ("Saved" in said(at)) == unsure, "what was not known is looked up"
    assert ("the disk is full" in said(at)) != unsure
    monkeypatch.setattr(ActionLog, "append", append)
    if not unsure:
        press(at, "row-")
    assert len(log.everything()) == 1
    assert statuses(log) == ["present"]
    assert "the disk is full" not in said(at)


def test_birth_year_sex_and_the_end_of_a_treatment_are_saved_too(visit: Visit, log: ActionLog, held: HeldPanel) -> None:
    at = named(visit("ask", question="trial_end"))
    end = next(one for one in at.date_input if "-trial_end-end" in str(one.key))
    end.set_value(D - timedelta(days=45)).run()
    assert not at.exception
    [entry] = log.of_patient("A1")
    assert isinstance(entry.action, models.Answered)
    assert entry.action.course == models.Course("physiotherapy", D - timedelta(days=50), D - timedelta(days=50))
    press(at, "take-back-0")
    assert statuses(log) == []
