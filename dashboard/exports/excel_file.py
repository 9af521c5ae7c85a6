"""Excel: the list on one sheet with a frozen header and filters, the provenance on a second."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import xlsxwriter

from dashboard.exports.columns import COLUMNS, Person, numbered, text
from dashboard.exports.provenance import Provenance

MOST_IN_EXCEL = 50_000
"""So long a list takes a quarter of a minute and half a gigabyte to write; nobody reads a longer one by eye."""

FIRST_YEAR = 1900
"""Excel has no day before it."""

OPTIONS = {
    "in_memory": True,  # no patient on the server's disk
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_excel(people: Iterable[Person], about: Provenance) -> bytes:
    """The list and where it comes from. Raises ``ValueError`` above ``MOST_IN_EXCEL`` people."""
    if about.people > MOST_IN_EXCEL:
        raise ValueError(f"more than {MOST_IN_EXCEL} people: use CSV")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": "Backstop worklist", "created": about.made_at.replace(tzinfo=None)})
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "number": book.add_format({"valign": "top"}),
        }
        _list(book.add_worksheet("Worklist"), styles, people, about.as_of)
        about_sheet(book.add_worksheet("About this list"), styles, about.lines())
    return out.getvalue()


def _list(sheet: Any, styles: dict[str, Any], people: Iterable[Person], as_of: date) -> None:  # noqa: ANN401
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, styles["head"])
    last = 0
    for last, person in enumerate(numbered(people), start=1):
        for place, column in enumerate(COLUMNS):
            _write(sheet, last, place, column.value(person, as_of), column.kind, styles)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(1, 4)  # header, and name and id beside every column
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, place: int, value: Any, kind: str, styles: dict[str, Any]) -> None:  # noqa: ANN401
    if value is None or value == "":
        return
    if isinstance(value, date) and value.year >= FIRST_YEAR:
        sheet.write_datetime(row, place, value, styles["day"])
    elif kind == "number":
        sheet.write_number(row, place, value, styles["number"])
    else:
        sheet.write_string(row, place, text(value), styles["text"])


def about_sheet(sheet: Any, styles: dict[str, Any], lines: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401
    """Where the rows come from, label and words."""
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    for row, (label, words) in enumerate(lines):
        sheet.write_string(row, 0, label, styles["head"])
        sheet.write_string(row, 1, text(words), styles["text"])
