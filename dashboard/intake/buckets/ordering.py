"""Rows that stand anywhere in a file, put in the order of the buckets: a file for each, to be read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.intake.buckets.survey import Surveyed, portions
from dashboard.intake.columnar import as_text, plain_text, sound

_PLACE = "place in the source"


def put_in_order(surveyed: Surveyed, bounds: Sequence[str], folder: Path, tell: Callable[[], None]) -> list[Path]:
    """The files in ``folder``, as many as there are buckets: the first of those whose ids are below the first bound.
    Each has the columns of the source and, last, the place of every row in it. A bucket without rows has no file."""
    file, begun = surveyed.file, 0
    schema = pa.schema([*(field.with_type(plain_text(field.type)) for field in file.schema), (_PLACE, pa.int64())])
    whose, limits = file.columns.index("patient_id"), np.array(bounds, dtype=object)
    paths = [folder / str(bucket) for bucket in range(len(bounds) + 1)]
    folder.mkdir()
    with BucketFiles(paths, schema) as files, sound(file.name), file.opened([]) as opened:
        for columns in portions(file, opened, range(len(file.schema)), range(opened.metadata.num_row_groups)):
            tell()
            buckets = buckets_of(as_text(columns[whose]).chunk(0), limits)
            places = pa.chunked_array([pa.array(begun + np.arange(len(buckets)))])
            plain = [one.cast(kind) for one, kind in zip([*columns, places], schema.types, strict=True)]
            files.write(pa.Table.from_arrays(plain, schema=schema), buckets)
            begun += len(buckets)
    return paths


def buckets_of(ids: pa.DictionaryArray, bounds: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Into which bucket each row goes."""
    distinct = np.array(ids.dictionary.to_pylist(), dtype=object)
    return np.searchsorted(bounds, distinct, side="right").take(np.asarray(ids.indices))


class BucketFiles(ExitStack):
    """A Parquet file for each bucket, made when its first row comes."""

    def __init__(self, paths: Sequence[Path], schema: pa.Schema) -> None:
        super().__init__()
        self._paths = paths
        self._schema = schema
        self._writers: dict[int, pq.ParquetWriter] = {}

    def write(self, rows: pa.Table, buckets: npt.NDArray[np.int64]) -> None:
        """Each row into the file of its bucket, in the order in which they stand."""
        in_order = rows.take(pa.array(np.argsort(buckets, kind="stable")))
        counts, begun = np.bincount(buckets), 0
        for bucket in np.flatnonzero(counts).tolist():
            if bucket not in self._writers:
                writer = pq.ParquetWriter(self._paths[bucket], self._schema, compression="lz4")
                self._writers[bucket] = self.enter_context(writer)
            self._writers[bucket].write_table(in_order.slice(begun, counts[bucket]))
            begun += int(counts[bucket])
