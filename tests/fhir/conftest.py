"""Small bundles, read through the same door as everything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.intake import Loaded, load
from tests.fhir.resources import AS_OF, patient

Reader = Callable[..., Loaded]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """One patient (unless others are given) and these resources, as a bundle."""

    def one(
        *resources: dict[str, Any], people: tuple[dict[str, Any], ...] = (patient(),), as_of: date = AS_OF
    ) -> Loaded:
        entries = [{"resource": resource} for resource in (*people, *resources)]
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        return load(path, as_of=as_of)

    return one


@pytest.fixture
def events(read: Reader) -> Callable[..., list[dict[str, Any]]]:
    """The events of these resources, none of which may be held back."""

    def one(*resources: dict[str, Any]) -> list[dict[str, Any]]:
        loaded = read(*resources)
        assert loaded.report.holds()
        assert not loaded.report.held_back
        return loaded.panel.events.to_pylist()

    return one
