"""Backups that are kept without anybody's doing: at the start, and every hour in which something was added.

A copy is proved before it counts. What fails is told on the page to whoever administers, and is in the audit trail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from dashboard import faults, settings
from dashboard.actions import store
from dashboard.actions.audit.entries import Entry
from dashboard.actions.audit.searching import lines_but
from dashboard.actions.backup import back_up
from dashboard.actions.copying import FOLDER
from dashboard.actions.keeping import to_keep
from dashboard.actions.proof import Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import verify
from dashboard.audit_trail import PROGRAM, AuditTrail

NAME = "kept"
NOT_COUNTED = "backup_made"
"""That a copy was made does not call for another one."""

WRITTEN = "%Y%m%d-%H%M%S-%f"
EVERY = timedelta(hours=1)
LOOKS = timedelta(minutes=5)
"""How often it is asked whether an hour is over: a machine that slept does not wait another one."""


class Keeper:
    """``failed`` is why the last copy could not be made; None once one was."""

    def __init__(self, trail: AuditTrail, clock: Callable[[], datetime] = settings.now) -> None:
        self._trail, self._clock = trail, clock
        self._lines = -1
        self._next: datetime | None = None
        self._stop = Event()
        self.failed: StoreUnusable | None = None

    def look(self) -> Path | None:
        """Make a copy where one is due and something was added since the last; the copy, if one was made."""
        now = self._clock()
        if self._next is not None and now < self._next:
            return None
        self._next = now + EVERY
        try:
            made = self._copied()
        except StoreUnusable as failed:
            self.failed = failed
            self._trail.note(Entry("backup_made", PROGRAM, outcome="failed", about={"why": failed.what}))
            return None
        self.failed = None
        return made

    def start(self) -> Thread:
        """Looks now and then, in a thread that ends with the process."""
        thread = Thread(target=self._run, name="backups", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception as error:  # the next look may go well, and nobody else would tell
                logging.getLogger(__name__).error("no backup: %s", faults.place(error))
            if self._stop.wait(LOOKS.total_seconds()):
                return

    def _copied(self) -> Path | None:
        kept = store.named()
        if kept.path is None or not kept.path.exists():
            return None  # a server is backed up by its own means; of nothing there is no copy
        lines = lines_but(kept, NOT_COUNTED)
        if lines in (0, self._lines):
            return None
        folder, proof = settings.home() / FOLDER, Proof(settings.proof_folder())
        done = back_up(kept, proof, folder, NAME)
        found = done.verified
        # What was acknowledged after the copy is not in it: only the store itself can lack something.
        if found.findings or (not found.whole and not verify(kept, proof).whole):
            raise StoreUnusable(
                "what was copied does not prove", kept.where, "run backstop verify-audit, and keep the log as it is"
            )
        self._lines = lines
        thin_out(folder)
        about = {"file": done.path.name, "actions": len(found.seals), "entries": found.trail.entries}
        self._trail.note(Entry("backup_made", PROGRAM, about=about))
        return done.path


def thin_out(folder: Path) -> list[Path]:
    """Take away those of our own copies that are one too many; never one that somebody asked for."""
    made = {at: path for path in folder.glob(f"{NAME}-*.sqlite") if (at := _made_at(path))}
    stay = to_keep(made)
    gone = [path for at, path in sorted(made.items()) if at not in stay]
    for path in gone:
        with suppress(OSError):  # the next one tries again
            path.unlink()
    return gone


def _made_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem.removeprefix(f"{NAME}-"), WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        return None


KEEPER = Keeper(AuditTrail())
"""That of this process; ``start`` begins it."""
