"""A panel that is read in buckets is the panel that is read in one piece: the same people, events and report."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.intake import Loaded, UnusableSource, load
from dashboard.intake.buckets import division
from dashboard.intake.limits import Limits
from dashboard.intake.panels import panels
from tests.intake.test_by_column import BLANKS, CELLS, PERSONAL, SOUND, D

IDS = ("1", "2", "03", "4 ", "9", "a", "Å-9", "Ω", "\U0001f600", "zz", " 5", "a\tb", "ab", "A")
"""Ids whose order tells bytes from characters, small from large and blanks from none; and one with a hidden sign."""


@st.composite
def contents(draw: st.DrawFn) -> Tables:
    """Rows of both tables: most sound, some with a hostile cell, some that repeat or contradict another."""
    people, events = [], []
    for name in draw(st.lists(st.sampled_from(IDS), max_size=14)):
        row = {"patient_id": name, "birth_date": "1960-02-01", "sex": "female", "name": "Ann"}
        for column in draw(st.lists(st.sampled_from(sorted(PERSONAL)), max_size=1)):
            row[column] = draw(st.sampled_from(PERSONAL[column]))
        people.append(row)
    for said in draw(st.lists(st.sampled_from(SOUND), max_size=30)):
        row = {"patient_id": draw(st.sampled_from((*IDS, "nobody", *BLANKS))), "date": "2026-06-01"} | said
        for column in draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=1)):
            row[column] = draw(st.sampled_from(CELLS[column]))
        events.append(row)
    events += draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    return {"patients": people, "events": events}


Tables = dict[str, list[dict[str, str]]]


def write(folder: Path, tables: Tables, row_group: int, *, as_dictionary: bool = False) -> None:
    """Both tables as Parquet, blank cells as nulls or as they are, by turns."""
    kind = pa.dictionary(pa.int32(), pa.string()) if as_dictionary else pa.string()
    for name, columns in (("patients", PERSONAL), ("events", CELLS)):
        cells: dict[str, list[str | None]] = {column: [] for column in columns}
        for number, row in enumerate(tables[name]):
            for column in columns:
                cells[column].append(row.get(column, "" if number % 3 else None))
        table = pa.table({column: pa.array(texts, pa.string()).cast(kind) for column, texts in cells.items()})
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=row_group)


def in_pieces(folder: Path, bucket_rows: int, **options: object) -> tuple[Any, int]:
    """Report, people and events of all buckets together, or why it cannot be read; and the number of buckets."""
    try:
        with panels(folder, as_of=D, evidence=True, bucket_rows=bucket_rows, **options) as found:  # type: ignore[arg-type]
            taken = list(found)
            report = found.report()
    except UnusableSource as error:
        return str(error), 0
    assert len(taken) == len(found)
    ends = [(min(ids), max(ids)) for panel in taken if (ids := panel.patients["patient_id"].to_pylist())]
    assert all(before[1].encode() < after[0].encode() for before, after in pairwise(ends))
    people = [row for panel in taken for row in panel.patients.to_pylist()]
    return (report, *said(people, [row for panel in taken for row in panel.events.to_pylist()])), len(found)


def in_one(folder: Path, **options: object) -> Any:  # noqa: ANN401 - what ``in_pieces`` gives
    try:
        loaded: Loaded = load(folder, as_of=D, **options)  # type: ignore[arg-type]
    except UnusableSource as error:
        return str(error)
    assert loaded.report.holds()
    return loaded.report, *said(loaded.panel.patients.to_pylist(), loaded.panel.events.to_pylist())


def said(people: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Each row as text, in a fixed order: an event with where it stands, of two equal ones the first."""
    return sorted(map(repr, people)), sorted(map(repr, events))


