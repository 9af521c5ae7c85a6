"""The data page: the account of a load, and the way from a file to a list."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import column_mappings, intake, panel_store
from dashboard.access.users import User
from dashboard.components import completeness_view, load_report, session
from dashboard.intake import HeldBack, LoadReport
from dashboard.panel_store import HeldPanel
from tests.pages.conftest import HOSTILE, panel
from tests.pages.made_up import D

Visit = Callable[..., AppTest]

WIDE = b"""patient_id,name,birth_date,sex,onset_date,pain_score,pain_score_date
01,Ann,1960-02-01,female,2026-03-01,6,2026-06-01
02,Bo,1970-02-01,male,2026-04-01,14,2026-06-01
"""
BOTH_WAYS = WIDE.replace(b"2026-03-01", b"03/04/2026").replace(b"2026-04-01", b"04/05/2026")
FOREIGN = b"""MRN;Patient name;DOB;Gender;Pain onset;Shoe size
01;Ann;1960-02-01;female;2026-03-01;39
02;Bo;1970-02-01;male;2026-04-01;44
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def choose(at: AppTest, content: bytes, name: str = "mine.csv") -> AppTest:
    key = next(one.key for one in at.file_uploader if one.label == "Patient list")
    return at.file_uploader(key=key).upload(name, content).run()


def text(at: AppTest) -> str:
    shown = [*at.markdown, *at.caption, *at.success, *at.warning, *at.error, *at.subheader, *at.header]
    return " ".join(one.value for one in shown).replace("\\", "").replace("\u2060", "")


def held(**account: object) -> HeldPanel:
    numbers = {"records_read": 12_345, "accepted": 12_345, "blank": 0} | account
    return HeldPanel("Sample data", panel(), LoadReport("tables", "sample", D, **numbers), D, sample=True)  # type: ignore[arg-type]


def reports(monkeypatch: pytest.MonkeyPatch, **account: object) -> None:
    monkeypatch.setattr(panel_store, "opening", lambda: held(**account))


def a_record(line: int, reason: str, patient_id: str = "7") -> HeldBack:
    return HeldBack("list.csv", line, "raw", "esr", HOSTILE, reason, patient_id)


def test_a_load_without_trouble_is_one_line(app: Visit) -> None:
    at = app("data")
    assert not at.exception
    assert [one.value for one in at.success] == ["Everything was read: 243 records, none held back."]
    assert not at.metric
    assert "Held back" not in text(at)


