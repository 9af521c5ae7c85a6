"""The audit trail as pages and commands write to it: an entry for each thing done, and no page that fails for it.

What only shows something goes on when nothing can be written: its entries wait and are written as soon as that is
possible again. Of those that are too many the next entry says how many.
What takes patients' data out or brings it in is refused then: ``must`` raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from dashboard import settings
from dashboard.actions.audit.entries import Entry
from dashboard.actions.audit.searching import last_pathway
from dashboard.actions.audit.trail import Trail, open_trail
from dashboard.actions.records import Actor
from dashboard.actions.refusals import StoreUnusable

PATIENCE = 5.0
"""Seconds before a store that could not be written to is tried again: a page is drawn more often than that."""

MOST_WAITING = 200

PROGRAM = Actor("program", "Backstop", "program")
"""What nobody asked for."""


def at_the_command_line() -> Actor:
    """Whoever runs a command, by the account of the machine: nobody proved more."""
    account = settings.account()
    return Actor(f"account:{account}", account, "command line", declared=True)


class AuditTrail:
    """The trail for every session of a process."""

    def __init__(self, opened: Callable[[], Trail] = open_trail) -> None:
        self._opened = opened
        self._trail: Trail | None = None
        self._off: StoreUnusable | None = None
        self._waiting: list[Entry] = []
        self._failed, self._missed, self._pathway_known = float("-inf"), 0, False
        self._lock, self._catching_up = Lock(), Lock()

    def look(self) -> StoreUnusable | None:
        """Why nothing can be written now; tried again where that was a while ago."""
        if self._off is not None and self._patient():
            try:
                self._catch_up(self.opening())
            except StoreUnusable as off:
                self._fails(off)
        return self._off

    def note(self, entry: Entry) -> bool:
        """Write it if it can be written now; never raises for a store that cannot be used."""
        if self._off is not None and not self._patient():
            self._wait(entry)
            return False
        try:
            self._write(entry)
        except StoreUnusable as off:
            self._fails(off)
            self._wait(entry)
            return False
        return True

    def later(self, entry: Entry, off: StoreUnusable) -> None:
        """Write it when the store is well again, which was just found not to be: nobody waits for that once more."""
        self._fails(off)
        self._wait(entry)

    def must(self, entry: Entry) -> None:
        """Write it. Raises ``StoreUnusable``: then what it says must not be done."""
        try:
            self._write(entry)
        except StoreUnusable as off:
            self._fails(off)
            self._wait(replace(entry, outcome="refused"))
            raise

    def opening(self) -> Trail:
        """The trail itself, to be read. Raises ``StoreUnusable``."""
        with self._lock:
            if self._trail is None:
                self._trail = self._opened()
            return self._trail

    def _patient(self) -> bool:
        return settings.seconds() - self._failed >= PATIENCE

    def _write(self, entry: Entry) -> None:
        trail = self.opening()
        if self._off is not None:
            self._catch_up(trail)
        self._pathway(trail, entry)
        missed = self._missed
        trail.append(replace(entry, about={**entry.about, "missed_before": missed}) if missed else entry)
        with self._lock:
            self._missed -= missed

    def _catch_up(self, trail: Trail) -> None:
        """Write what had to wait, in its order."""
        with self._catching_up:
            while self._waiting:
                trail.append(self._waiting[0])
                with self._lock:
                    del self._waiting[0]
            self._off = None

    def _fails(self, off: StoreUnusable) -> None:
        self._off, self._failed = off, settings.seconds()

    def _wait(self, entry: Entry) -> None:
        """With its own moment, since it is written down later."""
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                about = {**entry.about, "happened": settings.now().isoformat(timespec="seconds")}
                self._waiting.append(replace(entry, about=about))
            else:
                self._missed += 1

    def _pathway(self, trail: Trail, entry: Entry) -> None:
        """Once in a process: whether it runs another pathway than the one before."""
        if self._pathway_known or entry.basis is None:
            return
        before, now = last_pathway(trail.store), entry.basis.pathway
        if before and before != now:
            trail.append(Entry("pathway_changed", PROGRAM, basis=entry.basis, about={"before": before, "now": now}))
        self._pathway_known = True
