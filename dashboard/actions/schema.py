"""The shape of the store: made on first use, brought up to date by Alembic, refused where it is newer than we are."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from dashboard.actions.copying import FOLDER, copy, stamp
from dashboard.actions.faulty import CLOSED, unusable
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store, journal, make_file

MIGRATIONS = Path(__file__).with_name("migrations")
ONE_AT_A_TIME = 4_242_001
"""The number of the lock under which one process changes the shape of a PostgreSQL store."""


def prepare(store: Store) -> None:
    """Make the store usable. Nothing is written where it is so already. Raises ``StoreUnusable``."""
    if store.path is not None and not store.path.exists():
        try:
            make_file(store.path)
        except OSError as error:
            raise StoreUnusable(f"{CLOSED[0]} ({error.strerror})", str(store.path.parent), CLOSED[1]) from None
    with store.reading() as connection:
        current = _current(connection)
    steps = ScriptDirectory(str(MIGRATIONS))
    if current == steps.get_current_head():
        return
    if current is not None and current not in {step.revision for step in steps.walk_revisions()}:
        raise StoreUnusable("it was made by a newer Backstop", store.where, "install that version again")
    if store.path is not None and current is not None:
        _keep(store.path, current)
    try:
        _upgrade(store)
    except DBAPIError as error:
        raise unusable(error, store.where) from None


def _keep(path: Path, revision: str) -> None:
    """A copy of a file before its shape is changed."""
    kept = path.parent / FOLDER / f"{path.stem}-of-{revision}-{stamp()}.sqlite"
    try:
        make_file(kept)
    except OSError as error:
        raise StoreUnusable(f"no backup can be written ({error.strerror})", str(kept.parent), CLOSED[1]) from None
    copy(path, kept, "delete", str(path))


def _current(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(store: Store) -> None:
    if store.path is not None:
        with store.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(f"PRAGMA journal_mode={journal()}")
    with store.writing() as connection:
        if store.path is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        asked = Config(attributes={"connection": connection})
        asked.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        command.upgrade(asked, "head")
