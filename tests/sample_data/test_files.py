"""The panel's files: what is committed is what is built, and every form holds the same rows."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from sample_data.build import AS_OF, SEED, build
from sample_data.chart import HERE, Chart
from sample_data.files import generate_files
from sample_data.generator import charts, generate
from sample_data.wide import cells_of, columns_used, every_column
from sample_data.writers import write_wide_csv, write_wide_excel

SAME_BYTES = (
    "panel_wide.csv",
    "panel_tables/patients.csv",
    "panel_tables/events.csv",
    "panel.json",
)
MOST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panel")
    build(folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def workbook_cells(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize("name", SAME_BYTES)
def test_the_committed_file_is_what_is_built(built: Path, name: str) -> None:
    assert (HERE / name).read_bytes() == (built / name).read_bytes()


def test_the_committed_fhir_files_are_what_is_built(built: Path) -> None:
    written = {path.name: path.read_bytes() for path in (built / "panel_fhir").iterdir()}
    assert written
    assert {path.name: path.read_bytes() for path in (HERE / "panel_fhir").iterdir()} == written


def test_the_committed_workbook_is_what_is_built(built: Path) -> None:
    assert workbook_cells(HERE / "panel_wide.xlsx") == workbook_cells(built / "panel_wide.xlsx")


def test_the_committed_files_are_small(built: Path) -> None:
    assert sum(path.stat().st_size for path in built.rglob("*") if path.is_file()) < MOST_BYTES


def test_the_workbook_says_what_the_csv_says(tmp_path: Path) -> None:
    panel = list(charts(120, 4, AS_OF))
    write_wide_csv(panel, tmp_path / "wide.csv")
    write_wide_excel(panel, tmp_path / "wide.xlsx")
    header, *cells = workbook_cells(tmp_path / "wide.xlsx")
    expected = rows(tmp_path / "wide.csv")
    assert list(header) == list(expected[0])
    for found, row in zip(cells, expected, strict=True):
        for cell, text in zip(found, row.values(), strict=True):
            if cell is None:
                assert text == ""
            elif isinstance(cell, int | float):
                assert float(text) == cell
            elif hasattr(cell, "date"):
                assert cell.date().isoformat() == text
            else:
                assert cell == text


def test_the_workbook_keeps_ids_as_text(tmp_path: Path) -> None:
    write_wide_excel(charts(5, 4, AS_OF), tmp_path / "wide.xlsx")
    _, *cells = workbook_cells(tmp_path / "wide.xlsx")
    assert [row[0] for row in cells] == [f"{place:08d}" for place in range(1, 6)]


def test_parquet_and_csv_hold_the_same_rows(tmp_path: Path) -> None:
    patients, events = generate_files(450, tmp_path / "csv", 9, "csv", AS_OF)
    as_parquet = generate_files(450, tmp_path / "parquet", 9, "parquet", AS_OF)
    for table, path in zip((patients, events), as_parquet, strict=True):
        held = [{name: text or "" for name, text in row.items()} for row in pq.read_table(path).to_pylist()]
        assert held == rows(table)


def test_csv_files_hold_the_generated_people(tmp_path: Path) -> None:
    people = list(generate(450, 9, AS_OF))
    patients, events = generate_files(450, tmp_path, 9, "csv", AS_OF)
    assert rows(patients) == [patient for patient, _ in people]
    assert rows(events) == [event for _, own in people for event in own]


def test_a_panel_longer_than_one_chunk_loses_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = generate_files(230, tmp_path / "whole", 2, "csv", AS_OF)
    monkeypatch.setattr("sample_data.writers.CHUNK", 50)
    pieces, _ = generate_files(230, tmp_path / "pieces", 2, "csv", AS_OF)
    assert whole.read_bytes() == pieces.read_bytes()
    assert len(rows(pieces)) == 230


def test_fhir_files_name_everybody(tmp_path: Path) -> None:
    written = generate_files(40, tmp_path, 2, "fhir", AS_OF)
    assert written
    text = "".join(path.read_text(encoding="utf-8") for path in written)
    assert all(f'"{place:08d}"' in text for place in range(1, 41))


def test_fhir_files_are_not_mixed_with_older_ones(tmp_path: Path) -> None:
    generate_files(3, tmp_path, 2, "fhir", AS_OF)
    with pytest.raises(FileExistsError, match="empty folder"):
        generate_files(3, tmp_path, 3, "fhir", AS_OF)


@pytest.mark.parametrize(("patients", "form"), [(0, "csv"), (-3, "parquet"), (10, "xml")])
def test_what_cannot_be_written_says_so(tmp_path: Path, patients: int, form: str) -> None:
    with pytest.raises(ValueError, match="not"):
        generate_files(patients, tmp_path / "out", 1, form, AS_OF)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_person_who_needs_two_values_in_one_column_is_refused() -> None:
    chart: Chart = next(charts(1, SEED, AS_OF))
    chart.finding("osteoporosis", "present")
    chart.finding("osteoporosis", "absent")
    with pytest.raises(ValueError, match="osteoporosis"):
        cells_of(chart)


def test_a_third_score_is_refused() -> None:
    chart: Chart = next(charts(1, SEED, AS_OF))
    for back in (1, 2, 3):
        chart.measured("pain_score", "4", "0-10", back)
    with pytest.raises(ValueError, match="pain_score"):
        cells_of(chart)


def test_the_wide_list_has_only_known_columns() -> None:
    assert len(set(every_column())) == len(every_column())
    with pytest.raises(ValueError, match="shoe_size"):
        columns_used([{"patient_id": "1", "shoe_size": "44"}])


def test_every_person_of_a_large_panel_fits_the_wide_list() -> None:
    found = [cells_of(chart) for chart in charts(2_000, 11, date(2025, 3, 1))]
    assert len({cells["patient_id"] for cells in found}) == 2_000
    assert set(columns_used(found)) <= set(every_column())