@contextmanager
def rows_are_put_in_order(always: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if always:
            patch.setattr(division, "MOST_READ", 0)
        yield


def same(tables: Tables, draw: Any, options: dict[str, Any]) -> None:  # noqa: ANN401
    with TemporaryDirectory() as name, rows_are_put_in_order(draw(st.booleans())):
        folder = Path(name)
        write(folder, tables, draw(st.integers(1, 20)), as_dictionary=draw(st.booleans()))
        whole = in_one(folder, **options)
        found, number = in_pieces(folder, draw(st.integers(1, 40)), **options)
        assert found == whole
        everybody = sum(map(len, tables.values()))
        assert number <= max(everybody, 1)


@settings(max_examples=60, deadline=None)
@given(contents(), st.data())
def test_buckets_and_one_piece_are_the_same(tables: Tables, data: st.DataObject) -> None:
    same(tables, data.draw, {"date_order": data.draw(st.sampled_from([None, None, "day-first"]))})


@pytest.mark.long
@settings(max_examples=3000, deadline=None)
@given(contents(), st.data())
def test_buckets_and_one_piece_are_the_same_for_long(
    tables: Tables, data: st.DataObject
) -> None:
    same(tables, data.draw, {"date_order": data.draw(st.sampled_from([None, "day-first", "month-first"]))})


PEOPLE = [{"patient_id": f"{number:03}", "birth_date": "1960-02-01"} for number in range(60)]
TOLD = [{"patient_id": f"{number % 60:03}", "concept": "esr", "date": f"2026-05-{1 + number % 28:02}", "value": "40"}
        for number in range(600)]  # fmt: skip


@pytest.mark.parametrize("in_turn", [True, False])
def test_a_file_in_the_order_of_its_patients_is_read_as_it_stands(
    in_turn: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled = random.Random(1).sample(TOLD, len(TOLD))
    events = sorted(TOLD, key=lambda row: row["patient_id"]) if in_turn else shuffled
    write(tmp_path, {"patients": PEOPLE, "events": events}, 20)
    put: list[int] = []
    monkeypatch.setattr(
        division, "put_in_order", lambda *given, ordered=division.put_in_order: put.append(1) or ordered(*given)  # type: ignore[func-returns-value]
    )
    found, number = in_pieces(tmp_path, 100)
    assert found == in_one(tmp_path)
    assert number == 7
    assert bool(put) is not in_turn


def test_a_bucket_holds_about_as_many_rows_as_it_should(tmp_path: Path) -> None:
    """Also where few people have most of the events."""
    many = [row | {"patient_id": "007"} for row in TOLD[:300]]
    for events, most in ((TOLD, 150), (TOLD[:300] + many, 450)):
        write(tmp_path, {"patients": PEOPLE, "events": random.Random(1).sample(events, len(events))}, 50)
        with panels(tmp_path, as_of=D, bucket_rows=110) as found:
            assert max(panel.patients.num_rows + panel.events.num_rows for panel in found) <= most


def test_day_and_month_are_settled_for_the_whole_file(tmp_path: Path) -> None:
    """One date decides for all: the people of another bucket too."""
    events = [row | {"date": "03/04/2026"} for row in TOLD]
    write(tmp_path, {"patients": PEOPLE, "events": events}, 50)
    asked, _ = in_pieces(tmp_path, 100)
    assert asked == in_one(tmp_path)
    assert "is the day or the month first" in asked
    events[-1]["date"] = "25/04/2026"
    write(tmp_path, {"patients": PEOPLE, "events": events}, 50)
    (report, _, told), _ = in_pieces(tmp_path, 100)
    assert report == in_one(tmp_path)[0]
    assert any("read day first" in notice for notice in report.notices)
    assert sum("datetime.date(2026, 4, 3)" in row for row in told) == len(set(map(str, events))) - 1


@pytest.mark.parametrize("kind", [pa.int64(), pa.bool_(), pa.date32(), pa.null()])
def test_ids_of_any_stored_type_stand_in_the_order_of_their_text(kind: pa.DataType, tmp_path: Path) -> None:
    numbers = pa.array([None if number == 7 else number for number in range(120)], pa.int64())
    ids = pa.nulls(120) if kind == pa.null() else numbers.cast(pa.int32()).cast(kind)
    for name, more in (("patients", {}), ("events", {"concept": ["fever"] * 120, "date": ["2026-06-01"] * 120})):
        pq.write_table(pa.table({"patient_id": ids, **more}), tmp_path / f"{name}.parquet", row_group_size=30)
    found, _ = in_pieces(tmp_path, 50)
    assert found == in_one(tmp_path)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ({"patient_id": ["1"] * 9, "concept": ["esr"] * 9}, 'no column "date"'),
        ({"patient_id": [1.5] * 9, "concept": ["esr"] * 9, "date": ["2026"] * 9}, "lost digits"),
        ({"patient_id": ["1"] * 9, "Patient ID": ["1"] * 9}, "two columns"),
        ({"patient_id": ["1"] * 9, "concept": [[1]] * 9}, "as text"),
    ],
)
def test_what_cannot_be_used_is_refused_in_the_same_words(
    events: dict[str, list[Any]], words: str, tmp_path: Path
) -> None:
    write(tmp_path, {"patients": PEOPLE, "events": TOLD}, 50)
    pq.write_table(pa.table(events), tmp_path / "events.parquet")
    refused, _ = in_pieces(tmp_path, 10)
    assert refused == in_one(tmp_path)
    assert words in refused


def test_a_file_that_is_damaged_in_its_middle_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"patients": PEOPLE, "events": sorted(TOLD, key=lambda row: row["patient_id"])}, 50)
    path = tmp_path / "events.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = b"\xff" * 400
    path.write_bytes(bytes(content))
    refused, _ = in_pieces(tmp_path, 100)
    assert "events.parquet: damaged or cut off" in str(refused)


def test_without_evidence_events_say_the_same_but_where_they_stand(tmp_path: Path) -> None:
    write(tmp_path, {"patients": PEOPLE, "events": TOLD}, 50)
    found = []
    for evidence in (True, False):
        with panels(tmp_path, as_of=D, evidence=evidence, bucket_rows=100) as parts:
            found.append(pa.concat_tables([panel.events for panel in parts]))
    assert found[0]["source_ref"].null_count == 0
    assert found[1]["source_ref"].null_count == found[1]["source"].null_count == found[1].num_rows
    places = ["source", "source_ref"]
    assert found[0].drop_columns(places).equals(found[1].drop_columns(places))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, scratch = tmp_path / "source", tmp_path / "scratch"
    for folder in (source, scratch):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    write(source, {"patients": PEOPLE, "events": random.Random(1).sample(TOLD, len(TOLD))}, 50)

    def interrupted() -> None:
        with panels(source, as_of=D, bucket_rows=100) as found:
            next(iter(found))
            assert list(scratch.rglob("*")), "rows are put in order on disk"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(scratch.iterdir()) == []


def test_the_limits_of_one_piece_do_not_hold_for_buckets(tmp_path: Path) -> None:
    write(tmp_path, {"patients": PEOPLE, "events": TOLD}, 50)
    limits = Limits(rows=500)
    assert "more than the limit of 500 rows" in in_one(tmp_path, limits=limits)
    found, number = in_pieces(tmp_path, 100, limits=limits)
    assert number > 1
    assert found == in_one(tmp_path)
