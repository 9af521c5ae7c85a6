"""A few invented people, written out in every tabular form, and what their panel says."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from dashboard.intake import Loaded, load
from pathways.panel import Panel

AS_OF = date(2026, 6, 15)

WIDE_COLUMNS = [
    "patient_id",
    "name",
    "birth_date",
    "sex",
    "recorded_on",
    "back_pain",
    "onset_date",
    "cancer_history",
    "fever",
    "nsaid_start",
    "nsaid_end",
    "baseline_pain",
    "baseline_pain_date",
    "current_pain",
    "current_pain_date",
    "esr",
    "esr_date",
    "esr_unit",
    "mri_spine_ordered",
    "mri_spine_booked",
]
WIDE_ROWS = [
    ["0012", "Müller", "1966-06-16", "female", "2026-06-01", "yes", "2026-03-01", "no", "unknown",
     "2026-03-10", "", "8", "2026-03-08", "7", "2026-06-01", "<5", "2026-06-02", "", "", ""],
    ["0013", "O'Neil, Ann", "1950-02", "male", "2026-06-03", "", "2025-12-24", "yes", "",
     "2026-01-10", "2026-02-20", "", "", "", "", "61", "2026-06-01", "mm/h", "2026-06-02", "2026-07-03"],
    ["14", "", "", "", "", "no", "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip

PATIENTS = [
    ["patient_id", "name", "birth_date", "sex"],
    ["0012", "Müller", "1966-06-16", "F"],
    ["0013", "O'Neil, Ann", "1950-02", "Male"],
    ["14", "", "", ""],
]
EVENTS = [
    ["patient_id", "concept", "date", "end_date", "status", "value", "unit"],
    ["0012", "back_pain", "2026-03-01", "", "", "", ""],
    ["0012", "cancer_history", "2026-06-01", "", "absent", "", ""],
    ["0012", "fever", "2026-06-01", "", "unknown", "", ""],
    ["0012", "nsaid", "2026-03-10", "", "", "", ""],
    ["0012", "pain_score", "2026-03-08", "", "", "8", ""],
    ["0012", "pain_score", "2026-06-01", "", "", "70", "0-100"],
    ["0012", "esr", "2026-06-02", "", "", "<5", "mm/hr"],
    ["0013", "back_pain", "2025-12-24", "", "present", "", ""],
    ["0013", "cancer_history", "2026-06-03", "", "present", "", ""],
    ["0013", "nsaid", "2026-01-10", "2026-02-20", "", "", ""],
    ["0013", "esr", "2026-06-01", "", "final", "61", ""],
    ["0013", "mri_spine", "2026-06-02", "", "", "", ""],
    ["0013", "mri_spine", "2026-06-03", "2026-07-03", "booked", "", ""],
    ["14", "back_pain", "2026-06-15", "", "absent", "", ""],
]

Rows = Sequence[Sequence[str]]


def text_of(rows: Rows, delimiter: str = ",", end: str = "\n") -> str:
    """Rows as delimited text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def write_text(path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Rows as a text file, gzipped where the name says so."""
    content = text_of(rows, delimiter).encode(encoding)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_excel(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Rows as sheets of text cells."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(index, column, cell)
    return path


def write_parquet(path: Path, rows: Rows) -> Path:
    """Rows as text columns."""
    columns = {name: [row[index] or None for row in rows[1:]] for index, name in enumerate(rows[0])}
    pq.write_table(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), path)
    return path


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(path: Path, **options: object) -> Loaded:
    """The source, loaded as of ``AS_OF``; its identity holds."""
    loaded = load(path, as_of=AS_OF, **options)  # type: ignore[arg-type]
    assert loaded.report.holds()
    return loaded


def read_csv(folder: Path, text: str | bytes, name: str = "list.csv", **options: object) -> Loaded:
    """A wide list given as text."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, **options)


def said(panel: Panel) -> tuple[list[Any], list[Any]]:
    """What a panel says, in a fixed order and without where it stood."""
    events = panel.events.drop_columns(["source", "source_ref"])
    return (
        sorted((tuple(row.values()) for row in panel.patients.to_pylist()), key=repr),
        sorted((tuple(row.values()) for row in events.to_pylist()), key=repr),
    )


def events_of(loaded: Loaded, concept: str) -> list[dict[str, Any]]:
    """The events of one concept, oldest first."""
    rows = [row for row in loaded.panel.events.to_pylist() if row["concept"] == concept]
    return sorted(rows, key=lambda row: (str(row["date_first"]), row["status"]))


def patients_of(loaded: Loaded) -> list[str]:
    """The ids in the panel, sorted."""
    return sorted(loaded.panel.patients.column("patient_id").to_pylist())
