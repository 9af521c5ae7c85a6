"""The Activity page says what it cannot tell, and counts what it can."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from streamlit.testing.v1 import AppTest

from dashboard.components import activity_view
from dashboard.intake import LoadReport
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import Answer
from tests.pages.conftest import panel
from tests.pages.made_up import D

Visit = Callable[..., AppTest]


def test_it_says_that_nothing_was_loaded_or_answered(app: Visit) -> None:
    at = app("activity", part="Flags")
    assert not at.exception
    assert any("Nothing was loaded or answered" in caption.value for caption in at.caption)


def test_a_flag_that_is_a_reason_is_a_bar_a_link_and_a_row(app: Visit) -> None:
    at = app("activity", part="Flags")
    row = at.dataframe[1].value.set_index("Flag").loc["Full trial of therapy without enough relief"]
    assert row["A reason for"] == row["The only reason for"] == 24
    link = next(one.proto for one in at.get("page_link") if "Full trial" in one.proto.label)
    assert (
        link.label.replace("\\", "") == "Full trial of therapy without enough relief: 24 people, for 24 the only reason"
    )
    assert "reason=failed_therapy" in link.query_string
    shown = app("worklist", reason="failed_therapy")
    assert any("of 24 people" in m.value for m in shown.markdown)


def test_the_findings_behind_a_flag_can_be_shown(app: Visit) -> None:
    at = app("activity", part="Flags")
    before = len(at.dataframe[1].value)
    at.toggle(key="findings").set_value(True).run()
    assert len(at.dataframe[1].value) > before


def test_what_a_session_did_is_told_and_nobody_is_named() -> None:
    held = HeldPanel("my [list].csv", panel(), LoadReport("tables", "x", D, 1, 1, 0), D)
    assert activity_view.session_lines(held, own=False, given=()) == []
    given = [
        Answer("0001", "fever", "absent", D),
        Answer("0001", "weight", "final", D, value=Decimal(70)),
    ]
    loaded, gave = activity_view.session_lines(held, own=True, given=given)
    assert loaded == "Loaded a list: my \\[list\\]\\.csv, 120 people, read at 15 Jun 2026."
    assert "2 answers, concerning 1 person." in gave
    assert "0001" not in gave
