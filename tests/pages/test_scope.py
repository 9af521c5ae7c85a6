"""Nobody sees or counts anybody beyond their sites; without the right to see people there are counts alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import pathways
from dashboard import panel_store
from dashboard.access.small_cells import hidden
from dashboard.access.users import NotAllowed, User
from dashboard.answered_panel import answered, recorded
from dashboard.components import session
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel, the_pathway
from dashboard.queues import counts
from dashboard.scoped_panel import MOST_SCOPES, for_user
from dashboard.session_answers import Answer

PROFILE = "us-acp"
OBSERVER = User("u1", "Olu", ("observer",))


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


def clinician(*sites: str) -> User:
    return User("u2", "Dr Ito", ("clinician",), sites)


def test_a_part_is_what_evaluating_its_people_alone_gives(held: HeldPanel) -> None:
    site = held.worklist(PROFILE, held.as_of).choices("site")[0]
    part = for_user(held, clinician(f" {site.upper()} "))
    assert 0 < part.people < held.people
    mine = part.worklist(PROFILE, held.as_of)
    alone = pathways.evaluate(part.panel, the_pathway(), PROFILE, as_of=held.as_of)
    assert mine.answers.sort_by("patient_id").equals(alone.sort_by("patient_id"))
    assert set(mine.choices("site")) <= {site}
    assert mine.total() == held.worklist(PROFILE, held.as_of).total(Filters(sites=(site,))) + _nowhere(held)
    assert set(part.panel.events["patient_id"].to_pylist()) <= set(part.panel.patients["patient_id"].to_pylist())


def _nowhere(held: HeldPanel) -> int:
    return held.panel.patients["site"].null_count


def test_nobody_of_another_site_can_be_opened_found_or_explained(held: HeldPanel) -> None:
    every = held.worklist(PROFILE, held.as_of)
    here, there = every.choices("site")[:2]
    part = for_user(held, clinician(here))
    other = every.query("select * from people where site = ? order by rank", [there])[0]
    mine = part.worklist(PROFILE, held.as_of)
    assert mine.person(other["token"]) is None
    assert other["patient_id"] not in {row["patient_id"] for row in mine.find(other["patient_id"])}
    for reach in (
        lambda: part.trace(other["patient_id"], PROFILE, held.as_of),
        lambda: part.alone(other["patient_id"]),
        lambda: part.courses_of(other["patient_id"]),
    ):
        with pytest.raises(NotAllowed):
            reach()


def test_what_is_answered_and_recorded_elsewhere_changes_nothing_here(held: HeldPanel) -> None:
    every = held.worklist(PROFILE, held.as_of)
    here, there = every.choices("site")[:2]
    part = for_user(held, clinician(here))
    other = every.query("select * from people where site = ? order by rank", [there])[0]
    told = Answer(other["patient_id"], "fever", "present", held.as_of)
    view = answered(recorded(part, ()), (told,))
    assert view.worklist(PROFILE, held.as_of).answers.equals(part.worklist(PROFILE, held.as_of).answers)


def test_no_site_is_nobody_but_people_without_one(held: HeldPanel) -> None:
    assert for_user(held, clinician()).people == _nowhere(held)


def test_who_may_see_everybody_gets_the_panel_itself_and_equal_rights_share_a_part(held: HeldPanel) -> None:
    assert for_user(held, User("u3", "Dr Lee", ("clinician",))) is held
    sites = held.worklist(PROFILE, held.as_of).choices("site")
    assert for_user(held, clinician(*sites[:2])) is for_user(held, clinician(*reversed(sites[:2])))
    for number in range(2 * MOST_SCOPES):
        for_user(held, clinician(f"none {number}"))
    assert len(held._scopes) <= MOST_SCOPES


def test_without_the_right_to_see_people_they_can_only_be_counted(held: HeldPanel) -> None:
    counted = for_user(held, OBSERVER)
    people = counted.worklist(PROFILE, held.as_of)
    assert people.counts(Filters()) == held.worklist(PROFILE, held.as_of).counts(Filters())
    assert people.query("select count(*) as n from people where name is not null or token is not null") == [{"n": 0}]
    somebody = held.panel.patients["patient_id"][0].as_py()
    for reach in (
        lambda: people.page(Filters()),
        lambda: list(people.everyone(Filters())),
        lambda: people.find("a"),
        lambda: counted.trace(somebody, PROFILE, held.as_of),
    ):
        with pytest.raises(NotAllowed):
            reach()


@given(st.lists(st.integers(0, 40), max_size=8))
def test_no_small_part_can_be_told_from_the_whole(parts: list[int]) -> None:
    shown = hidden(parts, 10)
    gone = [count for count, told in zip(parts, shown, strict=True) if told is None]
    assert all(told == count for count, told in zip(parts, shown, strict=True) if told is not None)
    assert not any(0 < told < 10 for told in shown if told is not None)
    if any(0 < count < 10 for count in parts) and sum(parts) >= 10:
        assert len(gone) > 1
        assert sum(gone) >= 10


def test_the_queue_tells_no_small_number(held: HeldPanel) -> None:
    people = for_user(held, OBSERVER).worklist(PROFILE, held.as_of)
    for queue in ("bloods", "imaging", "referral", "review"):
        found = counts.told(people, queue, 10)
        told = [found.open, found.over, *(part for site in found.sites for part in (site.open, site.over))]
        told += [cell.people for cell in found.heat_map.cells]
        assert not any(0 < number < 10 for number in told if number is not None)
        rests = [(site.open or 0) - (site.over or 0) for site in found.sites if site.over is not None]
        assert not any(0 < rest < 10 for rest in rests)
    assert counts.told(people, "bloods", 10).open == people.total(Filters(queue="bloods"))


def everything(at: AppTest) -> str:
    """Every element as it is sent to the browser."""
    return " ".join(str(element.proto) for element in at.main)


def test_everything_on_a_page_would_show_a_name(app: Callable[..., AppTest]) -> None:
    drawn = everything(app("queues"))
    assert "Person 0" in drawn
    assert "id=" in drawn


@pytest.mark.parametrize("page", ["queues", "pathway", "data"])
def test_no_page_names_anybody_to_somebody_who_may_only_count(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(session, "user", lambda: OBSERVER)
    at = app(page)
    assert not at.exception
    drawn = everything(at)
    assert "Person 0" not in drawn
    assert "id=" not in drawn
    if page == "queues":
        assert any("Counts only" in one.value for one in at.caption)
