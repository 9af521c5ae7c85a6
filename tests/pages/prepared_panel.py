"""The sample panel prepared, opened as one that is too large for memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard import panel_store
from dashboard.intake.prepared import Keeping, OnDisk, keeping
from dashboard.panel_store import HeldPanel
from pathways.panel import Panel


def prepared(held: HeldPanel, folder: Path) -> Path:
    """In row groups of a few people."""
    assert isinstance(held.panel, Panel)
    with pytest.MonkeyPatch.context() as patch, Keeping(folder, held.as_of) as kept:
        patch.setattr(keeping, "PEOPLE", 70)
        kept.add(held.panel)
        kept.finish(held.report)
    return folder


@contextmanager
def few_in_memory(folder: Path) -> Iterator[pytest.MonkeyPatch]:
    """Whoever opens a panel now opens this one, with its events on disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKSTOP_PANEL", str(folder))
        patch.setattr(panel_store, "MOST_TRACED", 10)
        yield patch


def opened(folder: Path) -> HeldPanel:
    with few_in_memory(folder):
        held = panel_store.opening()
    assert isinstance(held.panel, OnDisk)
    return held
