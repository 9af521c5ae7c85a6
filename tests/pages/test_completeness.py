"""Completeness: people counted once, every way of not knowing told apart, and the same totals as the worklist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

import pathways
from dashboard.charts import completeness as chart
from dashboard.completeness import Completeness, Fact, completeness
from dashboard.filtering import Filters
from dashboard.panel_store import disposition_order, the_pathway
from dashboard.worklist import Worklist
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.pages.made_up import D, event, person

LONG_AGO = D - timedelta(days=2000)


def told(patient_id: str, concept: str, status: str, day: date = D) -> dict[str, Any]:
    return event(concept, day, status, patient_id=patient_id)


def made() -> Panel:
    """Six people with back pain in every state of knowledge about fever, and one without back pain."""
    people = [person(str(number), site="Harbour" if number % 2 else "Mill Lane") for number in range(7)]
    people[1] |= {"sex": "unknown", "birth_first": None, "birth_last": None}
    events = [event("back_pain", D - timedelta(days=30), "present", patient_id=str(number)) for number in range(6)]
    events += [
        told("0", "fever", "present"),
        told("1", "fever", "absent"),
        told("2", "fever", "unknown"),
        told("3", "fever", "absent", LONG_AGO),
        told("4", "fever", "absent", D + timedelta(days=3)),
        told("6", "fever", "present"),
        told("0", "weight_loss_reported", "absent"),
        told("0", "esr", "ordered", D - timedelta(days=40)),
    ]
    return Panel(pa.Table.from_pylist(people, PATIENTS), pa.Table.from_pylist(events, EVENTS))


def listed(panel: Panel) -> Worklist:
    answers = pathways.evaluate(panel, the_pathway(), "us-acp", as_of=D)
    return Worklist(answers, panel.patients, disposition_order(), "us-acp", D, the_pathway().version)


@pytest.fixture(scope="module")
def people() -> Worklist:
    return listed(made())


@pytest.fixture(scope="module")
def found(people: Worklist) -> Completeness:
    return completeness(made(), people, the_pathway())


def facts(found: Completeness) -> dict[str, Fact]:
    return {fact.name: fact for group in found.groups.values() for fact in group}


def test_only_people_on_the_pathway_are_counted(found: Completeness) -> None:
    assert (found.of, found.on_list) == (6, 7)


def test_each_way_of_not_knowing_is_told_apart(found: Completeness) -> None:
    fever = facts(found)["fever"]
    assert (fever.yes, fever.no, fever.unsure, fever.outdated, fever.blank) == (1, 1, 1, 1, 2)
    assert fever.known == 2


def test_the_parts_of_every_fact_add_up(found: Completeness) -> None:
    for fact in facts(found).values():
        assert min(fact.yes, fact.no, fact.recorded, fact.outdated, fact.unsure, fact.blank) >= 0
        assert fact.known + fact.outdated + fact.unsure + fact.blank == fact.of


def test_what_is_to_ask_is_the_total_of_the_worklist(found: Completeness, people: Worklist) -> None:
    for name, fact in facts(found).items():
        assert fact.to_ask == people.total(Filters(question=name)), name
    assert facts(found)["fever"].to_ask == 4


def test_what_is_asked_of_everyone_comes_first_and_its_holes_are_all_to_ask(found: Completeness) -> None:
    assert list(found.groups)[:2] == ["everyone", "person"]
    everyone = found.groups["everyone"]
    assert {fact.name for fact in everyone} == set(the_pathway().rules.gating.facts)
    assert [fact.of - fact.known for fact in everyone] == [fact.to_ask for fact in everyone]
    assert [fact.known for fact in everyone] == sorted(fact.known for fact in everyone)


def test_no_fact_stands_twice(found: Completeness) -> None:
    names = [fact.name for group in found.groups.values() for fact in group]
    assert len(names) == len(set(names))


def test_who_the_person_is_counts_too(found: Completeness) -> None:
    known = {name: fact.known for name, fact in facts(found).items()}
    assert (known["birth_date"], known["sex"], known["onset"]) == (5, 5, 6)
    assert facts(found)["pain_before"].of == 0


def test_the_last_event_of_each_kind_up_to_the_day(found: Completeness) -> None:
    kinds = {one.kind: one for one in found.kinds}
    assert (kinds["finding"].last, kinds["finding"].people) == (D, 7)
    assert kinds["finding"].events == 12
    assert kinds["finding"].months[-1] == 5
    assert kinds["finding"].months[-2] == 6
    assert (kinds["blood_test"].last, kinds["blood_test"].months[-2]) == (D - timedelta(days=40), 1)
    assert (kinds["imaging"].last, kinds["imaging"].events) == (None, 0)


def test_sites_are_compared_on_what_is_asked_of_everyone(found: Completeness) -> None:
    asked = len(the_pathway().rules.gating.facts)
    assert {one.site: (one.people, one.wanted) for one in found.sites} == {
        "Mill Lane": (3, 3 * asked),
        "Harbour": (3, 3 * asked),
    }
    known = sum(fact.known for fact in found.groups["everyone"])
    assert sum(one.known for one in found.sites) == known


def test_a_list_of_nobody_has_nothing_to_count() -> None:
    empty = Panel(PATIENTS.empty_table(), EVENTS.empty_table())
    found = completeness(empty, listed(empty), the_pathway())
    assert (found.of, found.on_list, found.sites) == (0, 0, [])


def test_the_bars_of_a_fact_fill_its_line(found: Completeness) -> None:
    shown = found.groups["everyone"]
    figure = chart.figure(shown)
    totals = [sum(bar.x[place] for bar in figure.data) for place in range(len(shown))]
    assert totals == pytest.approx([1] * len(shown))
    assert len({(bar.marker.color, bar.marker.pattern.shape) for bar in figure.data}) == len(figure.data)
    assert "Fever 2 of 6" in chart.alt_text(shown)


def test_the_table_has_the_numbers_of_the_bars(found: Completeness) -> None:
    row = next(row for row in chart.table(found.groups["everyone"]) if row["Fact"] == "Fever")
    assert row == {
        "Fact": "Fever", "Known": 2, "Yes": 1, "No": 1, "Recorded": 0, "Recorded, no longer enough": 1,
        "Recorded as unknown": 1, "Not recorded": 2, "People": 6, "To ask": 4,
    }  # fmt: skip


def test_a_blank_that_counts_as_no_is_said_so(found: Completeness) -> None:
    taken = [fact for fact in facts(found).values() if fact.blank_is_no]
    assert taken
    assert all("counts as no" in str(row["Fact"]) for row in chart.table(taken))
