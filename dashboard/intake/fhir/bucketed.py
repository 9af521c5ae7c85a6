"""FHIR of any size as panels: read once, its rows put into files by ranges of patient ids, then a range at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.intake.buckets.division import bounds_of
from dashboard.intake.buckets.loading import MOST_BUCKETS, SAMPLE
from dashboard.intake.buckets.ordering import BucketFiles, buckets_of
from dashboard.intake.fhir.panel import add_held, add_people, read, with_patients
from dashboard.intake.fhir.reading import Held
from dashboard.intake.fhir.spool import Spool
from dashboard.intake.limits import Limits
from dashboard.intake.load import FHIR, no_collection, told_of_permissions
from dashboard.intake.report import LoadReport
from dashboard.intake.rows import PanelBuilder
from dashboard.intake.scratch import Scratch
from pathways.panel import Panel


class FhirInBuckets:
    """Panels in the order of their patient ids. To be entered: then it is read, and ``share`` hears from time to time
    which part of the bytes was. Raises ``UnusableSource``."""

    def __init__(
        self, source: Path, as_of: date, limits: Limits, bucket_rows: int, share: Callable[[float], None]
    ) -> None:
        self._source, self._limits, self._rows, self._share = source, limits, bucket_rows, share
        self._builder = PanelBuilder(as_of, source.name)
        self._open = ExitStack()
        self._bounds: list[str] = []
        self._files: dict[str, list[Path]] = {}
        self._held: dict[int, list[Held]] = defaultdict(list)

    def __enter__(self) -> FhirInBuckets:
        with ExitStack() as opened, told_of_permissions(self._source.name), no_collection():
            scratch = opened.enter_context(Scratch())
            self._builder.form = FHIR
            self._reader = read(self._source, self._builder, self._limits, scratch, self._share)
            rows = len(self._reader.people) + len(self._reader.events)
            number = min(-(-rows // self._rows), MOST_BUCKETS)
            if number > 1:
                self._divide(number, rows, scratch)
            for one in self._reader.held:
                self._held[self._bucket(self._reader.patient_of(one.owner))].append(one)
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __len__(self) -> int:
        return len(self._bounds) + 1

    def __iter__(self) -> Iterator[Panel]:
        """Each once."""
        for bucket in range(len(self)):
            with no_collection():
                for one in self._held.pop(bucket, ()):
                    add_held(one, self._reader, self._builder)
                for portion in self._portions("people", self._reader.people, bucket):
                    add_people(portion, self._builder)
                for portion in self._portions("events", self._reader.events, bucket):
                    self._builder.add_records(portion)
                panel = self._builder.settle()
            yield panel

    def report(self) -> LoadReport:
        """The account of every record so far."""
        return self._builder.report()

    def _bucket(self, patient_id: str) -> int:
        return int(np.searchsorted(np.array(self._bounds, dtype=object), patient_id, side="right"))

    def _divide(self, number: int, rows: int, scratch: Scratch) -> None:
        every, sample = max(1, rows // SAMPLE), []
        for spool in (self._reader.people, self._reader.events):
            for portion in spool.portions():
                ids = _ids(with_patients(portion, self._reader))
                sample.append(ids.dictionary.take(ids.indices.take(pa.arange(0, len(ids), every))))
        self._bounds = bounds_of(pa.concat_arrays(sample), number)
        limits = np.array(self._bounds, dtype=object)
        for name, spool in (("people", self._reader.people), ("events", self._reader.events)):
            self._files[name] = [scratch.file() for _ in range(len(self))]
            self._write(spool, self._files[name], limits)
            spool.clear()

    def _write(self, spool: Spool, paths: list[Path], limits: np.ndarray) -> None:
        files: BucketFiles | None = None
        with ExitStack() as opened:
            for portion in spool.portions():
                rows = with_patients(portion, self._reader)
                files = files or opened.enter_context(BucketFiles(paths, rows.schema))
                files.write(rows, buckets_of(_ids(rows), limits))

    def _portions(self, name: str, spool: Spool, bucket: int) -> Iterator[pa.Table]:
        """The rows of one bucket, those of a record together."""
        if not self._bounds:
            for portion in spool.portions():
                yield with_patients(portion, self._reader)
            return
        path = self._files[name][bucket]
        if path.exists():
            with pq.ParquetFile(path) as file:
                rows = file.read()
            path.unlink()
            yield rows


def _ids(rows: pa.Table) -> pa.DictionaryArray:
    found = rows["patient_id"].combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
