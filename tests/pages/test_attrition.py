"""Each step's number is the worklist's own total under the address it leads to, and every verdict is counted."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import attrition, panel_store
from dashboard import people as many
from dashboard.charts import attrition as chart
from dashboard.panel_store import Evaluated
from dashboard.worklist import Worklist
from pathways import load_pathway
from pathways.answering import OUTSIDE
from pathways.engines.duckdb import run
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.pages.conftest import answers_of, panel
from tests.pages.made_up import D, answer, event, group, person, worklist
from tests.pages.test_app import counted

PATHWAY = load_pathway().in_profile("us-acp", D)
Visit = Callable[..., AppTest]


def listed() -> Worklist:
    """The people of every page test, those outside with a reason and some with a result to read."""
    held = panel()
    answers = answers_of(held)
    for place, one in enumerate(answers):
        if one["disposition"] == OUTSIDE:
            one["reasons"] = ["deceased"] if place % 2 else ["under 18", "deceased"]
        elif one["disposition"] == "review_results":
            one["bloods"] = group("to_review")
    return worklist(answers, held.patients.to_pylist())


STEPS = [step for block in attrition.blocks(listed(), PATHWAY.indications) for step in block.steps]


ONE_OF_EACH = {tuple(step.address): step for step in reversed(STEPS) if step.people}
"""A step for every kind of address; the others differ from it in the value alone."""


@pytest.mark.parametrize("step", ONE_OF_EACH.values(), ids=lambda step: step.title)
def test_the_address_of_a_step_shows_exactly_its_people(
    step: attrition.Step, app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_store, "_evaluate", lambda *_: Evaluated(listed()))
    at = app("worklist", **step.address)
    assert not at.exception
    assert counted(at) == step.people


def test_every_part_of_an_address_is_tried() -> None:
    assert {key for keys in ONE_OF_EACH for key in keys} == {"step", "reason", "indication", "only", "queue"}


def test_no_address_is_empty_so_that_none_shows_everyone_by_mistake() -> None:
    assert all(step.address for step in STEPS)


def test_the_steps_that_part_people_add_up() -> None:
    blocks = {block.title: block.steps for block in attrition.blocks(listed(), PATHWAY.indications)}
    everyone = blocks["Who is in the pathway"]
    assert sum(step.people for step in everyone) == everyone[0].of == 120
    for title in ("Reason to investigate", "Next step"):
        assert sum(step.people for step in blocks[title]) == everyone[0].people
        assert {step.of for step in blocks[title]} == {everyone[0].people}


def test_reasons_for_being_outside_are_counted_in_people() -> None:
    people = worklist(
        [
            answer("not_in_pathway", patient_id="1", reasons=["under 18", "deceased"]),
            answer("not_in_pathway", patient_id="2", reasons=["deceased"]),
            answer("self_care", patient_id="3"),
        ]
    )
    block = attrition.blocks(people, PATHWAY.indications)[1]
    assert {step.title: (step.people, step.of) for step in block.steps} == {"Deceased": (2, 2), "Under 18": (1, 2)}


def made_panel() -> Panel:
    patients = [person(str(number)) for number in range(4)]
    events = [event("back_pain", D, "present", patient_id=str(number)) for number in range(3)]
    events += [
        event("fever", D, "present", patient_id="0"),
        event("fever", D, "absent", patient_id="1"),
        event("fever", D, "present", patient_id="3"),
    ]
    return Panel(pa.Table.from_pylist(patients, PATIENTS), pa.Table.from_pylist(events, EVENTS))


@pytest.mark.parametrize("size", [3, 100])
def test_verdicts_count_those_in_the_pathway_whatever_the_slices(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "AT_ONCE", size)
    held = made_panel()
    people = worklist(
        [answer("self_care", patient_id=str(number)) for number in range(3)]
        + [answer("not_in_pathway", patient_id="3", reasons=["no active back pain"])],
        held.patients.to_pylist(),
    )
    found = attrition.verdicts(people, held, PATHWAY)
    fever = found["fever"]
    assert (fever.met, fever.not_met, fever.unknown, fever.people) == (1, 1, 1, 3)
    assert {one.people for one in found.values()} == {3}


def test_every_criterion_of_every_heading_is_a_column_of_the_engine() -> None:
    columns = set(run(made_panel(), PATHWAY, last="criterion").column_names)
    groups = attrition.criteria_of(PATHWAY)
    assert len(groups) == len(PATHWAY.indications) + 2
    assert all(names and set(names) <= columns for names in groups.values())


def test_a_bar_stands_where_its_step_stands() -> None:
    blocks = attrition.blocks(listed(), PATHWAY.indications)
    drawn = chart.figure(blocks, "#000000")
    places = chart.places(blocks)
    assert [int(x) for x in drawn.data[1].x] == [step.people for step in places]
    assert [int(x) for x in drawn.data[0].x] == [step.of for step in places]
    heights = list(drawn.data[1].y)
    assert heights == sorted(heights)
    assert heights[-1] < drawn.layout.height


def test_the_three_parts_of_a_bar_are_everybody() -> None:
    rows = [attrition.Verdicts("a", "A", 1, 5, 2), attrition.Verdicts("b", "B with a <sign>", 0, 8, 0)]
    drawn = chart.verdict_figure(rows, "#000000")
    assert [sum(values) for values in zip(*(bar.x for bar in drawn.data), strict=True)] == [8, 8]
    assert [bar.marker.pattern.shape for bar in drawn.data] == ["", "/", ""]
    assert "B with a &lt;sign&gt;" in drawn.layout.annotations[1].text
    assert "A: met 1, not known 2" in chart.verdict_alt("Title", rows)


def test_nobody_outside_has_an_indication_so_its_address_needs_no_step() -> None:
    held = listed()
    rows = held.query(
        "select count(*) as n from people where disposition = ? and indication is not null", [OUTSIDE]
    )
    assert rows == [{"n": 0}]
