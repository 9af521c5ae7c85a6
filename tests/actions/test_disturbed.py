"""Locked, full, read-only, damaged: told truthfully, nothing half saved, and well again without a restart."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.actions import models, store
from dashboard.actions.backup import back_up
from dashboard.actions.log import ActionLog
from dashboard.actions.proof import ANCHOR
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import verify
from tests.actions.made_up import D, draft, log_in

CANARY = "Ada Canary 1960-02-03"
NOBODY = 65534
LONG = models.Note(on=D, words="x" * 2000)


def refused(log: ActionLog, what: str, seen: int = 1) -> StoreUnusable:
    """One more action is refused for this, and nobody is named."""
    with pytest.raises(StoreUnusable, match=what) as told:
        log.append(draft(models.Note(on=D, words=CANARY), seen))
    assert "Canary" not in str(told.value)
    assert "0012" not in str(told.value)
    assert told.value.where
    assert told.value.mend
    assert told.value.__cause__ is None
    assert told.value.__context__ is None or told.value.__suppress_context__
    return told.value


def well_again(log: ActionLog) -> None:
    """What was there before is there, what was refused is not, and the next action is saved."""
    assert len(log.everything()) == 1
    log.append(draft(seen=1))
    assert verify(log.store, log.proof).whole
    assert len(log.everything()) == 2


@pytest.fixture
def one(log: ActionLog) -> ActionLog:
    """A log with one action."""
    log.append(draft())
    return log


def test_a_locked_store(one: ActionLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    impatient = log_in(tmp_path)
    holder = sqlite3.connect(tmp_path / store.FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    told = refused(impatient, "another program is writing")
    assert not told.unsure
    with pytest.raises(StoreUnusable, match="another program"):
        impatient.everything()
    holder.execute("ROLLBACK")
    holder.close()
    well_again(impatient)


def test_a_short_lock_is_waited_for(one: ActionLog, tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / store.FILE, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: holder.execute("ROLLBACK")).start()
    well_again(one)


def test_another_thread_that_hangs(one: ActionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)
    with one.store._writing:
        refused(one, "another program is writing")
    well_again(one)


def _until_full(log: ActionLog, what: str) -> int:
    """Add until it is refused for this; gives how many are saved."""
    acknowledged = 1

    def add() -> None:
        nonlocal acknowledged
        while acknowledged < 40:
            log.append(draft(LONG, acknowledged))
            acknowledged += 1

    with pytest.raises(StoreUnusable, match=what):
        add()
    assert len(log.everything()) == acknowledged
    return acknowledged


def test_a_full_database(one: ActionLog) -> None:
    def no_more(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(one.store.engine, "connect", no_more)
    saved = _until_full(one, "disk is full")
    assert verify(one.store, one.proof).whole
    sa.event.remove(one.store.engine, "connect", no_more)
    one.append(draft(LONG, saved))
    assert len(one.everything()) == saved + 1


def test_no_file_may_grow(one: ActionLog) -> None:
    """The kernel itself refuses, in the middle of a write."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = one.store.path.stat().st_size if one.store.path else 0
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, kept[1]))
        _until_full(one, r"disk (is full|reported a fault)")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
    assert verify(one.store, one.proof).whole
    one.append(draft(seen=len(one.everything())))


