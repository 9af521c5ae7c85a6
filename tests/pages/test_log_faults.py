"""A real store that is full, locked, stopped or read-only: the page says so, keeps what was typed, and gets well."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.actions import models, store
from dashboard.actions.log import SAMPLE, ActionLog
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.space import MEGABYTE
from dashboard.components import session
from tests.actions.made_up import D, draft, log_in
from tests.actions.server import made, remove
from tests.actions.writers import opened as log_at
from tests.pages.test_recording_page import DUE, _button, _words, choose, field, opened, save, told

LONG = models.Note(on=D, words="x" * 2000)
SHORT = models.Note(on=D, words="x")
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Faults are looked at again at once: no test waits for what the page would wait for."""
    monkeypatch.setattr("dashboard.team_log.PATIENCE", 0.0)
    monkeypatch.setattr("dashboard.audit_trail.PATIENCE", 0.0)
    return tmp_path / "home"


@pytest.fixture
def log(app: Callable[..., AppTest], home: Path) -> ActionLog:
    """With one action, which every page has to go on showing."""
    found = log_in(home, SAMPLE)
    found.append(draft(models.Note(on=D, words="Stood before."), patient_id=DUE))
    return found


def typed(app: Callable[..., AppTest]) -> AppTest:
    at = choose(opened(app), "note")
    _words(at, "Mine")
    return at


def refused(at: AppTest, why: str) -> None:
    """Told, not called saved, and all that was there is still on the page."""
    save(at)
    assert why in told(at)
    assert "Saved" not in told(at)
    assert field(at.text_input, "words").value == "Mine"
    assert any("Stood before" in one.value.replace("\\", "") for one in at.markdown)


def well(at: AppTest, log: ActionLog) -> None:
    """Without a new visit: saved once, by the same form."""
    assert not recording_off(at.run())
    save(at)
    assert told(at) == "Saved: Note: Mine."
    assert [one.action.words for one in log.of_patient(DUE) if one.action != LONG] == ["Stood before.", "Mine"]  # type: ignore[union-attr]


def recording_off(at: AppTest) -> list[str]:
    assert not at.exception
    return [one.value.replace("\\", "") for one in at.warning if "Recording is off" in one.value]


def test_a_full_disk(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = typed(app)
    engine = session._team_log(SAMPLE)._opening().store.engine

    def no_more(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(engine, "connect", no_more)
    full = session._team_log(SAMPLE)
    for person, filling in (("1", LONG), ("2", SHORT)):  # until not even less than the page's note has room
        with suppress(StoreUnusable):
            for seen in range(200):
                full.append(draft(filling, seen, person))
    refused(at, "its disk is full")
    sa.event.remove(engine, "connect", no_more)
    well(at, log)


@contextmanager
def held_by_another_process(home: Path) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home / store.FILE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            process.communicate()


def test_a_store_that_another_process_holds(
    app: Callable[..., AppTest], log: ActionLog, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    at = typed(app)
    with held_by_another_process(home):
        refused(at, "another program is writing to it")
        assert ["nother program is writing to it" in one for one in recording_off(at)] == [True]
        assert _button(at, "save-"), "the form stays, with what was typed"
    well(at, log)


def test_a_file_that_may_only_be_read(
    app: Callable[..., AppTest], log: ActionLog, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root is stopped by no file mode, so the saving alone is done without root's rights."""
    at = typed(app)
    append = ActionLog.append

    def as_nobody(self: ActionLog, given: Any) -> Any:  # noqa: ANN401
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            return append(self, given)
        finally:
            if root:
                os.seteuid(0)

    monkeypatch.setattr(ActionLog, "append", as_nobody)
    paths = [home / store.FILE, home, home / "proof", *(home / "proof").iterdir()]
    paths += [folder for folder in home.parents if folder.stat().st_uid == os.geteuid() and str(folder) != "/"]
    before = {path: path.stat().st_mode for path in paths}
    modes = dict.fromkeys(paths, 0o755) | {home / store.FILE: 0o444, home: 0o555}
    for path, mode in modes.items():
        path.chmod(mode | (0o222 if path.parent == home / "proof" else 0))
    try:
        refused(at, "it may be read but not written to")
    finally:
        for path, mode in before.items():
            path.chmod(mode)
    monkeypatch.setattr(ActionLog, "append", append)
    well(at, log)


@pytest.mark.postgresql
def test_a_server_that_is_stopped_and_started(
    app: Callable[..., AppTest], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = made()
    try:
        monkeypatch.setenv("BACKSTOP_STORE", server.address())
        log = log_at(server.address(), home / "proof")
        log.panel = SAMPLE
        log.append(draft(models.Note(on=D, words="Stood before."), patient_id=DUE))
        at = typed(app)
        server.stop()
        refused(at, "the database server does not answer")
        assert server.password not in told(at) + "".join(recording_off(at))
        assert len(recording_off(at)) == 1
        server.start()
        well(at, log)
        log.store.engine.dispose()
        session._team_log(SAMPLE)._opening().store.engine.dispose()
    finally:
        remove(server)


def test_a_disk_that_fills_up_is_told_in_time_and_nothing_is_saved_on_its_last_room(
    app: Callable[..., AppTest], log: ActionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = 5000

    def usage(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=left * MEGABYTE)

    monkeypatch.setattr("dashboard.actions.space.shutil.disk_usage", usage)
    at = typed(app)
    assert not [one for one in at.warning if "filling up" in one.value]
    left = 999
    at.run()
    assert ["999 MB are left" in one.value.replace("\\", "") for one in at.warning] == [True]
    left = 199
    _words(at, "Mine")
    refused(at, "its disk has 199 MB left, and below 200 MB nothing is saved")
    assert ["199 MB left" in one for one in recording_off(at)] == [True]
    left = 200
    well(at, log)
