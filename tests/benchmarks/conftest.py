"""A panel small enough that a benchmark over it is a matter of seconds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.panels import AS_OF
from sample_data.files import generate_files

PATIENTS = 60


@pytest.fixture(scope="session")
def panels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one panel in both forms, named as benchmarks name theirs."""
    folder = tmp_path_factory.mktemp("panels")
    for form in ("parquet", "fhir"):
        generate_files(PATIENTS, folder / f"{form}-{PATIENTS}", 1, form, date.fromisoformat(AS_OF))
    return folder
