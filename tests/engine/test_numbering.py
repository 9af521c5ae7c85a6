"""People as numbers and words as codes while the statement runs: nothing of it is seen outside."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from pathways import load_pathway
from pathways.engines import duckdb as engine
from pathways.engines.coding import codes
from pathways.engines.numbering import Numbered
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.generated.adversarial import adversarial_panel

D = date(2026, 6, 15)


def test_numbers_follow_the_order_of_the_ids_and_lead_back_to_them() -> None:
    panel = adversarial_panel(3, 40, D)
    numbered = Numbered.of(panel)
    ids = panel.patients["patient_id"].to_pylist()
    assert numbered.ids.to_pylist() == sorted(ids)
    assert [numbered.ids[n].as_py() for n in numbered.patients["patient_id"].to_pylist()] == ids
    back = [numbered.ids[n].as_py() for n in numbered.events["patient_id"].to_pylist()]
    assert back == panel.events["patient_id"].to_pylist()


def test_an_event_of_nobody_is_refused() -> None:
    event = {"patient_id": "B", "concept": "fever", "date_first": D, "date_last": D, "status": "present"}
    patients = pa.Table.from_pylist([{"patient_id": "A", "sex": "female"}], schema=PATIENTS)
    with pytest.raises(ValueError, match="belongs to nobody"):
        Numbered.of(Panel(patients, pa.Table.from_pylist([event], schema=EVENTS)))


@pytest.mark.parametrize("last", ["finding", "open_row", "order"])
def test_a_step_gives_ids_and_texts(last: str) -> None:
    panel = adversarial_panel(3, 40, D)
    found = engine.run(panel, load_pathway().in_profile("us-acp", D), last=last)
    assert found.num_rows
    assert not [kind for kind in found.schema.types if pa.types.is_dictionary(kind)]
    assert set(found["patient_id"].to_pylist()) <= set(panel.patients["patient_id"].to_pylist())
    assert set(found["concept"].to_pylist()) <= set(codes()["concept"])


def test_codes_are_in_the_order_of_their_texts() -> None:
    for words in codes().values():
        assert list(words) == sorted(words)
