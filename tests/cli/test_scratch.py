"""What a command puts on the disk while it reads is gone afterwards, also when it is told to end or was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from dashboard.intake import scratch
from dashboard.intake.scratch import Scratch
from tests.fhir.resources import LOINC, observation, patient, quantity

FHIR = 2_100, 60_000
"""People, of whom some wait in a file, and observations, which take a while."""
LONGEST = 60.0


@pytest.fixture
def large(tmp_path: Path) -> Path:
    people = [json.dumps(patient(str(number))) for number in range(FHIR[0])]
    fact = observation(LOINC, "4537-7", valueQuantity=quantity(60, "mm/h"))
    path = tmp_path / "large.ndjson"
    path.write_text("\n".join([*people, *[json.dumps(fact)] * FHIR[1]]), encoding="utf-8")
    return path


def test_told_to_end_it_leaves_nothing(large: Path, tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    output = tmp_path / "answers.csv"
    program = "from dashboard.cli import main; main()"
    command = [sys.executable, "-c", program, "evaluate", str(large), "--output", str(output), "--as-of", "2026-06-15"]
    surroundings = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True) as running:
        begun = time.monotonic()
        while not list(folder.iterdir()) and running.poll() is None and time.monotonic() - begun < LONGEST:
            time.sleep(0.01)
        assert [path.name.split("-")[1] for path in folder.iterdir()] == [str(running.pid)]
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=LONGEST)
    assert running.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert not list(folder.iterdir())
    assert not output.exists()


def test_what_the_killed_have_left_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    theirs, running, other = (tmp_path / name for name in (f"backstop-{ended.pid}-x", f"backstop-{os.getpid()}-x", "b"))
    for folder in (theirs, running, other):
        folder.mkdir()
        (folder / "1").write_text("rows")
    with Scratch() as mine:
        mine.file().write_text("rows")
        assert not theirs.exists()
        assert len(list(tmp_path.iterdir())) == 3
    assert sorted(tmp_path.iterdir()) == sorted([running, other])


def test_what_was_never_needed_is_never_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "remove_leftovers", lambda: pytest.fail("looked for leftovers"))
    with Scratch():
        assert not list(tmp_path.iterdir())
