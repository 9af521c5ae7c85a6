"""Rows of words as a file, CSV or Excel, with where they come from: what was done, not who is on a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from dashboard.exports.columns import text
from dashboard.exports.excel_file import OPTIONS, about_sheet

WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """``columns`` are the titles by the names in the rows; ``lines`` say where the rows come from."""

    title: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    lines: Sequence[tuple[str, str]]


def sheet_csv(sheet: Sheet) -> bytes:
    """As of a list: UTF-8 with a byte-order mark, every cell quoted, the provenance at the end of each row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*sheet.columns.values(), *(label for label, _ in sheet.lines)])
    constant = [text(words) for _, words in sheet.lines]
    for row in sheet.rows:
        writer.writerow([*(text(row[name]) for name in sheet.columns), *constant])
    return out.getvalue().encode("utf-8-sig")


def sheet_excel(sheet: Sheet) -> bytes:
    """The rows on one sheet, where they come from on a second."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": sheet.title})
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        first = book.add_worksheet(sheet.title)
        for place, (name, title) in enumerate(sheet.columns.items()):
            longest = max((len(row[name]) for row in sheet.rows), default=0)
            first.set_column(place, place, min(WIDEST, max(len(title), longest) + 2))
            first.write_string(0, place, title, styles["head"])
        for number, row in enumerate(sheet.rows, start=1):
            for place, name in enumerate(sheet.columns):
                first.write_string(number, place, text(row[name]), styles["text"])
        first.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        first.freeze_panes(1, 0)
        about_sheet(book.add_worksheet("About this file"), styles, sheet.lines)
    return out.getvalue()
