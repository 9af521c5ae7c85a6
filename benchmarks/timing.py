"""How long a panel takes from Parquet to answers, step by step, and how that grows with its size.

    python -m benchmarks.timing [PATIENTS ...]

Each size is invented anew (seed 1) and evaluated in a process of its own, several times; the median of
each step counts. Prints the tables of ``docs/performance.md``.
"""

from __future__ import annotations

import re
import resource
import statistics
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
RUNS = 3
STEP = re.compile(r"^  (?P<name>[a-z ]+?) +(?P<seconds>[\d.]+) s", re.MULTILINE)
EVENTS = re.compile(r"patients, ([\d,]+) events")


def _backstop(*arguments: object) -> str:
    command = [sys.executable, "-c", "from dashboard.cli import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"exit status {done.returncode}: {done.stderr.strip()}")
    return done.stderr


def measure(patients: int) -> tuple[int, dict[str, float]]:
    """The number of events, and the median seconds of each step over several runs."""
    runs: list[dict[str, float]] = []
    told = ""
    with tempfile.TemporaryDirectory() as folder:
        panel, answers = Path(folder) / "panel", Path(folder) / "answers.parquet"
        _backstop("generate", "--patients", patients, "--output", panel, "--format", "parquet")
        asked = ("evaluate", panel, "--as-of", "2026-06-15", "--format", "parquet", "--output", answers)
        for _ in range(RUNS):
            told = _backstop(*asked, "--timing", "--allow-held-back")
            runs.append({found["name"]: float(found["seconds"]) for found in STEP.finditer(told)})
    found = EVENTS.search(told)
    events = int(found[1].replace(",", "")) if found else 0
    return events, {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _print_seconds(measured: dict[int, tuple[int, dict[str, float]]]) -> None:
    names = list(next(iter(measured.values()))[1])
    print("| patients | events |", " | ".join(f"{name}, s" for name in names), "|")
    print("|---:|---:|" + "---:|" * len(names))
    for patients, (events, steps) in measured.items():
        row = (f"{steps[name]:.2f} ({steps[name] / steps['plain read']:.1f} ×)" for name in names)
        print(f"| {patients:,} | {events:,} |", " | ".join(row), "|")


def _print_growth(measured: dict[int, tuple[int, dict[str, float]]]) -> None:
    """Time per event at one size against the size before: at most 1 is linear or better."""
    sizes = list(measured)
    names = list(measured[sizes[0]][1])
    print("\n| from → to |", " | ".join(names), "|")
    print("|---|" + "---:|" * len(names))
    for small, large in pairwise(sizes):
        (few, before), (many, after) = measured[small], measured[large]
        row = (f"{(after[name] / many) / (before[name] / few):.2f}" for name in names)
        print(f"| {small:,} → {large:,} |", " | ".join(row), "|")


def main(arguments: list[str]) -> None:
    measured = {size: measure(size) for size in (tuple(map(int, arguments)) or SIZES)}
    _print_seconds(measured)
    _print_growth(measured)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nHighest memory of one process: {peak:,.0f} MB.")


if __name__ == "__main__":
    main(sys.argv[1:])
