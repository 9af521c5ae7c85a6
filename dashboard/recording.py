"""What can be recorded of a person, the action that a form becomes, and what was done, in words.

Which tests are due is the engine's answer, which are under way is followed from the events: nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from dashboard import asking, assigning, marks, patient, wording
from dashboard.actions import models
from dashboard.actions.events import standing
from dashboard.actions.following import ORDERED, PERFORMED, RESULTED, Followed, followed
from dashboard.actions.models import Action
from dashboard.actions.records import Actor, Recorded
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.actions.rules import REFERRAL, TESTS, rules
from dashboard.recorded_answers import answer_of
from dashboard.wording.recording import Refusals
from dashboard.wording.recording import recording as words
from pathways.panel import NUMBER, RESULTS
from pathways.vocabulary import Concept, concepts

NOT_STATED = "not stated"
"""The role of somebody who only said a name."""

IMAGING = "imaging"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """One thing that can be read: results as they stand in the record, or what the paper says of one test.

    ``unit`` is that of the value to be typed, None where there is none; ``up_to`` the day of the newest result of
    each test that the reader sees.
    """

    label: str
    concepts: tuple[str, ...]
    result: str | None = None
    unit: str | None = None
    up_to: Mapping[str, date] = field(default_factory=dict, compare=False)

    @property
    def in_record(self) -> bool:
        return self.result is None and self.unit is None


@dataclass(frozen=True)
class Offer:
    """What this person's answer calls for, by kind of action, in the order of the buttons."""

    tests: Mapping[str, tuple[str, ...]]
    results: tuple[Result, ...]
    kinds: tuple[str, ...]

    @property
    def first(self) -> str | None:
        """The form that stands open: the next step, where there is one."""
        unread = bool(self.results) and self.results[0].in_record
        return next((kind for kind in self.kinds if self.tests.get(kind) or (kind == "result_seen" and unread)), None)


@dataclass(frozen=True)
class Done:
    """One line of what the team did. ``undone`` says by whom; ``can_undo`` where it still counts."""

    entry: Recorded
    what: str
    who: str
    undone: str
    can_undo: bool


def declared(name: str) -> Actor:
    """Somebody who said a name that nobody checked."""
    return Actor(f"declared:{name}", name, NOT_STATED, declared=True)


def offer(person: Row, open_: Followed) -> Offer:
    """What may be recorded: of tests and referrals what is due or under way, and always what needs neither."""
    due = {kind: _due(person, kind) for kind in (*TESTS, REFERRAL)}
    due_tests = tuple(name for kind in TESTS for name in due[kind])
    under_way = {state: _open(open_, state) for state in (ORDERED, "booked", PERFORMED)}
    waiting = (*under_way[ORDERED], *under_way["booked"])
    tests = {
        "ordered": due_tests,
        "referred": due[REFERRAL],
        "booked": waiting,
        "performed": tuple(name for name in waiting if concepts()[name].kind in TESTS),
        "accepted": tuple(name for name in waiting if concepts()[name].kind == REFERRAL),
        "declined": tuple(dict.fromkeys((*due_tests, *due[REFERRAL], *waiting))),
    }
    unread = {item.concept: item.newest for item in open_.items if item.state == RESULTED}
    results = _results(unread, (*waiting, *under_way[PERFORMED]))
    empty = {kind for kind, names in tests.items() if not names} | ({"result_seen"} if not results else set())
    if person["disposition"] in rules().snooze.never:
        empty.add("snoozed")
    kinds = (kind for kind in words().kinds if kind not in empty)
    return Offer(tests, results, tuple(kinds))


def still(offered: Offer, kind: str, chosen: Sequence[str] | Result | None) -> Offer:
    """The same with what somebody has filled in, who was told to look again: it stays until that is decided."""
    tests, results = dict(offered.tests), offered.results
    if isinstance(chosen, Result):
        results = (chosen, *(one for one in results if one != chosen))
    elif chosen:
        tests[kind] = tuple(dict.fromkeys((*chosen, *tests.get(kind, ()))))
    return Offer(tests, results, tuple(name for name in words().kinds if name == kind or name in offered.kinds))


def _due(person: Row, kind: str) -> tuple[str, ...]:
    groups = (person[group]["due"] for group in ("bloods", "imaging", "referral"))
    return tuple(name for group in groups for name in group if concepts()[name].kind == kind)


def _open(open_: Followed, state: str) -> tuple[str, ...]:
    return tuple(item.concept for item in open_.items if item.state == state)


