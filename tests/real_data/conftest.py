"""The third-party data sets, each read once for all tests that ask for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_data import AS_OF
from dashboard.intake import Loaded, load
from dashboard.settings import shared_data


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the data sets; tests that use it carry the marker ``shared_data``."""
    found = shared_data()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def described(root: Path) -> dict[str, dict[str, Any]]:
    """What the data's own manifest counts, by data set."""
    entries = json.loads((root / "MANIFEST.json").read_text(encoding="utf-8"))
    return {entry["path"]: entry for entry in entries}


@pytest.fixture(scope="session")
def read(root: Path) -> Callable[[str], Loaded]:
    """A data set by name, as it is loaded on its own as-of date."""
    return cache(lambda name: load(root / name, as_of=AS_OF[name]))
