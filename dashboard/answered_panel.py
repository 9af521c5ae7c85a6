"""A panel with what one reader has answered since it was read: a view over a panel that others share.

The shared panel and its lists are only read. What is worked out with the answers lives here, and here
means one session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.panel_store import MOST_LISTS, Evaluated, HeldPanel, disposition_order, the_pathway
from dashboard.session_answers import Answer, Answers, Course, by_person, with_answer, with_answers
from dashboard.supposing import Supposed, Suppositions
from dashboard.worklist import Worklist
from pathways import ANSWERS


@dataclass
class AnsweredPanel(HeldPanel):
    """``base`` is the panel as it was read; only people with answers are evaluated anew."""

    base: HeldPanel | None = None
    given: tuple[Answer, ...] = ()
    _known: dict[str, Answers] = field(default_factory=dict, repr=False)
    _own: Suppositions | None = field(default=None, repr=False)

    @property
    def unanswered(self) -> HeldPanel:
        assert self.base is not None
        return self.base

    def known_of(self, answer: Answer) -> Answers:
        person = self._known.get(answer.patient_id, frozenset())
        return frozenset(with_answer(tuple(person), answer))

    def courses_of(self, patient_id: str) -> tuple[Course, ...]:
        """Also those whose end was answered: an answer can be changed where it was given."""
        return self.unanswered.courses_of(patient_id)

    def worklist(self, profile: str, as_of: date) -> Worklist:
        before = self.unanswered.worklist(profile, as_of)
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
            return self.unanswered.trace(patient_id, profile, as_of)
        return self._worked_out([known], profile, as_of)[known].trace() or super().trace(patient_id, profile, as_of)

    def suppose(self, more: Iterable[Answer], profile: str, as_of: date) -> dict[Answer, Supposed]:
        """Those of people without answers of ours are nobody's secret: the panel that all share works them out."""
        wanted = list(more)
        ours = [answer for answer in wanted if answer.patient_id in self._known]
        others = [answer for answer in wanted if answer.patient_id not in self._known]
        found = self._worked_out([self.known_of(answer) for answer in ours], profile, as_of)
        return self.unanswered.suppose(others, profile, as_of) | {
            answer: found[self.known_of(answer)] for answer in ours
        }

    def supposed(self, more: Iterable[Answer], profile: str, as_of: date) -> bool:
        wanted = list(more)
        ours = {self.known_of(answer) for answer in wanted if answer.patient_id in self._known}
        others = [answer for answer in wanted if answer.patient_id not in self._known]
        return len(self._kept(ours, profile, as_of)) == len(ours) and self.unanswered.supposed(others, profile, as_of)

    def suppositions(self) -> Suppositions:
        assert self._own is not None
        return self._own

    def _kept(self, wanted: Iterable[Answers], profile: str, as_of: date) -> dict[Answers, Supposed]:
        """Worked out here, or by the shared panel when it was asked what this answer would mean."""
        every = list(wanted)
        shared = self.unanswered.suppositions().kept(every, profile, as_of)
        return shared | self.suppositions().kept(every, profile, as_of)

    def _worked_out(self, wanted: Iterable[Answers], profile: str, as_of: date) -> dict[Answers, Supposed]:
        every = list(wanted)
        found = self._kept(every, profile, as_of)
        return found | self.suppositions().of((one for one in every if one not in found), profile, as_of)

    def _merged(self, before: Worklist, profile: str, as_of: date) -> Worklist:
        found = self._worked_out(self._known.values(), profile, as_of)
        changed = [found[known].answer for known in self._known.values()]
        people = pa.array(list(self._known), pa.string())
        others = before.answers.filter(pc.invert(pc.is_in(before.answers["patient_id"], people)))
        answers = pa.concat_tables([others, pa.Table.from_pylist(changed, ANSWERS)]).sort_by("patient_id")
        return Worklist(answers, self.panel.patients, disposition_order(), profile, as_of, before.version)


def answered(held: HeldPanel, given: tuple[Answer, ...]) -> HeldPanel:
    """The panel with these answers and no others; what was worked out with earlier ones is kept."""
    base = held.unanswered
    if not given:
        return base
    own = held.suppositions() if isinstance(held, AnsweredPanel) else Suppositions(base.panel, the_pathway())
    return AnsweredPanel(
        name=base.name,
        panel=with_answers(base.panel, given),
        report=base.report,
        as_of=base.as_of,
        sample=base.sample,
        base=base,
        given=given,
        _known=by_person(given),
        _own=own,
    )


def answers_in(held: HeldPanel) -> tuple[Answer, ...]:
    """What was answered on the screen and is in no record yet."""
    return held.given if isinstance(held, AnsweredPanel) else ()
