"""A folder of parts holds everybody once, in order, and reads like one file of answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.answer_files import writing
from dashboard.command_line import cluster
from pathways import ANSWERS, evaluate, load_pathway
from tests.generated.adversarial import adversarial_panel

DAY = date(2026, 6, 15)
ABOUT = {"profile": "uk-nice", "as_of": str(DAY)}


@pytest.fixture(scope="module")
def answers() -> pa.Table:
    return evaluate(adversarial_panel(1, 25, DAY), load_pathway(), "uk-nice", as_of=DAY)


@pytest.mark.parametrize("at_once", [1, 7, 10, 25])
def test_parts_are_the_same_however_many_answers_come_at_a_time(
    at_once: int, answers: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PEOPLE", 10)
    some = (answers.slice(begun, at_once) for begun in range(0, 25, at_once))
    assert cluster.write_parts(some, tmp_path / "out", ABOUT) == 25
    parts = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in parts] == [f"part-0000{number}.parquet" for number in range(3)]
    assert pq.read_table(tmp_path / "out", schema=ANSWERS).equals(answers)
    for number, path in enumerate(parts):
        with (tmp_path / "alone").open("wb") as alone, writing(alone, "parquet", ABOUT) as write:
            write(answers.slice(number * 10, 10))
        assert path.read_bytes() == (tmp_path / "alone").read_bytes()


def test_of_nobody_there_is_one_part_that_says_so(tmp_path: Path) -> None:
    assert cluster.write_parts([], tmp_path / "out", ABOUT) == 0
    read = pq.read_table(tmp_path / "out")
    assert read.num_rows == 0
    assert read.schema.metadata[b"profile"] == b"uk-nice"
