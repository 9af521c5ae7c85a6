"""A backup is proved before it is called one, and comes back with the same digest."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from random import Random

import pytest

from dashboard.actions import copying, store
from dashboard.actions.backup import back_up, restore
from dashboard.actions.log import ActionLog
from dashboard.actions.refusals import Conflict, StoreUnusable
from dashboard.actions.verifying import verify
from tests.actions.made_up import draft, log_in
from tests.actions.tampering import cut_off_the_newest, edit_one_cell
from tests.cli.conftest import Backstop, backstop

__all__ = ["backstop"]


def _filled(log: ActionLog, count: int) -> None:
    for _ in range(count):
        log.append(draft(seen=len(log.of_patient("0012"))))


def test_what_comes_back_is_what_went_in(log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 5)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    assert kept.verified.whole
    before = log.everything()
    _filled(log, 2)
    done = restore(kept.path, log.store, log.proof, replace=True)
    assert (done.actions, done.lost) == (5, 2)
    assert log.everything() == before
    found = verify(log.store, log.proof)
    assert found.whole
    assert found.digest == kept.verified.digest
    assert done.kept is not None
    again = restore(done.kept, log.store, log.proof, replace=True)
    assert (again.actions, again.lost) == (7, 0), "what was replaced is not gone"


def test_a_page_drawn_before_a_restore_is_told(log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 1)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    _filled(log, 1)
    restore(kept.path, log.store, log.proof, replace=True)
    with pytest.raises(Conflict):
        log.append(draft(seen=2))
    assert log.append(draft(seen=1)).version == 2


def test_a_backup_during_writing_holds_all_that_was_acknowledged_before_it(log: ActionLog, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            log.append(draft(seen=len(log.of_patient("busy")), patient_id="busy"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            acknowledged = {str(one.action_id) for one in log.everything()}
            kept = back_up(log.store, log.proof, tmp_path / str(number))
            assert acknowledged <= kept.verified.seals.keys()
            assert not kept.verified.findings
    finally:
        stop.set()
        writer.join()


def test_a_log_lost_with_its_file_comes_back(log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 3)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    (tmp_path / store.FILE).unlink()
    assert restore(kept.path, log.store, log.proof, replace=False).actions == 3
    assert len(log_in(tmp_path).everything()) == 3


def test_a_damaged_log_is_put_aside(log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 3)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    (tmp_path / store.FILE).write_bytes(b"not a database" * 999)
    with pytest.raises(StoreUnusable, match="damaged"):
        log.everything()
    done = restore(kept.path, log.store, log.proof, replace=True)
    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"not a database")
    assert len(log.everything()) == 3


@pytest.mark.parametrize("tamper", [edit_one_cell, cut_off_the_newest])
def test_a_backup_that_was_changed_is_refused(tamper: object, log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 4)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    for number in range(10):
        changed = tmp_path / f"{number}.sqlite"
        changed.write_bytes(kept.path.read_bytes())
        tamper(changed, Random(number))  # type: ignore[operator]
        with pytest.raises(StoreUnusable, match=r"not as it was made|knows no such backup"):
            restore(changed, log.store, log.proof, replace=True)
    assert len(log.everything()) == 4


def test_a_log_in_use_is_not_replaced_unasked(log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 1)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    with pytest.raises(StoreUnusable, match="--replace"):
        restore(kept.path, log.store, log.proof, replace=False)
    for wrong in (tmp_path / "none", tmp_path):
        with pytest.raises(StoreUnusable, match="no such file"):
            restore(wrong, log.store, log.proof, replace=True)


def test_a_log_that_somebody_writes_to_is_not_replaced(
    log: ActionLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(log, 1)
    kept = back_up(log.store, log.proof, tmp_path / "b")
    _filled(log, 1)
    monkeypatch.setattr(copying, "PATIENCE", 1)
    holder = sqlite3.connect(tmp_path / store.FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnusable, match="another program is writing"):
        restore(kept.path, log.store, log.proof, replace=True)
    holder.execute("ROLLBACK")
    holder.close()
    assert len(log.everything()) == 2
    assert verify(log.store, log.proof).whole


def test_a_backup_that_cannot_be_written_is_none(log: ActionLog, tmp_path: Path) -> None:
    _filled(log, 1)
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(StoreUnusable, match="no backup can be written"):
        back_up(log.store, log.proof, tmp_path / "file" / "b")


def test_a_server_is_backed_up_by_its_own_means(log: ActionLog, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="pg_dump"):
        back_up(store.of_server("postgresql://ada:secret@db.example/log"), log.proof, tmp_path)


def test_the_commands(backstop: Backstop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path))
    monkeypatch.delenv("BACKSTOP_PROOF", raising=False)
    monkeypatch.delenv("BACKSTOP_STORE", raising=False)
    assert backstop("verify-audit").out.startswith("0 actions of 0 people")
    assert "no action log yet" in backstop("backup").err
    assert not list(tmp_path.iterdir()), "looking makes nothing"
    log = log_in(tmp_path)
    _filled(log, 3)
    done = backstop("backup")
    assert done.status == 0, done.err
    path, count, *_ = done.out.splitlines()
    assert count == "3 actions of 1 people, 3 of them in the anchor"
    assert Path(path).parent == tmp_path / "backups"
    assert "--replace" in backstop("restore", path).err
    _filled(log, 1)
    done = backstop("restore", path, "--replace")
    assert done.out.startswith("3 actions put back\n1 actions that were saved after this backup"), done.err
    assert backstop("verify-audit").status == 0
    with sqlite3.connect(tmp_path / store.FILE) as connection:
        connection.execute("DROP TRIGGER actions_are_not_deleted")
        connection.execute("DELETE FROM actions WHERE version = 3")
    told = backstop("verify-audit")
    assert told.status == 1
    assert "it was acknowledged, and is not in the log" in told.out
    assert "the log is NOT what was saved" in told.out
    assert "0012" not in told.out
