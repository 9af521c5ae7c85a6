"""The rules of a pathway under one profile in words and as the ladder of its picture, read from its files alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard import wording
from dashboard.amounts import UNIT_SIGNS
from dashboard.wording.pathway import Fork, number_name, page
from pathways.answering import OUTSIDE
from pathways.conditions import AllOf, AnyOf, AnyRecorded, AtLeast, Condition, NotThis, parts_of
from pathways.definition import Order
from pathways.loading import ProfiledPathway
from pathways.tracing import kind_of, parameters_of
from pathways.vocabulary import concepts

CORE = "core_bloods"


@dataclass(frozen=True)
class Line:
    """One line of a rule in words, ``depth`` steps in."""

    depth: int
    text: str


@dataclass(frozen=True)
class Reason:
    """One indication: when it holds, what it asks for, and how soon."""

    name: str
    title: str
    status: str
    logic: str
    parts: tuple[str, ...]
    lines: tuple[Line, ...]
    orders: tuple[str, ...]
    within: str


@dataclass(frozen=True)
class Rung:
    """One question of the picture: ``across`` is the answer that leads to the outcome, ``down`` the other."""

    question: str
    details: tuple[str, ...]
    outcome: str
    then: tuple[str, ...]
    across: str = "yes"
    down: str = "no"


def label(pathway: ProfiledPathway, name: str) -> str:
    """A fact or a criterion in the words of the patient page."""
    known = concepts().get(name)
    return pathway.pathway.wording.labels.get(name) or (known.label if known else wording.reason(name))


def in_words(pathway: ProfiledPathway, condition: Condition) -> str:
    """A condition in one line: ``history of cancer or strong clinical suspicion``."""
    match condition:
        case str():
            return wording.lower_first(label(pathway, condition))
        case NotThis(part=part):
            return f"not {in_words(pathway, part)}"
        case AllOf(all=parts):
            return " and ".join(in_words(pathway, part) for part in parts)
        case AnyOf(any=parts) | AnyRecorded(any_recorded=parts):
            return wording.listing((in_words(pathway, part) for part in parts), last="or")
    return f"{_logic(pathway, condition)}: {wording.listing(in_words(pathway, part) for part in parts_of(condition))}"


def lines(pathway: ProfiledPathway, condition: Condition, told: set[str], depth: int = 0) -> Iterator[Line]:
    """A condition with everything below it, each fact with its numbers; ``told`` collects what need not be repeated."""
    below: Condition | None = condition
    text = f"{_logic(pathway, condition)}:"
    if isinstance(condition, NotThis) and isinstance(condition.part, str):
        below, text = None, f"{page().logic.not_}: {wording.lower_first(_named(pathway, condition.part))}"
    elif isinstance(condition, str):
        below = pathway.rules.criteria.get(condition)
        text = _named(pathway, condition)
        if below is not None and condition in told:
            below, text = None, f"{text} (as above)"
        elif below is not None:
            text = f"{text}: {wording.lower_first(_logic(pathway, below))}"
        told.add(condition)
    yield Line(depth, text)
    for part in parts_of(below) if below is not None else ():
        yield from lines(pathway, part, told, depth + 1)


def _named(pathway: ProfiledPathway, name: str) -> str:
    """A fact with the numbers that decide it; how long a finding counts is said once for all of them."""
    if kind_of(pathway, name) in ("combined", "finding", "stays_present"):
        return label(pathway, name)
    told = [
        f"{wording.lower_first(number_name(one))} {amount(pathway.value(one), pathway.parameter(one).unit)}"
        for one in parameters_of(pathway, name)
    ]
    return f"{label(pathway, name)} ({'; '.join(told)})" if told else label(pathway, name)


def amount(value: Decimal | str, unit: str) -> str:
    """``28 days``, ``1 session``, ``38 °C``, ``4 of 9``."""
    if isinstance(value, str):
        return f"{value.replace('_', ' ')} {unit}"
    number = f"{value.normalize():f}"
    first, _, rest = unit.partition(" ")
    if value == 1 and first in ("days", "years", "sessions", "points"):
        first = first.removesuffix("s")
    word = UNIT_SIGNS.get(first, first)
    return " ".join(part for part in (number, "" if word == "ratio" else word, rest) if part)


def sequence(names: Iterable[str]) -> str:
    """``Full blood count, adjusted calcium and ESR``."""
    return wording.listing(name if not place else wording.lower_first(name) for place, name in enumerate(names))


def _logic(pathway: ProfiledPathway, condition: Condition) -> str:
    words = page().logic
    match condition:
        case AllOf():
            return words.all
        case AnyRecorded():
            return words.any_recorded
        case NotThis():
            return words.not_
        case AtLeast(at_least=name, of=parts):
            return words.at_least.format(number=pathway.value(name), count=len(parts))
    return words.any


def reasons(pathway: ProfiledPathway) -> list[Reason]:
    """Every indication of the profile, most pressing first."""
    return [_reason(pathway, name) for name in pathway.indications]


def _reason(pathway: ProfiledPathway, name: str) -> Reason:
    entry = pathway.rules.indications[name]
    parts = entry.parts_in(pathway.profile)
    condition = entry.condition_in(pathway.profile)
    told: set[str] = set()
    return Reason(
        name=name,
        title=wording.indication(name),
        status=wording.status(entry.disposition).shown(name),
        logic=_logic(pathway, condition),
        parts=tuple(label(pathway, part) for part in parts),
        lines=tuple(line for part in parts for line in lines(pathway, part, told)),
        orders=tuple(order_in_words(pathway, order) for order in orders_of(pathway, name)),
        within=_within(pathway, name),
    )


def orders_of(pathway: ProfiledPathway, indication: str) -> Sequence[Order]:
    """What an indication calls for under the profile; the core bloods are one order."""
    listed = pathway.rules.orders.get(indication, {})
    return listed.get(pathway.profile) or listed.get("any_profile", ())


def order_in_words(pathway: ProfiledPathway, order: Order) -> str:
    """``MRI spine, if candidate for surgery or intervention``."""
    named = sequence(core(pathway))
    text = f"Core bloods: {wording.lower_first(named)}" if order.order == CORE else wording.concept(order.order)
    if order.when is not None:
        text += f", if {in_words(pathway, order.when)}"
    if order.unless is not None:
        text += f", unless {in_words(pathway, order.unless)}"
    return text


def _within(pathway: ProfiledPathway, indication: str) -> str:
    entry = pathway.rules.indications[indication]
    text = _days(pathway.days(entry.target))
    for reason, parameter in entry.target_for_sole_reason.items():
        if reason in entry.parts_in(pathway.profile):
            alone = wording.lower_first(label(pathway, reason))
            text += f" ({wording.lower_first(_days(pathway.days(parameter)))} where {alone} is the only reason)"
    return text


def _days(number: int) -> str:
    return f"Within {wording.counted(number, 'day')}" if number else "On the same day"


def instead(pathway: ProfiledPathway) -> str:
    """Which image takes the place of which."""
    one = pathway.rules.replaced
    why = wording.lower_first(label(pathway, one.when))
    return f"{wording.concept(one.by)} instead of {wording.concept(one.order)} where {why}"


def core(pathway: ProfiledPathway) -> list[str]:
    """The core bloods, each with the test that can stand for it."""
    others = pathway.rules.answered_by.get(pathway.profile, {})
    return [
        f"{wording.concept(test)} or {wording.lower_first(wording.concept(others[test]))}"
        if test in others
        else wording.concept(test)
        for test in pathway.core_bloods
    ]


def suggested(pathway: ProfiledPathway) -> list[str]:
    return [wording.concept(test) for test in pathway.rules.suggested_bloods[pathway.profile]]


def must_be_known(pathway: ProfiledPathway) -> list[str]:
    return [label(pathway, name) for name in pathway.rules.gating.facts]


def outcome(fork: Fork) -> str:
    """Glyph and word of what follows, or that nothing changes."""
    return page().stays if fork.then == "stays" else wording.status(fork.then).shown()


def ladder(pathway: ProfiledPathway) -> list[Rung]:
    """The questions in the order in which they are asked; the first one that leads across decides."""
    adult = wording.counted(pathway.days(pathway.rules.eligibility.adult_from), "year")
    rungs = [
        Rung(
            "Who enters: all of",
            (f"{adult} or older", "Not deceased", "Back pain that has not ended", "Not under specialist care already"),
            wording.status(OUTSIDE).shown(),
            (),
            across="no",
            down="yes",
        )
    ]
    for reason in reasons(pathway):
        rungs.append(
            Rung(f"{reason.title}: {wording.lower_first(reason.logic)}", reason.parts, reason.status,
                 (*(_short(order) for order in orders_of(pathway, reason.name)), reason.within))
        )  # fmt: skip
    rungs += [Rung(fork.when, (), outcome(fork), ()) for fork in page().without_reason]
    return rungs


def _short(order: Order) -> str:
    text = "Core bloods" if order.order == CORE else wording.concept(order.order)
    return f"{text}, for some" if order.when is not None or order.unless is not None else text
