"""Whatever is done on any page stands in the audit trail, once, and nothing of a patient but the id."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import documents, panel_store
from dashboard.actions import models, store
from dashboard.actions.audit.entries import KINDS, Kept
from dashboard.actions.audit.searching import Wanted, newest
from dashboard.actions.audit.trail import Trail
from dashboard.actions.log import SAMPLE
from dashboard.actions.proof import Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import verify
from dashboard.intake import HeldBack, LoadReport
from dashboard.panel_store import HeldPanel
from tests.actions.made_up import draft, log_in, trail_in
from tests.pages import test_data_page as data_page
from tests.pages.conftest import panel, visit
from tests.pages.made_up import D
from tests.pages.test_data_page import FOREIGN, WIDE, press
from tests.pages.test_recording_page import DUE, _button, _rows, _words, choose, opened, save
from tests.pages.test_what_if import plain

Visit = Callable[..., AppTest]


@pytest.fixture
def home(app: Visit, tmp_path: Path) -> Path:
    return tmp_path / "home"


def kept(home: Path) -> list[Kept]:
    """Oldest first."""
    found = newest(trail_in(home).store, Wanted(), 1000)
    return sorted(found, key=lambda one: (one.at, one.number))


def kinds(home: Path) -> list[str]:
    return [one.entry.kind for one in kept(home)]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What each download of the page would make, by its key or label."""
    found: dict[str, Callable[[], bytes]] = {}
    real = st.download_button

    def noted(label: str, data: Any, *given: Any, **named: Any) -> bool:  # noqa: ANN401
        found[str(named.get("key") or label)] = data
        return bool(real(label, data, *given, **named))

    monkeypatch.setattr(st, "download_button", noted)
    return found


LISTS = {"huddle": "huddle", "worklist": "worklist", "ask": "to ask", "queues": "queues", "activity": "activity"}


@pytest.mark.parametrize("page", LISTS)
def test_a_list_is_written_down_once_for_each_state_and_session(home: Path, app: Visit, page: str) -> None:
    at = app(page)
    at.run()
    at.run()
    assert not at.exception
    shown = [one.entry for one in kept(home) if one.entry.about.get("page") == LISTS[page]]
    assert len(shown) == 1
    assert shown[0].kind == "list_viewed"
    assert shown[0].about.get("people", shown[0].about.get("entries")) >= 0
    app(page)
    sessions = {one.entry.session for one in kept(home) if one.entry.about.get("page") == LISTS[page]}
    assert len(sessions) == 2, "another visitor is another session"


def test_another_filter_is_another_list_and_what_it_shows_is_in_words(home: Path, app: Visit) -> None:
    at = app("worklist", site=["Harbour"])
    at.multiselect(key="site").set_value([]).run()
    at.multiselect(key="site").set_value(["Harbour"]).run()
    about = [one.entry.about for one in kept(home) if one.entry.about.get("page") == "worklist"]
    assert [one["filter"] for one in about] == [["Site: Harbour"], []], "coming back to a state adds nothing"
    assert [one["people"] for one in about] == [60, 120]
    assert about[0]["digest"] != about[1]["digest"]


def test_pages_without_people_add_nothing(home: Path, app: Visit) -> None:
    for page in ("pathway", "about", "data"):
        app(page)
    assert [one for one in kinds(home) if one != "list_viewed"] == []
    assert {one.entry.about["page"] for one in kept(home)} == {"huddle"}, "the page that opens first"


WHAT_IF = {"section": "What if", "number": "trial_length", "to": "42"}
TEAM = {"part": "What the team recorded"}
SECTIONS: list[tuple[str, dict[str, str], str]] = [
    ("worklist", {}, "worklist"), ("queues", {"queue": "imaging"}, "queues"), ("pathway", WHAT_IF, "what if"),
    ("activity", TEAM, "what the team recorded"), ("pathway", {"section": "Attrition"}, ""),
    ("activity", {"part": "Flags"}, ""), ("activity", {"part": "Check and feedback"}, ""), ("data", {}, ""),
]  # fmt: skip
"""Pages and their parts, and the list that each has of people; none where it has numbers alone."""


