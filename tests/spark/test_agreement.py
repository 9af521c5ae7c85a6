"""Spark answers as DuckDB does, in every field, wherever it runs and however the panel lies on the disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from dashboard.answer_files import writing
from dashboard.command_line import cluster as command
from dashboard.settings import ROOT
from pathways.engines import duckdb as local
from pathways.engines import spark
from pathways.panel import Panel
from tests.cli.conftest import AS_OF as LIST_DAY
from tests.cli.conftest import Backstop, backstop, panel_with_a_bad_row
from tests.generated.adversarial import AS_OF, adversarial_panel
from tests.generated.comparing import PROFILES
from tests.spark.cluster import PATIENCE, Cluster, Program
from tests.spark.conftest import assert_same_answers, pathway, written

__all__ = ["backstop", "panel_with_a_bad_row"]

pytestmark = [pytest.mark.spark, pytest.mark.long]

HERE = "local[2]"
PEOPLE = 100_000
FEW = 2_000


@cache
def panel_of(people: int, as_of: date) -> Panel:
    return adversarial_panel(11, people, as_of)


@pytest.mark.parametrize("as_of", AS_OF[:2], ids=str)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_field_is_the_same(profile: str, as_of: date, tmp_path: Path) -> None:
    panel, asked = panel_of(PEOPLE, as_of), pathway(profile, as_of)
    with spark.connected(HERE) as session:
        spark.run(session, written(panel, tmp_path / "panel"), asked, tmp_path / "rows")
    assert_same_answers(tmp_path / "rows", panel, asked)


@contextmanager
def connect_server(cluster: Cluster, folder: Path) -> Iterator[str]:
    """One that gives its work to the cluster."""
    settings = ("--conf", "spark.connect.grpc.binding.port=0", "--conf", "spark.ui.enabled=false")
    started = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal")
    server = Program(folder, "connect", "spark-submit", "--master", cluster.address, *settings, *started)
    try:
        port = server.said(r"Spark Connect server started at: \S*?:(\d+)(?!\S)")
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()


@pytest.mark.parametrize("profile", PROFILES)
def test_through_spark_connect(profile: str, cluster: Cluster, tmp_path: Path) -> None:
    panel, asked = panel_of(FEW, AS_OF[2]), pathway(profile, AS_OF[2])
    with connect_server(cluster, tmp_path) as address, spark.connected(address) as session:
        spark.run(session, written(panel, tmp_path / "panel"), asked, tmp_path / "rows")
    assert_same_answers(tmp_path / "rows", panel, asked)
    with spark.connected(HERE) as session:
        assert session.range(2).count() == 2, "a session of another kind starts after it"


@pytest.mark.parametrize("seed", range(3))
def test_bytes_depend_on_the_answers_alone(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on the order of the rows, the groups in which they lie, nor on how many tasks share them."""
    rng = Random(seed)
    panel, asked = panel_of(FEW, AS_OF[0]), pathway(PROFILES[seed % len(PROFILES)])
    places = [rng.sample(range(table.num_rows), table.num_rows) for table in (panel.patients, panel.events)]
    shuffled = Panel(panel.patients.take(pa.array(places[0])), panel.events.take(pa.array(places[1])))
    tables = written(shuffled, tmp_path / "panel", rng.choice([100, 3_000, 1_000_000]))
    monkeypatch.setattr(spark, "ROWS_AT_ONCE", rng.choice([1, 77, 10_000]))
    with spark.connected(HERE) as session:
        spark.run(session, tables, asked, tmp_path / "rows", partitions=rng.choice([1, 3, 13]))
    command.write_parts(spark.answers(tmp_path / "rows", asked), tmp_path / "out", {"profile": "one"})
    with (tmp_path / "local").open("wb") as file, writing(file, "parquet", {"profile": "one"}) as write:
        write(local.evaluate(panel, asked))
    (part,) = (tmp_path / "out").iterdir()
    assert part.read_bytes() == (tmp_path / "local").read_bytes()


def test_the_command_writes_what_the_local_engine_writes(
    backstop: Backstop, panel_with_a_bad_row: Path, tmp_path: Path
) -> None:
    prepared, one, held = tmp_path / "prepared", tmp_path / "one.parquet", tmp_path / "held.csv"
    backstop("prepare", panel_with_a_bad_row, "--output", prepared, "--as-of", LIST_DAY)
    here = backstop("evaluate", prepared, "--format", "parquet", "--output", one)
    asked = ("--engine", "spark", "--spark-master", HERE, "--output", tmp_path / "out", "--held-back", held)
    there = backstop("evaluate", prepared, *asked)
    assert (there.status, there.out) == (1, "")
    assert [line for line in here.err.splitlines() if "--held-back" not in line] == there.err.splitlines()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["part-00000.parquet"]
    assert (tmp_path / "out" / "part-00000.parquet").read_bytes() == one.read_bytes()
    assert "7731" in held.read_text(encoding="utf-8")
    assert not (tmp_path / ".out.part").exists()


def test_an_interrupted_run_leaves_nothing(backstop: Backstop, panel_with_a_bad_row: Path, tmp_path: Path) -> None:
    prepared = tmp_path / "prepared"
    backstop("prepare", panel_with_a_bad_row, "--output", prepared, "--as-of", LIST_DAY)
    asked = ["evaluate", prepared, "--engine", "spark", "--spark-master", HERE, "--output", tmp_path / "out"]
    begun = [sys.executable, "-c", "from dashboard.cli import main; main()", *asked]
    kept = tmp_path / ".out.part" / command.KEPT
    with subprocess.Popen(begun, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        until = time.monotonic() + PATIENCE
        while not kept.exists():
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert told == "backstop: interrupted; no answer was written\n"
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
