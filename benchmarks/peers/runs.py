"""Every program on every panel that it manages, in turn; and whether they answer alike."""

from __future__ import annotations

import csv
import json
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.panels import panel
from benchmarks.peers.bundles import write_bundles
from benchmarks.peers.library import write
from benchmarks.peers.programs import PROGRAMS, Files, Program, Sizes
from benchmarks.processes import Failed, run

PHASES = ("start", "load", "evaluate")
Answers = dict[str, dict[str, str]]


@dataclass
class Cost:
    """Median seconds of processor time: of the whole process, and of each of its phases."""

    seconds: float
    phases: Mapping[str, float]


@dataclass
class Agreement:
    """How many answers of how many are those of this project; the others by what they say instead."""

    asked: int = 0
    equal: int = 0
    other: Counter[tuple[str, str, str]] = field(default_factory=Counter)


@dataclass
class Measured:
    """``costs``: by program and patients. ``times``: how often each program ran."""

    costs: dict[tuple[str, int], Cost] = field(default_factory=dict)
    agreements: dict[tuple[str, int], Agreement] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    times: int = 1


def measure(folder: Path, peers: Path, sizes: Sizes, times: int) -> Measured:
    """Each size in turn, every program on it as often as asked."""
    found = Measured(times=times)
    for program in PROGRAMS:
        if program.runs_on(peers) is None:
            found.missing[program.name] = program.install.format(peers=peers)
    there = [program for program in PROGRAMS if program.name not in found.missing]
    for size in ("huge", "large", "medium", "small", "tiny"):
        able = [program for program in there if size in program.sizes]
        _measure_size(folder, peers, getattr(sizes, size), able, times, found)
    return found


def _files(folder: Path, patients: int, programs: list[Program]) -> Files:
    """The forms that are read; the others are named but not there."""
    forms = {program.reads for program in programs}
    bundles, ndjson = folder / f"bundles-{patients}.ndjson", folder / f"fhir-{patients}"
    parquet = panel(folder, patients)
    if forms & {"ndjson", "bundles"}:
        panel(folder, patients, "fhir")
    if "bundles" in forms and not bundles.exists():
        write_bundles(ndjson, bundles)
    return Files(parquet, ndjson, bundles, *write(folder))


def _measure_size(
    folder: Path, peers: Path, patients: int, programs: list[Program], times: int, found: Measured
) -> None:
    files = _files(folder, patients, programs)
    answers = {program.name: folder / f"answers-{number}.csv" for number, program in enumerate(programs)}
    spent: dict[str, list[tuple[float, dict[str, float]]]] = {}
    for _ in range(times):
        for program in programs:
            if program.name in found.failed:
                continue
            try:
                one = run(program.command(peers, files, answers[program.name]))
            except Failed as failed:
                found.failed[program.name] = _named(str(failed))
                continue
            phases = json.loads(one.printed.splitlines()[-1])
            spent.setdefault(program.name, []).append((one.seconds, phases))
    for name, several in spent.items():
        phases = {phase: statistics.median(of[phase] for _, of in several) for phase in PHASES}
        found.costs[name, patients] = Cost(statistics.median(seconds for seconds, _ in several), phases)
    others = [program for program in programs[1:] if program.name in spent and not program.whole]
    if PROGRAMS[0].name not in spent or not others:
        return
    mine = read_answers(answers[PROGRAMS[0].name])
    for program in others:
        found.agreements[program.name, patients] = compare(mine, read_answers(answers[program.name]), program.asked)


def _named(words: str) -> str:
    """The line of a failure that names the error."""
    lines = words.splitlines()
    return next((line.strip() for line in reversed(lines) if "Error" in line), lines[-1])


def read_answers(file: Path) -> Answers:
    """patient -> question -> 1, 0 or nothing."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {row.pop("patient_id"): row for row in csv.DictReader(lines)}


def compare(mine: Answers, theirs: Answers, asked: tuple[str, ...]) -> Agreement:
    """Patient by patient and question by question; a patient without an answer has no answer equal."""
    found = Agreement()
    for patient, own in mine.items():
        for question in asked:
            found.asked += 1
            said = theirs.get(patient, {}).get(question, "no answer")
            if said == own[question]:
                found.equal += 1
            else:
                found.other[question, own[question], said] += 1
    return found
