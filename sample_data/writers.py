"""The panel as files: the wide list, the two tables and Parquet. All of them hold the same people."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from sample_data.chart import EVENT_COLUMNS, PATIENT_COLUMNS, Chart, EventRow
from sample_data.wide import cells_of, columns_used

CHUNK = 2_000
"""People whose rows are held in memory at once; one Parquet row group."""

TABLES = {"patients": PATIENT_COLUMNS, "events": EVENT_COLUMNS}
_FORMULAS_AND_LINKS_OFF = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def chunks(charts: Iterable[Chart]) -> Iterator[dict[str, list[EventRow]]]:
    """The rows of both tables, ``CHUNK`` people at a time."""
    people = iter(charts)
    while chunk := list(islice(people, CHUNK)):
        events = [row for chart in chunk for row in chart.events]
        yield {"patients": [chart.patient_row() for chart in chunk], "events": events}


def write_tables(charts: Iterable[Chart], folder: Path) -> tuple[Path, ...]:
    """``patients.csv`` and ``events.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        writers = {}
        for table, columns in TABLES.items():
            writers[table] = _csv(opened.enter_context(_text(folder / f"{table}.csv")), columns)
        for chunk in chunks(charts):
            for table, rows in chunk.items():
                writers[table].writerows(rows)
    return tuple(folder / f"{table}.csv" for table in TABLES)


def write_parquet(charts: Iterable[Chart], folder: Path) -> tuple[Path, ...]:
    """``patients.parquet`` and ``events.parquet``. Every column is text, as in the CSV: a date may be known
    in part and a number may carry a comparator. Blank is null."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        writers = {}
        for table, columns in TABLES.items():
            schema = pa.schema([(column, pa.string()) for column in columns])
            writer = pq.ParquetWriter(folder / f"{table}.parquet", schema, compression="zstd")
            writers[table] = opened.enter_context(writer)
        for chunk in chunks(charts):
            for table, rows in chunk.items():
                writers[table].write_table(_arrow(rows, writers[table].schema))
    return tuple(folder / f"{table}.parquet" for table in TABLES)


def _arrow(rows: Sequence[EventRow], schema: pa.Schema) -> pa.Table:
    columns = [pa.array([text or None for text in column], pa.string()) for column in zip(*rows, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


def write_wide_csv(charts: Iterable[Chart], path: Path) -> None:
    """One row a person; only columns in which somebody has a value. Holds every person in memory."""
    rows = [cells_of(chart) for chart in charts]
    columns = columns_used(rows)
    with _text(path) as file:
        _csv(file, columns).writerows([row.get(column, "") for column in columns] for row in rows)


def write_wide_excel(charts: Iterable[Chart], path: Path) -> None:
    """The wide list as a workbook: whole dates are date cells and plain numbers are numbers, as a clinic's
    export has them; ids stay text. Holds every person in memory."""
    rows = [cells_of(chart) for chart in charts]
    columns = columns_used(rows)
    with xlsxwriter.Workbook(path, {**_FORMULAS_AND_LINKS_OFF, "constant_memory": True}) as book:
        book.set_properties(
            {"title": "Invented back-pain panel", "created": datetime(2026, 1, 1, tzinfo=UTC)}
        )
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("panel")
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, bold)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                if column in row:
                    _cell(sheet, line, place, row[column], column == "patient_id", days)


def _cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    place: int,
    text: str,
    as_text: bool,
    days: xlsxwriter.format.Format,
) -> None:
    day = None if as_text else _whole_date(text)
    if day is not None:
        sheet.write_datetime(line, place, day, days)
    elif not as_text and _plain_number(text):
        sheet.write_number(line, place, float(text))
    else:
        sheet.write_string(line, place, text)


def _whole_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text[4:5] == "-" else None
    except ValueError:
        return None


def _plain_number(text: str) -> bool:
    try:
        return str(text)[:1].isdigit() and float(text) >= 0 and "-" not in text
    except ValueError:
        return False


def _text(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _csv(file: TextIO, columns: Sequence[str]) -> Any:  # noqa: ANN401 - the csv module names no type
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    return writer
