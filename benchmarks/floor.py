"""Parquet to all answers, against the least that anything could do with the same columns.

    python -m benchmarks.floor [--panels FOLDER] [--write] [PATIENTS ...]

The floor is DuckDB in a fresh process that reads the columns of the files which the evaluation reads, keeps the
largest value of each for every patient and concept, and writes nothing. Ours is the command line in a fresh process,
from the same files to a file of answers. In turn, several times; the median of the processor time counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from sqlglot import exp

from benchmarks import machine, sections
from benchmarks.panels import AS_OF, kept, panel
from benchmarks.processes import Spent, backstop, middle, rounds, run
from pathways import load_pathway
from pathways.loading import ProfiledPathway
from pathways.pruning import pruned
from pathways.statement import TABLES, steps

COMMAND = "python -m benchmarks.floor"
SIZES = (10_000, 50_000)
RUNS = 3
AS_FILED = {
    "birth_first": ("birth_date",), "birth_last": ("birth_date",), "date_first": ("date",), "date_last": ("date",),
    "value": ("value", "unit"), "comparator": ("value",), "reference_low": ("reference_low", "unit"),
    "reference_high": ("reference_high", "unit"), "recorded_at": (), "note": (), "source": (), "source_ref": (),
}  # fmt: skip
"""The columns of the files that a column of the panel is made of, where it is not one of the same name; those
without any are not in the files of an invented panel."""

BY = {"patients": ("patient_id",), "events": ("patient_id", "concept")}
_FLOOR = "import duckdb, sys\nfor query in sys.argv[1:]: duckdb.sql(query).fetchall()"
_START = "import duckdb; duckdb.sql('SELECT 1').fetchall()"


def columns_read(pathway: ProfiledPathway) -> dict[str, list[str]]:
    """The columns of each table that some step of the statement names, in the table's order."""
    named: dict[str, set[str]] = {table: set() for table in TABLES}
    for step in pruned(steps(pathway), "answer", TABLES).values():
        tables = {one.alias_or_name: one.name for one in step.find_all(exp.Table)}
        for column in step.find_all(exp.Column):
            sources = {tables.get(column.table)} if column.table else set(tables.values())
            for table in sources & named.keys():
                named[str(table)] |= {column.name} & set(TABLES[str(table)])
    return {table: [name for name in TABLES[table] if name in names] for table, names in named.items()}


@cache
def evaluation_reads() -> dict[str, list[str]]:
    """The columns that the evaluation measured here reads."""
    return columns_read(load_pathway().in_profile(None, date.fromisoformat(AS_OF)))


def filed(columns: Sequence[str]) -> list[str]:
    """The columns of a file that these columns of its table are made of."""
    return list(dict.fromkeys(one for name in columns for one in AS_FILED.get(name, (name,))))


def floor_query(file: Path, columns: Sequence[str], by: Sequence[str]) -> str:
    """Every column read once and grouped; one number comes back, so that nothing is carried about."""
    largest = [f'MAX("{name}") AS "{name}"' for name in columns if name not in by]
    grouped = f"SELECT {', '.join([*by, *largest])} FROM read_parquet('{file}') GROUP BY {', '.join(by)}"
    return f"SELECT {', '.join(f'COUNT({name})' for name in columns)} FROM ({grouped})"


def floor_queries(source: Path) -> list[str]:
    """One query for each table."""
    read = evaluation_reads()
    return [floor_query(source / f"{table}.parquet", filed(read[table]), by) for table, by in BY.items()]


def ours(source: Path, answers: Path) -> Spent:
    """The command line."""
    command = backstop("evaluate", source, "--as-of", AS_OF, "--format", "parquet", "--output", answers)
    return run([*command, "--allow-held-back"])


def measure(folder: Path, patients: int, times: int) -> dict[str, Spent]:
    """Ours, the floor, and the bare start of the floor's process, in turn."""
    source = panel(folder, patients)
    queries = floor_queries(source)
    tasks = {
        "ours": lambda: ours(source, folder / "answers.parquet"),
        "floor": lambda: run([sys.executable, "-c", _FLOOR, *queries]),
        "start": lambda: run([sys.executable, "-c", _START]),
    }
    return {name: middle(spent) for name, spent in rounds(tasks, times).items()}


def section(measured: dict[int, dict[str, Spent]]) -> str:
    """The text of the section."""
    rows = []
    for patients, found in measured.items():
        mine, floor, start = (found[name].seconds for name in ("ours", "floor", "start"))
        rows.append((
            f"{patients:,}", f"{mine:.2f}", f"{floor:.2f}", f"{floor - start:.2f}", f"{mine / floor:.1f} ×",
            f"{patients / mine:,.0f}", f"{found['ours'].memory / 2**20:,.0f}", f"{found['floor'].memory / 2**20:,.0f}",
        ))  # fmt: skip
    head = ("patients", "ours, s", "floor, s", "of it beyond its start, s", "ours / floor",
            "patients per second, ours", "most memory of ours, MB", "of the floor, MB")  # fmt: skip
    read = evaluation_reads()
    told = "; ".join(f"{table}: {', '.join(filed(columns))}" for table, columns in read.items())
    return f"""## Against the floor

From Parquet to all answers, against DuckDB alone reading the same columns of the same files and keeping the largest
value of each for every patient and concept. Both in fresh processes, in turn; seconds of processor time (all cores,
start included), medians. {machine.described()}

{sections.table(head, rows, left=0)}

Columns that both read: {told}."""


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("patients", nargs="*", type=int, default=list(SIZES), help="panel sizes")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    with kept(given.panels) as folder:
        measured = {patients: measure(folder, patients, given.runs) for patients in given.patients}
    sections.finish(COMMAND, section(measured), wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
