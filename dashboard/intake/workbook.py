"""Excel workbooks: every sheet as a table of text."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from dashboard.intake.archive import DAMAGED, verify_members
from dashboard.intake.limits import Limits
from dashboard.intake.raw_table import Problem, RawRow, RawTable, column_name
from dashboard.intake.report import UnusableSource
from dashboard.intake.workbook_scan import Scan, cell_at, scan

_LARGEST_ID = 10**15  # Excel keeps fifteen digits; more have already been rounded


def read_workbook(
    source: Path | bytes, name: str, limits: Limits, mapping: Mapping[str, str] | None = None
) -> list[RawTable]:
    """The visible sheets that hold anything. Raises ``UnusableSource``."""
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            verify_members(archive, name, limits)
            scanned = scan(archive, name, limits)
        book = CalamineWorkbook.from_object(BytesIO(source) if isinstance(source, bytes) else source)
        sheets = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
        tables = [_sheet(book, sheet, name, scanned, limits, mapping) for sheet in sheets]
    except (*DAMAGED, CalamineError, OSError) as error:
        raise UnusableSource(
            f"{name}: cannot be read as an Excel workbook (.xlsx); save it again ({type(error).__name__})"
        ) from None
    return [table for table in tables if table is not None]


def _sheet(
    book: CalamineWorkbook,
    sheet: str,
    name: str,
    scanned: Scan,
    limits: Limits,
    mapping: Mapping[str, str] | None,
) -> RawTable | None:
    opened = book.get_sheet_by_name(sheet)
    grid = opened.to_python(skip_empty_area=False)
    head = next((index for index, row in enumerate(grid) if any(cell != "" for cell in row)), None)
    if head is None:
        return None
    columns = tuple(column_name(_text(cell), mapping) for cell in grid[head])
    if len([column for column in columns if column]) > limits.columns:
        raise UnusableSource(f"{name}: more than {limits.columns} columns")
    spoiled = _spoiled(scanned.unreadable.get(sheet, {}), opened.merged_cell_ranges or [], columns)
    id_column = columns.index("patient_id") if "patient_id" in columns else None
    rows = [
        _row(index, cells, spoiled.get(index), id_column) for index, cells in enumerate(grid) if index > head
    ]
    table = RawTable(sheet, columns, rows, serials_from_1904=scanned.from_1904)
    if id_column is not None and any(isinstance(cells[id_column], float) for cells in grid[head + 1 :]):
        table.notices.append(
            f'sheet "{sheet}": patient ids are stored as numbers, so leading zeros may be lost;'
            " format the column as text"
        )
    return table


def _spoiled(
    unreadable: Mapping[str, str], merged: list[Any], columns: tuple[str, ...]
) -> dict[int, Problem]:
    """Rows with a cell that looks blank and is not."""
    found: dict[int, Problem] = {}
    for reference, reason in unreadable.items():
        row, column = cell_at(reference)
        named = columns[column] if column < len(columns) else reference
        if named:
            found[row] = Problem(named, reference, f"the cell holds {reason}")
    for (top, left), (bottom, _) in merged:
        named = columns[left] if left < len(columns) else ""
        for row in range(top, bottom + 1):
            found[row] = Problem(named, "", "its cells are merged with others; unmerge them")
    return found


def _row(index: int, values: list[Any], problem: Problem | None, id_column: int | None) -> RawRow:
    cells = [_text(value) for value in values]
    if id_column is not None and isinstance(values[id_column], float):
        problem = problem or _unsafe_id(values[id_column])
    return RawRow(index + 1, "", cells, problem)


def _unsafe_id(value: float) -> Problem | None:
    if value.is_integer() and 0 <= value < _LARGEST_ID:
        return None
    return Problem("patient_id", repr(value), "an id kept as such a number has lost digits; write it as text")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_ID else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, timedelta)) else ""
