"""Every number of the page of queues is the worklist's number under the same filters."""

from __future__ import annotations

import csv
import gc
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import attrition
from dashboard.charts import ageing, heat_map, throughput, waits
from dashboard.exports.csv_file import write_csv
from dashboard.exports.provenance import Provenance
from dashboard.filtering import NO_START, QUEUES, WAITED, Filters
from dashboard.queues import flow, looks, now
from dashboard.queues import waits as stays
from dashboard.worklist import Worklist
from pathways import load_pathway
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.pages.made_up import D, answer, group, person, worklist

ORDER = tuple(load_pathway().rules.dispositions)
SITES = ("Harbour", "Mill Lane", "Quay", None)
STATES = ("due", "in_progress", "to_review", "done", "not_indicated")
REASONS: tuple[str | None, ...] = (None, "emergency", "urgent", "failed_therapy")


def _people() -> Worklist:
    """Three hundred people in every mixture of state, step, reason, site and wait, some without each."""
    answers, people = [], []
    for number in range(300):
        reason = REASONS[number % 4]
        step = "not_in_pathway" if reason is None and number % 8 == 0 else ORDER[(number * 7) % (len(ORDER) - 1)]
        waited = None if number % 9 == 0 else (number * 13) % 120
        answers.append(
            answer(
                step,
                patient_id=f"{number:03}",
                indication=reason,
                since=None if waited is None else D - timedelta(days=waited),
                overdue=number % 3 == 0,
                bloods=group(STATES[number % 5]),
                imaging=group(STATES[(number // 2) % 5]),
                referral=group(STATES[(number // 3) % 5]),
            )
        )
        site, clinician = SITES[number % 7 % 4], f"Dr {number % 3}"
        people.append(person(f"{number:03}", site=site, clinician=clinician))
    return worklist(answers, people)


PEOPLE = _people()

chosen_filters = st.builds(
    Filters,
    sites=st.lists(st.sampled_from(SITES[:3]), unique=True, max_size=2).map(tuple),
    clinicians=st.lists(st.sampled_from(["Dr 0", "Dr 1", "Dr 2"]), unique=True, max_size=2).map(tuple),
    queue=st.sampled_from([None, *QUEUES]),
    overdue=st.booleans(),
    waited=st.sampled_from([None, *WAITED]),
    indications=st.sampled_from([(), ("",), ("urgent",)]),
)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(chosen_filters)
def test_tiles_queue_bars_map_and_flow_agree_with_the_list(chosen: Filters) -> None:
    total = PEOPLE.total(chosen)
    found = now.summary(PEOPLE, chosen)
    spans = now.ageing(PEOPLE, chosen)
    picture = flow.flow(PEOPLE, chosen)
    assert found.open == total == sum(PEOPLE.counts(chosen).values())
    assert found.over == PEOPLE.total(replace(chosen, overdue=True)) == sum(span.over for span in spans)
    assert total == sum(span.within + span.over for span in spans)
    assert total == sum(site.waiting.open for site in now.sites(PEOPLE, chosen))
    assert total == sum(cell.people or 0 for cell in now.heat_map(PEOPLE, chosen).cells)
    assert total == picture.people == sum(link.people for link in picture.links if link.source == "all")
    ends = {link.target for link in picture.links} - {link.source for link in picture.links}
    assert total == sum(picture.node(name).people for name in ends)


@many
@given(chosen_filters)
def test_every_mark_opens_as_many_people_as_it_says(chosen: Filters) -> None:
    if chosen.waited is None:
        for span in now.ageing(PEOPLE, chosen):
            here = replace(chosen, waited=span.key)
            assert span.over == PEOPLE.total(replace(here, overdue=True))
            if not chosen.overdue:
                assert span.within == PEOPLE.total(replace(here, target="within"))
    for cell in now.heat_map(PEOPLE, chosen).cells:
        if cell.site is not None:
            alone = replace(chosen, sites=(cell.site,), dispositions=(cell.disposition,))
            assert cell.people == PEOPLE.total(alone)
    if not chosen.indications:
        picture = flow.flow(PEOPLE, chosen)
        for mark in (*picture.nodes, *picture.links):
            assert mark.people == PEOPLE.total(mark.filters)


@many
@given(chosen_filters)
def test_the_files_hold_the_people_of_the_list_and_no_others(chosen: Filters) -> None:
    total = PEOPLE.total(chosen)
    about = Provenance("list", "300 records", [], "Name", D, "us-acp", "v", datetime(2026, 6, 15, tzinfo=UTC), total)
    rows = list(csv.DictReader(io.StringIO(write_csv(PEOPLE.everyone(chosen, "Name"), about).decode("utf-8-sig"))))
    listed = [row["patient_id"] for row in PEOPLE.everyone(chosen, "Name")]
    assert len(rows) == total
    assert [row["Patient id"].lstrip("'") for row in rows] == listed


def test_what_flows_into_a_bar_flows_out_of_it() -> None:
    picture = flow.flow(PEOPLE, Filters())
    for node in picture.nodes:
        into = sum(link.people for link in picture.links if link.target == node.id)
        out = sum(link.people for link in picture.links if link.source == node.id)
        assert node.id == "all" or into == node.people
        assert out in (0, node.people)
    assert {node.id for node in picture.nodes} >= {"all", "why-", "why-urgent", "not_in_pathway"}


def test_a_wait_without_a_start_has_a_bar_of_its_own() -> None:
    alone = next(span for span in now.ageing(PEOPLE, Filters()) if span.key == NO_START)
    assert alone.within + alone.over == PEOPLE.total(Filters(waited=NO_START)) == 34


@pytest.mark.parametrize(("days", "key"), [(0, "0"), (6, "0"), (7, "1"), (83, "8"), (84, "12"), (365, "12")])
def test_a_span_holds_both_its_ends(days: int, key: str) -> None:
    assert now.span_of(days) == key


def test_the_site_that_waits_longest_stands_first() -> None:
    def waiting(patient_id: str, site: str, days: int) -> tuple[dict[str, Any], dict[str, Any]]:
        since = D - timedelta(days=days)
        given = answer("urgent", patient_id=patient_id, since=since, imaging=group("due"))
        return given, person(patient_id, site=site)

    rows = [waiting("1", "Quay", 5), waiting("2", "Harbour", 40), waiting("3", "Harbour", 44), waiting("4", "Quay", 90)]
    listed = worklist([row[0] for row in rows], [row[1] for row in rows])
    found = now.sites(listed, Filters(queue="imaging"))
    assert [(site.name, site.waiting.median, site.waiting.longest) for site in found] == [
        ("Quay", 47.5, 90),
        ("Harbour", 42, 44),
    ]
    assert [row["patient_id"] for row in now.longest(listed, Filters(queue="imaging"))] == ["4", "3", "2", "1"]


def test_few_people_in_a_cell_are_hidden_and_so_is_what_would_give_them_away() -> None:
    told = now.heat_map(PEOPLE, Filters(queue="bloods"))
    found = now.heat_map(PEOPLE, Filters(queue="bloods"), hide_under=10)
    for before, after in zip(told.cells, found.cells, strict=True):
        if 0 < (before.people or 0) < 10:
            assert after.people is None
        else:
            assert after.people in (before.people, None)
    for site in found.sites:
        assert sum(cell.people is None for cell in found.cells if cell.site == site) != 1
    names = {site: site or "none" for site in found.sites}
    shown = heat_map.spec(found, names, "us-acp", "#000000")["data"]["values"]
    hidden = [one for one in shown if found.cells[one["place"]].people is None]
    assert hidden
    assert all(one["Shown"] == heat_map.HIDDEN and one["People"] == 0 for one in hidden)


# The weeks before


def _look(week: int, **queue: int) -> looks.Look:
    """A look ``week`` weeks after D; each person with the days waited by then."""
    day = D + timedelta(weeks=week)
    return looks.Look(day, {"imaging": {name: day - timedelta(days=days) for name, days in queue.items()}})


LOOKS = [_look(0, old=50, brief=3), _look(1, old=57, new=2), _look(2, new=9, back=4), _look(3, new=16, brief=24)]
NAMES = ("old", "brief", "new", "back")


def test_in_and_out_add_up_to_the_queue() -> None:
    found = stays.weeks(LOOKS, "imaging", NAMES)
    assert [(week.came, week.left, week.open) for week in found] == [(1, 1, 2), (1, 1, 2), (1, 1, 2)]
    before = 2
    for week in found:
        assert before + week.came - week.left == week.open
        before = week.open


def test_one_wait_a_person_and_the_curve_counts_those_open_and_those_who_left() -> None:
    found = {wait.patient_id: wait for wait in stays.waits(LOOKS, "imaging", NAMES)}
    assert set(found) == set(NAMES)
    assert (found["new"].days, found["new"].left) == (16, None)
    assert (found["brief"].days, found["brief"].left) == (24, None)  # left once and is back: still waiting
    assert (found["old"].days, found["old"].left) == (64, LOOKS[2].as_of)
    assert (found["back"].days, found["back"].left) == (11, LOOKS[3].as_of)
    curve = stays.curve(list(found.values()))
    assert (curve.people, curve.left) == (len(LOOKS[-1].waiting["imaging"]) + 2, 2)


def test_only_whoever_waited_before_the_first_look_is_watched_late() -> None:
    found = {wait.patient_id: wait.watched_from for wait in stays.waits(LOOKS, "imaging", NAMES)}
    assert found == {"old": 50, "brief": 0, "new": 0, "back": 0}
    assert stays.curve(stays.waits(LOOKS, "imaging", NAMES)).at_risk(0) == 3


def test_other_sites_do_not_count() -> None:
    assert stays.weeks(LOOKS, "imaging", ["new"])[-1] == stays.Week(LOOKS[-1].as_of, 0, 0, 1)
    assert [wait.patient_id for wait in stays.waits(LOOKS, "imaging", ["new"])] == ["new"]


def test_lines_by_site_only_where_they_can_be_told_apart() -> None:
    found = stays.waits(LOOKS, "imaging", NAMES)
    two = stays.by_site(found, {"old": "Quay", "brief": "Harbour", "new": "Harbour", "back": None})
    assert {site: len(group) for site, group in two.items()} == {"Harbour": 2, "Quay": 1, None: 1}
    assert stays.by_site(found, dict.fromkeys(NAMES, "Quay")) == {}
    crowd = [replace(found[0], patient_id=str(number)) for number in range(7)]
    assert stays.by_site(crowd, {str(number): str(number) for number in range(7)}) == {}


def test_a_look_is_taken_once_and_goes_with_its_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[date] = []

    def evaluated(panel: Panel, profile: str, as_of: date) -> Worklist:
        taken.append(as_of)
        return PEOPLE

    monkeypatch.setattr(looks, "_worklist", evaluated)
    panel = Panel(pa.Table.from_pylist([], PATIENTS), pa.Table.from_pylist([], EVENTS))
    address, day = id(panel), looks.days(D)[0]
    assert looks.kept(panel, "us-acp", day) is None
    found = looks.take(panel, "us-acp", day)
    assert looks.take(panel, "us-acp", day) is found is looks.kept(panel, "us-acp", day)
    assert looks.take(panel, "uk-nice", day) is not found
    assert taken == [day, day]
    assert set(found.waiting["imaging"]) == {
        row["patient_id"] for row in PEOPLE.query("select * from people where imaging.state in ('due', 'in_progress')")
    }
    del panel
    gc.collect()
    assert not [key for key in looks._looks if key[0] == address]


def test_the_looks_are_weekly_up_to_the_day_before_now() -> None:
    found = looks.days(D)
    assert found[-1] == D
    assert len(found) == looks.WEEKS + 1
    assert {later - earlier for earlier, later in pairwise(found)} == {looks.EVERY}


# The pictures


def test_the_tables_beside_the_charts_have_their_totals() -> None:
    chosen = Filters(queue="imaging")
    spans = now.ageing(PEOPLE, chosen)
    figure = ageing.figure(spans)
    drawn = [sum(trace.x) for trace in figure.data]
    assert ageing.table(spans)[-1]["People"] == f"{PEOPLE.total(chosen):,}" == f"{sum(drawn):,}"
    assert figure.data[1].marker.pattern.shape == "/"
    weeks = stays.weeks(LOOKS, "imaging", NAMES)
    assert list(throughput.figure(weeks).data[0].y) == [week.came for week in weeks]
    assert [row[throughput.LEFT] for row in throughput.table(weeks)] == ["1", "1", "1"]


def test_the_curve_is_drawn_with_range_ticks_and_numbers_at_risk() -> None:
    line = waits.Line("<b>Quay</b>", stays.curve(stays.waits(LOOKS, "imaging", NAMES)))
    figure = waits.figure([line])
    band, steps, ticks, risk = figure.data
    assert band.fill == "toself"
    assert steps.line.shape == "hv"
    assert list(ticks.x) == list(line.curve.censored)
    assert list(risk.text) == [str(line.curve.at_risk(day)) for day in risk.x]
    assert "<b>" not in steps.name
    assert waits.table([line])[0]["At risk"] == "3"
    assert "still" in waits.alt_text([line])


def test_the_flow_agrees_with_the_steps_of_the_pathway() -> None:
    picture = flow.flow(PEOPLE, Filters())
    steps = {
        step.title: step.people
        for block in attrition.blocks(PEOPLE, [name for name in REASONS if name])
        for step in block.steps
    }
    for node in picture.nodes[1:]:
        told = node.shown if node.id != "not_in_pathway" else node.shown.split(" ", 1)[1]
        assert steps[told] == node.people
