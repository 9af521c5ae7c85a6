"""Panels on disk, and a Spark that keeps to this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pathways import load_pathway
from pathways.engines import duckdb as local
from pathways.engines import spark
from pathways.loading import ProfiledPathway
from pathways.panel import Panel
from tests.generated.adversarial import AS_OF
from tests.spark.cluster import Cluster, defaults


@pytest.fixture(scope="session", autouse=True)
def quiet_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What Spark is told before it starts; one Java serves every test of a process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in defaults(tmp_path_factory.mktemp("spark") / "conf").items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A master and two workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    running = Cluster(folder)
    yield running
    running.close()


def pathway(profile: str, as_of: date = AS_OF[0]) -> ProfiledPathway:
    return load_pathway().in_profile(profile, as_of)


def written(panel: Panel, folder: Path, row_group_size: int | None = None) -> spark.Tables:
    folder.mkdir(parents=True)
    tables = spark.Tables(folder / "patients.parquet", folder / "events.parquet")
    pq.write_table(panel.patients, tables.patients, row_group_size=row_group_size)
    pq.write_table(panel.events, tables.events, row_group_size=row_group_size)
    return tables


def assert_same_rows(folder: Path, panel: Panel, asked: ProfiledPathway, last: str) -> None:
    """What Spark kept of a step is what DuckDB finds: the same people in the same order, the same types and values."""
    found, expected = pa.concat_tables(spark.rows(folder)), local.run(panel, asked, last)
    assert found.schema.remove_metadata().equals(expected.schema.remove_metadata())
    assert found.num_rows == expected.num_rows > 0
    differing = [name for name in expected.column_names if found[name] != expected[name]]
    assert not differing


def assert_same_answers(folder: Path, panel: Panel, asked: ProfiledPathway) -> None:
    """Every field of everybody's answer is what DuckDB says."""
    found, expected = pa.concat_tables(spark.answers(folder, asked)), local.evaluate(panel, asked)
    assert found.num_rows == panel.patients.num_rows
    differing = [name for name in expected.column_names if found[name] != expected[name]]
    assert not differing
    assert found.equals(expected)
