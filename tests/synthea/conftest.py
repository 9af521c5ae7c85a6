"""Small exports in a folder of their own, read through the same door as everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboard.intake import Loaded, load
from tests.synthea.corpus import AS_OF, NEWEST

Reader = Callable[..., Loaded]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """These tables, as a folder."""

    def one(tables: Mapping[str, str] = NEWEST) -> Loaded:
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_bytes(text.encode())
        return load(tmp_path, as_of=AS_OF)

    return one


@pytest.fixture
def events(read: Reader) -> Callable[..., list[dict[str, Any]]]:
    """The events of one person in these tables, none of which may be held back."""

    def one(tables: Mapping[str, str] = NEWEST, patient_id: str = "a-01") -> list[dict[str, Any]]:
        loaded = read(tables)
        assert loaded.report.holds()
        assert not loaded.report.held_back
        return [row for row in loaded.panel.events.to_pylist() if row["patient_id"] == patient_id]

    return one
