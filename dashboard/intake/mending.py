"""Held-back rows out, to be mended in a spreadsheet, and in again in the place of the rows they came from."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dashboard.intake.decoding import decode
from dashboard.intake.delimited import read_delimited
from dashboard.intake.limits import Limits
from dashboard.intake.raw_table import ADDED_COLUMNS, RawRow, RawTable
from dashboard.intake.report import LoadReport, UnusableSource

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TABLE_COLUMN = "held_back_table"


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; a quote goes before what looks like one."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _alive(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(_FORMULA) else cell


def held_back_rows(report: LoadReport, table: str) -> str:
    """The held-back rows of one table as CSV under its own header, with what is wrong beside them.

    Raises ``KeyError`` for a table without a header row (FHIR).
    """
    columns = report.headers[table]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, *ADDED_COLUMNS])
    for held in report.held_back:
        if held.table != table:
            continue
        cells = list(held.cells[: len(columns)])
        cells += [""] * (len(columns) - len(cells))
        about = [table, str(held.line), held.column, held.value, held.reason, held.raw]
        writer.writerow([inert(cell) for cell in (*cells, *about)])
    return text.getvalue()


def read_mended(path: Path, limits: Limits) -> RawTable:
    """A mended download. Raises ``UnusableSource`` when the columns that place its rows are gone."""
    limits.check_bytes(path.stat().st_size, path.name)
    text, _ = decode(path.read_bytes(), path.name)
    table, _ = read_delimited(text, path.name, limits)
    for column in (TABLE_COLUMN, "held_back_line"):
        if column not in table.columns:
            raise UnusableSource(
                f'{path.name}: the column "{column}" is gone; download the held-back rows again'
            )
    return table


def take_in_again(table: RawTable) -> None:
    """Undo the quotes before formulas in a download that comes back by itself, in place."""
    if table.mended:
        table.rows = [row._replace(cells=[_alive(cell) for cell in row.cells]) for row in table.rows]


def insert_mended(tables: list[RawTable], mended: list[RawTable]) -> None:
    """Put every mended row in the place of the row it came from, in place. Raises ``UnusableSource``."""
    if not mended:
        return
    kept = {id(table): list(table.rows) for table in tables}
    places = {(table.name, row.line): (table, at) for table in tables for at, row in enumerate(table.rows)}
    for download in mended:
        for row in download.rows:
            if row.says_nothing():
                continue
            line = row.cell(download.columns, "held_back_line") or ""
            name = row.cell(download.columns, TABLE_COLUMN) or ""
            place = places.get((name, int(line))) if line.isdecimal() and row.problem is None else None
            if place is None:
                raise UnusableSource(
                    f"{download.name}, line {row.line}: belongs to no row of this source;"
                    " keep its held_back columns as they were"
                )
            table, at = place
            cells = [_alive(row.cell(download.columns, column) or "") for column in table.columns]
            kept[id(table)][at] = RawRow(int(line), row.raw, cells)
    for table in tables:
        table.rows = kept[id(table)]
