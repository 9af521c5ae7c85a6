"""A panel with what became known since it was read: what the team recorded, and what one reader has answered.

Both are a view over the panel as it was read, which is only used and never changed. What the team recorded is
shared by all who share the panel; what is worked out with a reader's answers lives in that reader's session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import marks
from dashboard.actions.models import Course
from dashboard.actions.records import Recorded
from dashboard.answered_people import known_too
from dashboard.changed_worklist import ChangedWorklist
from dashboard.open_orders import Windows
from dashboard.panel_store import (
    MOST_LISTS,
    Evaluated,
    HeldPanel,
    Part,
    open_orders_of,
    still_open_of,
    the_pathway,
)
from dashboard.recorded_answers import as_supposed, with_sources
from dashboard.session_answers import Answer, Answers, Known, RecordedEvent, by_person, with_answer, with_answers
from dashboard.supposing import Supposed, Suppositions
from dashboard.worklist import Worklist
from pathways import ANSWERS, StillOpen
from pathways.panel import Panel

MOST_MARKS = 50_000
MarksKey = tuple[str, date, str, UUID]
"""Profile, day, person and the person's last action: of these alone the marks are made, for the panel that all share.
Its number would not do: a log that was put back may have another action at it."""


@dataclass
class AnsweredPanel(HeldPanel):
    """``base`` is the panel as it was read; only people with something new are evaluated anew.

    ``shared`` is the panel without the reader's answers, None where this is it. ``log`` is what the team recorded,
    whether it says anything of the body or not.
    """

    base: HeldPanel | None = None
    given: tuple[Known, ...] = ()
    shared: HeldPanel | None = None
    log: tuple[Recorded, ...] = ()
    _known: dict[str, Answers] = field(default_factory=dict, repr=False)
    _own: Suppositions | None = field(default=None, repr=False)
    _marks: dict[MarksKey, dict[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> HeldPanel:
        return self.as_read.root

    @property
    def changed(self) -> frozenset[str]:
        return frozenset(self._known)

    @property
    def unanswered(self) -> HeldPanel:
        return self.shared or self

    @property
    def as_read(self) -> HeldPanel:
        assert self.base is not None
        return self.base

    def known_of(self, answer: Answer) -> Answers:
        person = self._known.get(answer.patient_id, frozenset())
        return frozenset(with_answer(tuple(person), answer))

    def courses_of(self, patient_id: str) -> tuple[Course, ...]:
        """Also those whose end was answered: an answer can be changed where it was given."""
        return self.as_read.courses_of(patient_id)

    def worklist(self, profile: str, as_of: date) -> Worklist:
        before = self.as_read.worklist(profile, as_of)
        with self._lock:
            key = (profile, as_of)
            if key not in self._lists:
                self._lists[key] = Evaluated(self._merged(before, profile, as_of))
                if len(self._lists) > MOST_LISTS:
                    self._lists.popitem(last=False)
            self._lists.move_to_end(key)
            return self._lists[key].worklist

    def trace(self, patient_id: str, profile: str, as_of: date) -> dict[str, Any]:
        known = self._known.get(patient_id)
        if known is None:
            return self.as_read.trace(patient_id, profile, as_of)
        found = self._worked_out([known], profile, as_of)[known].trace()
        if found is None:
            return super().trace(patient_id, profile, as_of)
        mine = [one for one in self.given if isinstance(one, RecordedEvent) and one.patient_id == patient_id]
        return with_sources(found, mine)

    def still_open(self, profile: str, as_of: date, patient_ids: Collection[str]) -> Mapping[str, StillOpen]:
        found = self._worked_out(self._known.values(), profile, as_of)
        return _still_open(self.as_read, self.part, self._known, found, profile, as_of, patient_ids)

    def part(self, patient_ids: Collection[str]) -> Panel:
        """With what became known of them."""
        wanted = self.as_read.ids.intersection(patient_ids)
        return with_answers(self.as_read.part(wanted), [one for one in self.given if one.patient_id in wanted])

    def suppose(self, more: Iterable[Answer], profile: str, as_of: date) -> dict[Answer, Supposed]:
        """Those of people without answers of ours are nobody's secret: the panel that all share works them out."""
        wanted = list(more)
        ours = [answer for answer in wanted if answer.patient_id in self._known]
        others = [answer for answer in wanted if answer.patient_id not in self._known]
        found = self._worked_out([self.known_of(answer) for answer in ours], profile, as_of)
        return self.as_read.suppose(others, profile, as_of) | {answer: found[self.known_of(answer)] for answer in ours}

    def supposed(self, more: Iterable[Answer], profile: str, as_of: date) -> bool:
        wanted = list(more)
        ours = {self.known_of(answer) for answer in wanted if answer.patient_id in self._known}
        others = [answer for answer in wanted if answer.patient_id not in self._known]
        return len(self._kept(ours, profile, as_of)) == len(ours) and self.as_read.supposed(others, profile, as_of)

    def suppositions(self) -> Suppositions:
        assert self._own is not None
        return self._own

    def _kept(self, wanted: Iterable[Answers], profile: str, as_of: date) -> dict[Answers, Supposed]:
        """Worked out here, or by the shared panel when it was asked what this answer would mean."""
        every = list(wanted)
        shared = self.as_read.suppositions().kept(every, profile, as_of)
        return shared | self.suppositions().kept(every, profile, as_of)

    def _worked_out(self, wanted: Iterable[Answers], profile: str, as_of: date) -> dict[Answers, Supposed]:
        every = list(wanted)
        found = self._kept(every, profile, as_of)
        return found | self.suppositions().of((one for one in every if one not in found), profile, as_of)

    def _merged(self, before: Worklist, profile: str, as_of: date) -> Worklist:
        found = self._worked_out(self._known.values(), profile, as_of)
        changed = pa.Table.from_pylist([found[known].answer for known in self._known.values()], ANSWERS)
        team = self._team(before, changed, profile, as_of)
        if not changed.num_rows and not team.num_rows:
            return before
        still = partial(_still_open, self.as_read, self.part, self._known, found, profile, as_of)
        if isinstance(self.root.panel, Panel):
            orders = partial(open_orders_of, self.panel, profile, as_of, still)
        else:
            orders = partial(self._orders, before, profile, as_of, still)
        return ChangedWorklist(before, changed, self.panel.patients, team, orders)

    def _orders(self, before: Worklist, profile: str, as_of: date, still: Windows) -> pa.Table:
        """Only of whom more became known it is worked out anew who has anything open."""
        every = before.orders()
        others = every.filter(pc.invert(pc.is_in(every["patient_id"], _names(self._known))))
        return pa.concat_tables([others, open_orders_of(self.part(self._known), profile, as_of, still)])

    def _team(self, before: Worklist, changed: pa.Table, profile: str, as_of: date) -> pa.Table:
        """The team's marks: only people with actions are looked at, and events read only of those put off."""
        by_person: dict[str, list[Recorded]] = {}
        for one in self.log:
            by_person.setdefault(one.patient_id, []).append(one)
        mine = {one.patient_id for one in self.given if isinstance(one, Answer)}
        state = {name: (profile, as_of, name, log[-1].action_id) for name, log in by_person.items() if name not in mine}
        rows = [row for key in state.values() if (row := self._marks.get(key)) is not None]
        known = {row["patient_id"] for row in rows}
        unknown = {name: log for name, log in by_person.items() if name not in known}
        theirs = pa.concat_tables(
            [
                _of(before.answers, [name for name in unknown if name not in self._known]),
                _of(changed, unknown),
            ]
        ).select(list(marks.OF_ANSWER))
        put_off = [name for name, log in unknown.items() if marks.rests_on_facts(log)]
        pathway = the_pathway().version
        new = marks.rows(unknown, theirs.to_pylist(), self._events_of(put_off), as_of, profile, pathway)
        if len(self._marks) > MOST_MARKS:
            self._marks.clear()
        self._marks.update({state[row["patient_id"]]: row for row in new if row["patient_id"] in state})
        return marks.table([*rows, *new])

    def _events_of(self, people: Sequence[str]) -> Mapping[str, Sequence[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in people}
        if people:
            theirs = self.part(people).events.select(list(marks.OF_EVENT))
            for row in theirs.to_pylist():
                found[row["patient_id"]].append(row)
        return found


def _still_open(
    base: HeldPanel,
    part: Part,
    known: Mapping[str, Answers],
    found: Mapping[Answers, Supposed],
    profile: str,
    as_of: date,
    patient_ids: Collection[str],
) -> Mapping[str, StillOpen]:
    """Of people of whom more became known, what the answers worked out anew say; of the others what the base says."""
    same = [name for name in patient_ids if name not in known]
    anew = {name: found[known[name]].still_open() for name in patient_ids if name in known}
    asked = [name for name, still in anew.items() if still is None]
    return {
        **base.still_open(profile, as_of, same),
        **{name: still for name, still in anew.items() if still is not None},
        **still_open_of(part, None, profile, as_of, asked),
    }


def _of(answers: pa.Table, people: Collection[str]) -> pa.Table:
    return answers.filter(pc.is_in(answers["patient_id"], _names(people))) if people else answers.slice(0, 0)


def _names(people: Iterable[str]) -> pa.Array:
    return pa.array(list(people), pa.string())


def recorded(source: HeldPanel, events: tuple[RecordedEvent, ...], log: tuple[Recorded, ...] = ()) -> HeldPanel:
    """The panel with what the team recorded of its people; the same view for everybody while nothing is added.

    ``events`` are what the whole ``log`` says of the body.
    """
    if not events and not log:
        return source
    own = source.suppositions()
    with source._lock:
        last = source._with_recorded
        if not isinstance(last, AnsweredPanel) or last.given is not events or last.log is not log:
            kept = last._marks if isinstance(last, AnsweredPanel) else {}
            last = source._with_recorded = _view(source, events, own, None, log)
            last._marks = kept
        return last


def answered(held: HeldPanel, given: tuple[Answer, ...], shared: HeldPanel | None = None) -> HeldPanel:
    """The shared panel with these answers and no others; what was worked out with earlier ones is kept."""
    shared = shared or held.unanswered
    if not given:
        return shared
    source = shared.as_read
    ours = held.unanswered is not held and held.as_read is source
    own = held.suppositions() if ours else Suppositions(source.panel, the_pathway())
    known = [*(shared.given if isinstance(shared, AnsweredPanel) else ())]
    for answer in given:
        known = [*with_answer(known, answer)]
    return _view(source, tuple(known), own, shared, shared.log if isinstance(shared, AnsweredPanel) else ())


def _view(
    source: HeldPanel,
    given: tuple[Known, ...],
    own: Suppositions,
    shared: HeldPanel | None,
    log: tuple[Recorded, ...],
) -> AnsweredPanel:
    here = [one for one in given if one.patient_id in source.ids]
    return AnsweredPanel(
        name=source.name,
        panel=known_too(source.panel, here) if here else source.panel,
        report=source.report,
        as_of=source.as_of,
        sample=source.sample,
        base=source,
        given=given,
        shared=shared,
        log=log,
        _known=by_person(as_supposed(here, source.panel)),
        _own=own,
    )


def answers_in(held: HeldPanel) -> tuple[Answer, ...]:
    """What was answered on the screen and is in no record yet."""
    given = held.given if isinstance(held, AnsweredPanel) else ()
    return tuple(one for one in given if isinstance(one, Answer))
