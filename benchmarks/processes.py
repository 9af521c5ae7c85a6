"""A program in a process of its own: the processor time it took, its highest memory, and what it printed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
Name = TypeVar("Name")


class Failed(Exception):
    """The program ended with an error: its last words."""


@dataclass(frozen=True)
class Spent:
    """Seconds of all its processors, user and system together; bytes held at most."""

    seconds: float
    memory: int
    printed: str


def run(command: Sequence[object], **variables: str) -> Spent:
    """Run a program to its end; ``variables`` are added to its environment. Raises ``Failed``."""
    surroundings = {**os.environ, **variables}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # without compiled modules every start costs seconds
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        words = [str(part) for part in command]
        started = subprocess.Popen(words, stdout=out, stderr=errors, cwd=ROOT, env=surroundings)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode:
            errors.seek(0)
            raise Failed(f"{Path(str(command[0])).name}: exit {started.returncode}: {errors.read()[-1500:].strip()}")
        out.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss * unit, out.read())


def backstop(*arguments: object) -> list[object]:
    """The command line of this checkout."""
    return [sys.executable, "-c", "import sys; from dashboard.cli import main; main()", *arguments]


def rounds(tasks: Mapping[Name, Callable[[], Spent]], times: int) -> dict[Name, list[Spent]]:
    """Every task once, then every task again: what disturbs the machine disturbs all of them."""
    found: dict[Name, list[Spent]] = {name: [] for name in tasks}
    for _ in range(times):
        for name, task in tasks.items():
            found[name].append(task())
    return found


def middle(spent: Sequence[Spent]) -> Spent:
    """The median seconds and the highest memory of several runs of one program."""
    return Spent(statistics.median(one.seconds for one in spent), max(one.memory for one in spent), spent[-1].printed)
