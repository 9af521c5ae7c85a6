"""What the team recorded, as the pages see it: looked at once a run, read again only when something was added.

A page never fails because the log cannot be read: it shows what was read before, or what the source says,
and ``Seen.off`` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from dashboard import settings
from dashboard.access.users import NotAllowed
from dashboard.actions.events import rows, standing
from dashboard.actions.log import ActionLog, Mark, open_log
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import ActionRefused, StoreUnusable
from dashboard.session_answers import RecordedEvent

PATIENCE = 5.0
"""Seconds before a store that could not be read is tried again: a page is drawn more often than that."""


@dataclass(frozen=True)
class Seen:
    """The log at one moment. ``off`` is why it cannot be read or written now."""

    log: tuple[Recorded, ...] = ()
    off: StoreUnusable | None = None

    @cached_property
    def events(self) -> tuple[RecordedEvent, ...]:
        """What counts of it, as events of the panel."""
        return tuple(
            RecordedEvent(one.patient_id, tuple(row.items())) for one in standing(self.log) for row in rows(one)
        )

    @cached_property
    def by_person(self) -> Mapping[str, tuple[Recorded, ...]]:
        """What was done for each, oldest first."""
        found: dict[str, list[Recorded]] = {}
        for one in self.log:
            found.setdefault(one.patient_id, []).append(one)
        return {patient_id: tuple(done) for patient_id, done in found.items()}

    def of(self, patient_id: str) -> tuple[Recorded, ...]:
        """What was done for one person, oldest first."""
        return self.by_person.get(patient_id, ())


NOTHING = Seen()


def _in_order(log: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Person by person, oldest first, as the log itself gives them; a line that was read twice counts once."""
    once = {(one.patient_id, one.version): one for one in log}
    return tuple(once[key] for key in sorted(once))


def _as_said(draft: Draft) -> Draft:
    return draft


class TeamLog:
    """The log of one panel for every session of a process. ``by`` gives each draft its author at the moment at which
    it is saved, and raises ``NotAllowed`` where nobody who may record asks for it."""

    def __init__(
        self, panel: str, opened: Callable[[str], ActionLog] = open_log, by: Callable[[Draft], Draft] = _as_said
    ) -> None:
        self._panel, self._opened, self._by = panel, opened, by
        self._log: ActionLog | None = None
        self._seen, self._mark, self._failed = NOTHING, Mark(), float("-inf")
        self._lock = Lock()

    def look(self) -> Seen:
        """What is recorded now; never raises for a store that cannot be read."""
        with self._lock:
            if self._seen.off is not None and settings.seconds() - self._failed < PATIENCE:
                return self._seen
            try:
                self._read_again()
            except StoreUnusable as off:
                self._seen, self._failed = Seen(self._seen.log, off), settings.seconds()
            return self._seen

    def append(self, draft: Draft) -> Recorded:
        """As ``ActionLog.append``; what it raises passes as it is. Who may not record is refused as well."""
        try:
            signed = self._by(draft)
        except NotAllowed as refused:
            raise ActionRefused(str(refused)) from None
        added = self._opening().append(signed)
        with self._lock:
            self._failed = float("-inf")
        return added

    def _opening(self) -> ActionLog:
        if self._log is None:
            self._log = self._opened(self._panel)
        return self._log

    def _read_again(self) -> None:
        log = self._opening()
        mark = log.mark()
        if mark != self._mark:
            added = log.since(self._mark)
            known = log.everything() if added is None else _in_order((*self._seen.log, *added))
            self._seen, self._mark = Seen(known), mark
        elif self._seen.off is not None:
            self._seen = Seen(self._seen.log)