def test_a_backup_that_has_no_room_is_none(one: ActionLog, tmp_path: Path) -> None:
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, kept[1]))
        with pytest.raises(StoreUnusable, match=r"disk (is full|reported a fault)"):
            back_up(one.store, one.proof, tmp_path / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
    assert list((tmp_path / "b").iterdir()) == []
    assert one.proof.backups() == set()
    well_again(one)


def test_an_anchor_that_cannot_be_opened_refuses_before_anything_is_saved(one: ActionLog) -> None:
    anchor = one.proof.folder / ANCHOR
    anchor.rename(anchor.with_name("aside"))
    anchor.mkdir()
    refused(one, "anchor")
    anchor.rmdir()
    anchor.with_name("aside").rename(anchor)
    well_again(one)


def test_an_anchor_on_a_full_disk_makes_no_saved_action_unsaved(one: ActionLog) -> None:
    anchor = one.proof.folder / ANCHOR
    anchor.rename(anchor.with_name("aside"))
    anchor.symlink_to("/dev/full")
    saved = one.append(draft(seen=1))
    anchor.unlink()
    anchor.with_name("aside").rename(anchor)
    assert one.of_patient("0012")[-1] == saved
    one.append(draft(seen=2))
    assert verify(one.store, one.proof).anchored == 3


@pytest.fixture
def as_nobody() -> Callable[[Callable[[], None]], None]:
    """Runs a check without the rights of root, which no file mode stops."""

    def run(check: Callable[[], None]) -> None:
        if os.geteuid() != 0:
            check()
            return
        os.seteuid(NOBODY)
        try:
            check()
        finally:
            os.seteuid(0)

    return run


def test_a_file_that_may_only_be_read(as_nobody: Callable[[Callable[[], None]], None]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = log_in(folder)
        one.append(draft())
        for path, mode in ((folder, 0o555), (folder / store.FILE, 0o444), (folder / "proof", 0o777)):
            path.chmod(mode)
        for path in (folder / "proof").iterdir():
            path.chmod(0o666)

        def check() -> None:
            refused(one, "may be read but not written")
            assert len(one.everything()) == 1, "reading goes on"

        as_nobody(check)
        folder.chmod(0o755)
        (folder / store.FILE).chmod(0o600)
        well_again(one)


def test_a_folder_that_may_not_be_written_to(as_nobody: Callable[[Callable[[], None]], None]) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)

        def check() -> None:
            with pytest.raises(StoreUnusable, match=r"cannot be opened \(Permission denied\)"):
                log_in(Path(name) / "deeper")

        as_nobody(check)
        Path(name).chmod(0o755)


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / store.FILE).mkdir()
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        log_in(tmp_path)


def test_a_damaged_file(one: ActionLog, tmp_path: Path) -> None:
    (tmp_path / store.FILE).write_bytes(b"x" * 9000)
    refused(one, "damaged")
    with pytest.raises(StoreUnusable, match="damaged"):
        log_in(tmp_path)


def test_a_file_that_was_taken_away_is_not_made_anew(one: ActionLog, tmp_path: Path) -> None:
    path = tmp_path / store.FILE
    path.rename(tmp_path / "aside")
    refused(one, "cannot be opened")
    assert not path.exists()
    (tmp_path / "aside").rename(path)
    well_again(one)


@pytest.mark.parametrize("statement", ["DROP TABLE actions", "DROP TABLE alembic_version; DROP TABLE actions"])
def test_a_table_that_was_taken_away(statement: str, one: ActionLog, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / store.FILE) as connection:
        connection.executescript(statement)
    refused(one, "damaged")
    with pytest.raises(StoreUnusable, match=r"damaged|knows 1 actions"):
        log_in(tmp_path)


def test_text_that_is_no_text_is_not_quoted(one: ActionLog, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / store.FILE) as connection:
        connection.execute("DROP TRIGGER actions_are_not_changed")
        connection.execute("UPDATE actions SET content = CAST(x'41646143616e617279ff' AS TEXT)")
    with pytest.raises(StoreUnusable, match="damaged") as told:
        one.everything()
    assert "Canary" not in str(told.value)


def test_a_line_of_another_program_is_not_read_as_ours(one: ActionLog, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / store.FILE) as connection:
        connection.execute("DROP TRIGGER actions_are_not_changed")
        connection.execute("UPDATE actions SET content = '{}'")
    with pytest.raises(StoreUnusable, match="verify-audit"):
        one.everything()
    refused(one, "not one that we wrote")


def test_a_fault_at_the_very_end_is_asked_about_and_not_guessed(
    one: ActionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last word to the database fails after the database has obeyed it."""
    real = sa.engine.default.DefaultDialect.do_commit

    def obeys_and_fails(self: object, connection: object) -> None:
        real(self, connection)  # type: ignore[arg-type]
        monkeypatch.undo()
        raise sqlite3.OperationalError(errno.EIO, CANARY)

    monkeypatch.setattr(type(one.store.engine.dialect), "do_commit", obeys_and_fails)
    form = draft(seen=1)
    assert one.append(form).version == 2
    assert one.append(form).version == 2, "pressed again"
    assert len(one.everything()) == 2
