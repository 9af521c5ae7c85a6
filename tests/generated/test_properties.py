"""What must hold for every panel, of the engine and of the twin alike.

An answer depends on the patient's own rows up to D alone, and saying less never makes a gating question
look answered: it leaves ``missing`` only when the facts that remain answer it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pathways.panel import EVENTS, Panel
from tests.twin import twin_evaluate

from .adversarial import adversarial_panel
from .comparing import KEYS, engine_evaluate, same
from .sheet import only

Evaluate = Callable[[Panel, str, date], dict[str, dict[str, Any]]]
D = date(2026, 6, 15)
PROFILE = "uk-nice"
PATIENTS = 600


@pytest.fixture(scope="module")
def panel() -> Panel:
    return adversarial_panel(7, PATIENTS, D)


@pytest.fixture(scope="module", params=[engine_evaluate, twin_evaluate], ids=["engine", "twin"])
def evaluate(request: pytest.FixtureRequest) -> Evaluate:
    function: Evaluate = request.param
    return function


@pytest.fixture(scope="module")
def answers(panel: Panel, evaluate: Evaluate) -> dict[str, dict[str, Any]]:
    return evaluate(panel, PROFILE, D)


def assert_same(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> None:
    changed = {
        name: [key for key in KEYS if not same(after[name][key], before[name][key])]
        for name in before
        if name not in after or any(not same(after[name][key], before[name][key]) for key in KEYS)
    }
    assert not changed


def test_the_order_of_rows_means_nothing(panel: Panel, evaluate: Evaluate, answers: dict[str, dict[str, Any]]) -> None:
    rng = Random(1)
    patients, events = list(range(panel.patients.num_rows)), list(range(panel.events.num_rows))
    rng.shuffle(patients)
    rng.shuffle(events)
    shuffled = Panel(panel.patients.take(pa.array(patients)), panel.events.take(pa.array(events)))
    assert_same(answers, evaluate(shuffled, PROFILE, D))


def test_a_row_said_twice_is_said_once(panel: Panel, evaluate: Evaluate, answers: dict[str, dict[str, Any]]) -> None:
    twice = Panel(panel.patients, pa.concat_tables([panel.events, panel.events]))
    assert_same(answers, evaluate(twice, PROFILE, D))


def test_what_is_dated_after_d_does_not_exist(
    panel: Panel, evaluate: Evaluate, answers: dict[str, dict[str, Any]]
) -> None:
    """Every row once more, a year and more after D, recorded last, with another patient's statuses."""
    rows = panel.events.to_pylist()
    for row in rows:
        later = D + timedelta(days=1 + (row["date_first"] or D).toordinal() % 400)
        row["date_first"] = row["date_last"] = later
        row["end_date"] = row["reviewed_on"] = None
        row["recorded_at"] = datetime(2030, 1, 1, tzinfo=UTC)
    future = pa.Table.from_pylist(rows, schema=EVENTS)
    with_future = Panel(panel.patients, pa.concat_tables([panel.events, future]))
    assert_same(answers, evaluate(with_future, PROFILE, D))


def test_a_review_after_d_does_not_exist(panel: Panel, evaluate: Evaluate) -> None:
    events = panel.events
    reviewed = events.column_names.index("reviewed_on")
    never = pa.nulls(events.num_rows, pa.date32())
    unread = Panel(panel.patients, events.set_column(reviewed, EVENTS.field("reviewed_on"), never))
    later = pa.array([D + timedelta(days=1)] * events.num_rows, pa.date32())
    read_later = Panel(panel.patients, events.set_column(reviewed, EVENTS.field("reviewed_on"), later))
    assert_same(evaluate(unread, PROFILE, D), evaluate(read_later, PROFILE, D))


def test_other_patients_do_not_matter(panel: Panel, evaluate: Evaluate, answers: dict[str, dict[str, Any]]) -> None:
    ids = panel.patients["patient_id"].to_pylist()[::3]
    chosen = pa.array(ids, pa.string())
    third = Panel(
        panel.patients.filter(pc.is_in(panel.patients["patient_id"], value_set=chosen)),
        panel.events.filter(pc.is_in(panel.events["patient_id"], value_set=chosen)),
    )
    assert_same({name: answers[name] for name in ids}, evaluate(third, PROFILE, D))
    alone = evaluate(only(panel, ids[1]), PROFILE, D)
    assert_same({ids[1]: answers[ids[1]]}, alone)


