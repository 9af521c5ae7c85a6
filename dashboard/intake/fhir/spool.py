"""Rows that were read and wait for the rest of the source: in columns, portion by portion, many of them in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.records import LINE, NUMBER, TABLE, record_of, row_number

OWNER = "_owner"
PORTION = 1 << 16
"""So many rows are in memory before they are written away."""


class Spool:
    """Rows of text under the names of ``columns``, blank where a row has none; beside them the number of each, where
    its resource stands and, under ``OWNER``, the reference to whom it is about. ``file`` gives a path to write to."""

    def __init__(self, columns: Sequence[str], file: Callable[[], Path]) -> None:
        self.columns = tuple(columns)
        self.number = 0
        self._file = file
        self._path: Path | None = None
        self._writer: pa.RecordBatchStreamWriter | None = None
        self._begin()

    def _begin(self) -> None:
        self._rows: list[tuple[int, str, int, str, Mapping[str, str]]] = []

    def add(self, record: int, table: str, line: int, owner: str, rows: Sequence[Mapping[str, str]]) -> None:
        """The rows of one record, which stay in one portion."""
        number = row_number(record, 0)
        for row in rows:
            self._rows.append((number, table, line, owner, row))
            number += 1
        if len(self._rows) >= PORTION:
            self._write()

    def portions(self) -> Iterator[pa.Table]:
        """All rows in the order in which they were added."""
        if self._path is not None:
            with pa.OSFile(str(self._path)) as file, pa.ipc.open_stream(file) as reader:
                for batch in reader:
                    yield pa.Table.from_batches([batch])
        if self._rows:
            yield pa.Table.from_batches([self._batch()])

    def clear(self) -> None:
        """What was written is not needed any more."""
        if self._path is not None:
            self._path.unlink()
            self._path = None
        self._begin()

    def values_of(self, column: str, by: str, keys: Set[str]) -> dict[str, set[str]]:
        """The values of a column in the rows that have one of the keys under another; of several records with one key
        those of the last."""
        found: dict[str, tuple[int, set[str]]] = {}
        wanted = pa.array(sorted(keys), pa.string())
        for portion in self.portions():
            has = portion[by].combine_chunks()
            here = pc.is_in(has.dictionary, wanted).take(has.indices)
            some = portion.select([NUMBER, by, column]).filter(here)
            for number, key, value in zip(*(one.to_pylist() for one in some.columns), strict=True):
                record = record_of(number)
                last, values = found.get(key, (-1, set()))
                if record == last:
                    values.add(value)
                elif record > last:
                    found[key] = (record, {value})
        return {key: values for key, (_, values) in found.items()}

    def _write(self) -> None:
        batch = self._batch()
        if self._writer is None:
            self._path = self._file()
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._writer = pa.ipc.new_stream(str(self._path), batch.schema, options=options)
        self._writer.write_batch(batch)
        self.number += len(self._rows)
        self._begin()

    def __len__(self) -> int:
        return self.number + len(self._rows)

    def _batch(self) -> pa.RecordBatch:
        numbers, tables, lines, owners, rows = zip(*self._rows, strict=True)
        found = {
            NUMBER: pa.array(numbers, pa.int64()),
            TABLE: _texts(tables),
            LINE: pa.array(lines, pa.int64()),
            OWNER: _texts(owners),
        }
        for name in self.columns:
            found[name] = _texts([row.get(name, "") for row in rows])
        return pa.RecordBatch.from_pydict(found)


def _texts(texts: Sequence[str]) -> pa.DictionaryArray:
    if not any(texts):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(texts), np.int32)), pa.array([""]))
    try:
        found = pa.array(texts, pa.string())
    except UnicodeEncodeError:  # half of a pair of code units, which JSON can write and no text can hold
        found = pa.array([text.encode(errors="replace").decode() for text in texts], pa.string())
    return found.dictionary_encode()
