"""The pages themselves, run without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import settings
from dashboard.components import frame
from tests.pages.conftest import HOSTILE

Visit = Callable[..., AppTest]


def counted(at: AppTest) -> int:
    """The total that the line above the list states."""
    line = next(m.value for m in at.markdown if m.value.startswith("**") and " people" in m.value and "–" in m.value)
    return int(re.search(r"of ([\d,]+) people", line)[1].replace(",", ""))  # type: ignore[index]


def tiles(at: AppTest) -> dict[str, int]:
    return {
        button.key: int(re.match(r"\*\*([\d,]+)\*\*", button.label)[1])  # type: ignore[index]
        for button in at.button
        if button.key and button.key.startswith("tile-")
    }


def token_of(at: AppTest, name: str) -> str:
    at.text_input(key="go_to").set_value(name).run()
    return next(b.key.removeprefix("go-") for b in at.button if b.key and b.key.startswith("go-"))


def test_somebody_else_who_presses_meanwhile_disturbs_nobody(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run of another session between the choice of the page and the page itself."""
    other = AppTest.from_file(str(settings.ROOT / "dashboard" / "app.py"), default_timeout=60)
    top, running = frame.top, []

    def slowly(**said: bool) -> None:
        top(**said)
        if not running:
            running.append(other)
            other.run()
            other.switch_page("app_pages/worklist.py")
            running.clear()

    monkeypatch.setattr(frame, "top", slowly)
    at = app()
    assert not at.exception
    assert not other.exception
    assert counted(at) == 120
    assert counted(other) == 120


def test_the_worklist_opens_on_the_sample_and_says_so(app: Visit) -> None:
    at = app()
    assert not at.exception
    assert any("120 invented patients" in m.value for m in at.markdown)
    assert counted(at) == sum(tiles(at).values()) == 120
    assert len(at.dataframe[0].value) == 50


@pytest.mark.parametrize("page", ["worklist", "patient", "data"])
def test_the_intended_use_stands_on_every_page(app: Visit, page: str) -> None:
    at = app(page)
    assert not at.exception
    assert settings.INTENDED_USE in [caption.value for caption in at.caption]


def test_a_tile_filters_and_a_second_click_takes_it_back(app: Visit) -> None:
    at = app()
    everyone = counted(at)
    wanted = tiles(at)["tile-investigate"]
    at.button(key="tile-investigate").click().run()
    assert counted(at) == wanted
    assert sum(tiles(at).values()) == everyone
    assert at.query_params["step"] == "Failed conservative therapy"
    at.button(key="tile-investigate").click().run()
    assert counted(at) == everyone


def test_an_address_restores_filters_sort_and_page(app: Visit) -> None:
    at = app(site="Harbour", only="Overdue", sort="Name")
    assert not at.exception
    assert at.multiselect(key="site").value == ["Harbour"]
    assert at.selectbox(key="sort").value == "Name"
    assert counted(at) == 12
    assert app(page="3").session_state["page"] == 3


@pytest.mark.parametrize(
    "address", [{"step": "nonsense"}, {"sort": "rank; drop table people"}, {"page": "-4"}, {"profile": "x"}]
)
def test_a_foolish_address_shows_everyone(app: Visit, address: dict[str, str]) -> None:
    at = app(**address)
    assert not at.exception
    assert counted(at) == 120


def test_clearing_the_filters_shows_everyone_again(app: Visit) -> None:
    at = app(only="Overdue", site="Harbour")
    next(button for button in at.button if button.label == "Clear filters").click().run()
    assert counted(at) == 120
    assert "only" not in at.query_params


def test_an_empty_list_says_why_and_what_to_do(app: Visit) -> None:
    at = app(only="Imaging due", step="Self-care")
    assert not at.dataframe
    assert any("120 people" in info.value and "clear" in info.value for info in at.info)


def test_a_chosen_row_opens_that_patient(app: Visit) -> None:
    at = app()
    shown = at.dataframe[0].value.iloc[1]
    at.session_state["list"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at.run()
    assert not at.exception
    assert at.title[0].value == shown["Patient"]
    assert "id" in at.query_params
    assert shown["Patient id"] not in str(at.query_params["id"])


def test_what_is_typed_to_find_a_person_stays_out_of_the_address(app: Visit) -> None:
    at = app()
    at.text_input(key="go_to").set_value("Person 0007").run()
    assert "0007" not in str(at.query_params)
    next(b for b in at.button if b.key and b.key.startswith("go-")).click().run()
    assert at.title[0].value == "Person 0007"


def test_the_patient_page_has_its_parts(app: Visit) -> None:
    at = app()
    at = app("patient", id=token_of(at, "Person 0005"))
    assert not at.exception
    headers = [header.value.replace("\\", "") for header in at.header]
    assert headers[0].startswith("● Failed conservative therapy: bloods and X-ray spine due 6 Jun 2026")
    assert headers[1:5] == ["Record what was done", "Why", "What is not known", "Pain and therapy over time"]
    assert "● Met since 23 May 2026" in at.table[0].value.to_string().replace("\\", "")


def test_a_hostile_name_is_shown_as_it_is(app: Visit) -> None:
    at = app("patient", id=token_of(app(), "evil"))
    assert not at.exception
    plain = re.sub(r"\\(.)", r"\1", at.title[0].value).replace("\u2060", "")
    assert plain == HOSTILE
    chart = at.get("plotly_chart")
    assert chart, "the trajectory is missing"
    assert "evil" not in chart[0].proto.spec


def test_an_address_of_nobody_says_so_and_shows_no_one(app: Visit) -> None:
    at = app("patient", id="0005")
    assert not at.exception
    assert any("belongs to nobody" in info.value for info in at.info)
    assert not at.title


def test_previous_and_next_follow_the_filtered_list(app: Visit) -> None:
    at = app(step="Failed conservative therapy")
    total = counted(at)
    at.session_state["list"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at.run()
    assert 1 < total < 120
    assert any(caption.value.startswith(f"1 of {total} ") for caption in at.caption)
    assert at.button(key="previous").disabled
    at.switch_page("app_pages/patient.py")  # the test's own notion of the page does not follow st.switch_page
    at.button(key="next").click().run()
    assert any(caption.value.startswith(f"2 of {total} ") for caption in at.caption)


def test_cards_show_the_same_people_as_the_table(app: Visit) -> None:
    names = list(app().dataframe[0].value["Patient"])
    links = [link.value for link in app(view="Cards").page_link if link.value.startswith("**")]
    people = [re.sub(r"\\(.)", r"\1", link[2:-2]).replace("\u2060", "") for link in links]
    assert people == names
