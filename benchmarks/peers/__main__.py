"""Patients a second of this project and of other programs, from the same files, for the same questions, in one run.

    python -m benchmarks.peers [--peers FOLDER] [--panels FOLDER] [--runs 3] [--write]

A program that is not installed is named with how to install it. Those whose licence is not ours (fhir4ds-v2: AGPL;
dhis2w-fhir-engine: proprietary) are only ever installed into the folder of ``--peers``, outside of this project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from benchmarks import machine, sections
from benchmarks.panels import kept
from benchmarks.peers.programs import DEFAULT_FOLDER, Sizes
from benchmarks.peers.report import section
from benchmarks.peers.runs import measure

COMMAND = "python -m benchmarks.peers"


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--peers", type=Path, default=DEFAULT_FOLDER, help="where the other programs are installed")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--runs", type=int, default=3)
    for size in fields(Sizes):
        asked.add_argument(f"--{size.name}", type=int, default=size.default, help="patients")
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    sizes = Sizes(given.huge, given.large, given.medium, given.small, given.tiny)
    with kept(given.panels) as folder:
        found = measure(folder, given.peers.expanduser(), sizes, given.runs)
    sections.finish(COMMAND, section(found, machine.described()), wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
