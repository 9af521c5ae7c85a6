"""What a database's error means to the person at the screen: what, where, how to mend it. Never its own text,
which may quote a record."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from dashboard.actions.refusals import StoreUnusable

BUSY = ("another program is writing to it", "try again in a moment")
FULL = ("its disk is full", "free some space, then try again; nothing that was saved before is lost")
READ_ONLY = ("it may be read but not written to", "ask whoever keeps this machine to allow writing to it")
DAMAGED = ("it is damaged", "stop the dashboard and put back a backup (backstop restore)")
DISK = ("its disk reported a fault", "ask whoever keeps this machine to look at its disk, then try again")
CLOSED = ("it cannot be opened", "see that the folder is there and may be written to")
DOWN = (
    "the database server does not answer or does not let us in",
    "try again in a moment; if it stays so, ask whoever keeps the server",
)
KEPT_OUT = ("the database server does not let us in", "ask whoever keeps the server to check user, password and rights")

_SQLITE = {
    1: DAMAGED, 3: CLOSED, 5: BUSY, 6: BUSY, 8: READ_ONLY, 10: DISK, 11: DAMAGED, 13: FULL, 14: CLOSED, 23: CLOSED,
    26: DAMAGED,
}  # fmt: skip
"""By primary result code; 1 is a statement of ours that does not fit, since the table is not as we made it."""

_POSTGRESQL = {"08": DOWN, "25": READ_ONLY, "28": KEPT_OUT, "3D": KEPT_OUT, "42": KEPT_OUT, "53": FULL, "57": DOWN}
"""By class of the SQL state."""

_STATES = {
    "53300": DOWN, "53400": DOWN, "55P03": BUSY, "57014": BUSY, "42P01": DAMAGED, "42703": DAMAGED, "XX001": DAMAGED,
    "XX002": DAMAGED,
}  # fmt: skip
"""States that say more than their class: no table or column of ours is damage, not a want of rights."""


def unusable(error: DBAPIError, where: str, *, unsure: bool = False) -> StoreUnusable:
    """The refusal that says this."""
    if isinstance(error.orig, sqlite3.Error):
        what, mend = of_file(error.orig)
    else:
        what, mend = _of_server(getattr(error.orig, "sqlstate", None))
    return StoreUnusable(what, where, mend, unsure=unsure)


def of_file(error: sqlite3.Error) -> tuple[str, str]:
    """What is wrong with a file, and how to mend it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return DAMAGED  # the driver itself could not read what stands there
    named = f"it cannot be used ({error.sqlite_errorname})"
    return _SQLITE.get(code & 0xFF, (named, CLOSED[1]))


def _of_server(state: str | None) -> tuple[str, str]:
    if state is None:
        return DOWN
    named = f"the database server refused (SQL state {state})"
    return _STATES.get(state) or _POSTGRESQL.get(state[:2]) or (named, KEPT_OUT[1])
