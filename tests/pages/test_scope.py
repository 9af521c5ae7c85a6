"""Nobody sees or counts anybody beyond their sites; without the right to see people there are counts alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
import streamlit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import pathways
from dashboard import panel_store
from dashboard.access.small_cells import hidden
from dashboard.access.users import NotAllowed, User
from dashboard.actions.records import Recorded
from dashboard.answered_panel import answered, recorded
from dashboard.filtering import Filters
from dashboard.intake import LoadReport
from dashboard.panel_store import HeldPanel, the_pathway
from dashboard.queues import counts
from dashboard.recorded_answers import recorded_events
from dashboard.scoped_panel import MOST_COPIES, MOST_SCOPES, for_user
from dashboard.session_answers import Answer
from dashboard.worklist import Worklist
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.actions.made_up import draft
from tests.pages.conftest import panel
from tests.pages.made_up import D, failed, person, worklist
from tests.pages.test_roles import at_page, token

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
    said = draft(told.recorded(None), patient_id=told.patient_id)
    entry = Recorded(
        said.action_id, said.patient_id, 1, said.action, said.by, said.basis, datetime(2026, 6, 15, tzinfo=UTC), "seal"
    )
    events = recorded_events([entry])
    whole = recorded(held, events, (entry,))
    assert whole.panel.events.num_rows == held.panel.events.num_rows + 1, "it counts on the whole list"
    view = answered(recorded(part, events, (entry,)), (told,))
    assert view.worklist(PROFILE, held.as_of).answers.equals(part.worklist(PROFILE, held.as_of).answers)
    assert view.panel.events.num_rows == part.panel.events.num_rows


def test_people_without_a_site_are_for_whoever_has_one() -> None:
    people = [person("1"), person("2", site="Mill Lane"), person("3", site=None)]
    some = HeldPanel(
        "list", Panel(pa.Table.from_pylist(people, PATIENTS), EVENTS.empty_table()), LoadReport("", "", D, 3, 3, 0), D
    )
    assert for_user(some, clinician()).people == 0
    assert for_user(some, clinician("Hill")).ids == {"3"}
    assert for_user(some, clinician("Mill Lane")).ids == {"2", "3"}
    assert for_user(some, User("u1", "Olu", ("observer",), ())).people == 0


def test_who_may_see_everybody_gets_the_panel_itself_and_equal_rights_share_a_part(held: HeldPanel) -> None:
    assert for_user(held, User("u3", "Dr Lee", ("clinician",))) is held
    sites = held.worklist(PROFILE, held.as_of).choices("site")
    assert for_user(held, clinician(*sites[:2])) is for_user(held, clinician(*reversed(sites[:2])))
    for number in range(2 * MOST_SCOPES):
        for_user(held, clinician(f"none {number}"))
    assert len(held._scopes) <= MOST_SCOPES


def test_small_parts_are_kept_however_many_and_large_ones_are_not() -> None:
    people = [person(str(number), site=f"Site {number % 20}") for number in range(200)]
    some = HeldPanel(
        "list", Panel(pa.Table.from_pylist(people, PATIENTS), EVENTS.empty_table()), LoadReport("", "", D, 9, 9, 0), D
    )
    parts = [for_user(some, clinician(f"Site {number}")) for number in range(20)]
    assert [for_user(some, clinician(f"Site {number}")) for number in range(20)] == parts
    assert all(for_user(some, clinician(f"Site {number}")) is part for number, part in enumerate(parts))
    every = [f"Site {number}" for number in range(20)]
    for left_out in range(15):
        for_user(some, clinician(*every[:left_out], *every[left_out + 1 :]))
        for_user(some, clinician("Site 0"))
    assert sum(view.people for view in some._scopes.values()) <= MOST_COPIES * some.people
    assert for_user(some, clinician("Site 0")) is parts[0], "what is used stays"


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


FEW = 10
REPORT = LoadReport("tables", "list", D, 120, 120, 0)
Site = Sequence[tuple[str, bool, bool]]
"""Somebody's step, whether over target, and whether it is known since when."""
STEPS = panel_store.disposition_order()[:3]


def waiting(sites: Sequence[Site]) -> Worklist:
    """Everybody waits for bloods."""
    answers, people = [], []
    for site, theirs in enumerate(sites):
        for step, late, dated in theirs:
            patient_id = str(len(people))
            since = D - timedelta(days=40 + len(people)) if dated else None
            answers.append(failed(patient_id=patient_id, overdue=late, since=since) | {"disposition": step})
            people.append(person(patient_id, site=f"Site {site}"))
    return worklist(answers, people)


