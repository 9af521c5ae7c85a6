"""The empty patient list to fill in, as CSV and as Excel with choices, and the data dictionary beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import xlsxwriter

from dashboard.intake.dictionary import about_column, data_dictionary
from dashboard.intake.wide_columns import is_date, places, stems, template_columns
from pathways.panel import RESULTS, SEXES
from pathways.vocabulary import concepts

LIST_CSV, LIST_EXCEL, DICTIONARY = "patient-list.csv", "patient-list.xlsx", "data-dictionary.md"
_ROWS = 5000
_WIDTH = 16


def list_csv() -> str:
    """The header of the wide list."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(template_columns())
    return text.getvalue()


def list_excel() -> bytes:
    """The wide list as a workbook: choices where a cell has few answers, dates as dates, ids as text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"num_format": "@"}),
        }
        sheet = book.add_worksheet("list")
        sheet.freeze_panes(1, 1)
        for index, column in enumerate(template_columns()):
            sheet.write_string(0, index, column, head)
            sheet.write_comment(0, index, about_column(column))
            kind = "date" if is_date(column) else "text" if column in ("patient_id", "name") else None
            sheet.set_column(index, index, _WIDTH, formats.get(kind or ""))
            choices = choices_of(column)
            if choices:
                sheet.data_validation(1, index, _ROWS, index, {"validate": "list", "source": list(choices)})
        about = book.add_worksheet("dictionary")
        about.set_column(0, 0, 32)
        about.set_column(1, 1, 90)
        for row, (column, meaning) in enumerate(
            [("column", "meaning"), *((column, about_column(column)) for column in template_columns())]
        ):
            about.write_string(row, 0, column, head if row == 0 else None)
            about.write_string(row, 1, meaning, head if row == 0 else None)
    return content.getvalue()


def choices_of(column: str) -> tuple[str, ...]:
    """The answers a cell of this column may have; none where it is free."""
    if column == "sex":
        return SEXES
    if column not in places():
        return ()
    name, ending = places()[column]
    stem = stems()[name]
    concept = concepts()[stem.concept]
    if stem.shape == "finding" and ending == "":
        return ("yes", "no", "unknown")
    if ending == "_result" or (stem.shape == "answer" and ending == ""):
        return RESULTS[concept.kind]
    if ending == "_unit":
        return tuple(concept.units)
    return ()


def write_templates(folder: Path) -> list[Path]:
    """All three files, written into a folder that may not exist yet. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        LIST_CSV: list_csv().encode(),
        LIST_EXCEL: list_excel(),
        DICTIONARY: data_dictionary().encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]
