"""Into which ranges of patient ids a panel is divided, and the rows of each range as they stand in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake.buckets.ordering import put_in_order
from dashboard.intake.buckets.survey import Stretch, Surveyed
from dashboard.intake.by_column.distinct import Mask
from dashboard.intake.columnar import as_text, is_text, sound
from dashboard.intake.date_order import with_dates
from dashboard.intake.raw_table import ColumnRows

MOST_READ = 3
"""How many times over a file is read at most before its rows are first put in the order of the buckets."""

MOST_ROWS = 4 << 20
"""Rows of a stretch that is read as a whole."""


class Range(NamedTuple):
    """The ids from ``low`` on and before ``high``; None: all the rest."""

    low: str
    high: str | None


def ranges(surveyed: Sequence[Surveyed], buckets: int) -> list[Range]:
    """Ranges with about as many rows each; no id is in two, whatever it is."""
    ids = pa.chunked_array([chunk for one in surveyed for chunk in one.sample], pa.string()).combine_chunks()
    return [Range(low, high) for low, high in pairwise(["", *bounds_of(ids, buckets), None])]


def bounds_of(ids: pa.Array, buckets: int) -> list[str]:
    """The first id of every range but the first. ``ids``: as often as there are rows."""
    in_turn = ids.take(pc.sort_indices(ids))
    places = np.arange(1, buckets) * len(in_turn) // buckets if len(in_turn) else np.arange(0)
    return [low for low in in_turn.take(pa.array(places)).unique().to_pylist() if low]


class Division:
    """The rows of a file, one range of ids after the other: as they stand where those of a range stand together, else
    put in order in ``folder`` first."""

    def __init__(self, surveyed: Surveyed, into: Sequence[Range], folder: Path, tell: Callable[[], None]) -> None:
        self.table = surveyed.table
        self._of = surveyed
        self._into = into
        self._needed = [[one for one in surveyed.stretches if _overlap(one, bucket)] for bucket in into]
        self._in_order: list[Path] | None = None
        read = sum(one.rows for stretches in self._needed for one in stretches)
        longest = max((one.rows for one in surveyed.stretches), default=0)
        if longest > MOST_ROWS or (len(into) > 1 and read > MOST_READ * surveyed.rows):
            self._in_order = put_in_order(surveyed, [bucket.low for bucket in into[1:]], folder, tell)

    def rows(self, bucket: int) -> ColumnRows:
        """Those of one range; each bucket is asked for once."""
        columns, places = self._as_they_stand(bucket) if self._in_order is None else self._put(self._in_order[bucket])
        for place, rewritten in self._of.dates.items():
            columns[place] = with_dates(columns[place], rewritten)
        return ColumnRows(columns, pa.array(places, pa.int64()))

    def _as_they_stand(self, bucket: int) -> tuple[list[pa.ChunkedArray], npt.NDArray[np.int64]]:
        """Of the rows at the edges of a range those of another one are left out."""
        file, stretches = self._of.file, self._needed[bucket]
        with sound(file.name), file.opened() as opened:
            texts = [as_text(one) for one in opened.read_row_groups([one.group for one in stretches]).columns]
        places = np.concatenate([np.arange(one.begun, one.begun + one.rows) for one in stretches] or [np.arange(0)])
        inside = _inside(texts[file.columns.index("patient_id")].chunk(0), self._into[bucket])
        if inside.all():
            return texts, places
        return [text.filter(pa.array(inside)) for text in texts], places[inside]

    def _put(self, path: Path) -> tuple[list[pa.ChunkedArray], npt.NDArray[np.int64]]:
        schema = self._of.file.schema
        if not path.exists():
            return [as_text(pa.chunked_array([], field.type)) for field in schema], np.arange(0)
        texts = [field.name for field in schema if is_text(field.type)]
        with pq.ParquetFile(path, read_dictionary=texts) as opened:
            *columns, places = opened.read().columns
        path.unlink()
        return [as_text(column) for column in columns], places.to_numpy()


def _overlap(stretch: Stretch, bucket: Range) -> bool:
    return stretch.last >= bucket.low and (bucket.high is None or stretch.first < bucket.high)


def _inside(ids: pa.DictionaryArray, bucket: Range) -> Mask:
    inside = np.asarray(pc.greater_equal(ids.dictionary, bucket.low))
    if bucket.high is not None:
        inside = inside & np.asarray(pc.less(ids.dictionary, bucket.high))
    return inside.take(np.asarray(ids.indices))
