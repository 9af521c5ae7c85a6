"""Through the pages: put off, assigned, disagreed with; and back on the day on which something new is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.actions import models
from dashboard.actions.log import CLINIC, SAMPLE
from tests.actions.made_up import log_in
from tests.pages.conftest import visit
from tests.pages.made_up import D
from tests.pages.test_huddle import links, texts
from tests.pages.test_recording_page import DUE, choose, field, opened, save, told

HEAD = (
    "patient_id,name,birth_date,sex,onset_date,physiotherapy_start,physiotherapy_end,pain_score,pain_score_date,fever"
)
FIRST = f"""{HEAD}
01,Ann Ash,1960-02-01,female,2026-02-01,2026-03-01,2026-05-30,6,2026-06-01,no
02,Bo Birch,1970-02-01,male,2026-02-01,2026-03-01,2026-05-30,7,2026-06-01,no
"""
SECOND = f"""{HEAD},crp,crp_date,weight,weight_date
01,Ann Ash,1960-02-01,female,2026-02-01,2026-03-01,2026-05-30,6,2026-06-01,no,48,2026-06-20,61,2026-06-20
02,Bo Birch,1970-02-01,male,2026-02-01,2026-03-01,2026-05-30,7,2026-06-01,no,,,,
"""


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Loads a list as a program that starts on this day would."""
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "home"))

    def load(content: str, day: str) -> None:
        (tmp_path / "list.csv").write_text(content)
        monkeypatch.setenv("BACKSTOP_PANEL", str(tmp_path / "list.csv"))
        monkeypatch.setenv("BACKSTOP_AS_OF", day)
        st.cache_resource.clear()

    yield load
    st.cache_resource.clear()


def people(at: AppTest) -> list[str]:
    return [one.label.replace("*", "") for one in links(at) if one.page == "patient"]


def person(name: str) -> AppTest:
    """The page of a person, found on the worklist as cards."""
    link = next(one for one in links(visit(60, "worklist", view="Cards")) if name in one.label)
    return visit(60, "patient", id=parse_qs(link.query_string)["id"])


def put_off(at: AppTest) -> AppTest:
    next(one for one in at.text_input if one.key == "declared_name").set_value("Dr Amari")
    next(one for one in at.button if str(one.key) == "declare-name").click().run()
    choose(at, "snoozed")
    field(at.selectbox, "reason").set_value("away")
    day = field(at.date_input, "day")
    day.set_value(day.max)
    return save(at)


def test_put_off_for_ninety_days_and_back_on_the_day_of_a_new_result_and_a_new_weight(
    loaded: Callable[[str, str], None], tmp_path: Path
) -> None:
    loaded(FIRST, "2026-06-15")
    assert people(visit(60, "huddle")) == ["Ann Ash", "Bo Birch"]
    for name in ("Ann Ash", "Bo Birch"):
        at = put_off(person(name))
        assert told(at).startswith("Saved: Snoozed until 13 Sep 2026")
        assert "Snoozed until 13 Sep 2026: away or in hospital" in texts(at)
    entries = log_in(tmp_path / "home", CLINIC).everything()
    assert {one.action.until - one.action.on for one in entries} == {timedelta(days=90)}  # type: ignore[union-attr]
    at = visit(60, "huddle")
    assert people(at) == []
    assert [one.label for one in links(at) if "snoozed" in one.label] == [
        "2 people more snoozed by the team: not listed here"
    ]

    loaded(FIRST, "2026-06-19")  # four days later, and nothing new
    assert people(visit(60, "huddle")) == []

    loaded(SECOND, "2026-06-20")
    at = visit(60, "huddle")
    assert people(at) == ["Ann Ash"]
    assert "Back: new CRP and weight" in texts(at)
    cards = texts(visit(60, "worklist", view="Cards"))
    assert "Back: new CRP and weight" in cards
    assert "Snoozed until 13 Sep 2026" in cards
    why = "Back: new since it was put off on 15 Jun 2026: CRP 48 mg/L (20 Jun 2026), weight 61 kg (20 Jun 2026)"
    assert why in texts(person("Ann Ash")).replace("*", "")
    assert "Snoozed until 13 Sep 2026" in texts(person("Bo Birch"))


def listed(at: AppTest) -> str:
    assert not at.exception
    return next(one.value for one in at.markdown if " people" in one.value and "of " in one.value)


def typed(at: AppTest, name: str) -> None:
    """A name that is not offered, as the field sends it."""
    shown = field(at.selectbox, "owner")
    shown.options.append(name)
    shown.set_value(name)


