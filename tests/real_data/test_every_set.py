"""No data set is left out, of the tests or of the page that tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.real_data import AS_OF
from dashboard.settings import ROOT

pytestmark = pytest.mark.shared_data


def test_every_set_is_looked_at(root: Path) -> None:
    found = {folder.relative_to(root).as_posix() for folder in root.glob("*/*") if folder.is_dir()}
    assert found == set(AS_OF)


def test_the_page_names_every_set() -> None:
    page = (ROOT / "docs" / "real-data.md").read_text(encoding="utf-8")
    assert not [name for name in AS_OF if f"| {name} |" not in page]
