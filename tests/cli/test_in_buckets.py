"""A large panel answered in buckets: not a byte differs from the answers of one piece."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pathways
from dashboard import answer_files
from dashboard.command_line.steps import Steps
from sample_data.build import AS_OF as MADE_FOR
from sample_data.files import generate_files
from tests.cli.conftest import AS_OF, Backstop

PEOPLE = 16
WRONG = {"concept": "nonsense", "date": "soon", "end_date": "1066", "value": "a lot", "patient_id": "nobody"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """Invented people, some of whose rows are wrong, repeated or blank."""
    folder = tmp_path_factory.mktemp("made")
    generate_files(PEOPLE, folder, 3, "parquet", MADE_FOR)
    people, events = (pq.read_table(folder / f"{name}.parquet") for name in ("patients", "events"))
    rows, rng = events.to_pylist(), random.Random(1)
    wrong = [dict(row) | dict([rng.choice(list(WRONG.items()))]) for row in rng.sample(rows, 40)]
    nothing = [dict.fromkeys(events.column_names)] * 3
    rows += [*wrong, *nothing, *rng.sample(rows, 20)]
    twice = people.slice(0, 4).to_pylist()
    twice[0]["birth_date"], twice[1]["name"] = "1901-01-01", "Aaron"
    return {
        "patients": pa.concat_tables([people, pa.Table.from_pylist(twice, people.schema)]),
        "events": pa.Table.from_pylist(rows, events.schema),
    }


def written(folder: Path, tables: dict[str, pa.Table], order: str, row_group: int) -> Path:
    folder.mkdir()
    for name, table in tables.items():
        places = list(range(table.num_rows))
        if order == "reversed":
            places.reverse()
        elif order == "shuffled":
            random.Random(2).shuffle(places)
        pq.write_table(table.take(places), folder / f"{name}.parquet", row_group_size=row_group)
    return folder


@pytest.mark.parametrize(
    ("order", "row_group", "rows"), [("as made", 50, 200), ("shuffled", 20, 100), ("reversed", 10_000, 1)]
)
def test_buckets_change_nothing(
    order: str, row_group: int, rows: int, backstop: Backstop, tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    """Neither answers nor exit status, load report and held-back rows; with everybody alone neither."""
    asked = ["evaluate", written(tmp_path / "panel", tables, order, row_group), "--as-of", AS_OF, "--format", "jsonl"]
    whole = backstop(*asked, "--held-back", tmp_path / "held")
    held = (tmp_path / "held").read_bytes()
    assert whole.status == 1
    assert len(whole.answers) == PEOPLE - 1
    parts = backstop(*asked, "--held-back", tmp_path / "held", "--bucket-rows", rows)
    assert parts == whole
    assert (tmp_path / "held").read_bytes() == held


def test_the_order_of_the_rows_changes_no_answer(
    backstop: Backstop, tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    asked = ("--as-of", AS_OF, "--format", "jsonl", "--bucket-rows", 150)
    found = {
        backstop("evaluate", written(tmp_path / order.replace(" ", ""), tables, order, 100), *asked).out
        for order in ("as made", "shuffled", "reversed")
    }
    assert len(found) == 1


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_file_is_the_same_to_the_byte(
    format: str, backstop: Backstop, tables: dict[str, pa.Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups of Parquet too: they hold what they hold however the answers come."""
    monkeypatch.setattr(answer_files, "ROW_GROUP", 6)
    panel = written(tmp_path / "panel", tables, "as made", 50)
    found = []
    for rows in (100_000, 150):
        output = tmp_path / f"answers {rows}"
        asked = ("--as-of", AS_OF, "--format", format, "--output", output, "--bucket-rows", rows)
        assert backstop("evaluate", panel, *asked).status == 1
        found.append(output.read_bytes())
    assert found[0] == found[1]
    if format == "parquet":
        assert pq.ParquetFile(tmp_path / "answers 150").metadata.num_row_groups == -(-(PEOPLE - 1) // 6)


def test_the_load_report_alone_is_the_same(backstop: Backstop, tables: dict[str, pa.Table], tmp_path: Path) -> None:
    panel = written(tmp_path / "panel", tables, "shuffled", 100)
    asked = ("check", panel, "--as-of", AS_OF)
    assert backstop(*asked, "--bucket-rows", 200) == backstop(*asked)


@pytest.mark.parametrize("to_a_file", [True, False])
def test_an_interrupted_run_writes_nothing(
    to_a_file: bool, backstop: Backstop, tables: dict[str, pa.Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the answers that were there already."""
    evaluate, calls = pathways.evaluate, []

    def second_time(*given: object, **more: object) -> pa.Table:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return evaluate(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(pathways, "evaluate", second_time)
    panel, output = written(tmp_path / "panel", tables, "as made", 100), tmp_path / "answers.csv"
    more = ("--output", output) if to_a_file else ()
    done = backstop("evaluate", panel, "--as-of", AS_OF, "--bucket-rows", 200, *more)
    assert (done.status, done.out) == (130, "")
    assert done.err == "backstop: interrupted; no answer was written\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["panel"]


def test_a_terminal_shows_how_many_buckets_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    done = []
    with Steps("read", "write") as steps:
        with steps.step("read", whole=False):
            steps.beat()
        steps.rounds(3)
        for _ in steps.each("read", ["one", "two", "three"]):
            with steps.step("write"):
                assert steps._bar is not None
            done.append(steps._bar.tasks[0].percentage)
    assert done == pytest.approx([100 / 3, 200 / 3, 100])
    assert set(steps.seconds) == {"read", "write"}
