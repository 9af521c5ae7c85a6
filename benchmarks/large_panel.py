"""The dashboard over the sample panel repeated to as many people as asked for: what ``benchmarks.pages`` looks at.

The answers are repeated with the people, so that no evaluation stands between a million patients and a page:
what is measured is the list and its pages, not the engine (see ``benchmarks.timing`` for that).
"""

from __future__ import annotations

import os
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from dashboard import panel_store, serving
from dashboard.panel_store import Evaluated, HeldPanel
from dashboard.worklist import Worklist
from pathways.panel import EVENTS, Panel

_sample = panel_store.opening


@cache
def repeated() -> HeldPanel:
    """The sample's people and answers over and over, each with an id of its own and no events."""
    people, sample = int(os.environ["REPEATED_PEOPLE"]), _sample()
    profile = next(iter(panel_store.profiles()))
    first = sample.worklist(profile, sample.as_of)
    ids = pa.array([f"R{number:08}" for number in range(people)])
    answers, patients = (_repeat(table, people, ids) for table in (first.answers, _as_answered(first)))
    held = HeldPanel(f"{people:,} repeated people", Panel(patients, EVENTS.empty_table()), sample.report, sample.as_of)
    listed = Worklist(answers, patients, first.dispositions, profile, sample.as_of, first.version)
    held._lists[profile, sample.as_of] = Evaluated(listed)
    return held


def _as_answered(listed: Worklist) -> pa.Table:
    """The patients in the order of the answers."""
    place = pc.index_in(listed.answers["patient_id"], value_set=listed.patients["patient_id"].combine_chunks())
    return listed.patients.take(place)


def _repeat(table: pa.Table, people: int, ids: pa.Array) -> pa.Table:
    many = pa.concat_tables([table] * -(-people // table.num_rows)).slice(0, people).combine_chunks()
    place = many.schema.get_field_index("patient_id")
    return many.set_column(place, many.schema.field(place), ids)


panel_store.opening = repeated
app = st.App(serving.MAIN_SCRIPT, **serving.options())