def people_shown(at: AppTest) -> set[str]:
    """Whom the page names, by name or, in a table, by number."""
    named = set(re.findall(r"Person (\d{4})", " ".join(repr(one.proto) for one in at.main)))
    return named | {cell for table in at.dataframe for cell in map(str, table.value.to_numpy().flat) if cell == "0003"}


@pytest.mark.parametrize(("page", "address", "of"), SECTIONS)
def test_no_part_of_a_page_shows_people_without_an_entry(
    home: Path, app: Visit, page: str, address: dict[str, str], of: str
) -> None:
    log_in(home, SAMPLE).append(draft(models.Note(on=D, words="Rang."), patient_id="0003"))
    at = app(page, **address)
    assert not at.exception
    assert bool(people_shown(at)) == bool(of)
    assert of in {"", *(one.entry.about.get("page") for one in kept(home))}


def test_what_another_number_would_change_is_a_list_like_any_other(home: Path, app: Visit) -> None:
    at = app("pathway", **WHAT_IF)
    at.run()
    [entry] = [one.entry for one in kept(home) if one.entry.about.get("page") == "what if"]
    tried, side = entry.about["filter"]
    assert tried == "Length of the trial of therapy: 42 days instead of 28 days"
    assert side.endswith(f"({entry.about['people']:,})")
    other = next(one for one in at.get("button_group") if one.key == "who").options[1]
    at.session_state["who"] = plain(other)
    at.run()
    assert len([one for one in kept(home) if one.entry.about.get("page") == "what if"]) == 2


def test_a_person_is_written_down_once_for_each_opening(home: Path, app: Visit) -> None:
    at = opened(app, name="")
    at.run()
    at.run()
    views = [one.entry for one in kept(home) if one.entry.kind == "patient_viewed"]
    assert [one.patient_id for one in views] == [DUE]
    assert (views[0].panel, views[0].basis and views[0].basis.as_of) == ("sample", D)
    token = next(one["token"] for one in _rows(at) if one["patient_id"] == DUE)
    at.switch_page("app_pages/worklist.py").run()
    at.switch_page("app_pages/patient.py")
    at.query_params["id"] = token
    at.run()
    assert kinds(home).count("patient_viewed") == 2


def test_what_stays_open_is_written_down_for_the_next_one_who_says_a_name(home: Path, app: Visit) -> None:
    at = opened(app)
    _button(at, "name-change").click().run()
    next(one for one in at.text_input if one.key == "declared_name").set_value("Nurse Poe")
    _button(at, "declare-name").click().run()
    at.run()
    views = [one.entry.by.name for one in kept(home) if one.entry.kind == "patient_viewed"]
    assert views == ["", "Dr Amari", "", "Nurse Poe"]
    at.switch_page("app_pages/worklist.py").run()
    at.run()
    lists = [one.entry.by.name for one in kept(home) if one.entry.about.get("page") == "worklist"]
    assert lists == ["", "Nurse Poe"]


def test_an_address_of_nobody_is_written_down_without_it(home: Path, app: Visit) -> None:
    at = app("patient", id="0123456789abcdef")
    at.run()
    refused = [one.entry for one in kept(home) if one.entry.kind == "page_refused"]
    assert [one.outcome for one in refused] == ["refused"]
    assert "0123456789abcdef" not in json.dumps(refused[0].about)


def test_that_somebody_searched_is_written_down_once_and_never_for_what(home: Path, app: Visit) -> None:
    at = app("worklist")
    box = next(one for one in at.text_input if one.key == "go_to")
    for typed in ("Pers", "Person 00", "Person 0003"):
        box.set_value(typed).run()
    assert kinds(home).count("searched") == 1
    box.set_value("").run()
    box.set_value("0004").run()
    assert kinds(home).count("searched") == 2
    assert "0003" not in str([one.entry for one in kept(home)])


def test_profile_and_date_are_written_down_when_they_change(home: Path, app: Visit) -> None:
    at = app("worklist")
    at.selectbox(key="profile").set_value("uk-nice").run()
    at.date_input(key="as_of").set_value(D.replace(day=16)).run()
    at.run()
    changed = [one.entry for one in kept(home) if one.entry.kind.endswith("_changed")]
    assert [(one.kind, one.about["before"]) for one in changed] == [
        ("profile_changed", "us-acp"), ("as_of_changed", "2026-06-15"),
    ]  # fmt: skip
    assert changed[-1].basis is not None
    assert (changed[-1].basis.profile, changed[-1].basis.as_of.day) == ("uk-nice", 16)


