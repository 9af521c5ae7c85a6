"""Who has a person, and what is open for the person: the lines of the patient page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dashboard import wording
from dashboard.actions.following import Event, Item, followed
from dashboard.actions.records import Recorded
from dashboard.wording.team import team as words


@dataclass(frozen=True)
class Open:
    """One order under way or unread result, in words; ``late`` is how far over its day, empty where it is not."""

    text: str
    late: str


def names(in_use: Iterable[str], own: str) -> list[str]:
    """Whom a person can be assigned to with one press: nobody, oneself, then every name in use."""
    return list(dict.fromkeys([words().nobody, *filter(None, (own, *in_use))]))


def owner(chosen: str) -> str | None:
    """What was chosen or typed as a name; None takes the person from whoever has it."""
    name = " ".join(str(chosen).split())
    return None if name.casefold() in ("", words().nobody.casefold()) else name


def open_items(
    log: Iterable[Recorded], record: Iterable[Event], members: Mapping[str, Collection[str]], as_of: date
) -> list[Open]:
    """Everything open for one person on a day, the first due first; ``members`` as in ``followed``."""
    return [Open(_line(item), _late(item, as_of)) for item in followed(log, record, members, as_of).items]


def _line(item: Item) -> str:
    told = words()
    steps = [
        told.states.get(item.state, item.state).format(day=wording.day(item.since)),
        told.open_due.format(day=wording.day(item.due)),
    ]
    if item.owner:
        steps.append(told.with_owner.format(name=item.owner))
    return told.open.format(what=wording.lower_first(wording.concept(item.concept)), steps=", ".join(steps))


def _late(item: Item, as_of: date) -> str:
    if not item.overdue(as_of):
        return ""
    return words().open_late.format(days=wording.counted((as_of - item.due).days, "day"))
