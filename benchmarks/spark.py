"""The same panel and the same statement on one machine: DuckDB, and Spark with one and with two workers.

    python -m benchmarks.spark [--panels FOLDER] [--write] [PATIENTS]

Each time the command line, from one prepared panel to the answers. A worker has one core, so Spark with two has what
DuckDB has, beside its master and the program that asks. The clock of the wall counts, because the work is elsewhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks import machine, sections
from benchmarks.panels import kept, prepared
from benchmarks.processes import backstop, run
from dashboard import settings
from tests.spark.cluster import Cluster, defaults

COMMAND = "python -m benchmarks.spark"
PATIENTS = 100_000
WORKERS = (1, 2)


def seconds(task: Callable[[], object]) -> float:
    """How long it takes by the clock of the wall."""
    begun = settings.seconds()
    task()
    return settings.seconds() - begun


def measure(source: Path, folder: Path) -> dict[str, float]:
    """Seconds from the prepared panel to the answers. Raises ``AssertionError`` where these are not the same."""
    asked = ("evaluate", source, "--allow-held-back", "--format", "parquet", "--output")
    found = {"DuckDB": seconds(lambda: run(backstop(*asked, folder / "local.parquet")))}
    expected = pq.read_table(folder / "local.parquet")
    for workers in WORKERS:
        place, answers = folder / f"cluster-{workers}", folder / f"answers-{workers}"
        place.mkdir()
        running = Cluster(place, workers)
        try:
            there = ("--engine", "spark", "--spark-master", running.address)
            taken = seconds(lambda answers=answers, there=there: run(backstop(*asked, answers, *there)))
        finally:
            running.close()
        assert pq.read_table(answers).equals(expected)
        found[f"Spark, {workers} worker{'s' if workers > 1 else ''}"] = taken
    return found


def section(patients: int, measured: dict[str, float]) -> str:
    """The text of the section."""
    least = measured["DuckDB"]
    rows = [(name, f"{taken:.1f}", f"{taken / least:.1f} ×") for name, taken in measured.items()]
    return f"""## On a cluster

{patients:,} people, from one prepared panel to the same answers in every field, by the command line; seconds of the
wall's clock, start and planning included. Spark is a master and workers of one core each on this same machine: it shows
what Spark costs, not what more machines give. {machine.described(("duckdb", "pyarrow", "pyspark"))}

{sections.table(("engine", "s", "against DuckDB"), rows)}"""


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("patients", nargs="?", type=int, default=PATIENTS, help="how many people")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    with kept(given.panels) as folder, tempfile.TemporaryDirectory() as passing:
        os.environ.update(defaults(Path(passing) / "conf"))
        measured = measure(prepared(folder, given.patients), Path(passing))
    sections.finish(COMMAND, section(given.patients, measured), wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
