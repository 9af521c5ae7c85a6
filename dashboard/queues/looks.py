"""The queues at earlier dates, by the engine itself: the same panel evaluated with fewer events known.

Nothing else says when somebody joined or left a queue. A look is kept for as long as its panel lives and
can be reached through that panel only.
"""

from __future__ import annotations

import sys
import weakref
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

import pathways
from dashboard import panel_store
from dashboard.filtering import QUEUES, Filters, condition
from dashboard.people import People, Told, each_part, untold
from dashboard.worklist import Worklist
from pathways.panel import Panel

WEEKS = 12
EVERY = timedelta(weeks=1)
MOST_LOOKS = 240
"""Kept in all; the one used longest ago goes first."""


@dataclass(frozen=True)
class Look:
    """Who was in each queue on a day, by patient id, and the day from which the wait counts (None: unknown)."""

    as_of: date
    waiting: Mapping[str, dict[str, date | None]]

    def add(self, others: Look) -> None:
        """The queues of other people on the same day."""
        for queue, theirs in others.waiting.items():
            self.waiting[queue].update(theirs)

    def drop(self, people: Collection[str]) -> None:
        """As if these were in no queue."""
        for theirs in self.waiting.values():
            for name in people:
                theirs.pop(name, None)

    def of(self, people: Collection[str]) -> Look:
        """These people alone."""
        every = self.waiting.items()
        return Look(
            self.as_of,
            {queue: {name: since for name, since in theirs.items() if name in people} for queue, theirs in every},
        )


_looks: OrderedDict[tuple[int, str, date], Look] = OrderedDict()
_lock = Lock()


def days(as_of: date) -> list[date]:
    """The dates to look at, oldest first; the last is the as-of date."""
    return [as_of - EVERY * back for back in range(WEEKS, -1, -1)]


def of(people: Worklist) -> Look:
    """The look at a list that stands already."""
    waiting: dict[str, dict[str, date | None]] = {}
    for queue in QUEUES:
        where, values = condition(Filters(queue=queue))
        rows = people.query(f"select patient_id, since from people{where}", values)
        waiting[queue] = {sys.intern(row["patient_id"]): row["since"] for row in rows}  # each id stands in many looks
    return Look(people.as_of, waiting)


def kept(panel: People, profile: str, as_of: date) -> Look | None:
    """A look that was taken before; None if it was not."""
    with _lock:
        found = _looks.get((id(panel), profile, as_of))
        if found is not None:
            _looks.move_to_end((id(panel), profile, as_of))
        return found


def take(panel: People, profile: str, as_of: date, told: Told = untold) -> Look:
    """Evaluate the panel at a date, or give the look that was taken before. ``told`` hears how many people are done."""
    found = kept(panel, profile, as_of)
    if found is None:
        found = Look(as_of, {queue: {} for queue in QUEUES})
        for part in each_part(panel, told):
            found.add(of(_worklist(part, profile, as_of)))
        _keep(panel, profile, as_of, found)
    return found


def _keep(panel: People, profile: str, as_of: date, found: Look) -> None:
    with _lock:
        if not any(key[0] == id(panel) for key in _looks):
            weakref.finalize(panel, _forget, id(panel))
        _looks[(id(panel), profile, as_of)] = found
        if len(_looks) > MOST_LOOKS:
            _looks.popitem(last=False)


def take_all(panel: People, profile: str, as_of: date, told: Told = untold) -> None:
    """Every earlier look of a list of ``as_of``, the newest first. ``told`` hears of people times looks."""
    people = panel.patients.num_rows
    for before, day in enumerate(days(as_of)[-2::-1]):
        take(panel, profile, day, lambda done, before=before: told(before * people + done))
        told((before + 1) * people)


def derive(panel: People, whole: People, changed: Collection[str], profile: str, as_of: date) -> None:
    """The earlier looks at a view of ``whole``, at which they were taken: some of its people, and of those ``changed``
    more is known. Only these are evaluated."""
    ids = panel.patients["patient_id"].to_pylist()
    mine = None if len(ids) == whole.patients.num_rows else frozenset(ids)
    for day in days(as_of)[:-1]:
        known = take(whole, profile, day)
        found = Look(day, {queue: {} for queue in QUEUES})
        found.add(known if mine is None else known.of(mine))
        if changed:
            found.drop(changed)
            found.add(of(_worklist(panel.part(changed), profile, day)))
        _keep(panel, profile, day, found)


def _worklist(panel: Panel, profile: str, as_of: date) -> Worklist:
    pathway = panel_store.the_pathway()
    answers = pathways.evaluate(panel, pathway, profile, as_of=as_of, again=True)
    order = panel_store.disposition_order()
    return Worklist(answers, panel.patients, order, profile, as_of, pathway.version)


def _forget(panel: int) -> None:
    """An address in memory is given to another panel one day: nothing may be left under it."""
    with _lock:
        for key in [key for key in _looks if key[0] == panel]:
            del _looks[key]
