"""The same people in every form: the readers find the same rows, and the answers are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dashboard.intake import Loaded, load
from pathways import answers, evaluate, load_pathway
from pathways.panel import Panel
from sample_data.build import AS_OF, SEED
from sample_data.chart import HERE
from sample_data.fhir_writer import write_fhir
from sample_data.files import generate_files
from sample_data.generator import generate
from sample_data.stories import DECK
from tests.sample_data.conftest import PROFILES, Answers
from tests.twin import twin_evaluate

COMMITTED = {
    "tables": "panel_tables",
    "wide CSV": "panel_wide.csv",
    "wide Excel": "panel_wide.xlsx",
    "FHIR NDJSON": "panel_fhir",
}
WRITTEN = {"CSV": "csv", "Parquet": "parquet"}
FORMS = (*COMMITTED, *WRITTEN, "FHIR Bundle")
OTHERS = [form for form in FORMS if form != "tables"]
WHERE_FROM = ("source", "source_ref")

Reader = Callable[[str], Loaded]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """form -> the panel as read from it."""

    def one(form: str) -> Loaded:
        if form in COMMITTED:
            return load(HERE / COMMITTED[form], as_of=AS_OF)
        folder = tmp_path_factory.mktemp("panel")
        if form == "FHIR Bundle":
            return load(bundle(folder / "panel.json"), as_of=AS_OF)
        generate_files(DECK, folder, SEED, WRITTEN[form], AS_OF)  # type: ignore[arg-type]
        return load(folder, as_of=AS_OF)

    return cache(one)


def named_for(form: str, table: pa.Table) -> pa.Table:
    """The table with the form before each patient id, so that all forms fit in one panel."""
    ids = pc.binary_join_element_wise(form, table["patient_id"], "/")
    return table.set_column(0, table.schema.field(0), ids)


@pytest.fixture(scope="module")
def evaluated(read: Reader) -> Callable[[str], dict[str, Answers]]:
    """profile -> form -> the engine's answers. All forms are evaluated as one panel: nobody's answer depends
    on anybody else."""

    def one(profile: str) -> dict[str, Answers]:
        patients = pa.concat_tables(named_for(form, read(form).panel.patients) for form in FORMS)
        events = pa.concat_tables(named_for(form, read(form).panel.events) for form in FORMS)
        table = evaluate(Panel(patients, events), load_pathway(), profile=profile, as_of=AS_OF)
        by_form: dict[str, Answers] = {form: {} for form in FORMS}
        for answer in answers(table):
            form, patient_id = answer.pop("patient_id").split("/", 1)
            by_form[form][patient_id] = answer
        return by_form

    return cache(one)


def bundle(path: Path) -> Path:
    people = list(generate(DECK, SEED, AS_OF))
    events = [event for _, own in people for event in own]
    write_fhir([patient for patient, _ in people], events, path, form="bundle")
    return path


def said(table: pa.Table) -> set[tuple[Any, ...]]:
    """The rows without the columns that say where they were read."""
    columns = [name for name in table.schema.names if name not in WHERE_FROM]
    return set(zip(*(table[name].to_pylist() for name in columns), strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_nobody_is_held_back_and_nobody_is_missing(read: Reader, form: str) -> None:
    loaded = read(form)
    assert not loaded.report.held_back
    assert not loaded.report.unmapped
    assert loaded.panel.patients.num_rows == DECK


@pytest.mark.parametrize("form", OTHERS)
def test_the_readers_find_the_same_rows(read: Reader, form: str) -> None:
    expected, found = read("tables").panel, read(form).panel
    assert said(found.patients) == said(expected.patients)
    assert said(found.events) == said(expected.events)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_form_gives_the_same_answers(
    evaluated: Callable[[str], dict[str, Answers]], profile: str
) -> None:
    expected = evaluated(profile)["tables"]
    assert len(expected) == DECK
    for form in OTHERS:
        found = evaluated(profile)[form]
        assert set(found) == set(expected)
        assert {who: answer for who, answer in found.items() if answer != expected[who]} == {}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_engine_and_the_plain_twin_agree_on_the_sample_panel(
    read: Reader, evaluated: Callable[[str], dict[str, Answers]], profile: str
) -> None:
    twin = twin_evaluate(read("tables").panel, profile, AS_OF)
    compared = ("disposition", "indication", "reasons", "could_be", "missing", "notes", "overdue", "bloods")
    for who, answer in evaluated(profile)["tables"].items():
        assert {key: answer[key] for key in compared} == {key: twin[who][key] for key in compared}
