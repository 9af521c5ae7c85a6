"""The version is a hash of every file that the answers depend on, wherever the folder lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pathways import load_pathway, loading
from pathways.loading import FILES, HERE
from tests.engine.conftest import copied

VOCABULARY = sorted(path.name for path in (HERE / "concepts").glob("*.yaml"))


def test_the_same_files_elsewhere_have_the_same_version(tmp_path: Path) -> None:
    assert load_pathway(copied(tmp_path / "elsewhere")).version == load_pathway().version


@pytest.mark.parametrize("file", FILES)
def test_one_more_byte_is_another_version(file: str, tmp_path: Path) -> None:
    folder = copied(tmp_path / "changed")
    with (folder / file).open("ab") as written:
        written.write(b"\n")
    assert load_pathway(folder).version != load_pathway().version


@pytest.mark.parametrize("file", VOCABULARY)
def test_the_concepts_are_part_of_it(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HERE / "concepts", tmp_path / "concepts")
    with (tmp_path / "concepts" / file).open("ab") as written:
        written.write(b"\n")
    monkeypatch.setattr(loading, "HERE", tmp_path)
    assert load_pathway(copied(tmp_path / "pathway")).version != load_pathway().version


def test_a_file_that_answers_do_not_depend_on_is_not_part_of_it(tmp_path: Path) -> None:
    folder = copied(tmp_path / "with_notes")
    (folder / "NOTES.md").write_text("Nothing that changes an answer.", encoding="utf-8")
    assert load_pathway(folder).version == load_pathway().version
