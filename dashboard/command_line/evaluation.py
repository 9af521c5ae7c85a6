"""Evaluate and explain for the command line: load, run the engine, write, measure."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

import typer

from dashboard import settings
from dashboard.command_line import Unusable, reading
from dashboard.command_line.steps import Steps

if TYPE_CHECKING:
    from dashboard.answer_files import Format
    from dashboard.intake.report import LoadReport
    from pathways import Pathway

READ, EVALUATE, WRITE = "read and type", "evaluate", "write"


@dataclass(frozen=True)
class Asked:
    """The pathway, and the profile and day that a command answers for."""

    pathway: Pathway
    profile: str
    as_of: date

    @classmethod
    def of(cls, profile: str | None, as_of: date | None) -> Asked:
        """Blank: the default profile, today. Raises ``Unusable``, naming the valid profiles."""
        from pathways import PathwayError, load_pathway

        try:
            pathway = load_pathway()
        except PathwayError as error:
            raise Unusable(str(error)) from None
        name = profile or pathway.numbers.default
        if name not in pathway.numbers.profiles:
            raise Unusable(f"--profile {name}: unknown; choose from {', '.join(pathway.numbers.profiles)}")
        return cls(pathway, name, as_of or settings.today())

    def about(self, source: Path) -> dict[str, str]:
        """What stands on every file of the answers about a source."""
        return {
            "intended_use": settings.INTENDED_USE,
            "profile": self.profile,
            "as_of": self.as_of.isoformat(),
            "pathway_version": self.pathway.version,
            **reading.stamp(source),
        }

    def tell(self) -> None:
        """The same on standard error."""
        typer.echo(f"profile {self.profile}, as of {self.as_of}, pathway version {self.pathway.version}", err=True)
        typer.echo(settings.INTENDED_USE, err=True)


def statement(asked: Asked, dialect: str) -> str:
    """The one SQL statement that answers for a panel, laid out to be read."""
    from pathways.statement import statement_sql

    return statement_sql(asked.pathway.in_profile(asked.profile, asked.as_of), dialect=dialect)


def check_places(output: Path | None, held_back: Path | None) -> None:
    """Raises ``Unusable`` where nothing can be written, before anything is worked out."""
    for option, path in (("--output", output), ("--held-back", held_back)):
        if path is not None and not path.absolute().parent.is_dir():
            raise Unusable(f"{option} {path}: there is no folder {path.parent}")


def evaluate_to(
    how: reading.Reading,
    asked: Asked,
    format: Format,
    output: Path | None,
    held_back: Path | None,
    timing: bool,
) -> LoadReport:
    """Write the answers; tell the load identity, profile, version and intended use on standard error."""
    from dashboard.answer_files import writing
    from dashboard.intake.panels import panels  # noqa: F401 - before the clock of the first step starts
    from pathways import evaluate

    if format == "parquet" and output is None and sys.stdout.isatty():
        raise Unusable("--format parquet: cannot be shown on a terminal; give --output FILE")
    check_places(output, held_back)
    patients = events = 0
    with Steps(READ, EVALUATE, WRITE) as steps, ExitStack() as opened:
        with steps.step(READ, whole=False):
            source = opened.enter_context(how.panels(steps))
            steps.rounds(len(source))
        target = opened.enter_context(_target(output, whole=len(source) == 1))
        write = opened.enter_context(writing(target, format, asked.about(how.source)))
        for panel in steps.each(READ, source):
            with steps.step(EVALUATE):
                table = evaluate(panel, asked.pathway, asked.profile, as_of=asked.as_of, again=len(source) > 1)
            with steps.step(WRITE):
                write(table)
            patients, events = patients + panel.patients.num_rows, events + panel.events.num_rows
        report = source.report()
        if held_back is not None:
            reading.save_held_back(report, held_back)
        with steps.step(WRITE, whole=False):
            opened.close()
    reading.tell(report, held_back)
    asked.tell()
    if timing:
        tell_times(steps.seconds, how.source, patients, events)
    return report


def trace_of(how: reading.Reading, asked: Asked, patient_id: str, *, as_json: bool) -> str:
    """The trace of one patient as text or JSON. Raises ``Unusable`` when the panel has no such id."""
    import pyarrow.compute as pc

    with how.panels(evidence=True) as source:
        for panel in source:
            if pc.index(panel.patients["patient_id"], patient_id).as_py() >= 0:
                break
        else:
            held = patient_id in source.report().patients_concerned()
            why = "its record was held back; backstop check says why" if held else "no patient has this id"
            raise Unusable(f"{how.source}: {patient_id!r}: {why}")
    from dashboard.command_line.trace import as_text
    from pathways import explain

    trace = explain(panel, asked.pathway, asked.profile, asked.as_of, patient_id)
    return json.dumps(trace, ensure_ascii=False, indent=2) if as_json else as_text(trace)


@contextmanager
def _target(output: Path | None, *, whole: bool) -> Iterator[IO[bytes]]:
    """Where the answers go. ``whole``: they come all at once; else standard output gets none before all are there."""
    from dashboard.answer_files import replacing

    if output is None and whole:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output is None:
        with TemporaryFile(prefix="backstop-") as waiting:
            yield waiting
            waiting.seek(0)
            copyfileobj(waiting, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        with replacing(output) as file:
            yield file
    except OSError as error:
        raise Unusable(f"--output {output}: {error.strerror}") from None


def tell_times(seconds: dict[str, float], source: Path, patients: int, events: int) -> None:
    """Seconds of each step, and as a multiple of the plain read of the same columns in this run, on standard error."""
    for line in _times(seconds, source, patients, events):
        typer.echo(line, err=True)


def _times(seconds: dict[str, float], source: Path, patients: int, events: int) -> Iterator[str]:
    plain = plain_read_seconds(source)
    yield f"where the time goes: {patients:,} patients, {events:,} events"
    if plain is not None:
        yield f"  {'plain read':<14} {plain:8.3f} s {1.0:8.1f} ×"
    for name, taken in {**seconds, "together": sum(seconds.values())}.items():
        ratio = "" if plain is None else f" {taken / plain:8.1f} ×"
        yield f"  {name:<14} {taken:8.3f} s{ratio}"


def plain_read_seconds(source: Path) -> float | None:
    """How long pyarrow alone needs for the source's columns; None for a form it does not read.

    The faster of two reads, so that both this and the load find the file in the disk's cache.
    """
    import pyarrow.csv
    import pyarrow.parquet

    def read_parquet(file: Path) -> None:
        """One row group after the other, so that this too takes no more memory than a bucket."""
        with pyarrow.parquet.ParquetFile(file) as opened:
            for group in range(opened.metadata.num_row_groups):
                opened.read_row_group(group)

    readers: dict[str, Callable[[Path], object]] = {".parquet": read_parquet, ".csv": pyarrow.csv.read_csv}
    files = [source] if source.is_file() else sorted(source.iterdir())
    files = [file for file in files if file.suffix.lower() in readers]
    if not files:
        return None
    taken = []
    for _ in range(2):
        start = settings.seconds()
        for file in files:
            readers[file.suffix.lower()](file)
        taken.append(settings.seconds() - start)
    return min(taken)