def test_the_account_has_four_figures_that_add_up(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    reports(
        monkeypatch,
        accepted=12_340,
        blank=2,
        held_back=tuple(a_record(line, "is no number") for line in (3, 4, 5)),
        future_events=1200,
    )
    at = app("data")
    assert [(one.label, one.value) for one in at.metric] == [
        ("Records read", "12,345"),
        ("= Accepted", "12,340"),
        ("+ Held back", "3"),
        ("+ Blank", "2"),
    ]
    assert "12,345 records read = 12,340 accepted + 3 held back + 2 blank" in text(at)
    assert "1,200 events lie after 15 Jun 2026" in text(at)


def test_held_back_records_are_counted_by_reason_then_listed_fifty_at_a_time(
    app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [a_record(line, "is no number", str(line)) for line in range(2, 72)]
    records += [a_record(line, "is no date", "1") for line in range(100, 110)]
    reports(monkeypatch, accepted=12_265, held_back=tuple(records))
    at = app("data")
    reasons = at.table[0].value
    assert list(reasons["Records"]) == ["70", "10"]
    assert list(reasons["Patients"]) == ["70", "1"]
    assert list(at.dataframe[0].value["Line"]) == list(range(2, 52))
    at.session_state["held_page"] = 2
    at.run()
    assert list(at.dataframe[0].value["Line"]) == [*range(52, 72), *range(100, 110)]
    at.selectbox(key="reason_shown").set_value("is no date").run()
    assert list(at.dataframe[0].value["Line"]) == list(range(100, 110))
    assert set(at.dataframe[0].value["Value"]) == {HOSTILE}


@pytest.mark.parametrize("user", [User("u1", "Olu", ("admin",)), User("u2", "Ann", ("manager",), ("Harbour",))])
def test_of_records_held_back_no_few_patients_are_told_to_somebody_who_may_not_see_them(
    app: Visit, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    some = [a_record(line, "is no number", str(line)) for line in range(2, 22)]
    few = [a_record(line, "is no date", str(line)) for line in range(22, 25)]
    more = [a_record(line, "is no code", str(line)) for line in range(25, 40)]
    reports(monkeypatch, accepted=12_307, held_back=(*some, *more, *few))
    monkeypatch.setattr(session, "user", lambda: user)
    at = app("data")
    assert list(at.table[0].value["Patients"]) == ["20", "hidden", "hidden"]
    reports(monkeypatch, accepted=12_342, held_back=tuple(few))
    st.cache_resource.clear()
    assert "fewer than 10 patient ids" in text(app("data"))


def test_codes_nobody_knows_come_with_counts_the_most_frequent_first(
    app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    unmapped = {("http://snomed.info/sct", "1", "rare"): 2, ("http://snomed.info/sct", "2", "=common"): 1500}
    reports(monkeypatch, unmapped=unmapped)
    at = app("data")
    assert "Codes nobody knows: 2, in 1,502 records" in text(at)
    shown = at.dataframe[0].value
    assert list(shown["Records"]) == [1500, 2]
    rows = load_report.unmapped_csv(held(unmapped=unmapped).report).decode("utf-8-sig").splitlines()
    assert rows[0] == "system,code,display,records,concept"
    assert rows[1] == "http://snomed.info/sct,2,'=common,1500,"


def test_an_own_list_shows_its_report_and_the_way_back(app: Visit) -> None:
    at = press(choose(app("data"), WIDE), "Load")
    assert not at.exception
    assert "2 records read = 1 accepted + 1 held back + 0 blank" in text(at)
    assert "The list is loaded: 1 patient." in text(at)
    assert {"Go to the huddle", "Go to the worklist"} <= {link.value for link in at.page_link}
    records = at.dataframe[0].value
    assert list(records["Value"]) == ["14"]
    assert list(records["Line"]) == [3]
    at = press(at, "Back to the sample data")
    assert any("120 invented patients" in m.value for m in at.markdown)


def test_a_list_of_which_nobody_is_left_says_so_and_how_to_go_on(app: Visit) -> None:
    at = press(choose(app("data"), WIDE.replace(b",6,", b",60,")), "Load")
    assert not at.exception
    assert "2 records read = 0 accepted + 2 held back + 0 blank" in text(at)
    assert "nobody to show" in at.warning[0].value
    assert not at.success
    assert {"Mended records"} <= {one.label for one in at.file_uploader}
    assert "Back to the sample data" in {button.label for button in at.button}


def test_what_was_handed_over_lies_where_it_is_found_if_the_process_is_killed(
    app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, load, read = choose(app("data"), WIDE), intake.load, []

    def watched(source: Path, **how: object) -> intake.Loaded:
        read.append(source)
        assert source.exists()
        return load(source, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "load", watched)
    press(at, "Load")
    (source,) = read
    assert len([folder for folder in source.parents if folder.name.startswith(f"backstop-{os.getpid()}-")]) == 1
    assert not source.exists()


def test_an_own_list_is_seen_by_its_session_alone(app: Visit) -> None:
    mine = press(choose(app("data"), WIDE), "Load")
    assert "mine" in text(mine)
    assert "mine" not in text(app("data"))


def test_a_mended_row_takes_the_place_of_the_one_held_back(app: Visit) -> None:
    at = press(choose(app("data"), WIDE), "Load")
    report = at.session_state["_own_panel"].report
    mended = load_report.held_back_csv(report, "mine.csv").replace(b",14,", b",4,", 1)
    key = next(one.key for one in at.file_uploader if one.label == "Mended records")
    at.file_uploader(key=key).upload("held-back.csv", mended).run()
    at = press(at, "Load again with these rows")
    assert not at.exception
    assert "Everything was read: 2 records, none held back." in text(at)


def test_a_mended_file_of_another_list_loads_nothing(app: Visit) -> None:
    at = press(choose(app("data"), WIDE), "Load")
    key = next(one.key for one in at.file_uploader if one.label == "Mended records")
    at.file_uploader(key=key).upload("other.csv", b"patient_id\n1\n").run()
    at = press(at, "Load again with these rows")
    assert "Nothing was loaded." in at.error[0].value
    assert "2 records read = 1 accepted" in text(at)


def test_nobody_is_asked_about_the_order_of_clear_dates(app: Visit) -> None:
    at = choose(app("data"), WIDE)
    assert not at.warning
    assert "day or the month" not in text(at)


def test_dates_that_can_be_read_both_ways_are_asked_about_and_answered_in_place(app: Visit) -> None:
    at = press(choose(app("data"), BOTH_WAYS), "Load")
    assert not at.error
    assert "“onset_date” can be read in two ways" in text(at)
    assert next(button for button in at.button if button.label == "Load").disabled
    order = next(group for group in at.get("segmented_control") if group.key == "date_order")
    order.set_value("Day first: 03/04/2026 is 3 April").run()
    at = press(at, "Load")
    assert not at.exception
    assert "2 records read = 1 accepted" in text(at)
    onset = at.session_state["_own_panel"].panel.events.to_pylist()[0]
    assert (onset["concept"], onset["date_first"].isoformat()) == ("back_pain", "2026-04-03")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1\n", "patient id"),
        (b"", "empty"),
        (b"\x00\x01\x02\x03" * 50, "not a text file"),
        (b'patient_id,name\n1,"never closed\n', "line 2: a quote is never closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_loads_nothing(app: Visit, content: bytes, says: str) -> None:
    at = choose(app("data"), content)
    assert not at.exception
    load = next(button for button in at.button if button.label == "Load")
    at = at if load.disabled else load.click().run()
    assert says in text(at)
    assert "_own_panel" not in at.session_state


def test_strange_columns_are_suggested_confirmed_and_loaded(app: Visit) -> None:
    at = choose(app("data"), FOREIGN)
    assert not at.exception
    found = {box.key: box.value for box in at.selectbox if box.key and box.key.startswith("map-")}
    assert found == {
        "map-mrn": "patient_id",
        "map-patient_name": "name",
        "map-dob": "birth_date",
        "map-gender": "sex",
        "map-pain_onset": "onset_date",
        "map-shoe_size": "",
    }
    assert "39, 44" in text(at)
    at = press(at, "Load")
    assert not at.exception
    assert "Everything was read: 2 records" in text(at)
    assert "columns that are not used: shoe_size" in text(at)
    assert at.session_state["_own_panel"].panel.patients["name"].to_pylist() == ["Ann", "Bo"]


def test_a_mapping_that_cannot_work_is_said_before_the_load(app: Visit) -> None:
    at = choose(app("data"), FOREIGN)
    at.selectbox(key="map-mrn").set_value("").run()
    assert "cannot be read without: patient id" in text(at)
    at.selectbox(key="map-mrn").set_value("name").run()
    assert "Two columns cannot both be “name”" in text(at)
    assert next(button for button in at.button if button.label == "Load").disabled


def test_a_saved_mapping_fills_in_the_next_file(app: Visit, home: Path) -> None:
    at = choose(app("data"), FOREIGN)
    at.selectbox(key="map-gender").set_value("").run()
    at.text_input(key="mapping_name").set_value("Our system").run()
    at = press(at, "Save mapping")
    assert not at.exception
    kept = (home / column_mappings.FILE).read_text(encoding="utf-8")
    assert "Ann" not in kept
    assert "39" not in kept
    at = press(at, "Load")
    at = choose(at, FOREIGN)
    assert at.selectbox(key="mapping_picked").value == "Our system"
    assert at.selectbox(key="map-mrn").value == "patient_id"
    assert at.selectbox(key="map-gender").value == ""


def test_completeness_stands_on_the_page(app: Visit) -> None:
    at = app("data")
    assert not at.exception
    assert any(header.value == "How complete each fact is" for header in at.header)
    assert at.get("plotly_chart")


def test_a_large_list_is_counted_when_somebody_wants_it(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completeness_view, "LARGE", 100)
    at = app("data")
    assert "This list has 120 people" in text(at)
    assert not at.get("plotly_chart")
    at = press(at, "Count what is known")
    assert not at.exception
    assert at.get("plotly_chart")
    assert at.run().get("plotly_chart")
