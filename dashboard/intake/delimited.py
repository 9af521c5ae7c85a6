"""Comma, semicolon or tab separated text, split into physical records by one strict reader.

A record is used only when its quotes are balanced and it has as many fields as the header. Stock readers lose
rows in such files without a word; this one gives every line back, used or held back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from dashboard.intake.limits import Limits
from dashboard.intake.raw_table import Problem, RawRow, RawTable, column_name
from dashboard.intake.report import UnusableSource

_DELIMITERS = ",;\t"
_LOOK_FOR_HEADER = 20


def read_delimited(
    text: str, name: str, limits: Limits, mapping: Mapping[str, str] | None = None
) -> tuple[RawTable, str]:
    """The table and its delimiter.

    Raises ``UnusableSource`` for a file without a usable header, beyond the limits, or with a quote that is
    never closed.
    """
    lines = list(io.StringIO(text, newline=""))
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    head = lines[start].rstrip("\r\n")
    delimiter = max(_DELIMITERS, key=head.count)
    if head.count(delimiter) >= limits.columns:
        raise UnusableSource(
            f"{name}: {head.count(delimiter) + 1} columns, more than the limit of {limits.columns};"
            " keep the columns of the template"
        )
    limits.check_rows(len(lines) - start - 1, name)
    columns = _header(head, delimiter, name, start + 1, mapping)
    _check_title_row(columns, lines, start, name, mapping)
    rows = [
        row if row.raw != head else row._replace(problem=Problem("", "", "it repeats the header; remove it"))
        for row in _records(lines, start + 1, delimiter, len(columns), name, limits)
    ]
    return RawTable(name, columns, rows), delimiter


def _header(
    head: str, delimiter: str, name: str, line: int, mapping: Mapping[str, str] | None
) -> tuple[str, ...]:
    if "\0" in head:
        raise UnusableSource(f"{name}, line {line}: the header has a NUL character; export the list again")
    try:
        cells = next(csv.reader([head], delimiter=delimiter, strict=True))
    except csv.Error:
        raise UnusableSource(f"{name}, line {line}: a quote in the header is not closed; close it") from None
    return tuple(column_name(cell, mapping) for cell in cells)


def _check_title_row(
    columns: tuple[str, ...],
    lines: list[str],
    start: int,
    name: str,
    mapping: Mapping[str, str] | None,
) -> None:
    if "patient_id" in columns:
        return
    for index in range(start + 1, min(len(lines), start + _LOOK_FOR_HEADER)):
        line = lines[index].rstrip("\r\n")
        for candidate in _DELIMITERS:
            if "patient_id" in (column_name(cell.strip(' "'), mapping) for cell in line.split(candidate)):
                raise UnusableSource(
                    f"{name}, line {start + 1}: not the header; it seems to be line {index + 1}:"
                    " remove the lines above it"
                )
    if len(columns) == 1:
        raise UnusableSource(
            f"{name}, line {start + 1}: one column only; separate the columns by comma, semicolon or tab"
        )


class _Lines:
    """The physical lines, handed out one by one; ``position`` is that of the next."""

    def __init__(self, lines: list[str], position: int) -> None:
        self.all, self.position = lines, position

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.position >= len(self.all):
            raise StopIteration
        self.position += 1
        return self.all[self.position - 1]


def _records(
    lines: list[str], first: int, delimiter: str, width: int, name: str, limits: Limits
) -> Iterator[RawRow]:
    """Every physical record after the header. A line whose quote swallows other rows is held back by itself
    and the next line starts afresh."""
    feed = _Lines(lines, first)
    old_limit = csv.field_size_limit(limits.field)
    try:
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        while feed.position < len(lines):
            begun = feed.position
            trouble, cells = "", []
            try:
                cells = next(reader)
            except csv.Error as error:
                if "unexpected end of data" in str(error):
                    raise UnusableSource(
                        f"{name}, line {begun + 1}: a quote is never closed; close or double it"
                    ) from None
                trouble = "its quotes do not match; double a quote inside a field"
            if feed.position - begun > 1 and _swallowed(lines[begun : feed.position], delimiter, width):
                trouble = "a quote opened here swallows the rows below it; close it"
            if trouble:
                feed.position = begun + 1
                reader = csv.reader(feed, delimiter=delimiter, strict=True)
                yield _unreadable(lines[begun], begun, delimiter, trouble)
            else:
                yield _record(lines, begun, feed.position, cells, width)
    finally:
        csv.field_size_limit(old_limit)


def _record(lines: list[str], begun: int, end: int, cells: list[str], width: int) -> RawRow:
    raw = (lines[begun] if end - begun == 1 else "".join(lines[begun:end])).rstrip("\r\n")
    if "\0" in raw:
        return RawRow(begun + 1, raw, cells, Problem("", "", "it has a NUL character; remove it"))
    if len(cells) != width and any(cell.strip() for cell in cells):
        reason = f"it has {len(cells)} fields, the header has {width}; quote a field that holds a separator"
        return RawRow(begun + 1, raw, cells, Problem("", "", reason))
    return RawRow(begun + 1, raw, cells)


def _unreadable(line: str, index: int, delimiter: str, reason: str) -> RawRow:
    """``cells`` has those that stand before the first quote: enough, often, to name the patient."""
    raw = line.rstrip("\r\n")
    before = raw.partition('"')[0].split(delimiter)[:-1]
    return RawRow(index + 1, raw, before, Problem("", "", reason))


def _swallowed(physical: list[str], delimiter: str, width: int) -> bool:
    """Whether a line inside a quoted field looks like a row of its own."""
    return any(line.count(delimiter) >= width - 1 > 0 for line in physical[1:])
