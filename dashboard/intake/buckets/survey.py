"""The first look at a file: what its dates say, and which patient ids stand where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake.columnar import ParquetTable, as_text, sound
from dashboard.intake.date_order import count_doubtful, decide
from dashboard.intake.raw_table import RawTable

AT_ONCE = 1 << 19
"""Rows that are looked at together."""


@dataclass(frozen=True)
class Stretch:
    """Rows of a file that can be read by themselves, from ``begun`` on, and the first and last patient id there."""

    group: int
    begun: int
    rows: int
    first: str
    last: str


@dataclass
class Surveyed:
    """``sample``: the patient id of every so manieth row. ``dates``: by the place of a column, the texts that are to be
    read as other dates."""

    file: ParquetTable
    table: RawTable
    stretches: list[Stretch] = field(default_factory=list)
    sample: list[pa.Array] = field(default_factory=list)
    dates: dict[int, Mapping[str, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return int(self.file.metadata.num_rows)


def survey(
    file: ParquetTable, table: RawTable, dates: Sequence[str], order: str | None, every: int, tell: Callable[[], None]
) -> Surveyed:
    """Raises ``UnclearDates`` with a question when a column of ``dates`` can be read both ways. ``tell`` hears that the
    work goes on."""
    found = Surveyed(file, table)
    ids, told = file.columns.index("patient_id"), _doubtful(file, dates)
    counts: dict[int, Counter[str]] = {place: Counter() for place in told}
    begun = 0
    with sound(file.name), file.opened([ids, *told]) as opened:
        for group in range(opened.metadata.num_row_groups):
            first, last, rows = None, None, 0
            for columns in portions(file, opened, [ids, *told], [group]):
                tell()
                texts, *others = (as_text(column) for column in columns)
                texts = texts.chunk(0)
                low, high = _ends(texts)
                first, last = (low, high) if first is None else (min(first, low), max(last, high))
                chosen = texts.indices.take(pa.arange(-(begun + rows) % every, len(texts), every))
                found.sample.append(texts.dictionary.take(chosen))  # of a portion no more than this is kept
                rows += len(texts)
                for place, other in zip(told, others, strict=True):
                    counts[place] += count_doubtful(other)
            if first is not None:
                found.stretches.append(Stretch(group, begun, rows, first, last))
            begun += rows
    for name in dates:
        if (place := file.columns.index(name) if name in file.columns else None) in counts:
            found.dates[place] = decide(table, name, counts[place], order)
    return found


def portions(
    file: ParquetTable, opened: pq.ParquetFile, columns: Sequence[int], groups: Sequence[int]
) -> Iterator[list[pa.ChunkedArray]]:
    """These columns of some rows after the other."""
    names = [file.schema.field(place).name for place in columns]
    for batch in opened.iter_batches(AT_ONCE, row_groups=list(groups), columns=names):
        if len(batch):
            yield [pa.chunked_array([batch.column(name)]) for name in names]


def _doubtful(file: ParquetTable, dates: Sequence[str]) -> list[int]:
    """The columns of dates that are not stored as dates."""
    return [
        file.columns.index(name)
        for name in dates
        if name in file.columns and not pa.types.is_temporal(file.kind(name)) and not pa.types.is_null(file.kind(name))
    ]


def _ends(texts: pa.DictionaryArray) -> tuple[str, str]:
    """The first and last text. Entries of the dictionary that stand in no row do no harm here."""
    ends = pc.min_max(texts.dictionary)
    return ends["min"].as_py(), ends["max"].as_py()
