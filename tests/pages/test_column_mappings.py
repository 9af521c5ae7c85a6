"""Mappings kept by name: whole or not at all, and never a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import column_mappings
from dashboard.column_mappings import ColumnMapping, MappingsUnusable, best_fit, delete, save, saved

OURS = ColumnMapping(columns={"mrn": "patient_id", "dob": "birth_date"}, date_order="day-first")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "deep" / "home"))
    return tmp_path / "deep" / "home"


def test_nothing_is_saved_at_first() -> None:
    assert saved() == {}


def test_a_mapping_comes_back_as_it_was_saved(home: Path) -> None:
    save("  Our system (2026) ", OURS)
    save("another", ColumnMapping(columns={"x": "name"}))
    assert list(saved()) == ["another", "Our system (2026)"]
    assert saved()["Our system (2026)"] == OURS
    assert [path.name for path in home.iterdir()] == [column_mappings.FILE]


def test_a_second_one_of_the_same_name_takes_its_place() -> None:
    save("a", OURS)
    save("a", ColumnMapping(columns={"id": "patient_id"}))
    assert saved()["a"].columns == {"id": "patient_id"}


def test_a_deleted_one_is_gone() -> None:
    save("a", OURS)
    delete("a")
    delete("never there")
    assert saved() == {}


@pytest.mark.parametrize("name", ["", "   ", "../a", "a/b", "a\nb", "x" * 61, "-a", "<b>"])
def test_a_strange_name_is_refused(name: str, home: Path) -> None:
    with pytest.raises(MappingsUnusable, match="a name has"):
        save(name, OURS)
    assert not home.exists()


@pytest.mark.parametrize("column", ["1960-02-01", "12345", "", "x" * 101])
def test_what_looks_like_a_value_is_not_kept(column: str, home: Path) -> None:
    with pytest.raises(MappingsUnusable, match="header"):
        save("a", ColumnMapping(columns={column: "name"}))
    assert not home.exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    monkeypatch.setenv("BACKSTOP_HOME", str(in_the_way / "below"))
    with pytest.raises(MappingsUnusable, match="BACKSTOP_HOME"):
        save("a", OURS)


@pytest.mark.parametrize("content", ["", "[]", '{"mappings": {"a": {"columns": [1]}}}', '{"more": 1}'])
def test_a_spoiled_file_is_neither_used_nor_overwritten(content: str, home: Path) -> None:
    home.mkdir(parents=True)
    (home / column_mappings.FILE).write_text(content)
    with pytest.raises(MappingsUnusable, match="move it away"):
        saved()
    with pytest.raises(MappingsUnusable):
        save("a", OURS)
    assert (home / column_mappings.FILE).read_text() == content


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save("a", OURS)
    before = (home / column_mappings.FILE).read_text()

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(column_mappings.os, "fsync", fails)
    with pytest.raises(MappingsUnusable, match="No space left"):
        save("b", OURS)
    assert (home / column_mappings.FILE).read_text() == before
    assert [path.name for path in home.iterdir()] == [column_mappings.FILE]


def test_the_mapping_that_says_most_of_a_file_is_picked() -> None:
    small = ColumnMapping(columns={"mrn": "patient_id"})
    assert best_fit(["mrn", "dob", "x"], {"small": small, "ours": OURS}) == "ours"
    assert best_fit(["mrn", "x"], {"small": small, "ours": OURS}) == "small"
    assert best_fit(["x"], {"small": small, "empty": ColumnMapping()}) is None
