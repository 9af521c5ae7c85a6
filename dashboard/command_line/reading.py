"""Reading a source for a command: arguments checked, the load report told, held-back records kept."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dashboard.answer_files import replacing
from dashboard.command_line import Unusable
from dashboard.command_line.steps import Steps
from dashboard.intake.mending import inert
from dashboard.intake.raw_table import ADDED_COLUMNS

if TYPE_CHECKING:
    from dashboard.intake.panels import Panels
    from dashboard.intake.report import LoadReport

SHOWN = 10
"""How many kinds of held-back record or unknown code are told before the rest is only counted."""


@dataclass(frozen=True)
class Reading:
    """How a source is to be read. ``date_order`` is ``day-first``, ``month-first`` or None: by the data.
    ``bucket_rows``: beyond so many rows, in buckets."""

    source: Path
    as_of: date
    mapping: Path | None = None
    date_order: str | None = None
    mended: tuple[Path, ...] = ()
    bucket_rows: int | None = None

    @contextmanager
    def panels(self, steps: Steps | None = None, *, evidence: bool = False) -> Iterator[Panels]:
        """The source in parts, few enough rows at a time; ``steps`` hear how far it is. Raises ``Unusable``, also while
        they are taken."""
        from dashboard.intake.panels import BUCKET_ROWS, panels

        rows = self.bucket_rows or BUCKET_ROWS
        given = self._given() | {"evidence": evidence, "bucket_rows": rows}
        if steps is not None:
            given |= {"tell": steps.beat, "share": steps.share}
        with said_plainly(), panels(self.source, **given) as found:
            yield found

    def report(self) -> LoadReport:
        """What became of every record. Raises ``Unusable``."""
        with self.panels() as found:
            for _ in found:
                pass
            return found.report()

    def asked(self) -> bool:
        """Whether it was said how to read the source; a prepared panel is read already."""
        return bool(self.mapping or self.date_order or self.mended)

    def _given(self) -> dict[str, Any]:
        mapping = None if self.mapping is None else read_mapping(self.mapping)
        return {
            "as_of": self.as_of,
            "mapping": mapping,
            "date_order": self.date_order,
            "mended": self.mended,
        }


def stamp(source: Path) -> dict[str, str]:
    """What answers say of the prepared panel that they are of; of any other source nothing."""
    from dashboard.earlier_answers import PANEL
    from dashboard.intake import prepared

    return {PANEL: prepared.fingerprint(source)} if prepared.is_prepared(source) else {}


def day_of(source: Path | None, as_of: date | None) -> date | None:
    """The day that was given, else that of a prepared panel. Raises ``Unusable``."""
    from dashboard.intake import prepared

    with said_plainly():
        return as_of or (None if source is None else prepared.day_of(source))


def exists(source: Path) -> None:
    """Raises ``Unusable`` where it does not."""
    if not source.exists():
        raise Unusable(f"{source}: there is no such file")


@contextmanager
def said_plainly() -> Iterator[None]:
    from dashboard.intake.report import UnusableSource

    try:
        yield
    except FileNotFoundError as error:
        raise Unusable(f"{error.filename}: there is no such file") from None
    except UnusableSource as error:
        raise Unusable(str(error)) from None


def read_mapping(path: Path) -> Mapping[str, str]:
    """Column names, theirs to ours, from a YAML (or JSON) file of ``their column: our column``."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        document = YAML(typ="safe", pure=True).load(path)
    except OSError as error:
        raise Unusable(f"--mapping {path}: {error.strerror}") from None
    except (YAMLError, UnicodeDecodeError):
        raise Unusable(f"--mapping {path}: not a YAML file of lines like 'Their column: our_column'") from None
    if not isinstance(document, dict) or not all(isinstance(v, str) for v in document.values()):
        raise Unusable(f"--mapping {path}: needs one line a column, like 'Their column: our_column'")
    return {str(theirs): ours for theirs, ours in document.items()}


def tell(report: LoadReport, held_back: Path | None) -> None:
    """The load identity and what follows from it, on standard error. Never a patient's value."""
    for line in summary(report):
        typer.echo(line, err=True)
    if report.held_back and held_back is None:
        typer.echo("write the held-back records to a file with --held-back FILE", err=True)


def summary(report: LoadReport) -> Iterator[str]:
    """The identity first; then held-back records by kind, notices, unmapped codes, events of the future."""
    yield report.identity()
    kinds = Counter((held.table, held.column, held.reason) for held in report.held_back)
    first: dict[tuple[str, str, str], int] = {}
    for held in report.held_back:
        first.setdefault((held.table, held.column, held.reason), held.line)
    for kind, count in kinds.most_common(SHOWN):
        table, column, reason = kind
        where = ", ".join(filter(None, (table, column)))
        yield f"held back: {count} × {where}: {reason} (first: line {first[kind]})"
    if len(kinds) > SHOWN:
        yield f"held back: {len(kinds) - SHOWN} more kinds of reason"
    yield from (f"notice: {notice}" for notice in report.notices)
    if report.unmapped:
        rows = sum(report.unmapped.values())
        yield f"unmapped: {len(report.unmapped)} codes in {rows} records; backstop check lists them"
    if report.future_events:
        yield f"not yet visible: {report.future_events} events after the as-of date {report.as_of}"


def unmapped_codes(report: LoadReport) -> Iterator[str]:
    """Every code that no code list knows, the most frequent first."""
    listed = sorted(report.unmapped.items(), key=lambda entry: (-entry[1], entry[0]))
    for (system, code, display), count in listed:
        yield f"unmapped: {count} × {system} {code}{f' ({display})' if display else ''}"


def save_held_back(report: LoadReport, path: Path) -> None:
    """Every held-back record under its own columns, with its place, raw text and what is wrong beside it.

    Mended there, the file takes the place of those records with ``--mended``. Without any: the header.
    """
    tables = dict.fromkeys(held.table for held in report.held_back)
    columns = list(dict.fromkeys(name for table in tables for name in report.headers.get(table, ())))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, *ADDED_COLUMNS])
    for held in report.held_back:
        cells = dict(zip(report.headers.get(held.table, ()), held.cells, strict=False))
        about = (held.table, str(held.line), held.column, held.value, held.reason, held.raw)
        writer.writerow([inert(cell) for cell in (*(cells.get(name, "") for name in columns), *about)])
    try:
        with replacing(path) as file:
            file.write(text.getvalue().encode())
    except OSError as error:
        raise Unusable(f"--held-back {path}: {error.strerror}") from None
