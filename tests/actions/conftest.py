"""A log in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.actions.log import ActionLog
from tests.actions.made_up import log_in


@pytest.fixture
def log(tmp_path: Path) -> ActionLog:
    return log_in(tmp_path)
