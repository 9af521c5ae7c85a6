"""CSV: one person a row, the provenance in columns at the end of each row.

Lines above the header or below the last row break every reader that takes the first line for the header and
every line for a person; a second file gets lost. A column is read by Excel, pandas and R alike, survives
sorting and filtering, and a row cut out and pasted elsewhere still says where it comes from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from dashboard.exports.columns import COLUMNS, Person, numbered, text
from dashboard.exports.provenance import Provenance


def write_csv(people: Iterable[Person], about: Provenance) -> bytes:
    """UTF-8 with a byte-order mark, without which Excel garbles names; every cell quoted."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8-sig", newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    told = about.lines()
    writer.writerow([*(column.title for column in COLUMNS), *(label for label, _ in told)])
    constant = [text(words) for _, words in told]
    for person in numbered(people):
        writer.writerow([*_cells(person, about.as_of), *constant])
    out.flush()
    return bytes(out.detach().getvalue())  # type: ignore[attr-defined]


def _cells(person: Person, as_of: date) -> list[str]:
    """Dates as 2026-06-12, numbers as they are, nothing for what is not known."""
    cells = []
    for column in COLUMNS:
        value = column.value(person, as_of)
        if value is None:
            cells.append("")
        elif isinstance(value, date):
            cells.append(value.isoformat())
        else:
            cells.append(str(value) if column.kind == "number" else text(value))
    return cells
