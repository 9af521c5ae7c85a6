"""A few people taken out of a panel are what a filter over everybody gives."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.panel import Panel
from tests.generated.adversarial import adversarial_panel

PANEL = adversarial_panel(5, 30, date(2026, 6, 15))
IDS = PANEL.patients["patient_id"].to_pylist()


def filtered(panel: Panel, wanted: list[str]) -> Panel:
    names = pa.array(wanted, pa.string())
    return Panel(*(table.filter(pc.is_in(table["patient_id"], names)) for table in (panel.patients, panel.events)))


def shuffled(panel: Panel, seed: int) -> Panel:
    order = np.random.default_rng(seed).permutation
    return Panel(*(table.take(pa.array(order(table.num_rows))) for table in (panel.patients, panel.events)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*IDS, "nobody", ""])), st.integers(0, 5))
def test_it_is_what_a_filter_gives(wanted: list[str], seed: int) -> None:
    panel = shuffled(PANEL, seed)
    part, plain = panel.part(wanted), filtered(panel, wanted)
    assert part.patients.equals(plain.patients)
    assert part.events.equals(plain.events)


@pytest.mark.parametrize("rows", [0, 7])
def test_of_a_panel_in_the_order_of_the_ids_and_of_an_empty_one(rows: int) -> None:
    panel = Panel(*(table.sort_by("patient_id").slice(0, rows) for table in (PANEL.patients, PANEL.events.slice(0, 0))))
    names = panel.patients["patient_id"].to_pylist()
    assert panel.part([*names[2:4], "nobody"]).patients["patient_id"].to_pylist() == names[2:4]
    assert panel.part(names).events.num_rows == 0