def those(number: int, step: str = "investigate", *, late: int = 0, dated: int = 1000) -> Site:
    return [(step, place < late, place < dated) for place in range(number)]


def test_a_site_that_is_hidden_is_not_told_step_by_step() -> None:
    found = counts.told(waiting([those(5), those(12), those(30)]), "bloods", FEW)
    assert [(site.name, site.open) for site in found.sites] == [("Site 2", 30), ("Site 0", None), ("Site 1", None)]
    assert {cell.site: cell.people for cell in found.heat_map.cells} == {"Site 2": 30, "Site 0": None, "Site 1": None}


def test_those_over_target_at_a_hidden_site_are_not_what_is_left() -> None:
    found = counts.told(waiting([those(3, late=3), those(37, late=37)]), "bloods", FEW)
    assert (found.open, found.over) == (40, 40)
    assert [site.over for site in found.sites] == [None, None]
    found = counts.told(waiting([those(6, late=1), those(12), those(30, late=15)]), "bloods", FEW)
    assert found.over == 16
    assert [site.over for site in found.sites] == [None] * 3, "of the others one would be left"


def test_the_median_of_a_few_is_not_told() -> None:
    found = counts.told(waiting([those(15, dated=1), those(20, dated=10)]), "bloods", FEW)
    assert [(site.open, site.median is None) for site in found.sites] == [(20, False), (15, True)]
    assert found.median is not None
    assert counts.told(waiting([those(15, dated=9)]), "bloods", FEW).median is None


somebody = st.tuples(st.sampled_from(STEPS), st.sampled_from([True, False, False]), st.booleans())
some = st.lists(st.lists(somebody, min_size=1, max_size=24), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(some)
def test_the_queue_tells_no_small_number_nor_lets_one_be_worked_out(sites: list[Site]) -> None:
    """Every sum that is told is an equation; what is hidden must not be the only solution."""
    found = counts.told(waiting(sites), "bloods", FEW)
    whole = [(found.open, "open"), (found.over, "over")]
    told: dict[Any, int | None] = {(site.name, "open"): site.open for site in found.sites}
    told |= {(site.name, "over"): site.over for site in found.sites}
    told |= {(cell.site, cell.disposition): cell.people for cell in found.heat_map.cells}
    within = [(site.open or 0) - site.over for site in found.sites if site.over is not None]
    assert not any(0 < number < FEW for number in [*told.values(), *(part for part, _ in whole), *within] if number)
    unknown = [name for name, number in told.items() if number is None]
    sums = [{name for name in unknown if name[1] == what} for number, what in whole if number is not None]
    sums += [
        {(site.name, step) for step in found.heat_map.dispositions if told[site.name, step] is None}
        | ({(site.name, "open")} if site.open is None else set())
        for site in found.sites
    ]
    for name in unknown:
        assert not _solved(name, sums), f"{name} is what is left"
    true = {(f"Site {at}", "open"): len(one) for at, one in enumerate(sites)}
    true |= {(f"Site {at}", "over"): sum(late for _, late, _ in one) for at, one in enumerate(sites)}
    for number, what in whole:
        left = [true[name] for name in unknown if name[1] == what]
        assert number is None or not 0 < sum(left) < FEW


def _solved(name: object, sums: list[set[Any]]) -> bool:
    """Whether the unknown follows from the sums: each site's parts are of that site alone, so one sum at a time."""
    return any(one == {name} for one in sums)


def everything(at: AppTest) -> str:
    """Every element as it is sent to the browser."""
    return " ".join(str(element.proto) for element in at.main)


def test_everything_on_a_page_would_show_a_name(app: Callable[..., AppTest]) -> None:
    drawn = everything(app("queues"))
    assert "Person 0" in drawn
    assert "id=" in drawn


@pytest.mark.parametrize(
    ("role", "page"), [("observer", "queues"), ("observer", "pathway"), ("admin", "data"), ("admin", "activity")]
)
def test_no_page_names_or_counts_few_people_to_somebody_who_may_only_count(
    app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, role: str, page: str
) -> None:
    few = panel()
    monkeypatch.setattr(
        panel_store, "opening", lambda: HeldPanel("list.csv", replace(few, patients=few.patients[:7]), REPORT, D)
    )
    streamlit.cache_resource.clear()
    at = at_page(app("about"), page, token(role))
    assert not at.exception
    drawn = everything(at)
    assert "Person 0" not in drawn
    assert "id=" not in drawn
    assert "fewer than 10 people" in drawn, "as every page says of the list"
    assert not re.search(r"\b[1-9]\*{0,2} (people|patients|person)", drawn)
    if page == "queues":
        assert any("Counts only" in one.value for one in at.caption)
