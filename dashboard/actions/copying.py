"""A copy of a database file by the database's own means, whoever writes to it meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from dashboard import settings
from dashboard.actions.faulty import BUSY, FULL, READ_ONLY, of_file
from dashboard.actions.refusals import StoreUnusable

FOLDER = "backups"
PATIENCE = 40
"""How often a copy waits a quarter of a second for a lock."""


def stamp() -> str:
    """The present moment as a part of a file's name; no two are the same."""
    return f"{settings.now():%Y%m%d-%H%M%S-%f}"


def copy(source: Path, target: Path, mode: str, where: str) -> None:
    """Into the file that is there, as one change of it. Raises ``StoreUnusable``."""
    waited = 0

    def wait(status: int, _left: int, _of: int) -> None:
        nonlocal waited
        waited += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if waited > PATIENCE:
            raise StoreUnusable(BUSY[0], where, BUSY[1])

    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            written.execute("PRAGMA synchronous=EXTRA")
            written.execute("PRAGMA busy_timeout=0")  # the copying itself waits
            read.backup(written, progress=wait)
            written.execute("PRAGMA busy_timeout=5000")
            written.execute(f"PRAGMA journal_mode={mode}")
    except sqlite3.Error as error:
        what, mend = of_file(error)
        full = what in (FULL[0], READ_ONLY[0])
        raise StoreUnusable(what, str(target) if full else where, mend) from None
