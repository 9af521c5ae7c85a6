"""Who signed in, when each last did something, and which sign-ins have ended: kept over a restart.

A cookie is proof of a sign-in for as long as it is valid, whoever holds a copy of it. Whether that sign-in still
counts is therefore asked of this file at every run and every write. Every process of a machine shares it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from dashboard.access.users import User

FILE = "sign-ins.sqlite"
WRITTEN_EVERY = timedelta(seconds=20)
"""How far the file may be behind the memory of when somebody last did something."""
KEPT = timedelta(days=2)
"""Longer than any sign-in lasts: what is older is of no use to anybody who holds its cookie."""
PATIENCE = 5.0

_TABLES = """
CREATE TABLE IF NOT EXISTS sign_ins (
    user_id TEXT NOT NULL, issued_at REAL NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL, seen_at REAL NOT NULL,
    ended TEXT, PRIMARY KEY (user_id, issued_at)
);
CREATE TABLE IF NOT EXISTS ended_before (user_id TEXT PRIMARY KEY, moment REAL NOT NULL);
"""
_FOUND = """
SELECT s.seen_at, coalesce(s.ended, CASE WHEN ? <= b.moment THEN 'ended' END)
FROM (SELECT ? AS user_id) AS asked
LEFT JOIN sign_ins AS s ON s.user_id = asked.user_id AND s.issued_at = ?
LEFT JOIN ended_before AS b ON b.user_id = asked.user_id
"""
_NOTE = """
INSERT INTO sign_ins (user_id, issued_at, name, roles, seen_at, ended) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (user_id, issued_at) DO UPDATE
SET seen_at = max(seen_at, excluded.seen_at), ended = coalesce(ended, excluded.ended)
"""
_OPEN = """
SELECT s.user_id, s.name, s.roles, s.issued_at, s.seen_at FROM sign_ins AS s
LEFT JOIN ended_before AS b ON b.user_id = s.user_id
WHERE s.ended IS NULL AND s.seen_at > ? AND s.issued_at > coalesce(b.moment, 0) ORDER BY s.seen_at DESC
"""


class SignInsUnusable(Exception):
    """The file cannot be read or written, so nobody can say whether a sign-in still counts."""


@dataclass(frozen=True)
class SignIn:
    """One that has not ended, as the file has it."""

    user_id: str
    name: str
    roles: str
    issued_at: float
    seen_at: float


@dataclass(frozen=True)
class Look:
    """``ended`` is why it ended; ``seen_at`` when the user last did something, None before the first time."""

    seen_at: float | None
    ended: str | None


class SignIns:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: dict[tuple[str, float], tuple[float, float]] = {}
        """When each sign-in was last seen, and which of these moments is in the file."""

    def look(self, user: User) -> Look:
        key = _key(user)
        with self._lock, self._opened() as connection:
            seen_at, ended = connection.execute(_FOUND, (key[1], *key)).fetchone()
        known = self._seen.get(key)
        moments = [moment for moment in (seen_at, known[0] if known else None) if moment is not None]
        return Look(max(moments, default=None), ended)

    def note(self, user: User, now: datetime) -> None:
        """The user did something. The file hears of it now and then, and at once of the first time."""
        key, moment = _key(user), now.timestamp()
        with self._lock:
            written = self._seen.get(key, (0.0, 0.0))[1]
            if moment - written >= WRITTEN_EVERY.total_seconds():
                with self._opened() as connection:
                    connection.execute(_NOTE, (*key, user.name, _roles(user), moment, None))
                written = moment
            self._seen[key] = moment, written

    def end(self, user: User, why: str, now: datetime) -> None:
        """This sign-in counts no more, on any tab and whoever has its cookie. On the disk when this returns."""
        key = _key(user)
        with self._lock, self._opened() as connection:
            connection.execute(_NOTE, (*key, user.name, _roles(user), now.timestamp(), why))
            self._forget_old(connection, now)
        self._seen.pop(key, None)

    def end_all(self, user_id: str, now: datetime) -> None:
        """No sign-in of this user until now counts any more, also one that this machine has not seen. Of those that it
        has seen none does, whatever moment the provider gave them.

        One that was never used here and that a provider whose clock is ahead dates after ``now`` still counts: it
        cannot be told from the next sign-in, which nobody is to wait for."""
        with self._lock, self._opened() as connection:
            connection.execute(
                "INSERT INTO ended_before VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET moment = excluded.moment",
                (user_id, now.timestamp()),
            )
            connection.execute("UPDATE sign_ins SET ended = coalesce(ended, 'ended') WHERE user_id = ?", (user_id,))
            self._forget_old(connection, now)

    def open_since(self, moment: datetime) -> list[SignIn]:
        """Those that have not ended and were seen since, the last seen first."""
        with self._lock, self._opened() as connection:
            return [SignIn(*row) for row in connection.execute(_OPEN, (moment.timestamp(),)).fetchall()]

    @staticmethod
    def _forget_old(connection: sqlite3.Connection, now: datetime) -> None:
        before = (now - KEPT).timestamp()
        connection.execute("DELETE FROM sign_ins WHERE issued_at < ? AND seen_at < ?", (before, before))
        connection.execute("DELETE FROM ended_before WHERE moment < ?", (before,))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection whose work is saved when it is left; what goes wrong on the way is ``SignInsUnusable``."""
        try:
            made = not self._path.exists()
            if made:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(self._path, timeout=PATIENCE)) as connection, connection:
                connection.execute("PRAGMA synchronous = FULL")
                if made or not self._path.stat().st_size:
                    connection.executescript(_TABLES)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise SignInsUnusable(f"{self._path}: {type(error).__name__}") from None


def _key(user: User) -> tuple[str, float]:
    assert user.signed_in_at is not None
    return user.user_id, user.signed_in_at.timestamp()


def _roles(user: User) -> str:
    return ", ".join(user.roles)
