"""The answers of a panel as a file: CSV for a spreadsheet, JSON Lines and Parquet for a program."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from pathways import answers

Format = Literal["csv", "jsonl", "parquet"]

_FORMULA_START = r"^\s*[=+\-@\t\r＝＋－＠]"
"""How a cell starts that a spreadsheet would run as a formula, full-width signs included."""


def write_answers(table: pa.Table, target: IO[bytes], format: Format, about: dict[str, str]) -> None:
    """Write one row per patient; ``about`` (profile, as-of date, version…) goes into Parquet metadata only.

    ``table`` is what ``pathways.evaluate`` gives. CSV and JSON Lines carry the answers alone, so that
    every row has exactly the keys of an answer.
    """
    if format == "jsonl":
        for answer in answers(table):
            target.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    elif format == "csv":
        pyarrow.csv.write_csv(as_text(table), target)
    else:
        kept = {key.encode(): value.encode() for key, value in about.items()}
        pyarrow.parquet.write_table(table.replace_schema_metadata(kept), target)


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
