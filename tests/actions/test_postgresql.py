"""The same log on a real PostgreSQL server: nothing lost, nothing overwritten, told truthfully."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from dashboard.actions import models, store
from dashboard.actions.audit.entries import row_of
from dashboard.actions.audit.trail import open_trail
from dashboard.actions.log import ActionLog, open_log
from dashboard.actions.proof import Proof
from dashboard.actions.records import FIRST
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.actions.tables import AUDIT
from dashboard.actions.verifying import verify
from dashboard.settings import now
from dashboard.team_log import TeamLog
from tests.actions.made_up import VALE, D, draft, entry
from tests.actions.server import USER, Server, made, remove
from tests.actions.test_disturbed import refused, well_again
from tests.actions.test_log import EVERY_KIND
from tests.actions.test_processes import check_contention, check_kills
from tests.actions.writers import opened, started

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = made()
    yield running
    remove(running)


@pytest.fixture
def address(server: Server) -> str:
    """A database with nothing in it."""
    server.run("SET lock_timeout = '10s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return server.address()


@pytest.fixture
def log(address: str, tmp_path: Path) -> Iterator[ActionLog]:
    found = opened(address, tmp_path / "proof")
    yield found
    found.store.engine.dispose()


@pytest.fixture
def one(log: ActionLog) -> ActionLog:
    log.append(draft())
    return log


def test_a_server_says_that_something_is_new_and_has_all_of_it_read(one: ActionLog) -> None:
    mark = one.mark()
    assert mark == one.mark()
    one.append(draft(seen=1))
    assert one.mark() != mark
    assert one.since(mark) is None


def test_every_kind_of_action_comes_back_as_it_was_given(log: ActionLog, address: str, tmp_path: Path) -> None:
    saved = tuple(log.append(draft(action, seen)) for seen, action in enumerate(EVERY_KIND))
    assert log.of_patient("0012") == saved
    assert opened(address, tmp_path / "proof").everything() == saved
    found = verify(log.store, log.proof)
    assert found.whole
    assert found.anchored == len(EVERY_KIND)


def test_one_form_saves_once_and_the_second_writer_is_told(log: ActionLog) -> None:
    form = draft(by=VALE)
    assert len({log.append(form).version for _ in range(20)}) == 1
    with pytest.raises(Conflict, match=r"^Dr Vale added an action \(note\) at 20\d\d-"):
        log.append(draft())
    with pytest.raises(ActionRefused, match="no such action"):
        log.append(draft(models.Undone(on=D, action=uuid4()), 1))
    assert len(log.everything()) == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET role = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["actions", "audit"])
def test_the_tables_refuse_to_be_changed(table: str, statement: str, one: ActionLog, server: Server) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="only added to"):
        server.run(statement.format(table))
    assert len(one.everything()) == 1


TAMPERINGS = {
    "a word": "UPDATE actions SET content = replace(content, 'Rang', 'Sang') WHERE version = 2",
    "a moment": "UPDATE actions SET recorded_at = replace(recorded_at, '20', '19') WHERE version = 1",
    "one taken out": "DELETE FROM actions WHERE version = 2",
    "the newest cut off": "DELETE FROM actions WHERE version = 3",
    "all": "TRUNCATE actions",
    "another person": "UPDATE actions SET patient_id = 'x'",
    "left unguarded": "SELECT 1",
}


@pytest.mark.parametrize("case", TAMPERINGS)
def test_tampering_with_every_right_is_found(case: str, log: ActionLog, server: Server) -> None:
    for seen in range(3):
        log.append(draft(seen=seen))
    assert verify(log.store, log.proof).whole
    server.run("ALTER TABLE actions DISABLE TRIGGER USER")
    server.run(TAMPERINGS[case])
    if case != "left unguarded":
        server.run("ALTER TABLE actions ENABLE TRIGGER USER")
    assert not verify(log.store, log.proof).whole


GUTTED = {
    "what the triggers do": "CREATE OR REPLACE FUNCTION actions_are_only_added_to() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN NULL; END $$",
    "when one fires": "CREATE OR REPLACE TRIGGER actions_are_not_deleted BEFORE TRUNCATE ON actions"
    " FOR EACH STATEMENT EXECUTE FUNCTION actions_are_only_added_to()",
    "on what condition": "CREATE OR REPLACE TRIGGER actions_are_not_changed BEFORE UPDATE ON actions"
    " FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION actions_are_only_added_to()",
    "in which session": "ALTER TABLE actions ENABLE REPLICA TRIGGER actions_are_not_changed",
}


@pytest.mark.parametrize("case", GUTTED)
def test_a_guard_that_kept_its_name_alone_is_found(case: str, one: ActionLog, server: Server) -> None:
    assert verify(one.store, one.proof).whole
    server.run(GUTTED[case])
    [told] = verify(one.store, one.proof).findings
    assert "what keeps the tables from being changed" in told


def test_a_log_that_was_put_back_is_shown_as_it_is_now(log: ActionLog, server: Server) -> None:
    team = TeamLog("clinic", lambda _: log)
    team.append(draft())
    assert len(team.look().log) == 1
    server.run("ALTER TABLE actions DISABLE TRIGGER USER", "TRUNCATE actions")
    other = log.append(draft())
    assert team.look().log == (other,)


WITH_THE_TRAIL = {
    "a word": "UPDATE audit SET user_name = 'Other' WHERE number = 2",
    "one taken out": "DELETE FROM audit WHERE number = 2",
    "the newest cut off": "DELETE FROM audit WHERE number = 3",
    "all": "TRUNCATE audit",
    "left unguarded": "SELECT 1",
}


@pytest.mark.parametrize("case", WITH_THE_TRAIL)
def test_tampering_with_the_trail_is_found(case: str, one: ActionLog, server: Server) -> None:
    trail = open_trail(one.store, one.proof)
    for _ in range(3):
        trail.append(entry())
    assert verify(one.store, one.proof).whole
    server.run("ALTER TABLE audit DISABLE TRIGGER USER")
    server.run(WITH_THE_TRAIL[case])
    if case != "left unguarded":
        server.run("ALTER TABLE audit ENABLE TRIGGER USER")
    assert not verify(one.store, one.proof).whole


def test_writers_of_the_trail_do_not_wait_for_each_other(one: ActionLog, address: str, tmp_path: Path) -> None:
    """While one process has an entry half written, another adds its own."""
    slow, quick = (open_trail(store.of_server(address), Proof(tmp_path / "proof")) for _ in range(2))
    with slow.store.writing() as connection:
        connection.execute(sa.insert(AUDIT).values(row_of(entry(), now(), "half", 1, FIRST, b"key")))
        assert quick.append(entry()).number == 1
        connection.rollback()
    found = verify(one.store, one.proof)
    assert found.whole
    assert found.trail.entries == 1
    for trail in (slow, quick):
        trail.store.engine.dispose()


def test_many_that_begin_at_once_make_one_store(address: str, tmp_path: Path) -> None:
    running = [started(opened, address, tmp_path / "proof") for _ in range(5)]
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * 5
    assert opened(address, tmp_path / "proof").everything() == ()


def test_a_user_who_may_only_add_and_read_is_enough(
    one: ActionLog, server: Server, address: str, tmp_path: Path
) -> None:
    server.run("CREATE ROLE clinic LOGIN PASSWORD 'p'; GRANT USAGE ON SCHEMA public TO clinic")
    server.run("GRANT SELECT, INSERT ON actions, audit TO clinic; GRANT SELECT ON alembic_version TO clinic")
    log = opened(address.replace(f"{USER}:{server.password}", "clinic:p"), tmp_path / "proof")
    log.append(draft(seen=1))
    open_trail(log.store, log.proof).append(entry())
    assert verify(log.store, log.proof).whole
    log.store.engine.dispose()


def test_a_server_that_was_stopped_and_started(one: ActionLog, server: Server) -> None:
    server.stop()
    try:
        told = refused(one, "does not answer")
        assert not told.unsure
        assert server.password not in str(told)
        with pytest.raises(StoreUnusable, match="does not answer"):
            one.everything()
    finally:
        server.start()
    well_again(one)


def test_a_database_that_may_only_be_read(one: ActionLog, server: Server) -> None:
    server.run("ALTER DATABASE postgres SET default_transaction_read_only = on")
    one.store.engine.dispose()
    refused(one, "may be read but not written")
    assert len(one.everything()) == 1
    server.run("SET default_transaction_read_only = off", "ALTER DATABASE postgres RESET default_transaction_read_only")
    one.store.engine.dispose()
    well_again(one)


def test_a_locked_table(one: ActionLog, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    impatient = opened(address, tmp_path / "proof")
    with psycopg.connect(address) as holder:
        holder.execute("LOCK TABLE actions IN ACCESS EXCLUSIVE MODE")
        refused(impatient, "another program is writing")
    well_again(impatient)
    impatient.store.engine.dispose()


def test_a_wrong_password_and_a_database_that_is_not_there(server: Server, tmp_path: Path) -> None:
    for address in (server.address("none"), server.address().replace(server.password, "wrong")):
        with pytest.raises(StoreUnusable, match="does not let us in") as told:
            open_log(at=store.of_server(address), proof=Proof(tmp_path / "proof"))
        assert server.password not in str(told.value)
        assert "wrong" not in str(told.value)


@pytest.mark.parametrize("obeyed", [True, False])
def test_a_line_lost_at_the_last_word(
    obeyed: bool, one: ActionLog, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection ends while the answer to the last word is awaited."""
    real = sa.engine.default.DefaultDialect.do_commit

    def lost(self: object, connection: sa.PoolProxiedConnection) -> None:
        monkeypatch.undo()
        driver = connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        pid = driver.info.backend_pid
        if obeyed:
            real(self, connection)  # type: ignore[arg-type]
        server.run(f"SELECT pg_terminate_backend({pid}, 5000)")
        driver.execute("SELECT 1")

    monkeypatch.setattr(type(one.store.engine.dialect), "do_commit", lost)
    form = draft(seen=1)
    if obeyed:
        assert one.append(form).version == 2
    else:
        with pytest.raises(StoreUnusable, match="not known whether this was saved") as told:
            one.append(form)
        assert told.value.unsure
    assert one.append(form).version == 2, "pressed again"
    assert len(one.everything()) == 2
    assert verify(one.store, one.proof).whole


def test_eight_processes_lose_no_update(address: str, tmp_path: Path) -> None:
    check_contention(address, tmp_path, processes=8, each=12)


@pytest.mark.long
def test_eight_processes_with_forty_actions_each_lose_no_update(address: str, tmp_path: Path) -> None:
    check_contention(address, tmp_path, processes=8, each=40)


def test_nothing_acknowledged_is_lost_when_writers_are_killed(address: str, tmp_path: Path) -> None:
    check_kills(address, tmp_path, rounds=2, writers=2)


def kills_of(server: Server) -> Callable[[list[BaseProcess]], None]:
    """Kills the server, not the writers, and begins it again."""

    def kill(_: list[BaseProcess]) -> None:
        server.kill()
        server.start()

    return kill


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(server: Server, address: str, tmp_path: Path) -> None:
    check_kills(address, tmp_path, rounds=2, writers=2, kill=kills_of(server))


@pytest.mark.long
def test_a_hundred_kills_of_the_server_lose_nothing(server: Server, address: str, tmp_path: Path) -> None:
    check_kills(address, tmp_path, rounds=100, writers=8, kill=kills_of(server))
