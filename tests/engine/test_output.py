"""The engine leaves standard output to whoever runs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASKED = "print({database}.execute(\"select current_setting('enable_progress_bar')\").fetchone()[0])"


@pytest.mark.parametrize(
    ("place", "database"), [("pathways.engines.duckdb", "connected()"), ("dashboard.embedded", "opened()")]
)
def test_no_progress_is_drawn_between_the_answers(place: str, database: str) -> None:
    """A program given as ``-c`` is taken for an interactive one, in which the database draws by itself."""
    program = f"from {place} import {database[:-2]}\n{ASKED.format(database=database)}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
