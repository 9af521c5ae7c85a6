"""The floor reads what the evaluation reads, no less and no more; and the measuring runs from end to end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import exp

from benchmarks import fhir_load, floor, machine, scaling
from benchmarks.panels import AS_OF, _repeat
from pathways import load_pathway
from pathways.engines.duckdb import connected
from pathways.panel import EVENTS
from pathways.panel import PATIENTS as PATIENTS_SCHEMA
from pathways.statement import statement_sql
from tests.benchmarks.conftest import PATIENTS


def test_the_statement_needs_no_other_columns() -> None:
    read, profiled = floor.evaluation_reads(), load_pathway().in_profile(None, date.fromisoformat(AS_OF))
    with connected() as connection:
        for table, schema in {"patients": PATIENTS_SCHEMA, "events": EVENTS}.items():
            connection.register(table, schema.empty_table().select(read[table]))
        connection.execute(f"DESCRIBE {statement_sql(profiled, pretty=False)}")
    assert set(read["events"]) == set(EVENTS.names) - {"reference_low", "note", "source", "source_ref"}
    assert set(read["patients"]) == set(PATIENTS_SCHEMA.names) - {"name", "site", "clinician"}


def test_the_query_reads_every_one_of_them_from_the_file(panels: Path) -> None:
    source = panels / f"parquet-{PATIENTS}"
    read = floor.evaluation_reads()
    for table, query in zip(floor.BY, floor.floor_queries(source), strict=True):
        asked = {column.name for column in sqlglot.parse_one(query, dialect="duckdb").find_all(exp.Column)}
        wanted = set(floor.filed(read[table]))
        assert asked == wanted
        assert wanted <= set(pq.read_schema(source / f"{table}.parquet").names)


def test_every_measurement_has_its_table(panels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floor.main(["--panels", str(panels), "--runs", "1", str(PATIENTS)])
    assert f"| {PATIENTS} |" in capsys.readouterr().out
    measured = {10: floor.Spent(1.0, 2**20, ""), 1_000: floor.Spent(100.0, 2**20, "")}
    assert "power 1.00" in scaling.section(measured, {})


def test_a_size_that_does_not_fit_is_named_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "panel", lambda folder, patients: folder / str(patients))
    monkeypatch.setattr(scaling, "ours", lambda source, _answers: floor.Spent(1.0, int(source.name) << 20, ""))
    monkeypatch.setattr(machine, "free_memory", lambda: 500 << 20)
    measured, too_large = scaling.measure(tmp_path, (10, 100, 1_000), 2)
    assert (list(measured), too_large) == ([10, 100], {1_000: 1_000 << 20})
    assert "1,000 patients were not run: by the size before they need about 1 GiB" in scaling.section(
        measured, too_large
    )


def test_a_large_panel_is_a_smaller_one_again_under_other_ids(panels: Path, tmp_path: Path) -> None:
    few, many = panels / f"parquet-{PATIENTS}", tmp_path / "many"
    _repeat(few, many, 3)
    ids = pq.read_table(many / "patients.parquet")["patient_id"].to_pylist()
    assert len(set(ids)) == len(ids) == 3 * PATIENTS
    events, once = (pq.read_table(folder / "events.parquet") for folder in (many, few))
    assert events.num_rows == 3 * once.num_rows
    assert set(events["patient_id"].to_pylist()) == set(ids)


def test_a_reader_that_is_not_installed_is_named(panels: Path, tmp_path: Path) -> None:
    source = panels / f"fhir-{PATIENTS}"
    told = fhir_load.section(fhir_load.measure(source, tmp_path, 1), source, tmp_path)
    assert "fhir.resources 8.3 (R4B): not installed. python3.11 -m venv" in told
    records = sum(len(file.read_text().splitlines()) for file in source.glob("*.ndjson"))
    assert told.count(f"| {records:,} |") == 3