def _results(come: Mapping[str, date], under_way: Sequence[str]) -> tuple[Result, ...]:
    unread = {name: day for name, day in come.items() if concepts()[name].kind in TESTS}
    label = words().in_record.format(tests=tests_in_words(unread))
    found = [Result(label, tuple(unread), up_to=unread)] if unread else []
    for name in dict.fromkeys(under_way):
        if concepts()[name].kind in TESTS and name not in unread:
            found += _on_paper(concepts()[name])
    return tuple(found)


def _on_paper(test: Concept) -> list[Result]:
    """What the paper of one test can say: a value in its unit, or one of the results."""
    if test.stands_for_core:
        return []
    name = wording.concept(test.id)
    if test.unit is not None and test.plausible is not None:
        return [Result(words().value_of.format(test=name), (test.id,), unit=test.unit)]
    return [Result(f"{name}: {words().results[said]}", (test.id,), said) for said in RESULTS[test.kind]]


def tests_in_words(names: Iterable[str]) -> str:
    """``haemoglobin, ESR and X-ray of the spine`` with a capital in front."""
    told = [wording.concept(name) for name in names]
    return wording.listing([*told[:1], *map(wording.lower_first, told[1:])])


def longest_snooze(as_of: date) -> date:
    return as_of + timedelta(days=rules().snooze.longest_days)


def reasons(kind: str) -> Mapping[str, str]:
    """The coded reasons of a kind, with what each says."""
    return marks.reasons(kind)


def action(kind: str, values: Row, person: Row, as_of: date) -> Action:
    """What a form says. Raises ``ActionRefused`` where something is missing in it or cannot be kept."""
    _check_filled(kind, values)
    try:
        return _action(kind, values, person, as_of)
    except ValidationError:  # which quotes what was typed
        raise ActionRefused(words().not_storable) from None


def _action(kind: str, values: Row, person: Row, as_of: date) -> Action:
    on, said = as_of, str(values.get("words") or "").strip()
    if kind == "assigned":
        return models.Assigned(on=on, to=assigning.owner(values["owner"]))
    if kind == "note":
        return models.Note(on=on, words=said)
    if kind == "snoozed":
        return models.Snoozed(
            on=on, disposition=person["disposition"], reason=values["reason"], words=said, until=values["day"]
        )
    if kind == "overridden":
        return models.Overridden(on=on, disposition=person["disposition"], reason=values["reason"], words=said)
    if kind == "pain_scored":
        return models.PainScored(on=values["day"], score=Decimal(str(values["score"])).normalize())
    if kind == "result_seen":
        read: Result = values["what"]
        value = _value(values.get("value")) if read.unit is not None else None
        up_to = dict(read.up_to) if read.in_record else None
        return models.ResultSeen(
            on=values["day"], concepts=read.concepts, result=read.result, value=value, up_to=up_to
        )
    chosen = tuple(values["what"])
    if kind == "booked":
        return models.Booked(on=on, concepts=chosen, appointment=values["day"])
    if kind == "declined":
        return models.Declined(on=values["day"], concepts=chosen, reason=values["reason"], words=said)
    simple: dict[str, type[models.Ordered | models.Performed | models.Referred | models.Accepted]] = {
        "ordered": models.Ordered, "performed": models.Performed,
        "referred": models.Referred, "accepted": models.Accepted,
    }  # fmt: skip
    return simple[kind](on=values["day"], concepts=chosen)


def _value(typed: object) -> Decimal:
    """The number as it was typed."""
    try:
        return Decimal(str(typed)).quantize(Decimal(10) ** -NUMBER.scale).normalize()
    except InvalidOperation:
        raise ActionRefused(words().no_value) from None


def _check_filled(kind: str, values: Row) -> None:
    told = words()
    needed = {
        "what": told.nothing_chosen, "value": told.no_value, "score": told.no_score, "reason": told.no_reason,
        "day": told.no_day, "owner": told.no_owner,
    }  # fmt: skip
    for name, missing in needed.items():
        if name in values and values[name] in (None, [], ()):
            raise ActionRefused(missing)
    if kind in ("note", "overridden") and not str(values.get("words") or "").strip():
        raise ActionRefused(told.no_words)


