"""People of whom more became known, where their events are not all in memory: it is added to whoever is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import pyarrow as pa

from dashboard.actions.corrections import corrected
from dashboard.people import People
from dashboard.session_answers import Known, with_answers
from pathways.panel import Panel


class AnsweredPeople:
    """``before`` with what was answered or recorded since."""

    def __init__(self, before: People, given: Iterable[Known]) -> None:
        self._before, self._given = before, tuple(given)
        self._whose = frozenset(one.patient_id for one in self._given)

    @cached_property
    def patients(self) -> pa.Table:
        return corrected(self._before.patients, [one for one in self._given if one.of_person()])

    def part(self, patient_ids: Iterable[str]) -> Panel:
        wanted = frozenset(patient_ids)
        return self._with(self._before.part(wanted), wanted)

    def parts(self, most: int) -> Iterator[Panel]:
        for part in self._before.parts(most):
            yield self._with(part, self._whose.intersection(part.patients["patient_id"].to_pylist()))

    def _with(self, part: Panel, people: frozenset[str]) -> Panel:
        mine = [one for one in self._given if one.patient_id in people]
        return with_answers(part, mine) if mine else part


def known_too(people: People, given: Iterable[Known]) -> People:
    """The same people with what was given of some of them, who have to be among them."""
    return with_answers(people, given) if isinstance(people, Panel) else AnsweredPeople(people, given)