def test_assigning_shows_on_the_lists_and_nobody_takes_it_away(app: Callable[..., AppTest], tmp_path: Path) -> None:
    at = choose(opened(app), "assigned")
    offered = field(at.selectbox, "owner")
    assert offered.options == ["nobody", "Dr Amari"]
    typed(at, "Dr Ito, Harbour")
    save(at)
    assert told(at) == "Saved: Assigned to Dr Ito, Harbour."
    assert "With Dr Ito, Harbour" in texts(at)
    at = app("worklist", owner="Dr Ito, Harbour", view="Cards")
    assert "of 1 people" in listed(at)
    assert "with Dr Ito, Harbour" in texts(at)
    assert "of 119 people" in listed(app("worklist", owner="nobody"))
    assert "of 120 people" in listed(app("worklist", owner="Somebody Else"))
    assert "with Dr Ito, Harbour" in texts(app("queues", queue="bloods"))

    at = choose(opened(app), "assigned")
    assert field(at.selectbox, "owner").options == ["nobody", "Dr Amari", "Dr Ito, Harbour"]
    field(at.selectbox, "owner").set_value("nobody")
    save(at)
    assert told(at) == "Saved: Assigned to nobody any more."
    assert [one.action.to for one in log_in(tmp_path / "home", SAMPLE).of_patient(DUE)] == [  # type: ignore[union-attr]
        "Dr Ito, Harbour",
        None,
    ]
    assert not [one for one in app("worklist").multiselect if one.key == "owner"]


def test_a_name_that_is_too_long_is_refused(app: Callable[..., AppTest], tmp_path: Path) -> None:
    at = choose(opened(app), "assigned")
    typed(at, "x" * 81)
    save(at)
    assert "longer than 80" in told(at)
    assert log_in(tmp_path / "home", SAMPLE).everything() == ()


def test_the_address_filters_who_is_put_off_and_the_huddle_links_there(app: Callable[..., AppTest]) -> None:
    at = choose(opened(app), "snoozed")
    field(at.selectbox, "reason").set_value("away")
    field(at.date_input, "day").set_value(D + timedelta(days=27))
    save(at)
    at = app("worklist", snoozed="Snoozed", view="Cards")
    assert "of 1 people" in listed(at)
    assert "Snoozed until 12 Jul 2026" in texts(at)
    assert "of 119 people" in listed(app("worklist", snoozed="Not snoozed"))
    assert "Nobody" in [one.value for one in app("worklist", snoozed="Back from snooze").markdown]
    at = app("huddle")
    for link in links(at):
        if link.page == "worklist" and "**" in link.label:
            number = int(link.label.split("**")[1].replace(",", ""))
            assert f"of {number:,} people" in listed(app("worklist", **parse_qs(link.query_string))), link.label
    aside = next(one for one in links(at) if "snoozed by the team" in one.label)
    assert aside.label.startswith("1 person ")
    assert "of 1 people" in listed(app("worklist", **parse_qs(aside.query_string)))


def test_without_anything_recorded_there_is_nothing_to_choose(app: Callable[..., AppTest]) -> None:
    at = app("worklist", snoozed="Not snoozed")
    assert "of 120 people" in listed(at)
    assert not [one.key for one in (*at.multiselect, *at.selectbox) if one.key in ("owner", "snoozed")]


def test_a_disagreement_is_marked_and_takes_nobody_off(app: Callable[..., AppTest], tmp_path: Path) -> None:
    before = texts(app("huddle")).split(" to act on today")[0]
    at = choose(opened(app), "overridden")
    field(at.selectbox, "reason").set_value("not_fit")
    field(at.text_input, "words").set_value("Frail, agreed with the family.")
    save(at)
    said = "Disagreed with “Failed conservative therapy”: investigation would not help this person now. Frail, agreed"
    assert said in texts(at)
    assert "Dr Amari (declared), 15 Jun 2026" in texts(at)
    assert "Disagreed: investigation would not help" in texts(app("worklist", view="Cards"))
    assert texts(app("huddle")).split(" to act on today")[0] == before
    [entry] = log_in(tmp_path / "home", SAMPLE).of_patient(DUE)
    assert isinstance(entry.action, models.Overridden)
    assert {fact.concept for fact in entry.action.evidence.facts} == {"pain_score"}  # type: ignore[union-attr]


def test_what_is_open_stands_on_the_page_with_its_day_and_who_has_it(app: Callable[..., AppTest]) -> None:
    at = save(opened(app))
    assert "Open: ESR, ordered 15 Jun 2026, due 13 Jul 2026, with Dr Amari" in texts(at)
    assert "overdue" not in texts(at).split("Open: ESR")[1].split("\n")[0]
