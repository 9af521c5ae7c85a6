"""A handful of people as OMOP tables, in the forms in which such tables are exported."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.intake import Loaded, load

AS_OF = date(2026, 6, 15)
Row = dict[str, str]
Tables = Mapping[str, Sequence[Row]]

CODES = {
    "1": ("SNOMED", "278860009", "Chronic low back pain"),
    "2": ("ICD10CM", "M54.50", "Low back pain, unspecified"),
    "3": ("LOINC", "72514-3", "Pain severity rating"),
    "4": ("LOINC", "1988-5", "C reactive protein"),
    "5": ("RxNorm", "310965", "ibuprofen 200 MG Oral Tablet"),
    "6": ("SNOMED", "229064008", "Movement therapy"),
    "7": ("SNOMED", "386661006", "Fever"),
    "8": ("UCUM", "mg/dL", "milligram per deciliter"),
    "9": ("LOINC", "33358-3", "Protein monoclonal"),
    "10": ("urn:backstop:concept", "night_pain", "Night pain"),
    "11": ("SNOMED", "373067005", "No"),
    "12": ("LOINC", "LA33-6", "Yes"),
    "13": ("LOINC", "LA6576-8", "Positive"),
    "14": ("SNOMED", "60728008", "Back pain in a malignant word"),
    "15": ("SNOMED", "254837009", "Malignant tumor of breast"),
    "16": ("ICD10CM", "C44.91", "Basal cell carcinoma of skin"),
    "17": ("SNOMED", "429087003", "History of malignant neoplasm of breast"),
    "18": ("SNOMED", "241645008", "MRI of spine"),
    "19": ("CVX", "161", "Influenza vaccine"),
}
CONCEPT = [
    {"concept_id": key, "concept_name": name, "vocabulary_id": vocabulary, "concept_code": code}
    for key, (vocabulary, code, name) in CODES.items()
]


def person(who: str = "1", **cells: str) -> Row:
    """A row of PERSON."""
    born = {"year_of_birth": "1970", "month_of_birth": "2", "day_of_birth": "3"}
    return {"person_id": who, "gender_concept_id": "8532", **born, **cells}


def condition(concept: str, start: str = "2026-01-05", **cells: str) -> Row:
    """A row of CONDITION_OCCURRENCE of person 1."""
    keys = {"condition_occurrence_id": "100", "person_id": "1", "condition_concept_id": concept}
    return {**keys, "condition_start_date": start, "condition_source_value": "", **cells}


def measurement(concept: str, number: str = "", **cells: str) -> Row:
    """A row of MEASUREMENT of person 1."""
    keys = {"measurement_id": "200", "person_id": "1", "measurement_concept_id": concept}
    return {**keys, "measurement_date": "2026-02-01", "value_as_number": number, **cells}


def observation(concept: str, **cells: str) -> Row:
    """A row of OBSERVATION of person 1."""
    keys = {"observation_id": "300", "person_id": "1", "observation_concept_id": concept}
    return {**keys, "observation_date": "2026-02-02", **cells}


def drug(concept: str, start: str, end: str, **cells: str) -> Row:
    """A row of DRUG_EXPOSURE of person 1."""
    keys = {"drug_exposure_id": "400", "person_id": "1", "drug_concept_id": concept}
    return {**keys, "drug_exposure_start_date": start, "drug_exposure_end_date": end, **cells}


def procedure(concept: str, day: str = "2026-02-03", **cells: str) -> Row:
    """A row of PROCEDURE_OCCURRENCE of person 1."""
    keys = {"procedure_occurrence_id": "500", "person_id": "1", "procedure_concept_id": concept}
    return {**keys, "procedure_date": day, **cells}


def everyday() -> dict[str, list[Row]]:
    """One row of each kind."""
    return {
        "person": [person()],
        "concept": list(CONCEPT),
        "condition_occurrence": [condition("1")],
        "measurement": [measurement("3", "7"), measurement("4", "1.5", unit_concept_id="8")],
        "observation": [observation("10", value_as_concept_id="12")],
        "drug_exposure": [drug("5", "2026-02-01", "2026-03-01")],
        "procedure_occurrence": [procedure("6")],
        "death": [],
    }


HEADERS = {
    "death": ("person_id", "death_date"),
    "measurement": tuple(measurement("")),
    "condition_occurrence": tuple(condition("")),
}


def text_of(name: str, rows: Sequence[Row], delimiter: str = ",", upper: bool = False) -> str:
    """A table as delimited text; without rows its header alone."""
    columns = list(dict.fromkeys(key for row in rows for key in row)) or list(HEADERS[name])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.upper() if upper else column for column in columns])
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def write(folder: Path, tables: Tables, form: str = "csv") -> Path:
    """The tables as ``csv``, ``upper`` (names and columns, TAB), ``gz`` or ``parquet`` with numbers as fractions."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        if form == "parquet":
            pq.write_table(_columns(name, rows), folder / f"{name}.parquet")
        elif form == "gz":
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress(text_of(name, rows).encode()))
        elif form == "upper":
            (folder / f"{name.upper()}.csv").write_text(text_of(name, rows, "\t", upper=True), encoding="utf-8")
        else:
            (folder / f"{name}.csv").write_text(text_of(name, rows), encoding="utf-8")
    return folder


def _columns(name: str, rows: Sequence[Row]) -> pa.Table:
    """Ids that may be missing are kept as fractions, as data frames write them."""
    columns = list(dict.fromkeys(key for row in rows for key in row)) or list(HEADERS[name])
    made: dict[str, Any] = {}
    for column in columns:
        cells = [row.get(column, "") or None for row in rows]
        if column == "person_id":
            made[column] = pa.array([int(cell) for cell in cells if cell], pa.int64())
        elif column.endswith(("_concept_id", "_of_birth")):
            made[column] = pa.array([float(cell) if cell else None for cell in cells], pa.float64())
        elif column.endswith("_date"):
            made[column] = pa.array([date.fromisoformat(cell) if cell else None for cell in cells], pa.date32())
        else:
            made[column] = pa.array(cells, pa.string())
    return pa.table({key.upper(): value for key, value in made.items()})


def read(folder: Path, tables: Tables, form: str = "csv") -> Loaded:
    """Write the tables and load them."""
    loaded = load(write(folder, tables, form), as_of=AS_OF)
    assert loaded.report.holds()
    return loaded


def said(loaded: Loaded, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of every event, sorted by concept and date."""
    rows = loaded.panel.events.to_pylist()
    rows.sort(key=lambda row: (row["concept"], str(row["date_first"]), row["status"]))
    return [tuple(row[column] for column in columns) for row in rows]
