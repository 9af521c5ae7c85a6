"""A list that somebody loads says itself of which site its people are: it opens nothing that was recorded of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import panel_store
from dashboard.actions.log import CLINIC
from dashboard.actions.models import Note
from dashboard.components import session
from dashboard.intake import LoadReport
from dashboard.panel_store import HeldPanel
from tests.actions.made_up import D, draft, entry, log_in, trail_in
from tests.pages.conftest import panel
from tests.pages.test_audited import files
from tests.pages.test_data_page import choose, press
from tests.pages.test_roles import at_page, everything, token

__all__ = ["files"]

THEIRS, OURS = "0000", "0001"
"""Of Mill Lane and of Harbour, as the clinic's list has it."""
UPLOAD = b"""patient_id,name,birth_date,sex,site,onset_date
0000,Ann,1960-02-01,female,Harbour,2026-03-01
0001,Bo,1970-02-01,male,Harbour,2026-04-01
"""
SAID = {THEIRS: "words of Mill Lane", OURS: "words of Harbour"}


def claims(*sites: str) -> dict[str, Any]:
    return token("manager", "clinician", sites=list(sites))


@pytest.fixture
def home(app: object, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for patient_id, words in SAID.items():
        log_in(home, CLINIC).append(draft(Note(on=D, words=words), patient_id=patient_id))
        trail_in(home).append(entry(patient_id=patient_id))
    return home


@pytest.fixture
def clinic(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clinic's own list is open, not the sample."""
    held = HeldPanel("clinic.csv", panel(), LoadReport("tables", "list", D, 120, 120, 0), D)
    monkeypatch.setattr(panel_store, "opening", lambda: held)
    st.cache_resource.clear()


def loaded(app: Callable[..., AppTest], who: dict[str, Any]) -> AppTest:
    at = press(choose(at_page(app("about"), "data", who), UPLOAD), "Load")
    assert not at.exception
    return at


def part(at: AppTest, who: dict[str, Any], title: str) -> AppTest:
    if "part" in at.session_state:
        at.session_state["part"] = title
    at.query_params["part"] = title
    return at_page(at, "activity", who)


def opened(at: AppTest, who: dict[str, Any], patient_id: str) -> AppTest:
    own = at.session_state[session.OWN_PANEL]
    rows = own.worklist("us-acp", own.as_of).query("select token from people where patient_id = ?", [patient_id])
    at.query_params["id"] = rows[0]["token"]
    return at_page(at, "patient", who)


def recorded(at: AppTest, who: dict[str, Any]) -> str:
    part(at, who, "What the team recorded")
    return " ".join(table.value.to_string() for table in at.dataframe) + everything(at)


def told_of(at: AppTest, who: dict[str, Any]) -> set[str]:
    """Whom the audit trail names."""
    part(at, who, "Who did what")
    return {one for one in at.dataframe[0].value["Patient id"] if one}


@pytest.mark.parametrize(("sites", "seen"), [(["Harbour"], {OURS}), (["*"], {OURS, THEIRS})])
def test_an_own_list_shows_only_what_was_recorded_of_ones_own_people(
    app: Callable[..., AppTest], clinic: None, sites: list[str], seen: set[str],
    files: dict[str, Callable[[], bytes]],
) -> None:  # fmt: skip
    who = claims(*sites)
    upload = loaded(app, who)
    said = recorded(upload, who)
    assert {one for one in SAID if SAID[one] in said} == seen
    files.clear()
    part(upload, who, "Check and feedback")
    upload.segmented_control(key="feedback-format").set_value("CSV").run()
    made = files["feedback-file"]().decode()
    assert {one for one in SAID if SAID[one] in made} == seen
    assert told_of(upload, who) == seen


def test_of_the_others_nothing_is_shown_or_recorded_and_the_reader_is_told(
    app: Callable[..., AppTest], clinic: None, home: Path
) -> None:
    who = claims("Harbour")
    at = opened(loaded(app, who), who, THEIRS)
    assert SAID[THEIRS] not in everything(at)
    assert not [one for one in at.button_group if str(one.key).startswith("kind-")]
    assert "does not name this person among those of your sites" in everything(at)
    assert any("not shown for 1 of 2 people" in one.value for one in at.warning)
    opened(at, who, OURS)
    assert SAID[OURS] in everything(at)
    assert [one for one in at.button_group if str(one.key).startswith("kind-")]


def test_nobody_is_within_reach_where_the_clinic_has_no_list(app: Callable[..., AppTest], home: Path) -> None:
    who = claims("Harbour")
    at = loaded(app, who)
    assert not [one for one in SAID if SAID[one] in recorded(at, who)]
    assert told_of(at, who) == set()


def test_a_form_that_is_saved_all_the_same_is_refused(
    app: Callable[..., AppTest], clinic: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = claims("Harbour")
    at = loaded(app, who)
    with monkeypatch.context() as late:
        late.setattr(session, "within_reach", lambda _: True)  # the forms were drawn before
        opened(at, who, THEIRS)
    next(one for one in at.button if str(one.key).startswith("save-")).click().run()
    assert any("Not saved: the clinic's own list does not name" in one.value.replace("\\", "") for one in at.error)
    assert len(log_in(home, CLINIC).everything()) == len(SAID)