def test_a_file_is_made_only_after_it_is_written_down(
    home: Path, app: Visit, files: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for paper in ("summary_pdf", "letter_pdf"):
        monkeypatch.setattr(documents, paper, lambda _: b"%PDF")
    opened(app, name="")
    assert not [one for one in kinds(home) if one in ("exported", "document_made")], "a button alone makes nothing"
    for name in ("export-csv", "export-excel"):
        assert files[name]()
    for name in [one for one in files if one.startswith("back-pain-")]:
        assert files[name]().startswith(b"%PDF")
    made = [one.entry for one in kept(home) if one.entry.kind in ("exported", "document_made")]
    assert [(one.about.get("format"), one.about.get("people"), one.patient_id) for one in made] == [
        ("CSV", 120, ""), ("Excel", 120, ""), ("PDF", None, DUE), ("PDF", None, DUE),
    ]  # fmt: skip
    monkeypatch.setattr(Trail, "append", _full)
    for make in files.values():
        with pytest.raises(StoreUnusable):
            make()


def _full(*_: object) -> None:
    raise StoreUnusable("the disk is full", "/made/up", "free some room")


def test_a_load_and_a_refused_load_and_a_mapping_are_written_down(home: Path, app: Visit) -> None:
    at = press(data_page.choose(app("data"), WIDE, "list-2026-06-12.csv"), "Load")
    [load] = [one.entry for one in kept(home) if one.entry.kind == "loaded"]
    assert (load.panel, load.about["file"], load.about["people"], load.about["held_back"]) == (
        "clinic", "list-2026-06-12.csv", 1, 1,
    )  # fmt: skip
    assert load.about["series"] == "list-#-#-#.csv"
    press(data_page.choose(app("data"), b"no workbook", "wrong.xlsx"), "Load")
    refused = [one.entry for one in kept(home) if one.entry.kind == "load_refused"]
    assert {(one.outcome, one.about["file"]) for one in refused} == {("refused", "wrong.xlsx")}
    at = data_page.choose(app("data"), FOREIGN)
    at.text_input(key="mapping_name").set_value("Their system").run()
    press(at, "Save mapping")
    assert kinds(home).count("mapping_saved") == 1
    views = [one.entry for one in kept(home) if one.entry.about.get("page") == "records held back"]
    assert [one.about["people"] for one in views] == [1]


def test_nothing_is_loaded_while_it_cannot_be_written_down(
    home: Path, app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = data_page.choose(app("data"), WIDE)
    monkeypatch.setattr(Trail, "append", _full)
    press(at, "Load")
    assert any("Nothing was loaded" in one.value and "disk is full" in one.value for one in at.error)
    assert any("Sample data" in one.value for one in at.markdown)


def test_what_is_recorded_and_what_is_refused_are_tied_to_the_log(home: Path, app: Visit) -> None:
    at = save(opened(app))
    [entry] = [one.entry for one in kept(home) if one.entry.kind == "action_recorded"]
    with closing(sqlite3.connect(home / store.FILE)) as connection:
        [(action_id,)] = connection.execute("SELECT action_id FROM actions").fetchall()
    assert (entry.about["action_id"], entry.patient_id, entry.by.name) == (action_id, DUE, "Dr Amari")
    for one in (at, other := opened(app)):
        _words(choose(one, "note"))
    save(at)
    save(other)
    assert kinds(home).count("action_refused") == 1
    assert kinds(home).count("action_recorded") == 2


@pytest.mark.parametrize("page", [*LISTS, "data", "pathway", "about"])
def test_a_page_goes_on_while_nothing_can_be_written_and_says_so_once(
    home: Path, app: Visit, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trail, "append", _full)
    at = app(page)
    at.run()
    assert not at.exception
    told = [one.value for one in at.warning if "Recording is off" in one.value]
    assert len(told) == 1
    assert "disk is full" in told[0]
    if page == "worklist":
        assert any("120" in one.value for one in at.markdown)
        assert any("No file can be made now" in one.value for one in at.caption)


def test_both_tables_out_of_reach_are_one_message(home: Path, app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_HOME", "/proc/nowhere")
    at = app("worklist")
    assert len([one for one in at.warning if "Recording is off" in one.value]) == 1


def test_another_pathway_is_written_down_by_the_first_run_of_a_process(
    home: Path, app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    app("worklist")
    st.cache_resource.clear()
    app("worklist")
    assert "pathway_changed" not in kinds(home)
    before = panel_store.the_pathway()
    monkeypatch.setattr(panel_store, "the_pathway", lambda: replace(before, version="another"))
    st.cache_resource.clear()
    app("worklist")
    app("worklist")
    [entry] = [one.entry for one in kept(home) if one.entry.kind == "pathway_changed"]
    assert (entry.about, entry.by.user_id) == ({"before": before.version, "now": "another"}, "program")


def test_nothing_of_a_patient_but_the_id_and_no_log_line(
    home: Path, app: Visit, files: dict[str, Callable[[], bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dashboard")
    at = save(opened(app))
    app("worklist", site=["Harbour"])
    for page in (*LISTS, "data"):
        app(page)
    for make in files.values():
        make()
    with closing(sqlite3.connect(home / store.FILE)) as connection:
        rows = connection.execute("SELECT * FROM audit").fetchall()
    written = json.dumps(rows, ensure_ascii=False)
    assert f'"{DUE}"' in written
    people = panel().patients.to_pylist()
    assert [name for one in people if (name := one["name"]) in written] == []
    assert [born for one in people if (born := str(one["birth_first"])) in written] == []
    assert "physiotherapy" not in written
    assert "reason" not in written
    assert not [record for record in caplog.records if record.name.startswith("dashboard")]
    assert verify(store.of_file(home / store.FILE), Proof(home / "proof")).whole
    assert {one.entry.kind for one in kept(home)} <= set(KINDS)
    assert not at.exception


def test_a_clinic_s_list_that_opens_by_itself_is_written_down_and_a_silent_flag_is_told(
    home: Path, app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = 0

    def opening() -> HeldPanel:
        nonlocal loaded
        loaded += 1
        return HeldPanel(f"list-{loaded}.csv", panel(), LoadReport("tables", "list", D, 120, 120, 0), D)

    monkeypatch.setattr(panel_store, "opening", opening)
    for _ in range(3):
        st.cache_resource.clear()
        at = visit(30, "data")
    loads = [one.entry for one in kept(home) if one.entry.kind == "loaded"]
    assert [one.by.user_id for one in loads] == ["program"] * 3
    assert loads[0].about["flags"] == {"failed_therapy": 24}
    assert not [one for one in at.warning if "of the last" in one.value]
    monkeypatch.setattr("dashboard.firing.counts", lambda _: {})
    st.cache_resource.clear()
    at = visit(30, "data")
    [told] = [one.value for one in at.warning if "of the last" in one.value]
    assert "Full trial of therapy without enough relief: 0 people now, 24 at each of the last 3 loads" in told.replace(
        "\\", ""
    )


def test_held_back_records_leave_only_after_it_is_written_down(
    home: Path, app: Visit, files: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = LoadReport(
        "tables", "sample", D, 2, 1, 0, held_back=(HeldBack("list.csv", 3, "raw", "esr", "x", "is no number", "7"),)
    )
    monkeypatch.setattr(panel_store, "opening", lambda: HeldPanel("Sample", panel(), report, D, sample=True))
    app("data")
    assert files["download-list.csv"]()
    [entry] = [one.entry for one in kept(home) if one.entry.kind == "exported"]
    assert (entry.about["file"], entry.about["people"]) == ("held-back", 1)


def test_codes_leave_only_after_it_is_written_down(
    home: Path, app: Visit, files: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = LoadReport("tables", "sample", D, 2, 2, 0, unmapped={("http://snomed.info/sct", "1", "rare"): 2})
    monkeypatch.setattr(panel_store, "opening", lambda: HeldPanel("Sample", panel(), report, D, sample=True))
    app("data")
    assert files["Download the codes"]()
    [entry] = [one.entry for one in kept(home) if one.entry.kind == "exported"]
    assert (entry.about["file"], entry.about["records"]) == ("codes-nobody-knows", 2)
    monkeypatch.setattr(Trail, "append", _full)
    with pytest.raises(StoreUnusable):
        files["Download the codes"]()
