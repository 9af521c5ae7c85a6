"""The audit trail: entries are added one after the other, each tied to the one before it in its chain.

A chain is what one process wrote without a fault. Processes never wait for each other's numbers; after a fault,
of which nobody can say what came of it, a new chain begins, and the one before stays provable as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from dashboard import settings
from dashboard.actions import schema, store
from dashboard.actions.anchoring import anchor_entries
from dashboard.actions.audit.entries import Entry, Kept, kept, row_of
from dashboard.actions.faulty import unusable
from dashboard.actions.proof import AUDIT_ANCHOR, Proof
from dashboard.actions.records import FIRST
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store
from dashboard.actions.tables import AUDIT, has_lines


@dataclass
class Trail:
    """One instance serves every thread of a process."""

    store: Store
    anchor: Proof
    _key: bytes = field(repr=False)
    _chain: str = ""
    _number: int = 0
    _seal: str = FIRST
    _last: datetime | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def append(self, entry: Entry) -> Kept:
        """Add an entry; it is on the disk when this returns. Raises ``StoreUnusable``: then it may not be there."""
        self.anchor.ready()
        with self._lock:
            try:
                row = self._saved(entry)
            except IntegrityError:  # the number is taken: a copy of this process had the same chain
                self._end()
                row = self._saved_or_refused(entry)
            except DBAPIError as error:
                self._end()
                raise unusable(error, self.store.where) from None
            except StoreUnusable:
                self._end()
                raise
            self._chain, self._number, self._seal = row["chain"], row["number"], row["seal"]
            added = kept(row)
            self._last = added.at
            self.anchor.add(f"{self._chain}.{self._number}", self._seal)
        return added

    def _saved_or_refused(self, entry: Entry) -> dict[str, Any]:
        try:
            return self._saved(entry)
        except DBAPIError as error:
            self._end()
            raise unusable(error, self.store.where) from None

    def _saved(self, entry: Entry) -> dict[str, Any]:
        with self.store.writing() as connection:
            if self._chain and not self._stands(connection):
                self._end()  # the store was put back to an earlier state while this process ran
            row = row_of(
                entry, self._moment(), self._chain or uuid4().hex, self._number + 1, self._seal, self._key
            )
            connection.execute(sa.insert(AUDIT).values(row))
        return row

    def _stands(self, connection: sa.Connection) -> bool:
        query = sa.select(AUDIT.c.seal).where(AUDIT.c.chain == self._chain, AUDIT.c.number == self._number)
        return connection.execute(query).scalar() == self._seal

    def _end(self) -> None:
        self._chain, self._number, self._seal = "", 0, FIRST

    def _moment(self) -> datetime:
        """Now; but a process's entries stay in their order when the machine's clock was put back."""
        now = settings.now()
        return now if self._last is None else max(now, self._last)


def open_trail(at: Store | None = None, proof: Proof | None = None) -> Trail:
    """The trail of the store that the settings name, made where there never was one. Raises ``StoreUnusable``.

    As with the log, an empty trail beside an anchor that knows entries is refused.
    """
    found, folder = at or store.named(), proof or Proof(settings.proof_folder())
    schema.prepare(found)
    anchor = folder.beside(AUDIT_ANCHOR)
    known = sum(number for number, _ in anchor.heads().values())  # before the look at the store
    with found.reading() as connection:
        any_entry, any_line = has_lines(connection, AUDIT), has_lines(connection)
    if not any_entry and known:
        raise StoreUnusable(
            f"its audit trail is empty, but the anchor in {anchor.folder} knows {known} entries", found.where,
            "put back its file or a backup (backstop restore); for a new log, set BACKSTOP_PROOF to an empty folder",
        )  # fmt: skip
    key = folder.key(make=not any_line)
    if any_entry:
        anchor_entries(found, anchor, key)
    else:
        anchor.begin()
    return Trail(found, anchor, key)
