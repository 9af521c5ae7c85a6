"""What stands on every page: whose list, which date and rules, who is signed in, and a warning where it is old."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import panel_store, settings, wording
from dashboard.access.users import User
from dashboard.components import session
from dashboard.intake import LoadReport
from dashboard.panel_store import HeldPanel
from pathways import load_pathway
from tests.pages.conftest import HOSTILE, panel
from tests.pages.made_up import D

Visit = Callable[..., AppTest]
PAGES = ("huddle", "worklist", "about")


def line(at: AppTest) -> str:
    return next(caption.value for caption in at.caption if caption.value.startswith("Data as of"))


@pytest.fixture
def own_list(app: Visit, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """The same pages over a list that is nobody's sample, with a hostile name."""
    report = LoadReport("tables", "list", D, 243, 243, 0)
    monkeypatch.setattr(panel_store, "opening", lambda: HeldPanel(HOSTILE, panel(), report, D))
    st.cache_resource.clear()
    return app


@pytest.mark.parametrize("page", PAGES)
def test_the_line_tells_date_age_version_and_who_is_signed_in(app: Visit, page: str) -> None:
    told = line(app(page))
    assert "15 Jun 2026" in told
    assert f"pathway version {load_pathway().version[:8]}" in told
    assert "not signed in, local use" in told
    assert "sample data never counts as old" in told


def test_the_profile_and_the_date_can_be_chosen_on_every_page(app: Visit) -> None:
    at = app("about")
    assert at.selectbox(key="profile").value == "us-acp"
    assert at.date_input(key="as_of").value == D


def test_the_line_follows_the_date_that_is_chosen(app: Visit) -> None:
    at = app("about")
    at.date_input(key="as_of").set_value(D.replace(day=9)).run()
    assert "9 Jun 2026" in line(at)


@pytest.mark.parametrize("page", PAGES)
def test_the_sample_is_never_called_old(app: Visit, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_AS_OF", "2027-06-15")
    at = app(page)
    assert not at.error
    assert not at.warning


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("today", "warned", "blocked"),
    [("2026-06-15", 0, 0), ("2026-06-16", 0, 0), ("2026-06-17", 1, 0), ("2026-06-18", 1, 0), ("2026-06-19", 0, 1)],
)
def test_an_old_list_is_called_old_on_every_page(
    own_list: Visit, page: str, today: str, warned: int, blocked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSTOP_AS_OF", today)
    at = own_list(page)
    old = [box.value for box in (*at.warning, *at.error) if "This list shows 15 Jun 2026" in box.value]
    assert (len(at.warning), len(at.error)) == (warned, blocked)
    assert len(old) == warned + blocked
    assert all(("Load a newer one" in text) is bool(blocked) for text in old)


def test_the_limits_of_age_come_from_the_wording() -> None:
    limits = wording.screen().data_age
    assert (limits.amber_after_hours, limits.red_after_hours) == (24, 72)


def test_the_name_of_a_list_is_shown_as_it_is(own_list: Visit) -> None:
    at = own_list("about")
    named = next(m.value for m in at.markdown if "120 people" in m.value)
    assert "![x](" not in named
    assert "<img" not in named.replace("\\<", "")


def test_the_logo_is_a_file_of_ours_without_text_or_addresses() -> None:
    logo = (settings.ROOT / "dashboard/components/logo.svg").read_text(encoding="utf-8")
    assert "<text" not in logo
    assert "href" not in logo
    assert logo.count("http") == 1  # the name of the format itself


def test_of_how_few_people_the_list_is_is_not_told_to_whoever_may_only_count(
    app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = panel()
    report = LoadReport("tables", "list", D, 3, 3, 0)
    monkeypatch.setattr(
        panel_store, "opening", lambda: HeldPanel("list.csv", replace(few, patients=few.patients[:3]), report, D)
    )
    st.cache_resource.clear()
    monkeypatch.setattr(session, "user", lambda: User("u1", "Olu", ("observer",)))
    shown = " ".join(one.value for one in app("about").markdown)
    assert "fewer than 10 people" in shown
    assert "3 people" not in shown
