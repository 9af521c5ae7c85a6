"""Waits as the weekly looks show them: who came and left each week, and the wait of each person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.queues.kaplan_meier import Curve, kaplan_meier
from dashboard.queues.looks import Look

MOST_LINES = 6


@dataclass(frozen=True)
class Wait:
    """One person's last stay in a queue. ``left`` is the first look at which the person was gone.

    ``watched_from`` is the day of the wait on which it came under observation: 0 for whoever joined while the
    looks went on, else the day reached when they began.
    """

    patient_id: str
    since: date | None
    last: date
    left: date | None
    watched_from: int

    @property
    def days(self) -> int | None:
        """From the start to leaving, or until the last look for somebody who still waits."""
        return None if self.since is None else max(0, ((self.left or self.last) - self.since).days)


@dataclass(frozen=True)
class Week:
    """The week up to ``ends``: ``came`` and ``left`` are people, ``open`` those in the queue at its end."""

    ends: date
    came: int
    left: int
    open: int


def waits(looks: Sequence[Look], queue: str, among: Collection[str]) -> list[Wait]:
    """One wait a person: the stay that goes on, else the last one that ended."""
    running: dict[str, Wait] = {}
    found: dict[str, Wait] = {}
    there_before = set(looks[0].waiting[queue])
    for look in looks:
        here = {name: since for name, since in look.waiting[queue].items() if name in among}
        for name in [name for name in running if name not in here]:
            found[name] = replace(running.pop(name), left=look.as_of)
            there_before.discard(name)
        for name, since in here.items():
            reached = (looks[0].as_of - since).days if since and name in there_before else 0
            running[name] = Wait(name, since, look.as_of, None, max(0, reached))
    return list((found | running).values())


def weeks(looks: Sequence[Look], queue: str, among: Collection[str]) -> list[Week]:
    """Between each look and the next: open before, plus those who came, minus those who left, is open after."""
    inside = [{name for name in look.waiting[queue] if name in among} for look in looks]
    return [
        Week(look.as_of, len(after - before), len(before - after), len(after))
        for look, before, after in zip(looks[1:], inside, inside[1:], strict=False)
    ]


def curve(some: Sequence[Wait]) -> Curve:
    """Of the people whose start is known; those still waiting count as waiting and no further."""
    dated = [(wait.days, wait.left is not None, wait.watched_from) for wait in some if wait.days is not None]
    return kaplan_meier([one[0] for one in dated], [one[1] for one in dated], [one[2] for one in dated])


def by_site(some: Sequence[Wait], site_of: Mapping[str, str | None]) -> dict[str | None, list[Wait]]:
    """The waits of each site, the largest first; nothing where there is one site, or more than can be drawn."""
    groups: dict[str | None, list[Wait]] = {}
    for wait in some:
        groups.setdefault(site_of[wait.patient_id], []).append(wait)
    if not 1 < len(groups) <= MOST_LINES:
        return {}
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0] or "")))
