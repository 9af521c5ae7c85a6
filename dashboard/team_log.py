"""What the team recorded, as the pages see it: looked at once a run, read again only when something was added.

A page never fails because the log cannot be read: it shows what was read before, or what the source says,
and ``Seen.off`` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from uuid import UUID

from dashboard import settings
from dashboard.actions.events import standing
from dashboard.actions.log import ActionLog, open_log
from dashboard.actions.models import Answered
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.tables import ACTIONS
from dashboard.recorded_answers import answer_of, recorded_events
from dashboard.session_answers import Answer, RecordedEvent

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
        return recorded_events(self.log)

    @cached_property
    def by_person(self) -> Mapping[str, tuple[Recorded, ...]]:
        """What was done for each, oldest first."""
        found: dict[str, list[Recorded]] = {}
        for one in self.log:
            found.setdefault(one.patient_id, []).append(one)
        return {patient_id: tuple(done) for patient_id, done in found.items()}

    @cached_property
    def ids(self) -> frozenset[UUID]:
        """Every action, whether it still counts or not."""
        return frozenset(one.action_id for one in self.log)

    @cached_property
    def _answers(self) -> Mapping[str, tuple[tuple[Recorded, Answer], ...]]:
        found: dict[str, list[tuple[Recorded, Answer]]] = {}
        for one in standing(self.log):
            if isinstance(one.action, Answered):
                found.setdefault(one.patient_id, []).append((one, answer_of(one.patient_id, one.action)))
        return {patient_id: tuple(given) for patient_id, given in found.items()}

    def answers_of(self, patient_id: str) -> tuple[tuple[Recorded, Answer], ...]:
        """What was answered of one person and still counts, oldest first."""
        return self._answers.get(patient_id, ())

    def of(self, patient_id: str) -> tuple[Recorded, ...]:
        """What was done for one person, oldest first."""
        return self.by_person.get(patient_id, ())


NOTHING = Seen()


class TeamLog:
    """The log of one panel for every session of a process."""

    def __init__(self, panel: str, opened: Callable[[str], ActionLog] = open_log) -> None:
        self._panel, self._opened = panel, opened
        self._log: ActionLog | None = None
        self._seen, self._lines, self._failed = NOTHING, 0, float("-inf")
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
        """As ``ActionLog.append``; what it raises passes as it is."""
        added = self._opening().append(draft)
        with self._lock:
            self._failed = float("-inf")
        return added

    def _opening(self) -> ActionLog:
        if self._log is None:
            self._log = self._opened(self._panel)
        return self._log

    def _read_again(self) -> None:
        log = self._opening()
        with log.store.reading() as connection:
            # Lines are only ever added, so their number says whether there is anything new.
            lines = int(connection.exec_driver_sql(f"SELECT count(*) FROM {ACTIONS.name}").scalar_one())
        if lines != self._lines:
            self._seen, self._lines = Seen(log.everything()), lines
        elif self._seen.off is not None:
            self._seen = Seen(self._seen.log)
