"""What the team recorded, as the pages see it: looked at once a run, read again only when something was added.

A page never fails because the log cannot be read: it shows what was read before, or what the source says,
and ``Seen.off`` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from uuid import UUID

from dashboard import settings
from dashboard.access.users import NotAllowed
from dashboard.actions.events import standing
from dashboard.actions.faulty import BUSY, DOWN
from dashboard.actions.log import ActionLog, Mark, open_log
from dashboard.actions.models import Answered
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import ActionRefused, StoreUnusable
from dashboard.actions.space import Room
from dashboard.recorded_answers import answer_of, recorded_events
from dashboard.session_answers import Answer, RecordedEvent

OUT_OF_REACH = (BUSY[0], DOWN[0])
"""What is wrong with a store that can be neither written nor read."""

PATIENCE = 5.0
"""Seconds before a store that could not be read is tried again: a page is drawn more often than that."""

LOOK_AGAIN = 3.0
"""Seconds after which a page that says that recording is off looks whether it is on again."""

MOST_NEW = 20
"""People with something new who are read one by one; if there are more, the log is read as a whole."""


class _Told:
    """Logs as events: of people with nothing new it stays as it was worked out."""

    def __init__(self) -> None:
        self._of: tuple[Recorded, ...] = ()
        self._all: tuple[RecordedEvent, ...] = ()
        self._by_last: dict[UUID, tuple[RecordedEvent, ...]] = {}
        self._lock = Lock()

    def of(self, seen: Seen) -> tuple[RecordedEvent, ...]:
        with self._lock:
            if seen.log is not self._of:
                people = {done[-1].action_id: done for done in seen.by_person.values()}
                found = {last: self._by_last.get(last) or recorded_events(done) for last, done in people.items()}
                self._of, self._by_last = seen.log, found
                self._all = tuple(event for events in found.values() for event in events)
            return self._all


@dataclass(frozen=True)
class Seen:
    """The log at one moment.

    ``off`` is why it cannot be read or written now, ``scarce`` the room for it where that is running out.
    """

    log: tuple[Recorded, ...] = ()
    off: StoreUnusable | None = None
    scarce: Room | None = None
    _told: _Told = field(default_factory=_Told, compare=False, repr=False)

    @property
    def events(self) -> tuple[RecordedEvent, ...]:
        """What counts of it, as events of the panel; the same object while nothing is added."""
        return self._told.of(self)

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

    def only(self, people: Collection[str], before: Seen) -> Seen:
        """The same of these people alone; ``before`` keeps what was worked out of them the last time."""
        log = tuple(one for one in self.log if one.patient_id in people)
        return Seen(log, self.off, self.scarce, before._told)


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
            scarce: Room | None = None
            try:
                log = self._read_again()
                room = self._opening().room()
                scarce = room if room is not None and room.scarce else None
                off = room.refusal if room is not None else None
            except StoreUnusable as fault:
                log, off = self._seen.log, fault
            if off is not None:
                self._failed = settings.seconds()
            before = self._seen
            if log is not before.log or str(off) != str(before.off) or scarce != before.scarce:
                self._seen = Seen(log, off, scarce, before._told)
            return self._seen

    def append(self, draft: Draft) -> Recorded:
        """As ``ActionLog.append``; what it raises passes as it is. Who may not record is refused as well."""
        try:
            signed = self._by(draft)
        except NotAllowed as refused:
            raise ActionRefused(str(refused)) from None
        try:
            added = self._opening().append(signed)
        except StoreUnusable as fault:
            if fault.what in OUT_OF_REACH:  # nor can it be read: nobody waits for that once more
                with self._lock:
                    self._seen, self._failed = Seen(self._seen.log, fault, None, self._seen._told), settings.seconds()
            raise
        with self._lock:
            self._failed = float("-inf")
        return added

    def _opening(self) -> ActionLog:
        if self._log is None:
            self._log = self._opened(self._panel)
        return self._log

    def _read_again(self) -> tuple[Recorded, ...]:
        log = self._opening()
        mark = log.mark()
        if mark == self._mark:
            return self._seen.log
        added = log.since(self._mark)
        found = self._with_new(log) if added is None else _in_order((*self._seen.log, *added))
        self._mark = mark
        return found

    def _with_new(self, log: ActionLog) -> tuple[Recorded, ...]:
        """The log with what was added since; read as a whole where it is not what was seen and more."""
        with log.store.reading() as connection:
            newest = log.newest(connection)
        before = self._seen.by_person
        known = {name: (done[-1].version, str(done[-1].action_id)) for name, done in before.items()}
        new = [name for name, last in newest.items() if last != known.get(name)]
        put_back = any(name not in newest or newest[name][0] < last[0] for name, last in known.items())
        if put_back or len(new) > MOST_NEW:
            return log.everything()
        people = {**before, **{name: log.of_patient(name) for name in new}}
        return tuple(one for name in sorted(people) for one in people[name])
