"""The same people give the same panel in every tabular form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.intake import people
from tests.intake.people import EVENTS, PATIENTS, WIDE_COLUMNS, WIDE_ROWS, read, said, text_of

WIDE = [WIDE_COLUMNS, *WIDE_ROWS]


def _csv_folder(folder: Path) -> Path:
    people.write_text(folder / "patients.csv", PATIENTS)
    people.write_text(folder / "events.csv", EVENTS, delimiter=";")
    return folder


def _mixed_folder(folder: Path) -> Path:
    people.write_text(folder / "patients.csv.gz", PATIENTS)
    people.write_parquet(folder / "events.parquet", EVENTS)
    (folder / "README.txt.bak").write_text("not a table")
    return folder


def _zip(folder: Path) -> Path:
    return people.write_zip(
        folder / "panel.zip",
        {
            "export/patients.csv": text_of(PATIENTS).encode("utf-16"),
            "export/events.tsv": text_of(EVENTS, "\t", "\r\n").encode("utf-8-sig"),
            "__MACOSX/export/._events.tsv": b"\0\1",
        },
    )


FORMS: dict[str, Callable[[Path], Path]] = {
    "wide CSV": lambda folder: people.write_text(folder / "list.csv", WIDE),
    "wide CSV, semicolons, cp1252": lambda folder: people.write_text(
        folder / "list.csv", WIDE, delimiter=";", encoding="cp1252"
    ),
    "wide TSV, gzip": lambda folder: people.write_text(folder / "list.tsv.gz", WIDE, delimiter="\t"),
    "wide Excel": lambda folder: people.write_excel(folder / "list.xlsx", {"Export 12": WIDE}),
    "wide Parquet": lambda folder: people.write_parquet(folder / "list.parquet", WIDE),
    "wide CSV alone in a zip": lambda folder: people.write_zip(
        folder / "list.zip", {"list.csv": text_of(WIDE).encode()}
    ),
    "tables, CSV folder": _csv_folder,
    "tables, Parquet and gzip folder": _mixed_folder,
    "tables, zip": _zip,
    "tables, two sheets": lambda folder: people.write_excel(
        folder / "panel.xlsx", {"Patients": PATIENTS, "events": EVENTS, "notes": [["read me"]]}
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_panel(form: str, tmp_path: Path) -> None:
    reference = people.write_text(tmp_path / "reference.csv", WIDE)
    source = FORMS[form](tmp_path / "source") if (tmp_path / "source").mkdir() is None else reference
    loaded = read(source)
    assert loaded.report.held_back == ()
    assert said(loaded.panel) == said(read(reference).panel)


def test_the_panel_is_what_the_rows_say(tmp_path: Path) -> None:
    patients, events = said(read(_csv_folder(tmp_path)).panel)
    assert patients[0] == (
        "0012", "Müller", date(1966, 6, 16), date(1966, 6, 16), "female", None, None, None,
    )  # fmt: skip
    assert patients[1][:5] == ("0013", "O'Neil, Ann", date(1950, 2, 1), date(1950, 2, 28), "male")
    assert patients[2] == ("14", None, None, None, "unknown", None, None, None)
    scores = [(row[2], row[6]) for row in events if row[1] == "pain_score"]
    assert scores == [(date(2026, 3, 8), Decimal(8)), (date(2026, 6, 1), Decimal(7))]
    assert [row[6:8] for row in events if row[1] == "esr"] == [(Decimal(5), "<"), (Decimal(61), None)]
    booking = next(row for row in events if row[5] == "booked")
    assert booking[2:5] == (date(2026, 6, 3), date(2026, 6, 3), date(2026, 7, 3))


def test_typed_cells_of_excel_and_parquet_read_like_text(tmp_path: Path) -> None:
    header = ["patient_id", "birth_date", "sex", "esr", "esr_date", "fever"]
    reference = people.write_text(
        tmp_path / "list.csv", [header, ["7", "1966-06-16", "f", "12.5", "2026-06-01", "true"]]
    )
    book = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(book) as writer:
        sheet, day = writer.add_worksheet(), writer.add_format({"num_format": "dd/mm/yy"})
        sheet.write_row(0, 0, header)
        sheet.write_number(1, 0, 7)
        sheet.write_datetime(1, 1, date(1966, 6, 16), day)
        sheet.write_string(1, 2, "f")
        sheet.write_number(1, 3, 12.5)
        sheet.write_datetime(1, 4, date(2026, 6, 1), day)
        sheet.write_boolean(1, 5, True)
    columnar = tmp_path / "list.parquet"
    pq.write_table(
        pa.table(
            {
                "patient_id": pa.array([7]),
                "birth_date": pa.array([date(1966, 6, 16)]),
                "sex": pa.array(["f"]).dictionary_encode(),
                "esr": pa.array([12.5]),
                "esr_date": pa.array([date(2026, 6, 1)]).cast(pa.timestamp("ns")),
                "fever": pa.array([True]),
            }
        ),
        columnar,
    )
    expected = said(read(reference).panel)
    assert said(read(book).panel) == expected
    assert said(read(columnar).panel) == expected
    assert any("leading zeros" in notice for notice in read(book).report.notices)


def test_a_mapping_names_their_columns(tmp_path: Path) -> None:
    path = people.write_text(
        tmp_path / "list.csv", [["MRN", "Sed. rate", "Taken on"], ["a", "9", "02/06/2026"]]
    )
    mapping = {"mrn": "patient_id", "Sed. rate": "esr", "Taken on": "esr_date", "date_order": "day-first"}
    loaded = read(path, mapping=mapping)
    assert [row["date_first"] for row in people.events_of(loaded, "esr")] == [date(2026, 6, 2)]
