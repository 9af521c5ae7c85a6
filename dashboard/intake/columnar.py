"""Parquet files as tables of text. Text keeps its type information in ISO dates and plain digits."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake.limits import Limits
from dashboard.intake.raw_table import ColumnRows, RawTable, column_name
from dashboard.intake.report import UnusableSource


class ParquetTable:
    """A Parquet file that was looked at, to be read whole or in part. Raises ``UnusableSource`` for a damaged file,
    nested columns, ids kept as fractions; ``columns`` are the names of the contract, where it has such a name."""

    def __init__(
        self, source: Path | bytes, name: str, limits: Limits, mapping: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._source = source
        self.metadata: pq.FileMetaData | None = None
        with sound(name), self._opened([]) as file:
            self.schema = file.schema_arrow
            if len(self.schema) > limits.columns:
                raise UnusableSource(f"{name}: {len(self.schema)} columns, more than the limit of {limits.columns}")
            self.metadata = file.metadata
        self.columns = tuple(column_name(field.name, mapping) for field in self.schema)

    def check_types(self) -> None:
        """Raises ``UnusableSource`` for a column that cannot be text."""
        _check_types(self.schema, self.columns, self.name)

    def check_size(self, limits: Limits) -> None:
        """Raises ``UnusableSource`` for more than may be read at once."""
        limits.check_rows(self.metadata.num_rows, self.name)
        limits.check_bytes(_unpacked(self.metadata) // limits.ratio, self.name)

    def notices(self) -> list[str]:
        """What reading the file brings up."""
        if "patient_id" in self.columns and pa.types.is_integer(self.kind("patient_id")):
            return [f"{self.name}: patient ids are stored as numbers, so leading zeros may be lost"]
        return []

    def kind(self, column: str) -> pa.DataType:
        return self.schema.field(self.columns.index(column)).type

    def opened(self, columns: Sequence[int] | None = None) -> pq.ParquetFile:
        """The file, with each distinct text of these columns once, as it has it itself; None: of all."""
        chosen = range(len(self.schema)) if columns is None else columns
        fields = (self.schema.field(place) for place in chosen)
        return self._opened([field.name for field in fields if is_text(field.type)])

    def _opened(self, as_dictionary: list[str]) -> pq.ParquetFile:
        source = io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source
        return pq.ParquetFile(source, read_dictionary=as_dictionary, metadata=self.metadata)


@contextmanager
def sound(name: str) -> Iterator[None]:
    """What a damaged file brings up, in one line: ``UnusableSource``."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, PermissionError):
            raise
        raise UnusableSource(
            f"{name}: damaged or cut off Parquet file; export it again ({type(error).__name__})"
        ) from None


def read_parquet(
    source: Path | bytes, name: str, limits: Limits, mapping: Mapping[str, str] | None = None
) -> RawTable:
    """The table, whole. Raises ``UnusableSource``."""
    file = ParquetTable(source, name, limits, mapping)
    file.check_size(limits)
    file.check_types()
    with sound(name), file.opened() as opened:
        table = opened.read()
        texts = [as_text(column) for column in table.columns]
    return RawTable(name, file.columns, ColumnRows(texts), file.notices())


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _unpacked(metadata: pq.FileMetaData) -> int:
    return sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))


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


def plain_text(kind: pa.DataType) -> pa.DataType:
    """The type of a column in which every row has its text."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_string_view(kind) else kind


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
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
