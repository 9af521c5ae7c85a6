"""What is open for a person: every order and every unread result, with who has it and when it is due.

Worked out anew from the events of the record and of the team, and from nothing that was remembered: a step
that is entered late counts on the day on which it happened, so the order of entering changes nothing.
A result that has come is not a result that was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dashboard.actions import models
from dashboard.actions.events import rows, standing
from dashboard.actions.records import Recorded
from dashboard.actions.rules import ORDERABLE, REFERRAL, rules
from pathways.panel import RESULT_STATUSES
from pathways.vocabulary import concepts

ORDERED, BOOKED, PERFORMED, RESULTED = "ordered", "booked", "performed", "resulted"
REVIEWED, ACCEPTED, CANCELLED = "reviewed", "accepted", "cancelled"
_STEPS = (ORDERED, BOOKED, PERFORMED)
_STATE = {
    "registered": PERFORMED, "preliminary": PERFORMED, "seen": ACCEPTED, **dict.fromkeys(RESULT_STATUSES, RESULTED),
}  # fmt: skip
_NO_TIME = datetime.min.replace(tzinfo=UTC)

Event = Mapping[str, Any]
"""A row of ``EVENTS``."""


@dataclass(frozen=True)
class Item:
    """Something open. ``state`` is ordered, booked or performed, or resulted: a result that nobody has read.

    ``since`` is the day of the first step of it, ``newest`` that of the last.
    """

    concept: str
    state: str
    since: date
    newest: date
    due: date
    owner: str

    def overdue(self, today: date) -> bool:
        return self.due < today


@dataclass(frozen=True)
class Followed:
    """One person. ``version`` is what a form has to show."""

    version: int
    items: tuple[Item, ...]
    owner: str | None
    declined: Mapping[str, models.Declined]


@dataclass(frozen=True, order=True)
class _Step:
    on: date
    rank: int
    recorded_at: datetime
    state: str
    due: date
    by: str

    def cancelled_by(self, other: _Step) -> bool:
        """A cancellation undoes what was recorded before it, where both are of one day."""
        return other.state == CANCELLED and (other.on, other.recorded_at) >= (self.on, self.recorded_at)

    def read_by(self, other: _Step) -> bool:
        """A review reads what was there on its day; of that day only what was not recorded after it."""
        if other.state != REVIEWED or other.on < self.on:
            return False
        timed = _NO_TIME not in (self.recorded_at, other.recorded_at)
        return other.on > self.on or not timed or other.recorded_at >= self.recorded_at


def followed(
    log: Iterable[Recorded],
    record: Iterable[Event] = (),
    members: Mapping[str, Collection[str]] | None = None,
    as_of: date = date.max,
) -> Followed:
    """What is open for the one person of these actions on a day. What is dated after it does not exist yet; what can
    be of that day or later counts on it, as for the engine.

    ``record`` are the person's events from elsewhere; ``members`` says which tests a group such as the core
    bloods stands for, so that each is followed until its own result is read.
    """
    every = list(log)
    counts = standing(every)
    steps: dict[str, list[_Step]] = {}
    for event, by in [(event, "") for event in record] + [(row, one.by.name) for one in counts for row in rows(one)]:
        for concept in (members or {}).get(event["concept"], (event["concept"],)):
            for step in _steps(event, by, as_of):
                steps.setdefault(concept, []).append(step)
    owner = next((one.action.to for one in reversed(counts) if isinstance(one.action, models.Assigned)), None)
    found = [item for concept in sorted(steps) for item in _items(concept, steps[concept], owner)]
    return Followed(
        version=max((one.version for one in every), default=0),
        items=tuple(sorted(found, key=lambda item: (item.due, item.concept, item.state))),
        owner=owner,
        declined=_declined(one for one in counts if one.action.on <= as_of),
    )


def _declined(counts: Iterable[Recorded]) -> dict[str, models.Declined]:
    """What the person does not want, until it is ordered all the same."""
    found: dict[str, models.Declined] = {}
    for one in sorted(counts, key=lambda one: (one.action.on, one.version)):
        match one.action:
            case models.Declined() as said:
                found |= dict.fromkeys(said.concepts, said)
            case models.Ordered() | models.Referred() | models.Booked() as again:
                for concept in again.concepts:
                    found.pop(concept, None)
    return found


def _steps(event: Event, by: str, as_of: date) -> Iterator[_Step]:
    """What an event says of an order. A result that says itself when it was read is two steps of its own day: what
    came after it was not read with it, as for the engine.
    """
    concept = concepts().get(event["concept"])
    if concept is None or concept.kind not in ORDERABLE or event["date_last"] is None:
        return
    if (event["date_first"] or event["date_last"]) > as_of:
        return
    day = min(event["date_last"], as_of)
    state: str = event["status"]
    state = _STATE.get(state, state)
    if state == RESULTED and event["value"] is None and event["result"] is None:
        state = PERFORMED  # reported, but what the report says is not recorded
    days = rules().due_after[concept.kind].model_dump()
    if state in _STEPS or state == RESULTED:
        appointment: date | None = event["end_date"] if state == BOOKED else None
        due = appointment or day + timedelta(days=days.get(state, days[ORDERED]))
        rank = (*_STEPS, RESULTED).index(state)
    else:
        due, rank = day, len(_STEPS) + 1
    moment = event["recorded_at"] or _NO_TIME
    yield _Step(day, rank, moment, state, due, by)
    if event["reviewed_on"] is not None and event["reviewed_on"] <= as_of:
        yield _Step(day, len(_STEPS) + 1, moment, REVIEWED, day, by)


def _items(concept: str, steps: Collection[_Step], owner: str | None) -> Iterator[Item]:
    results = [step for step in steps if step.state == RESULTED]
    ends = ACCEPTED if concepts()[concept].kind == REFERRAL else RESULTED
    answered_until = max((step.on for step in steps if step.state == ends), default=date.min)
    under_way = [
        step
        for step in steps
        if step.state in _STEPS and step.on > answered_until and not any(step.cancelled_by(other) for other in steps)
    ]
    unread = [step for step in results if not any(step.read_by(other) for other in steps)]
    for group in (under_way, unread):
        if group:
            last = max(group)
            yield Item(concept, last.state, min(group).on, last.on, last.due, owner or last.by)
