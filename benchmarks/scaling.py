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
from benchmarks.panels import kept, panel
from benchmarks.processes import Spent, middle

COMMAND = "python -m benchmarks.scaling"
SIZES = (10_000, 100_000, 300_000, 1_000_000)


def exponent(few: tuple[int, float], many: tuple[int, float]) -> float:
    """The power of the size with which an amount grew."""
    return math.log(many[1] / few[1]) / math.log(many[0] / few[0])


def needed(spent: Mapping[int, Sequence[Spent]], patients: int) -> int:
    """The bytes that a size should need, by the largest one measured before it."""
    before = max((size for size in spent if size < patients), default=0)
    return spent[before][0].memory * patients // before if before else 0


def measure(folder: Path, sizes: Sequence[int], times: int) -> tuple[dict[int, Spent], dict[int, int]]:
    """Every size in turn; and the sizes for which the machine has too little memory free, with what they need."""
    spent: dict[int, list[Spent]] = {}
    too_large: dict[int, int] = {}
    for _ in range(times):
        for patients in sizes:
            if patients not in spent and (most := needed(spent, patients)) > machine.free_memory():
                too_large[patients] = most
                continue
            one = ours(panel(folder, patients), folder / "answers.parquet")
            spent.setdefault(patients, []).append(one)
    return {patients: middle(several) for patients, several in spent.items()}, too_large


def section(measured: Mapping[int, Spent], too_large: Mapping[int, int]) -> str:
    """The text of the section."""
    left_out = "".join(
        f"\n\n{patients:,} patients were not run: by the size before they need about {most / 2**30:.0f} GiB, more than "
        "this machine had free."
        for patients, most in too_large.items()
    )
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

From Parquet to all answers with the command line, each in a fresh process; processor time of all cores, start
included. A panel of more than 100,000 people that is not there yet is made of the same people under other ids.
{machine.described()}

{sections.table(head, rows, left=0)}

The steepest step grows with the power {steepest:.2f} of the panel.{left_out}"""


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    asked.add_argument("patients", nargs="*", type=int, default=list(SIZES), help="panel sizes, the smallest first")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--runs", type=int, default=1)
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    with kept(given.panels) as folder:
        measured, too_large = measure(folder, given.patients, given.runs)
    sections.finish(COMMAND, section(measured, too_large), wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
