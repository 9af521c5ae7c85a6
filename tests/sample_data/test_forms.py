"""The same people in every form: the readers find the same rows, and the answers are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dashboard.intake import Loaded, load
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
OTHERS = [form for form in (*COMMITTED, *WRITTEN, "FHIR Bundle") if form != "tables"]
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


@pytest.fixture(scope="module")
def expected(read: Reader) -> Callable[[str], Answers]:
    """profile -> the answers for the panel as read from the two tables."""
    return cache(lambda profile: twin_evaluate(read("tables").panel, profile, AS_OF))


def bundle(path: Path) -> Path:
    people = list(generate(DECK, SEED, AS_OF))
    events = [event for _, own in people for event in own]
    write_fhir([patient for patient, _ in people], events, path, form="bundle")
    return path


def said(table: pa.Table) -> set[tuple[Any, ...]]:
    """The rows without the columns that say where they were read."""
    columns = [name for name in table.schema.names if name not in WHERE_FROM]
    return set(zip(*(table[name].to_pylist() for name in columns), strict=True))


@pytest.mark.parametrize("form", ["tables", *OTHERS])
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
@pytest.mark.parametrize("form", OTHERS)
def test_every_form_gives_the_same_answers(
    read: Reader, expected: Callable[[str], Answers], form: str, profile: str
) -> None:
    found = twin_evaluate(read(form).panel, profile, AS_OF)
    assert {who: answer for who, answer in found.items() if answer != expected(profile)[who]} == {}
    assert set(found) == set(expected(profile))
