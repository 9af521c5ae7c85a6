"""Parquet files as tables of text. Text keeps its type information in ISO dates and plain digits."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake.limits import Limits
from dashboard.intake.raw_table import ColumnRows, RawTable, column_name
from dashboard.intake.report import UnusableSource


def read_parquet(
    source: Path | bytes, name: str, limits: Limits, mapping: Mapping[str, str] | None = None
) -> RawTable:
    """The table. Raises ``UnusableSource`` for a damaged file, nested columns, ids kept as fractions."""
    try:
        with _opened(source, []) as file:
            schema = file.schema_arrow
            if len(schema) > limits.columns:
                raise UnusableSource(
                    f"{name}: {len(schema)} columns, more than the limit of {limits.columns}"
                )
            limits.check_rows(file.metadata.num_rows, name)
            limits.check_bytes(_unpacked(file) // limits.ratio, name)
            columns = tuple(column_name(field.name, mapping) for field in schema)
            _check_types(schema, columns, name)
        with _opened(source, [field.name for field in schema if _is_text(field.type)]) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise UnusableSource(
            f"{name}: damaged or cut off Parquet file; export it again ({type(error).__name__})"
        ) from None
    found = RawTable(name, columns, ColumnRows([_as_text(column) for column in table.columns]))
    if "patient_id" in columns and pa.types.is_integer(schema.field(columns.index("patient_id")).type):
        found.notices.append(f"{name}: patient ids are stored as numbers, so leading zeros may be lost")
    return found


def _opened(source: Path | bytes, as_dictionary: list[str]) -> pq.ParquetFile:
    """With each distinct text of these columns once, as the file has it itself."""
    return pq.ParquetFile(io.BytesIO(source) if isinstance(source, bytes) else source, read_dictionary=as_dictionary)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _unpacked(file: pq.ParquetFile) -> int:
    return sum(
        file.metadata.row_group(index).total_byte_size for index in range(file.metadata.num_row_groups)
    )


def _check_types(schema: pa.Schema, columns: tuple[str, ...], name: str) -> None:
    for field, column in zip(schema, columns, strict=True):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not any(accepts(kind) for accepts in _ACCEPTED):
            raise UnusableSource(f'{name}: column "{field.name}" is of type {kind}; write it as text')
        if column == "patient_id" and (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
            raise UnusableSource(
                f"{name}: patient ids are stored as {kind} and have lost digits; write them as text"
            )


_ACCEPTED: tuple[Callable[[pa.DataType], bool], ...] = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_null,
)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text with "" for null, each distinct one once."""
    if not len(column):
        return pa.chunked_array([pa.array([], pa.string()).dictionary_encode()])
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    coded = coded.unify_dictionaries().combine_chunks()
    texts = _text_of(coded.dictionary)
    indices = coded.indices.cast(pa.int32())
    if indices.null_count:
        indices = indices.fill_null(len(texts))
        texts = pa.concat_arrays([texts, pa.array([""], pa.string())])
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, texts)])


def _text_of(column: pa.Array) -> pa.Array:
    """A time with a zone keeps its own day."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%S%z" if kind.tz else "%Y-%m-%dT%H:%M:%S")
    elif pa.types.is_date64(kind):
        column = column.cast(pa.date32())
    return pc.fill_null(column.cast(pa.string()), "")
