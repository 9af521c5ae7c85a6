"""Answers evaluated elsewhere are opened instead of evaluating, and refused unless they are of this very panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard import cli, earlier_answers, panel_store
from dashboard.intake.prepared import Keeping, fingerprint
from dashboard.intake.report import UnusableSource
from dashboard.panel_store import HeldPanel, the_pathway
from pathways.panel import Panel
from tests.pages.prepared_panel import few_in_memory, prepared

PROFILE = "us-acp"
Change = Callable[[Path, dict[str, str]], None]


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


@pytest.fixture(scope="module")
def folder(held: HeldPanel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(held, tmp_path_factory.mktemp("prepared") / "panel")


@pytest.fixture(scope="module")
def answers(folder: Path) -> Path:
    """As ``backstop evaluate`` writes them."""
    path = folder.with_name("answers.parquet")
    asked = ["evaluate", str(folder), "--format", "parquet", "--output", str(path), "--profile", PROFILE]
    assert cli.run(asked) == cli.DONE
    return path


def in_parts(answers: Path, folder: Path, **about: str) -> Path:
    """As a cluster writes them: parts of one run."""
    table = pq.read_table(answers)
    told = {**(table.schema.metadata or {}), **{name.encode(): text.encode() for name, text in about.items()}}
    folder.mkdir()
    for number, begun in enumerate(range(0, table.num_rows, 150)):
        part = table.slice(begun, 150).replace_schema_metadata(told)
        pq.write_table(part, folder / f"part-{number:05}.parquet")
    return folder


def test_they_are_what_evaluating_gives(held: HeldPanel, folder: Path, answers: Path, tmp_path: Path) -> None:
    expected = held.worklist(PROFILE, held.as_of).answers
    for given in (answers, in_parts(answers, tmp_path / "parts")):
        with few_in_memory(folder) as patch:
            patch.setenv("BACKSTOP_ANSWERS", str(given))
            patch.setattr(panel_store, "answers_of", None)  # nothing is evaluated
            found = panel_store.opening()
            found.evaluation(PROFILE, found.as_of).result()
            people = found.worklist(PROFILE, found.as_of)
        assert people.answers.equals(expected)
        assert people.total() == held.people
        assert found.earlier is not None
        assert found.earlier.of("uk-nice", found.as_of) is None
        assert found.earlier.of(PROFILE, found.as_of - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("about", "refused"),
    [
        ({"panel": "another"}, "these answers are of another panel, or one prepared anew since"),
        ({"as_of": "2026-06-14"}, "these answers are of 2026-06-14, and the panel of 2026-06-15"),
        ({"pathway_version": "0" * 64}, "these answers are of another version of the pathway"),
        ({"profile": "us-old"}, "these answers are of profile us-old, which the pathway does not have"),
    ],
)
def test_they_are_refused_where_anything_is_not_the_same(
    about: dict[str, str], refused: str, folder: Path, answers: Path, tmp_path: Path
) -> None:
    given = in_parts(answers, tmp_path / "parts", **about)
    with pytest.raises(UnusableSource) as said:
        earlier_answers.opened(given, folder, the_pathway())
    assert str(said.value) == f"parts: {refused}; run backstop evaluate on it again"


def test_they_are_refused_where_somebody_is_missing_or_twice(folder: Path, answers: Path, tmp_path: Path) -> None:
    given = in_parts(answers, tmp_path / "parts")
    last = sorted(given.iterdir())[-1]
    again = given / "part-00009.parquet"
    last.rename(tmp_path / last.name)
    for also in (None, sorted(given.iterdir())[0]):
        if also is not None:
            again.write_bytes(also.read_bytes())
        with pytest.raises(UnusableSource, match="not of the same people"):
            earlier_answers.opened(given, folder, the_pathway())
    again.unlink()
    other = pq.read_table(tmp_path / last.name)
    for name, text, refused in (
        ("as_of", "2026-06-14", "parts: its files are not of one run"),
        ("profile", "uk-nice", "parts under us-acp: these answers are not of the same people"),
    ):
        pq.write_table(other.replace_schema_metadata({**other.schema.metadata, name.encode(): text.encode()}), again)
        with pytest.raises(UnusableSource, match=refused):
            earlier_answers.opened(given, folder, the_pathway())


def test_a_folder_has_a_run_of_each_profile(held: HeldPanel, folder: Path, answers: Path, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    of_nice = held.worklist("uk-nice", held.as_of).answers
    pq.write_table(of_nice.replace_schema_metadata(pq.read_schema(answers).metadata), tmp_path / "nice.parquet")
    in_parts(tmp_path / "nice.parquet", given / "nice", profile="uk-nice")
    in_parts(answers, given / "acp")
    found = earlier_answers.opened(given, folder, the_pathway())
    expected = held.worklist(PROFILE, held.as_of).answers
    assert found.of(PROFILE, held.as_of).equals(expected)
    assert found.of("uk-nice", held.as_of).equals(of_nice)
    assert not of_nice.equals(expected)
    assert found.of("us-acr", held.as_of) is None


def test_what_is_no_file_of_answers_is_refused_before_the_dashboard_starts(
    folder: Path, answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, text, table = tmp_path / "empty", tmp_path / "text.parquet", tmp_path / "table.parquet"
    empty.mkdir()
    text.write_text("patient_id", encoding="utf-8")
    pq.write_table(pa.table({"patient_id": ["1"]}), table)
    for panel, given in ((folder, empty), (folder, text), (folder, table), (table, answers), (folder, tmp_path / "x")):
        assert cli.run(["serve", "--panel", str(panel), "--answers", str(given)]) == cli.UNUSABLE
    assert cli.run(["serve", "--answers", str(answers)]) == cli.UNUSABLE
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2] for line in said] == [
        "empty: holds no Parquet files of answers",
        "text.parquet: cannot be read as a Parquet file of answers",
        "table.parquet: is no file of answers; backstop evaluate --format parquet writes one",
        "answers.parquet: answers are opened with a prepared panel only; see backstop prepare",
        f"--answers {tmp_path / 'x'}: there is no such file or folder",
        "--answers: say with --panel of which prepared panel they are",
    ]


def test_a_panel_with_the_same_people_and_another_event_is_another_panel(
    held: HeldPanel, folder: Path, answers: Path, tmp_path: Path
) -> None:
    assert isinstance(held.panel, Panel)
    other = tmp_path / "other"
    with Keeping(other, held.as_of) as kept:
        kept.add(replace(held.panel, events=held.panel.events.slice(1)))
        kept.finish(held.report)
    assert fingerprint(other) != fingerprint(folder)
    with pytest.raises(UnusableSource, match="another panel"):
        earlier_answers.opened(answers, other, the_pathway())