def refusal(error: ActionRefused | Conflict | StoreUnusable, told: Refusals | None = None) -> str:
    """Why it is not saved, in words for beside the form. Not yet safe to show as markdown."""
    told = told or words()
    if isinstance(error, Conflict):
        latest = error.latest
        if latest is None:
            return told.conflict_empty
        return told.conflict.format(who=latest.by.name, what=what(latest, {}), when=moment(latest))
    if isinstance(error, StoreUnusable):
        why = f"{error.what} ({error.where})"
        return told.unsure.format(why=why) if error.unsure else told.not_saved.format(why=f"{why}; {error.mend}")
    return told.not_saved.format(why=error)


def why_not(error: ActionRefused | Conflict | StoreUnusable) -> str:
    """The same as a part of a sentence."""
    if isinstance(error, Conflict) and error.latest is not None:
        latest = error.latest
        return words().quicker.format(who=latest.by.name, what=what(latest, {}), when=moment(latest))
    return f"{error.what} ({error.where}); {error.mend}" if isinstance(error, StoreUnusable) else str(error)


def done(log: Sequence[Recorded]) -> list[Done]:
    """What was done for one person, the newest first; what was undone is marked and stays."""
    counts = {one.action_id for one in standing(log)}
    by_id = {one.action_id: one for one in log}
    gone: dict[object, str] = {}
    for one in log:
        if isinstance(one.action, models.Answered):
            gone[one.action.replaces] = words().replaced.format(name=one.by.name)
        elif isinstance(one.action, models.Undone):
            gone[one.action.action] = words().undone.format(name=one.by.name)
    return [
        Done(
            entry=one,
            what=what(one, by_id),
            who=f"{moment(one)}, {one.by.name}" + (f" ({words().declared})" if one.by.declared else ""),
            undone=gone.get(one.action_id, "") if one.action_id not in counts else "",
            can_undo=one.action_id in counts,
        )
        for one in sorted(log, key=lambda one: one.version, reverse=True)
    ]


def moment(one: Recorded) -> str:
    """``12 Jun 2026 10:32`` where this machine stands."""
    local = one.recorded_at.astimezone()
    return f"{wording.day(local.date())} {local:%H:%M}"


def what(one: Recorded, others: Mapping[Any, Recorded]) -> str:
    """One action as a line, with its day where it is not the one that the screen showed."""
    line = _line(one.action, others)
    says_its_day = isinstance(one.action, models.Answered) and not asking.is_of_its_day(answer_of("", one.action))
    earlier = one.action.on != one.basis.as_of and not isinstance(one.action, models.Undone) and not says_its_day
    return words().told.earlier.format(what=line, day=wording.day(one.action.on)) if earlier else line


def _line(said: Action, others: Mapping[Any, Recorded]) -> str:
    told = words().told
    match said:
        case models.Undone(action=target):
            before = others.get(target)
            return told.undone.format(what=what(before, others) if before else "")
        case models.Note(words=text):
            return told.note.format(words=text)
        case models.PainScored(score=score):
            return told.pain_scored.format(score=patient.number(score))
        case models.Answered():
            return told.answered.format(what=asking.told(answer_of("", said)))
        case models.Assigned(to=name):
            return told.assigned.format(name=name) if name else told.assigned_nobody
        case models.Snoozed(until=until):
            return told.snoozed.format(day=wording.day(until), reason=marks.reason("snoozed", said.reason, said.words))
        case models.Overridden(disposition=name):
            status = wording.status(name).word
            return told.overridden.format(status=status, reason=marks.reason("overridden", said.reason, said.words))
        case orders:
            return _order_line(orders)


def _order_line(said: models.OfOrders) -> str:
    told, names = words().told, tests_in_words(said.concepts)
    lower = wording.lower_first(names)
    match said:
        case models.Booked(appointment=appointment):
            return told.booked.format(what=lower, day=wording.day(appointment))
        case models.Declined(reason=reason, words=text):
            return told.declined.format(what=lower, reason=marks.reason("declined", reason, text))
        case models.ResultSeen(value=value) if value is not None:
            unit = concepts()[said.concepts[0]].unit
            return told.result_valued.format(what=lower, value=patient.number(value), unit=unit)
        case models.ResultSeen(result=None):
            return told.result_seen.format(what=lower)
        case models.ResultSeen(result=result):
            return told.result_said.format(what=lower, result=words().results.get(str(result), str(result)))
        case _:
            line: str = getattr(told, said.kind)
            return line.format(what=lower)


def open_of(
    log: Iterable[Recorded],
    record: Iterable[Row],
    members: Mapping[str, tuple[str, ...]] | None = None,
    as_of: date = date.max,
) -> Followed:
    """What is open for one person on a day, from the record as it was read and the team's actions."""
    return followed(log, record, members, as_of)
