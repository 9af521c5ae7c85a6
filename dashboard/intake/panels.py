"""A source of any form as panels, one after the other: one for most sources, a bucket of patients at a time for a
large one that comes as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from dashboard.intake import prepared
from dashboard.intake.buckets.loading import Files, InBuckets, files_of
from dashboard.intake.limits import Limits
from dashboard.intake.load import asked, comes_as_fhir, load
from dashboard.intake.report import Loaded, LoadReport
from pathways.panel import Panel

BUCKET_ROWS = 1_200_000
"""Rows, patients and events together, that are read, typed and evaluated at once."""


class Panels(Protocol):
    """Panels in the order of their patient ids, nobody in two of them. ``report`` is whole once all were taken."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Panel]: ...
    def report(self) -> LoadReport: ...


class _One:
    """A source that is read whole."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Panel]:
        yield self._loaded.panel

    def report(self) -> LoadReport:
        return self._loaded.report


@contextmanager
def panels(
    source: Path,
    *,
    as_of: date,
    mapping: Mapping[str, str] | None = None,
    date_order: str | None = None,
    limits: Limits | None = None,
    mended: Sequence[Path] = (),
    evidence: bool = False,
    bucket_rows: int = BUCKET_ROWS,
    tell: Callable[[], None] = lambda: None,
    share: Callable[[float], None] = lambda _: None,
) -> Iterator[Panels]:
    """What ``load`` gives, in parts: the same patients and events and the same report, whatever their order in the
    source and however many rows are in a bucket.

    What is read in buckets may have any number of rows and bytes; its events say where they stand only with
    ``evidence``. ``tell`` hears that a first look at them goes on, ``share`` which part of the bytes of FHIR was read.
    Raises ``UnusableSource`` as ``load`` does, also while the panels are taken.
    """
    limits = limits or Limits()
    columns, order = asked(mapping, date_order)
    if prepared.is_prepared(Path(source)):
        yield prepared.opened(Path(source), as_of, bucket_rows, asked=bool(columns or order or mended))
        return
    if not mended and comes_as_fhir(Path(source), limits, columns):
        from dashboard.intake.fhir.bucketed import FhirInBuckets

        with FhirInBuckets(Path(source), as_of, replace(limits, streamed=True), bucket_rows, share) as read:
            yield read
        return
    files: Files | None = None if mended else files_of(Path(source), limits, columns)
    if files is None or files.rows <= bucket_rows:
        yield _One(load(source, as_of=as_of, mapping=columns, date_order=order, limits=limits, mended=mended))
        return
    with InBuckets(files, as_of, order, bucket_rows, tell, evidence=evidence) as found:
        yield found
