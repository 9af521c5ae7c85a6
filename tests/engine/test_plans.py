"""A statement that is planned once answers every panel as one that is planned for it alone."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pyarrow as pa
import pytest

from pathways import load_pathway
from pathways.engines import duckdb as engine
from pathways.engines.numbering import Numbered
from pathways.engines.plans import Plan, Plans
from pathways.panel import Panel
from tests.generated.adversarial import adversarial_panel

D = date(2026, 6, 15)
SMALL = "SELECT patient_id, COUNT(concept) AS n FROM patients LEFT JOIN events USING (patient_id) GROUP BY patient_id"


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plans]:
    """None is planned yet."""
    found = Plans()
    monkeypatch.setattr(engine, "_plans", found)
    yield found
    found.close()


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements in the order in which they are planned."""
    found: list[str] = []
    make = Plan.__init__

    def noted(self: Plan, connection: object, statement: str, before: Sequence[int]) -> None:
        found.append(statement)
        make(self, connection, statement, before)  # type: ignore[arg-type]

    monkeypatch.setattr(Plan, "__init__", noted)
    return found


def people(seed: int, number: int) -> Panel:
    return adversarial_panel(seed, number, D)


def counts(panel: Panel) -> dict[str, int]:
    events = panel.events["patient_id"].to_pylist()
    return {name: events.count(name) for name in panel.patients["patient_id"].to_pylist()}


def ran(plan: Plan, panel: Panel) -> pa.Table:
    numbered = Numbered.of(panel)
    return numbered.named(plan.run(numbered, D))


def told(rows: pa.Table) -> dict[str, int]:
    return dict(zip(rows["patient_id"].to_pylist(), rows["n"].to_pylist(), strict=True))


def test_a_plan_that_served_others_gives_what_a_fresh_one_gives(
    plans: Plans, planned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made for few, then many, then nobody, then those whom it had before."""
    pathway = load_pathway().in_profile("uk-nice", D)
    few, many, nobody = people(2, 3), people(1, 400), people(3, 0)
    found = [engine.run(panel, pathway, "trace") for panel in (few, many, nobody, few)]
    assert len(planned) == 1
    monkeypatch.setattr(engine, "FEW", -1)
    alone = [engine.run(panel, pathway, "trace") for panel in (few, many)]
    for one, other in zip(found, [*alone, alone[0].slice(0, 0), alone[0]], strict=True):
        assert one.schema == other.schema
        assert one.sort_by("patient_id").equals(other.sort_by("patient_id"))


def test_one_plan_serves_every_day(plans: Plans, planned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Leap days and the ends of what a calendar can hold are days like others."""
    panel = people(1, 100)
    days = [D, date(2024, 2, 29), date(1900, 1, 1), D]
    found = [engine.run(panel, load_pathway().in_profile("us-acp", day)) for day in days]
    assert len(planned) == 1
    monkeypatch.setattr(engine, "FEW", -1)
    for day, rows in zip(days, found, strict=True):
        assert rows.equals(engine.run(panel, load_pathway().in_profile("us-acp", day)))
    assert not found[0].equals(found[1])


def test_a_panel_of_many_leaves_no_plan(plans: Plans, planned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FEW", 2)
    pathway = load_pathway().in_profile("us-acp", D)
    assert engine.run(people(1, 3), pathway, last="episode").num_rows
    assert planned == []
    assert engine.run(people(1, 2), pathway, last="episode").schema
    assert len(planned) == 1


def test_a_plan_keeps_nobodys_rows() -> None:
    plan = Plan(engine.connected(), SMALL, ())
    panel = people(1, 5)
    assert told(ran(plan, panel)) == counts(panel)
    gone = [weakref.ref(panel), weakref.ref(panel.patients), weakref.ref(panel.events)]
    del panel
    gc.collect()
    assert [one() for one in gone] == [None, None, None]
    assert ran(plan, people(1, 0)).num_rows == 0
    plan.close()


def test_a_plan_that_is_running_is_nobody_elses() -> None:
    plans = Plans()
    first = Plan(engine.connected(), SMALL, ())
    plans.give_back(first)
    assert plans.take(SMALL) is first
    assert plans.take(SMALL) is None
    plans.give_back(first)
    assert plans.take("SELECT 1") is None
    assert plans.take(SMALL) is first
    first.close()


def test_the_one_not_used_for_longest_makes_room() -> None:
    plans = Plans(most=2)
    statements = [f"{SMALL} HAVING n > {number}" for number in range(3)]
    for statement in statements[:2]:
        plans.give_back(Plan(engine.connected(), statement, ()))
    again = plans.take(statements[0])
    assert again is not None
    plans.give_back(again)
    plans.give_back(Plan(engine.connected(), statements[2], ()))
    kept = [plans.take(statement) for statement in statements]
    assert [plan is not None for plan in kept] == [True, False, True]
    assert told(ran(again, people(4, 6))) == {name: n for name, n in counts(people(4, 6)).items() if n > 0}
    for plan in kept:
        if plan is not None:
            plan.close()
    plans.close()


def test_many_at_once_each_get_their_own_people(plans: Plans) -> None:
    pathway = load_pathway().in_profile("us-acp", D)
    panels = [people(seed, 5 + seed) for seed in range(12)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda panel: engine.run(panel, pathway, last="episode"), panels))
    for panel, rows in zip(panels, found, strict=True):
        assert rows.sort_by("patient_id").equals(engine.run(panel, pathway, last="episode").sort_by("patient_id"))
        assert set(rows["patient_id"].to_pylist()) <= set(panel.patients["patient_id"].to_pylist())


def test_a_plan_whose_run_failed_is_given_up(plans: Plans, planned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pathway, panel = load_pathway().in_profile("us-acp", D), people(1, 3)
    engine.run(panel, pathway, last="episode")
    run = Plan.run

    def broken(self: Plan, panel: Numbered, day: date) -> pa.Table:
        raise MemoryError

    monkeypatch.setattr(Plan, "run", broken)
    with pytest.raises(MemoryError):
        engine.run(panel, pathway, last="episode")
    monkeypatch.setattr(Plan, "run", run)
    assert engine.run(panel, pathway, last="episode").schema
    assert len(planned) == 2
