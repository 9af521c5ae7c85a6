"""Everything a team can record of a person, one model a kind.

A model holds the shape alone. What is allowed today (reasons, limits, days) is in ``rules.yaml`` and is
checked when an action is added, so that an old action stays readable after a reason has been renamed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from pathways.panel import NUMBER


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text holds no NUL")
    return text


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("each is named once")
    return names


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_storable)]
Said = Annotated[Text, StringConstraints(min_length=1)]
Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=NUMBER.precision, decimal_places=NUMBER.scale)]
Concepts = Annotated[tuple[Said, ...], Field(min_length=1), AfterValidator(_once)]


class Course(NamedTuple):
    """A treatment that is over and whose end nobody recorded; ``first`` and ``last`` day it can have begun on."""

    concept: str
    first: date
    last: date


class _Action(BaseModel):
    """``on`` is the day on which it happened, which may be before the day on which it is recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: date


class _Act(BaseModel):
    """``back``: the page said that the person is back from a pause when this was done."""

    back: bool = False


class Ordered(_Act, _Action):
    kind: Literal["ordered"] = "ordered"
    concepts: Concepts


class Booked(_Act, _Action):
    kind: Literal["booked"] = "booked"
    concepts: Concepts
    appointment: date


class Performed(_Act, _Action):
    kind: Literal["performed"] = "performed"
    concepts: Concepts


class ResultSeen(_Act, _Action):
    """With a ``result`` or a ``value``: this is what the paper said. Without: the results in the record were read.

    ``up_to`` is the day of the newest result of each test that stood on the screen: what comes later and is older
    than the reading was read by nobody. None (an action of before this was kept): every result up to ``on``.
    """

    kind: Literal["result_seen"] = "result_seen"
    concepts: Concepts
    result: Said | None = None
    value: Number | None = None
    up_to: dict[Said, date] | None = None


class Referred(_Act, _Action):
    kind: Literal["referred"] = "referred"
    concepts: Concepts


class Accepted(_Act, _Action):
    kind: Literal["accepted"] = "accepted"
    concepts: Concepts


class Declined(_Act, _Action):
    """The person does not want it. What was ordered of it is cancelled."""

    kind: Literal["declined"] = "declined"
    concepts: Concepts
    reason: Said
    words: Text = ""


class Fact(BaseModel):
    """One thing the record says, by its concept; what it says exactly is only in the digest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concept: Said
    digest: Said


class Evidence(BaseModel):
    """What stood behind a disposition when it was shown: the rest of the engine's answer, and the record's facts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    indication: Text | None = None
    reasons: tuple[Text, ...] = ()
    could_be: Text | None = None
    facts: tuple[Fact, ...] = ()


class Overridden(_Act, _Action):
    """A clinician disagrees with the ``disposition`` that was shown."""

    kind: Literal["overridden"] = "overridden"
    disposition: Said
    reason: Said
    words: Said
    evidence: Evidence | None = None


class Snoozed(_Action):
    """Off the list until the day ``until``; ``disposition`` is what was shown, and ``evidence`` what stood behind it.

    Without evidence (an action of before there was any) only another disposition ends it early.
    """

    kind: Literal["snoozed"] = "snoozed"
    disposition: Said
    reason: Said
    words: Text = ""
    until: date
    evidence: Evidence | None = None


class Assigned(_Action):
    """``to`` has the person from now on; None: nobody has."""

    kind: Literal["assigned"] = "assigned"
    to: Said | None


class Note(_Action):
    kind: Literal["note"] = "note"
    words: Said


class Answered(_Action):
    """A question answered; ``on`` is the day it holds for, which of a complaint is the day it began.

    Of a birth date ``on`` is the first day that it can mean, and ``last`` the last where only the year is known; of
    ``course`` it is the day on which that treatment ended. ``replaces`` is an earlier answer of the same person to
    the same question that no longer counts while this one does.
    """

    kind: Literal["answered"] = "answered"
    concept: Said
    status: Said
    value: Number | None = None
    result: Said | None = None
    last: date | None = None
    course: Course | None = None
    replaces: UUID | None = None

    def of_same_question(self, other: _Action) -> bool:
        """Only such an answer can be replaced: what was ordered, scored or answered otherwise is undone instead."""
        return isinstance(other, Answered) and (other.concept, other.course) == (self.concept, self.course)


class PainScored(_Action):
    kind: Literal["pain_scored"] = "pain_scored"
    score: Number


class Undone(_Action):
    """Another action of the same person no longer counts; it stays in the log."""

    kind: Literal["undone"] = "undone"
    action: UUID


OfOrders = Ordered | Booked | Performed | ResultSeen | Referred | Accepted | Declined
Acts = OfOrders | Overridden
"""Whoever does one of these with the mark of coming back before them has seen it."""

Action = Annotated[
    OfOrders | Overridden | Snoozed | Assigned | Note | Answered | PainScored | Undone, Field(discriminator="kind")
]
ACTION: TypeAdapter[Action] = TypeAdapter(Action)
