"""A list in which some rows are others is the list that would have been made of them anew."""

from __future__ import annotations

import gc
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.changed_worklist import ChangedWorklist
from dashboard.filtering import Filters
from dashboard.worklist import ORDERS, SORTS, TEAM, Worklist
from pathways import ANSWERS, load_pathway
from tests.pages.made_up import D, answer, group, person, worklist

DISPOSITIONS = list(load_pathway().rules.dispositions)
PEOPLE = [f"{number:02}" for number in range(8)]
DAYS = st.none() | st.integers(-400, 400).map(lambda days: D + timedelta(days=days))
FILTERS = [
    Filters(),
    Filters(dispositions=tuple(DISPOSITIONS[:3])),
    Filters(sites=("Harbour",)),
    Filters(overdue=True),
    Filters(orders="open"),
]


@st.composite
def answered(draw: st.DrawFn, people: st.SearchStrategy[list[str]]) -> list[dict[str, Any]]:
    return [
        answer(
            draw(st.sampled_from(DISPOSITIONS)),
            patient_id=name,
            since=draw(DAYS),
            due_by=draw(DAYS),
            overdue=draw(st.booleans()),
            missing=draw(st.sampled_from([[], ["fever"]])),
            could_be=draw(st.sampled_from([None, "urgent"])),
            bloods=draw(st.sampled_from([group(), group("due", "esr")])),
        )
        for name in draw(people)
    ]


SOME = st.lists(st.sampled_from(PEOPLE), unique=True)
MARKS = SOME.flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), st.sampled_from(["Dr A", None]), DAYS) for name in names))
)


def marked(marks: tuple[tuple[str, Any, Any], ...]) -> pa.Table:
    rows = [{"patient_id": name, "owner": owner, "snoozed_until": until} for name, owner, until in marks]
    return pa.Table.from_pylist(rows, TEAM)


def both(
    first: list[dict[str, Any]], then: list[dict[str, Any]], team: pa.Table, orders: pa.Table
) -> tuple[Worklist, Worklist]:
    people = [person(name, site="Harbour" if number % 2 else "Mill Lane") for number, name in enumerate(PEOPLE)]
    before = worklist(first, people)
    changed = ChangedWorklist(before, pa.Table.from_pylist(then, ANSWERS), before.patients, team, lambda: orders)
    merged = {row["patient_id"]: row for row in [*first, *then]}
    anew = Worklist(
        pa.Table.from_pylist([merged[name] for name in sorted(merged)], ANSWERS), before.patients, before.dispositions,
        before.profile, before.as_of, before.version, team=team, orders=lambda: orders,
    )  # fmt: skip
    return changed, anew


@settings(max_examples=10, deadline=None)
@given(answered(st.just(PEOPLE)), answered(SOME), MARKS, SOME)
def test_it_is_the_list_made_anew(
    first: list[dict[str, Any]], then: list[dict[str, Any]], marks: tuple[Any, ...], open_ones: list[str]
) -> None:
    rows = [{"patient_id": name, "queue": "bloods", "late": False} for name in open_ones]
    changed, anew = both(first, then, marked(marks), pa.Table.from_pylist(rows, ORDERS))
    assert changed.answers.equals(anew.answers)
    for filters in FILTERS:
        assert changed.counts(filters) == anew.counts(filters)
        for sort in SORTS:
            assert list(changed.everyone(filters, sort)) == list(anew.everyone(filters, sort))
    for row in anew.everyone(Filters()):
        assert changed.person(row["token"]) == row
        assert changed.neighbours(row["token"], Filters(), "Name") == anew.neighbours(row["token"], Filters(), "Name")
    assert changed.find("0") == anew.find("0")
    assert (changed.choices("owner"), changed.put_off) == (anew.choices("owner"), anew.put_off)


@pytest.fixture
def before() -> Worklist:
    return worklist([answer("urgent", patient_id=name) for name in PEOPLE])


def with_emergency(before: Worklist, name: str) -> ChangedWorklist:
    changed = pa.Table.from_pylist([answer("emergency", patient_id=name)], ANSWERS)
    return ChangedWorklist(before, changed, before.patients, TEAM.empty_table(), before.orders)


def test_the_list_before_and_other_changed_lists_stay_as_they_are(before: Worklist) -> None:
    whole = list(before.everyone(Filters()))
    one, other = (with_emergency(before, name) for name in ("03", "05"))
    assert one.page(Filters()).rows[0]["patient_id"] == "03"
    assert other.page(Filters()).rows[0]["patient_id"] == "05"
    assert one.counts(Filters())["emergency"] == other.counts(Filters())["emergency"] == 1
    assert list(before.everyone(Filters())) == whole
    assert before.person(one.page(Filters()).rows[0]["token"])["disposition"] == "urgent"


def test_what_nobody_looks_at_any_more_leaves_nothing(before: Worklist) -> None:
    kept = with_emergency(before, "01")
    for name in PEOPLE:
        with_emergency(before, name)
    gc.collect()
    schemas = before.query("select count(*) as n from duckdb_schemas() where schema_name like 'changed_%'")
    assert schemas == [{"n": 1}]
    assert kept.total() == len(PEOPLE)
