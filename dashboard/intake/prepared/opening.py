"""A prepared panel, whole or some people at a time, without reading its source again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.intake.prepared.manifest import FILES, NAME, REPORT, check_files, digest, read_manifest, report_of
from dashboard.intake.report import Loaded, LoadReport, UnusableSource
from pathways.panel import EVENTS, PATIENTS, Panel


def is_prepared(source: Path) -> bool:
    """Whether it says that it is one; opening it finds out whether it is."""
    return (source / NAME).is_file()


def day_of(source: Path) -> date | None:
    """The day for which a panel was prepared; None for any other source. Raises ``UnusableSource``."""
    return read_manifest(source).as_of if is_prepared(source) else None


def fingerprint(source: Path) -> str:
    """Stands for all that a prepared panel holds."""
    return digest(source / NAME)


def ids(source: Path) -> pa.ChunkedArray:
    """Those of everybody on a prepared panel, in their order."""
    return pq.read_table(source / FILES[0], columns=["patient_id"])["patient_id"]


def opened(source: Path, as_of: date, rows: int | None = None, *, asked: bool = False) -> Prepared:
    """In parts of about so many rows; None: all at once. ``asked``: how to read the source was said as well.

    Raises ``UnusableSource``: changed since, prepared by another version or for another day.
    """
    if asked:
        raise UnusableSource(f"{source.name}: is prepared already; say how to read its source to backstop prepare")
    manifest = read_manifest(source)
    if manifest.as_of != as_of:
        raise UnusableSource(
            f"{source.name}: prepared for {manifest.as_of}, not for {as_of}; prepare it again for that day"
        )
    check_files(source, manifest)
    return Prepared(source, rows)


class Prepared:
    """Panels in the order of their patient ids."""

    def __init__(self, folder: Path, rows: int | None) -> None:
        self._folder = folder
        patients, events = (pq.read_metadata(folder / name) for name in FILES[:2])
        self._people: int = patients.num_rows
        self._parts: list[list[int]] = [[]]
        held = 0
        for group in range(patients.num_row_groups):
            more = patients.row_group(group).num_rows + events.row_group(group).num_rows
            if self._parts[-1] and rows is not None and held + more > rows:
                self._parts.append([])
                held = 0
            self._parts[-1].append(group)
            held += more

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def people(self) -> int:
        return self._people

    def __iter__(self) -> Iterator[Panel]:
        for groups in self._parts:
            patients, events = (
                pq.ParquetFile(self._folder / name).read_row_groups(groups).cast(schema)
                for name, schema in zip(FILES, (PATIENTS, EVENTS), strict=False)
            )
            yield Panel(patients, events)

    def files(self) -> tuple[Path, Path]:
        """Its patients and its events, for an engine that reads them by itself."""
        return self._folder / FILES[0], self._folder / FILES[1]

    def rows(self) -> dict[str, int]:
        """How many patients and events there are."""
        names = ("patients", "events")
        return {name: pq.read_metadata(path).num_rows for name, path in zip(names, self.files(), strict=True)}

    def report(self) -> LoadReport:
        """That of the source."""
        return report_of((self._folder / REPORT).read_text(encoding="utf-8"))

    def whole(self) -> Loaded:
        """The panel with its report; only for one that was opened in one part."""
        (panel,) = self
        return Loaded(panel, self.report())
