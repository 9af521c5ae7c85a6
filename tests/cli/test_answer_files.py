"""Answers as text cells, and files that appear whole or not at all."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from dashboard.answer_files import as_text, replacing

NUMBERS = ["10.000000000", "0", "-5.5", "33.3", None, "1200", "0.000000001"]
WRITTEN = ["10", "0", "-5.5", "33.3", None, "1200", "0.000000001"]


def _table(**columns: pa.Array) -> pa.Table:
    return as_text(pa.table(columns))


def test_numbers_are_exact_and_without_idle_zeros() -> None:
    given = pa.array([None if text is None else Decimal(text) for text in NUMBERS], pa.decimal128(18, 9))
    assert _table(score=given)["score"].to_pylist() == WRITTEN


def test_a_list_is_joined_and_an_empty_one_is_an_empty_cell() -> None:
    lists = pa.array([["a", "b"], [], None], pa.list_(pa.string()))
    assert _table(reasons=lists)["reasons"].to_pylist() == ["a b", None, None]


def test_a_group_becomes_two_columns() -> None:
    group = pa.array(
        [{"state": "due", "due": ["esr", "crp"]}],
        pa.struct([("state", pa.string()), ("due", pa.list_(pa.string()))]),
    )
    assert _table(bloods=group).to_pydict() == {"bloods_state": ["due"], "bloods_due": ["esr crp"]}


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-5", "@sum", "\t=1", "\r=1", "  =1", "＝1", "＠x"])
def test_a_cell_that_would_run_is_made_inert(cell: str) -> None:
    assert _table(patient_id=pa.array([cell]))["patient_id"].to_pylist() == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["0012", "a=b", 'Ünï,"c"\n2', "1-2", ""])
def test_any_other_cell_comes_back_as_it_was(cell: str) -> None:
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(_table(patient_id=pa.array([cell])), sink)
    options = pyarrow.csv.ConvertOptions(column_types={"patient_id": pa.string()})
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    read = pyarrow.csv.read_csv(io.BytesIO(sink.getvalue()), convert_options=options, parse_options=parsing)
    assert read["patient_id"].to_pylist() == [cell]


def test_no_row_at_all_is_a_header() -> None:
    empty = pa.table({"patient_id": pa.array([], pa.string()), "score": pa.array([], pa.decimal128(18, 9))})
    assert as_text(empty).column_names == ["patient_id", "score"]


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"ne" * (1 // 0))
    assert path.read_bytes() == b"old"
    with replacing(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
