"""The database of the log: a file made on first use, or a PostgreSQL server, behind one way to read and to write.

SQLite's journal follows its version: until 3.51.3 its write-ahead log could damage a file when several
connections wrote at once, so older ones keep a rollback journal. Both are synchronised fully, since what is
called saved must survive a power cut.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, QueuePool

from dashboard import settings
from dashboard.actions.faulty import BUSY, unusable
from dashboard.actions.mounts import on_network
from dashboard.actions.refusals import StoreUnusable

FILE = "actions.sqlite"
BUSY_SECONDS = 5
CONNECT_SECONDS = 5
SAFE_WRITE_AHEAD = (3, 51, 3)
WRITES = "writes"


@dataclass
class Store:
    """``where`` names the database without its password; ``path`` is None for a server."""

    engine: sa.Engine
    where: str
    path: Path | None = None
    _writing: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read by. Raises ``StoreUnusable``."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise unusable(error, self.where) from None
        except PoolTimeout:
            raise StoreUnusable(BUSY[0], self.where, BUSY[1]) from None

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that holds SQLite's write lock from its beginning; errors pass as they are.

        One at a time in this process, because SQLite's own waiting is not first come, first served.
        """
        if self.path is None:
            try:
                with self.engine.begin() as connection:
                    yield connection
            except PoolTimeout:
                raise StoreUnusable(BUSY[0], self.where, BUSY[1]) from None
            return
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise StoreUnusable(BUSY[0], self.where, BUSY[1])
        try:
            with self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
                yield connection
        finally:
            self._writing.release()


def named() -> Store:
    """The store that the settings name; nothing is opened or made yet. Raises ``StoreUnusable``."""
    address = settings.store_address()
    return of_file(settings.home() / FILE) if address is None else of_server(address)


def of_file(path: Path) -> Store:
    """A store in one SQLite file. Raises ``StoreUnusable`` on a network share, where locks do not hold."""
    if on_network(path):
        raise StoreUnusable(
            "it would lie on a network share, where a database file is not safe", str(path.parent),
            "set BACKSTOP_HOME to a folder on a disk of this machine, or BACKSTOP_STORE to a PostgreSQL server",
        )  # fmt: skip
    engine = _of_path(path, "rw")
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return Store(engine, str(path), path)


def of_copy(path: Path) -> Store:
    """A copy that is only read and that nobody writes to, wherever it lies."""
    return Store(_of_path(path, "ro"), str(path), path)


def _of_path(path: Path, mode: str) -> sa.Engine:
    """A file that is there: one that is missing is not made by looking at it."""
    address, seconds = f"{path.absolute().as_uri()}?mode={mode}", BUSY_SECONDS

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=seconds, check_same_thread=False)

    # A file is opened quickly; without a pool nothing stale is left after a fault, a fork or a restore.
    return sa.create_engine("sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True)


def of_server(address: str) -> Store:
    """A store on a PostgreSQL server. Raises ``StoreUnusable`` where the address is no such thing."""
    try:
        url = sa.make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreUnusable(
            "it is not the address of a PostgreSQL database", "BACKSTOP_STORE",
            "write postgresql://user@host/database; for a file leave it unset",
        )  # fmt: skip
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=QueuePool,
        pool_pre_ping=True,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "backstop",
            "options": f"-c synchronous_commit=on -c lock_timeout={BUSY_SECONDS}s -c statement_timeout=60s",
        },
    )
    return Store(engine, f"PostgreSQL database {url.database or ''} on {url.host or 'this machine'}")


def journal() -> str:
    """The journal that is safe with the SQLite of this process."""
    return "wal" if sqlite3.sqlite_version_info >= SAFE_WRITE_AHEAD else "delete"


def make_file(path: Path) -> None:
    """An empty file that only its owner may read, in its folder; one that is there stays. Raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _set_up(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("synchronous=EXTRA", "foreign_keys=ON", "trusted_schema=OFF", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
