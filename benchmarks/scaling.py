"""How the time and the memory of an evaluation grow with the panel: Parquet to answers, a fresh process each.

    python -m benchmarks.scaling [--panels FOLDER] [--runs 1] [--write] [PATIENTS ...]

The exponent is that of time ~ patients^exponent between one size and the one before: 1 is linear. Ten million patients
are an argument away, and take the disk and the hours that they take.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks import machine, sections
from benchmarks.floor import ours
from benchmarks.panels import INVENTED, kept, panel
from benchmarks.processes import Spent, middle, rounds

COMMAND = "python -m benchmarks.scaling"
SIZES = (10_000, 100_000, 1_000_000)


def exponent(few: tuple[int, float], many: tuple[int, float]) -> float:
    """The power of the size with which an amount grew."""
    return math.log(many[1] / few[1]) / math.log(many[0] / few[0])


def measure(folder: Path, sizes: Sequence[int], times: int) -> dict[int, Spent]:
    """Every size in turn."""
    sources = {patients: panel(folder, patients) for patients in sizes}
    answers = folder / "answers.parquet"
    tasks = {patients: lambda source=source: ours(source, answers) for patients, source in sources.items()}
    return {patients: middle(spent) for patients, spent in rounds(tasks, times).items()}


def section(measured: Mapping[int, Spent]) -> str:
    """The text of the section."""
    rows, before = [], None
    for patients, spent in measured.items():
        grown = ["", ""]
        if before is not None:
            few = measured[before]
            grown = [f"{exponent((before, few.seconds), (patients, spent.seconds)):.2f}",
                     f"{exponent((before, few.memory), (patients, spent.memory)):.2f}"]  # fmt: skip
        rows.append((f"{patients:,}", f"{spent.seconds:,.1f}", f"{patients / spent.seconds:,.0f}", grown[0],
                     f"{spent.memory / 2**20:,.0f}", f"{spent.memory / patients / 1024:.1f}", grown[1]))  # fmt: skip
        before = patients
    head = ("patients", "processor time, s", "patients per second", "exponent of the time", "most memory, MB",
            "of it KB a patient", "exponent of the memory")  # fmt: skip
    steepest = max(
        (exponent((few, measured[few].seconds), (many, measured[many].seconds)) for few, many in pairwise(measured)),
        default=math.nan,
    )
    return f"""## How it grows

From Parquet to all answers with the command line (beyond five million rows, which it refuses, with the functions
behind it), each in a fresh process; processor time of all cores, start included. Beyond {INVENTED:,} people the same
again under other ids. {machine.described()}

{sections.table(head, rows, left=0)}

The steepest step grows with the power {steepest:.2f} of the panel."""


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    asked.add_argument("patients", nargs="*", type=int, default=list(SIZES), help="panel sizes, the smallest first")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--runs", type=int, default=1)
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    with kept(given.panels) as folder:
        measured = measure(folder, given.patients, given.runs)
    sections.finish(COMMAND, section(measured), wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
