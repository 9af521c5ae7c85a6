"""The page of open questions and the patient page, answered in place, over a few people of the sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import panel_store
from dashboard.components import session
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.wording.recording import recording
from dashboard.worklist import Worklist
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.pages import conftest
from tests.pages.made_up import event, person

CORD = "saddle_anaesthesia"
PROFILE = "us-acp"
KEPT = recording().answers.kept


@pytest.fixture(scope="module")
def few() -> HeldPanel:
    """People with something to ask, and as many with nothing."""
    whole = panel_store.opening()
    ids = [
        row["patient_id"]
        for several in ("len(missing) > 0", "len(missing) = 0 and disposition <> 'not_in_pathway'")
        for row in whole.worklist(PROFILE, whole.as_of).query(
            f"select patient_id from people where {several} order by patient_id limit 12"
        )
    ]
    people = pa.array(ids, pa.string())
    patients, events = whole.panel.patients, whole.panel.events
    panel = Panel(
        patients.filter(pc.is_in(patients["patient_id"], people)),
        events.filter(pc.is_in(events["patient_id"], people)),
    )
    return HeldPanel(whole.name, panel, whole.report, whole.as_of, sample=True)


Visit = Callable[..., AppTest]


@pytest.fixture
def visit(few: HeldPanel, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    monkeypatch.setattr(panel_store, "opening", lambda: few)
    st.cache_resource.clear()
    yield partial(conftest.visit, 120)
    st.cache_resource.clear()


def listed(few: HeldPanel) -> Worklist:
    return few.worklist(PROFILE, few.as_of)


def said(at: AppTest) -> str:
    shown = "\n".join(one.value for one in (*at.markdown, *at.caption, *at.header, *at.error))
    return shown.replace("\\", "")


def answer(at: AppTest, word: str, concept: str = CORD) -> AppTest:
    """The first control of a question."""
    control = next(one for one in at.get("button_group") if one.key.endswith(f"-{concept}"))
    return control.select(word).run()


def test_the_page_counts_people_with_denominators_and_opens_what_the_address_names(
    visit: Visit, few: HeldPanel
) -> None:
    at = visit("ask", question=CORD)
    asked = listed(few).total(Filters(question=CORD))
    assert not at.exception
    assert asked > 1
    labels = [part.label for part in at.expander]
    assert any(f"open for {asked} of {few.people}" in label and "Emergency" in label for label in labels)
    controls = [one for one in at.get("button_group") if one.key.endswith(f"-{CORD}")]
    assert len(controls) == asked


def test_an_answer_counts_on_every_page_and_can_be_taken_back(visit: Visit, few: HeldPanel) -> None:
    before = listed(few).counts(Filters())
    at = answer(visit("ask", question=CORD), "Yes")
    assert not at.exception
    assert len(at.error) == 1
    assert "Emergency" in at.error[0].value
    assert KEPT in said(at)
    at.query_params.clear()
    at = at.switch_page("app_pages/worklist.py").run()
    tile = next(button for button in at.button if button.key == "tile-emergency")
    assert f"**{before['emergency'] + 1}**" in tile.label
    at = at.switch_page("app_pages/ask.py").run()
    next(button for button in at.button if button.label == "Take back").click().run()
    at = at.switch_page("app_pages/worklist.py").run()
    tile = next(button for button in at.button if button.key == "tile-emergency")
    assert f"**{before['emergency']}**" in tile.label


def test_nobody_else_sees_an_answer(visit: Visit, few: HeldPanel) -> None:
    mine, other = visit("ask", question=CORD), visit("ask", question=CORD)
    answer(mine, "Yes")
    other.run()
    assert not other.error
    assert KEPT not in said(other)
    assert session._ANSWERS not in other.session_state
    assert listed(few).total() == few.people


def test_cannot_say_leaves_the_question_open(visit: Visit, few: HeldPanel) -> None:
    asked = listed(few).total(Filters(question=CORD))
    at = answer(visit("ask", question=CORD), "Cannot say")
    assert any(f"open for {asked} of {few.people}" in part.label for part in at.expander)
    assert "Answered. Now" in said(at)


def test_a_question_on_the_patient_page_is_answered_there(visit: Visit, few: HeldPanel) -> None:
    token = listed(few).page(Filters(question=CORD)).rows[0]["token"]
    at = visit("patient", id=token)
    assert at.header[0].value.startswith("? To ask")
    at = answer(at, "Yes")
    assert not at.exception
    assert at.header[0].value.startswith("‼ Emergency")
    assert "Saddle numbness: Yes" in said(at)
    assert KEPT in said(at)
    next(button for button in at.button if button.label == "Take back").click().run()
    assert at.header[0].value.startswith("? To ask")


def test_the_patient_page_shows_where_each_answer_would_lead(visit: Visit, few: HeldPanel) -> None:
    person = listed(few).page(Filters(question=CORD)).rows[0]
    from dashboard import asking

    asking.outcomes(few, person, asking.open_questions(person), PROFILE, few.as_of)
    at = visit("patient", id=person["token"])
    tables = [table.value for table in at.table if "If yes" in table.value.columns]
    assert len(tables) == 1
    cord = tables[0].set_index("If the answer is known").loc["Saddle numbness"]
    assert cord["If yes"] == "‼ Emergency"
    assert "left" in cord["If no"]


def test_loading_another_list_drops_the_answers(visit: Visit, few: HeldPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    at = answer(visit("ask", question=CORD), "Yes")
    state = {session._ANSWERS: at.session_state[session._ANSWERS]}
    monkeypatch.setattr(st, "session_state", state)
    assert len(session.answers()) == 1
    session.use_own(few)
    assert session.answers() == ()
    assert session.panel() is few


def test_nothing_to_ask_says_so(visit: Visit, few: HeldPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = listed(few).query("select patient_id from people where not something_unknown limit 1")
    alone = HeldPanel("one", few.alone(settled[0]["patient_id"]), few.report, few.as_of, sample=True)
    monkeypatch.setattr(panel_store, "opening", lambda: alone)
    st.cache_resource.clear()
    at = visit("ask")
    assert "No question is open" in at.info[0].value


@pytest.fixture
def unsure(few: HeldPanel, monkeypatch: pytest.MonkeyPatch) -> HeldPanel:
    """Weight loss without a birth date, a haemoglobin between the limits without a sex, a treatment without an end."""
    today = few.as_of
    people = [
        person("born", birth_first=None, birth_last=None),
        person("sex", sex="unknown"),
        person("end"),
    ]
    cleared = [
        event(concept, today, "absent", patient_id=one["patient_id"])
        for one in people
        for concept in (*panel_store.the_pathway().rules.gating.facts, "weight_loss_reported")
        if concept != "weight_loss" and (one["patient_id"], concept) != ("born", "weight_loss_reported")
    ]
    pain = [event("back_pain", today - timedelta(days=60), "present", patient_id=one["patient_id"]) for one in people]
    events = [
        *cleared,
        *pain,
        event("weight_loss_reported", today, "present", patient_id="born"),
        event("haemoglobin", today, "final", patient_id="sex", value=Decimal(125)),
        event("physiotherapy", today - timedelta(days=50), "completed", patient_id="end"),
    ]
    panel = Panel(pa.Table.from_pylist(people, PATIENTS), pa.Table.from_pylist(events, EVENTS))
    held = HeldPanel("three", panel, few.report, today, sample=True)
    monkeypatch.setattr(panel_store, "opening", lambda: held)
    return held


def _drawn(at: AppTest, kind: str, part: str) -> Any:  # noqa: ANN401
    return next(one for one in at.get(kind) if part in str(one.key))


def test_a_year_of_birth_is_answered_in_place(visit: Visit, unsure: HeldPanel) -> None:
    before = {row["patient_id"]: row for row in listed(unsure).query("select * from people")}
    assert before["born"]["questions"] == ["birth_date"]
    at = visit("patient", id=before["born"]["token"])
    assert "Put it in the record" not in said(at)
    at = _drawn(at, "selectbox", "-birth_date-year").select(unsure.as_of.year - 70).run()
    assert not at.exception
    assert at.header[0].value.startswith("⚠ Urgent")
    assert f"Birth date: in {unsure.as_of.year - 70}" in said(at)
    next(button for button in at.button if button.label == "Take back").click().run()
    assert at.header[0].value.startswith("? To ask")


def test_an_end_of_therapy_is_answered_in_place(visit: Visit, unsure: HeldPanel) -> None:
    row = listed(unsure).query("select * from people where patient_id = 'end'")[0]
    assert row["missing"] == ["trial_end"]
    at = visit("ask", question="trial_end")
    assert "Physiotherapy, begun" in said(at)
    day = unsure.as_of - timedelta(days=45)
    at = _drawn(at, "date_input", "-trial_end-end").set_value(day).run()
    assert not at.exception
    assert "Answered. Now ■ Therapy stopped" in said(at).replace("**", "")
    at = next(one for one in at.get("button_group") if str(one.key).endswith("-still")).select("Still going on").run()
    assert not at.exception
    assert "Physiotherapy: still going on" in said(at)
    assert "Therapy stopped" not in said(at)


def test_a_sex_is_answered_in_place(visit: Visit, unsure: HeldPanel) -> None:
    row = listed(unsure).query("select * from people where patient_id = 'sex'")[0]
    assert "sex" in row["questions"]
    at = visit("patient", id=row["token"])
    at = next(one for one in at.get("button_group") if "-sex-sex-" in str(one.key)).select("Female").run()
    assert not at.exception
    assert "Sex: female" in said(at)
    assert "Sex **female**" in said(at)
