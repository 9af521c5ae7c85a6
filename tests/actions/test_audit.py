"""The audit trail: what is written comes back, nothing can be changed, and a fault costs no proof."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dashboard.actions import store
from dashboard.actions.audit.entries import LONGEST_ABOUT, Entry, kept, row_of
from dashboard.actions.audit.searching import Wanted, newest
from dashboard.actions.audit.trail import Trail
from dashboard.actions.backup import back_up, restore
from dashboard.actions.log import ActionLog
from dashboard.actions.proof import AUDIT_ANCHOR, KEY, Proof
from dashboard.actions.records import Actor
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.tables import AUDIT
from dashboard.actions.verifying import Verified, verify
from dashboard.settings import now
from tests.actions.made_up import ITO, VALE, draft, entry, log_in, trail_in
from tests.actions.writers import started
from tests.cli.conftest import Backstop, backstop

__all__ = ["backstop"]


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return trail_in(tmp_path)


def proved(folder: Path) -> Verified:
    return verify(store.of_file(folder / store.FILE), Proof(folder / "proof"))


def test_an_entry_comes_back_as_it_was_given(trail: Trail) -> None:
    given = [entry(by=VALE), entry("exported", people=24), Entry("signed_out", ITO)]
    added = [trail.append(one) for one in given]
    assert [one.entry for one in added] == given
    assert [one.number for one in added] == [1, 2, 3]
    assert len({one.chain for one in added}) == 1
    assert [one.at for one in added] == sorted(one.at for one in added)


SAID = st.text(max_size=3000) | st.integers() | st.lists(st.text(max_size=300))


@given(st.text(max_size=300), st.text(max_size=300), st.dictionaries(st.text(max_size=20), SAID, max_size=9))
def test_whatever_is_said_an_entry_is_cut_and_never_refused(
    name: str, patient_id: str, about: dict[str, object]
) -> None:
    given = Entry("searched", Actor(name, name, name), name, "clinic", None, patient_id, about=about)  # type: ignore[arg-type]
    row = row_of(given, now(), "chain", 1, "-", b"key")
    assert len(row["about"]) <= LONGEST_ABOUT
    assert "\0" not in json.dumps(row, ensure_ascii=False)
    assert all(str(value).encode("utf-8").decode() == str(value) for value in row.values())
    assert kept(row).entry.kind == "searched"


@pytest.mark.parametrize("statement", ["UPDATE audit SET kind = 'x'", "DELETE FROM audit"])
def test_the_table_refuses_to_be_changed(statement: str, trail: Trail, tmp_path: Path) -> None:
    trail.append(entry())
    with sqlite3.connect(tmp_path / store.FILE) as connection, pytest.raises(sqlite3.DatabaseError, match="only added"):
        connection.execute(statement)
    assert proved(tmp_path).whole


def test_each_process_and_each_opening_has_a_chain_of_its_own(tmp_path: Path) -> None:
    def write() -> None:
        trail = trail_in(tmp_path)
        for _ in range(20):
            trail.append(entry())

    trail_in(tmp_path)
    running = [started(write) for _ in range(4)]
    for process in running:
        process.join()
    found = proved(tmp_path)
    assert found.whole
    assert (found.trail.entries, len(found.trail.heads)) == (80, 4)


def test_threads_share_one_chain_without_a_gap(trail: Trail, tmp_path: Path) -> None:
    threads = [threading.Thread(target=lambda: [trail.append(entry()) for _ in range(10)]) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = proved(tmp_path)
    assert found.whole
    assert (found.trail.entries, len(found.trail.heads)) == (60, 1)


def test_a_copy_of_a_process_begins_a_chain_of_its_own(trail: Trail, tmp_path: Path) -> None:
    trail.append(entry())
    child = started(trail.append, entry())
    child.join()
    trail.append(entry())
    trail.append(entry())
    found = proved(tmp_path)
    assert found.whole
    assert (found.trail.entries, len(found.trail.heads)) == (4, 2)


def test_after_a_fault_a_new_chain_begins_and_all_is_provable(
    trail: Trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail.append(entry())
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(tmp_path / store.FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    impatient = trail_in(tmp_path)
    for one in (impatient, impatient):
        with pytest.raises(StoreUnusable, match="another program is writing"):
            one.append(entry())
    holder.execute("ROLLBACK")
    holder.close()
    assert impatient.append(entry()).number == 1
    assert trail.append(entry()).number == 2
    assert proved(tmp_path).whole


def test_an_entry_that_was_saved_although_a_fault_was_told_is_proved_too(trail: Trail, tmp_path: Path) -> None:
    trail.append(entry())
    real = type(trail.store.engine.dialect).do_commit

    def lost(self: object, connection: object) -> None:
        patch.undo()
        real(self, connection)  # type: ignore[arg-type]
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(trail.store.engine.dialect), "do_commit", lost)
        with pytest.raises(StoreUnusable):
            trail.append(entry())
    assert trail.append(entry()).number == 1
    found = proved(tmp_path)
    assert found.whole
    assert (found.trail.entries, len(found.trail.heads)) == (3, 2)


def test_without_its_anchor_nothing_is_written_and_proving_says_so(trail: Trail, tmp_path: Path) -> None:
    trail.append(entry())
    (tmp_path / "proof" / AUDIT_ANCHOR).unlink()
    with pytest.raises(StoreUnusable, match="anchor of the action log is missing"):
        trail_in(tmp_path).append(entry())
    assert not proved(tmp_path).whole


def test_nothing_is_begun_anew_over_what_is_gone(trail: Trail, tmp_path: Path) -> None:
    trail.append(entry())
    trail.append(entry())
    (tmp_path / store.FILE).unlink()
    with pytest.raises(StoreUnusable, match="knows 2 entries"):
        trail_in(tmp_path)
    assert proved(tmp_path).trail.missing == 2


@pytest.mark.parametrize("first", ["log", "trail"])
def test_the_two_share_one_key_whichever_comes_first(first: str, tmp_path: Path) -> None:
    if first == "trail":
        trail_in(tmp_path).append(entry())
    log_in(tmp_path).append(draft())
    trail_in(tmp_path).append(entry())
    found = proved(tmp_path)
    assert found.whole
    (tmp_path / "proof" / KEY).unlink()
    for use in (log_in, trail_in):
        with pytest.raises(StoreUnusable, match="key"):
            use(tmp_path)
    assert not (tmp_path / "proof" / KEY).exists()


def test_a_backup_brings_the_trail_back_and_says_what_is_younger(log: ActionLog, trail: Trail, tmp_path: Path) -> None:
    log.append(draft())
    for _ in range(3):
        trail.append(entry())
    saved = back_up(log.store, log.proof, tmp_path / "b")
    trail.append(entry())
    done = restore(saved.path, log.store, log.proof, replace=True)
    assert (done.entries, done.lost_entries) == (3, 1)
    assert proved(tmp_path).digest == saved.verified.digest
    assert trail.append(entry()).number == 1, "what was written goes on in a chain of its own"
    assert proved(tmp_path).whole


def test_a_backup_from_before_the_trail_comes_back(log: ActionLog, tmp_path: Path) -> None:
    log.append(draft())
    with sqlite3.connect(tmp_path / store.FILE) as connection:
        connection.execute("DROP TABLE audit")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    old = back_up(log.store, log.proof, tmp_path / "b")
    assert old.verified.whole
    trail_in(tmp_path).append(entry())
    restore(old.path, log.store, log.proof, replace=True)
    trail_in(tmp_path).append(entry())
    found = proved(tmp_path)
    assert found.whole
    assert (len(found.seals), found.trail.entries) == (1, 1)


def test_the_tables_are_those_that_the_steps_make(trail: Trail) -> None:
    made = sa.inspect(trail.store.engine)
    assert [column["name"] for column in made.get_columns("audit")] == [column.name for column in AUDIT.columns]
    assert {index["name"] for index in made.get_indexes("audit")} >= {index.name for index in AUDIT.indexes}


def test_the_commands_are_written_down_themselves(
    backstop: Backstop, log: ActionLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path))
    log.append(draft())
    path = backstop("backup").out.splitlines()[0]
    assert backstop("verify-audit").status == 0
    told = backstop("restore", path, "--replace").out
    assert "0 audit entries put back\n2 audit entries younger than this backup are not in the trail any more" in told
    [entry] = newest(trail_in(tmp_path).store, Wanted(), 9)
    assert (entry.entry.kind, entry.entry.by.role, entry.entry.about["actions"]) == ("restored", "command line", 1)
    assert entry.entry.by.user_id.startswith("account:")
    (tmp_path / "proof" / AUDIT_ANCHOR).unlink()
    assert "this could not be written into the audit trail" in backstop("verify-audit").out
