"""Panels, bucket by bucket, into the folder of a prepared one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake.prepared.manifest import (
    FILES,
    FORM,
    NAME,
    REPORT,
    Manifest,
    digest,
    report_as_json,
    vocabulary_in_use,
)
from dashboard.intake.report import LoadReport, UnusableSource
from pathways.panel import EVENTS, PATIENTS, Panel

PEOPLE = 2_000
"""In a row group: what is read together at least."""


class Keeping:
    """A folder that appears under its name when all is in it; what stood there before stays until then."""

    def __init__(self, folder: Path, as_of: date) -> None:
        self._folder = folder
        self._as_of = as_of
        self._partial = folder.with_name(f".{folder.name}.part")
        self._open = ExitStack()
        self._rows = {"patients": 0, "events": 0}

    def __enter__(self) -> Keeping:
        """Raises ``UnusableSource`` where other files are in the way, ``OSError`` where nothing can be written."""
        if self._folder.exists() and not _may_be_replaced(self._folder):
            raise UnusableSource(f"{self._folder.name}: holds other files already; name a new or an empty folder")
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir()
        self._open.callback(shutil.rmtree, self._partial, ignore_errors=True)
        patients, events = (
            self._open.enter_context(pq.ParquetWriter(self._partial / name, schema, compression="zstd"))
            for name, schema in zip(FILES, (PATIENTS, EVENTS), strict=False)
        )
        self._patients, self._events = patients, events
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, panel: Panel) -> None:
        """People who come after all that were added before."""
        for part in _groups(panel):
            self._patients.write_table(part.patients, row_group_size=max(part.patients.num_rows, 1))
            self._events.write_table(part.events, row_group_size=max(part.events.num_rows, 1))
        self._rows["patients"] += panel.patients.num_rows
        self._rows["events"] += panel.events.num_rows

    def finish(self, report: LoadReport) -> None:
        """The panel is whole."""
        self._patients.close()
        self._events.close()
        (self._partial / REPORT).write_text(report_as_json(report), encoding="utf-8")
        digests = {name: digest(self._partial / name) for name in FILES}
        manifest = Manifest(form=FORM, vocabulary=vocabulary_in_use(), as_of=self._as_of, digests=digests, **self._rows)
        (self._partial / NAME).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._partial.replace(self._folder)


def _may_be_replaced(folder: Path) -> bool:
    """Whether it is empty, or a prepared panel and nothing beside."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    return not names or (NAME in names and names <= {NAME, *FILES})


def _groups(panel: Panel) -> Iterator[Panel]:
    """In the order of the patients, some people at a time."""
    patients, events = (_in_turn(table) for table in (panel.patients, panel.events))
    ids = patients["patient_id"].combine_chunks()
    for begun in range(0, len(ids), PEOPLE):
        some = patients.slice(begun, PEOPLE)
        several = events.num_rows
        if begun + PEOPLE < len(ids):
            several = pc.sum(pc.less(events["patient_id"], ids[begun + PEOPLE]), min_count=0).as_py()
        yield Panel(some, events.slice(0, several))
        events = events.slice(several)


def _in_turn(table: pa.Table) -> pa.Table:
    return table.take(pc.sort_indices(table["patient_id"]))
