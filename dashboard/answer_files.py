"""The answers of a panel as a file: CSV for a spreadsheet, JSON Lines and Parquet for a program."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from pathways import ANSWERS, answers

Format = Literal["csv", "jsonl", "parquet"]

_FORMULA_START = r"^\s*[=+\-@\t\r＝＋－＠]"
"""How a cell starts that a spreadsheet would run as a formula, full-width signs included."""


ROW_GROUP = 100_000
"""Answers that stand together in a Parquet file, however many are written at a time."""


@contextmanager
def writing(target: IO[bytes], format: Format, about: dict[str, str]) -> Iterator[Callable[[pa.Table], None]]:
    """What writes answers, one row per patient, as ``pathways.evaluate`` gives them: at once or bucket by bucket.

    The bytes depend on the answers alone, not on how many come at a time. ``about`` (profile, as-of date, version…)
    goes into Parquet metadata only: CSV and JSON Lines carry the answers alone, so that every row has exactly the keys
    of an answer.
    """
    if format == "jsonl":
        yield lambda table: target.writelines(
            json.dumps(answer, ensure_ascii=False).encode() + b"\n" for answer in answers(table)
        )
    elif format == "csv":
        with pyarrow.csv.CSVWriter(target, as_text(ANSWERS.empty_table()).schema) as csv:
            yield lambda table: csv.write_table(as_text(table))
    else:
        kept = {key.encode(): value.encode() for key, value in about.items()}
        with pyarrow.parquet.ParquetWriter(target, ANSWERS.with_metadata(kept)) as parquet:
            groups = _Groups(parquet)
            yield groups.add
            groups.write_rest()


class _Groups:
    """Whole row groups as soon as there are enough rows, the rest at the end."""

    def __init__(self, file: pyarrow.parquet.ParquetWriter) -> None:
        self._file = file
        self._waiting = ANSWERS.empty_table()

    def add(self, table: pa.Table) -> None:
        self._waiting = pa.concat_tables([self._waiting, table])
        while self._waiting.num_rows >= ROW_GROUP:
            self._write(self._waiting.slice(0, ROW_GROUP))
            self._waiting = self._waiting.slice(ROW_GROUP)

    def write_rest(self) -> None:
        if self._waiting.num_rows:
            self._write(self._waiting)

    def _write(self, rows: pa.Table) -> None:
        self._file.write_table(rows.combine_chunks(), row_group_size=ROW_GROUP)


def as_text(table: pa.Table) -> pa.Table:
    """Flat columns of text: lists joined by a space, groups as ``bloods_state`` and ``bloods_due``.

    Unknown is an empty cell. A text cell that a spreadsheet would run as a formula gets a leading ``'``.
    """
    columns: dict[str, pa.ChunkedArray] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_struct(column.type):
            for field in column.type.names:
                columns[f"{name}_{field}"] = _cells(pc.struct_field(column, field))
        else:
            columns[name] = _cells(column)
    return pa.table(columns)


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_list(kind):
        joined = pc.binary_join(column, " ")
        return pc.if_else(pc.equal(joined, ""), None, joined)
    if pa.types.is_decimal(kind):
        return _plain_numbers(column)
    if pa.types.is_string(kind):
        risky = pc.match_substring_regex(column, _FORMULA_START)
        return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
    return pc.cast(column, pa.string())


def _plain_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """10 for 10.000000000 and 33.3 for 33.300000000, each distinct number written once."""
    encoded = column.combine_chunks().dictionary_encode()
    written = pa.array([_plain(number) for number in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([written.take(encoded.indices)])


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole; a failure leaves what stood there."""
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
