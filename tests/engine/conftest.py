"""A pathway folder of one's own, to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pathways.loading import DEFAULT, FILES

Broken = Callable[[str, str, str], Path]


def copied(folder: Path) -> Path:
    """The folder, filled with the files of the pathway that is loaded by default."""
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(DEFAULT / name, folder / name)
    return folder


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """``broken(file, old, new)``: a copy of the pathway in which one piece of one file says something else."""

    def change(file: str, old: str, new: str) -> Path:
        path = copied(tmp_path / "pathway") / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path.parent

    return change