def without_each_row(panel: Panel, patients: int, wanted: Callable[[dict[str, Any]], bool]) -> Panel:
    """Copies of the first patients, one for each wanted row, each without that row: ``000001/17``."""
    people, events = [], []
    for person in panel.patients.slice(0, patients).to_pylist():
        rows = only(panel, person["patient_id"]).events.to_pylist()
        for number, left_out in enumerate(rows):
            if not wanted(left_out):
                continue
            name = f"{person['patient_id']}/{number}"
            people.append({**person, "patient_id": name})
            events += [{**row, "patient_id": name} for i, row in enumerate(rows) if i != number]
    return Panel(
        pa.Table.from_pylist(people, schema=panel.patients.schema),
        pa.Table.from_pylist(events, schema=EVENTS),
    )


GATING = (
    "saddle_anaesthesia", "bladder_or_bowel_dysfunction", "bilateral_leg_neuro", "progressive_motor_deficit",
    "limb_weakness", "cancer_history", "fever",
)  # fmt: skip


def test_a_no_that_is_taken_back_never_answers_a_question(
    panel: Panel, evaluate: Evaluate, answers: dict[str, dict[str, Any]]
) -> None:
    """Without one ``absent`` row of a gating finding, whoever was asked it before is asked it still,
    unless the row had hidden an older yes: then the finding is present, never quietly no.
    """
    fewer = without_each_row(panel, 150, lambda row: row["concept"] in GATING and row["status"] == "absent")
    after = evaluate(fewer, PROFILE, D)
    concept_of = _concepts_left_out(panel, after)
    quiet = []
    for name, answer in after.items():
        before, concept = answers[name.split("/")[0]], concept_of[name]
        if concept in before["missing"] and concept not in answer["missing"]:
            rows = only(fewer, name).events
            told = pc.and_(pc.equal(rows["concept"], concept), pc.equal(rows["status"], "present"))
            left_the_pathway = answer["disposition"] == "not_in_pathway"
            if not left_the_pathway and not any(told.to_pylist()):
                quiet.append(name)
    assert len(after) > 300
    assert not quiet


def _concepts_left_out(panel: Panel, names: dict[str, Any]) -> dict[str, str]:
    concepts = {}
    for name in names:
        patient_id, number = name.split("/")
        concepts[name] = only(panel, patient_id).events["concept"][int(number)].as_py()
    return concepts


def test_without_any_finding_every_gating_finding_is_asked(panel: Panel, evaluate: Evaluate) -> None:
    """An unknown is never shown as a no: with every answer taken away, each is missing."""
    events = panel.events
    kept = events.filter(pc.invert(pc.is_in(events["concept"], value_set=pa.array([*GATING, "temperature"]))))
    asked = 0
    for answer in evaluate(Panel(panel.patients, kept), PROFILE, D).values():
        if answer["disposition"] == "not_in_pathway" or not answer["missing"]:
            ended = answer["disposition"] == "review_results" and answer["trial_start"] is None
            assert answer["disposition"] == "not_in_pathway" or ended
            continue
        asked += 1
        assert answer["could_be"] == "emergency"
        assert set(GATING) <= set(answer["missing"])
    assert asked > PATIENTS / 2


def test_normal_results_never_end_an_emergency_that_nobody_accepted(
    panel: Panel, evaluate: Evaluate, answers: dict[str, dict[str, Any]]
) -> None:
    emergencies = [name for name, a in answers.items() if "emergency_referral" in a["referral"]["due"]]
    rows = [
        {
            "patient_id": name,
            "concept": concept,
            "date_first": D,
            "date_last": D,
            "status": "final",
            "value": value,
            "result": result,
        }
        for name in emergencies
        for concept, value, result in (("mri_spine", None, "negative"), ("esr", Decimal(5), None))
    ]
    more = pa.concat_tables([panel.events, pa.Table.from_pylist(rows, schema=EVENTS)])
    after = evaluate(Panel(panel.patients, more), PROFILE, D)
    assert emergencies
    assert {after[name]["disposition"] for name in emergencies} == {"emergency"}
