"""Which missing answers would settle the most people: every open question, for how many it is and where it leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dashboard.answerable import Row, possible, ways
from dashboard.asking import open_questions, settled
from dashboard.panel_store import HeldPanel, disposition_order, the_pathway
from dashboard.people_asked import Counted
from dashboard.session_answers import Answer

MOST_COPIES = 4_000
"""Copies worked out at once; of a longer list the most pressing people are worked out."""

PORTION = 2_000
"""Copies of one evaluation: after each, whoever waits is told how far it is."""

SEEN_TOGETHER = 3

Told = Callable[[int, int], object]
"""Takes for how many people it is worked out, and for how many it will be."""


@dataclass(frozen=True)
class Group:
    """One question and the people for whom it is open.

    ``gone_through``: for how many of them it is worked out where an answer leads; the numbers below are of these.
    ``certain``: people whom it settles whatever the answer; ``at_best``: whom some answer settles.
    ``worst``: the most pressing status an answer could give and for how many; None if none is worse than now.
    ``part_of``: what it could be only beside other answers, and for how many.
    ``together``: what else is open for at least half of these people.
    """

    question: str
    open: int
    gone_through: int
    certain: int
    at_best: int
    worst: str | None
    worst_people: int
    part_of: tuple[str, int] | None
    together: tuple[tuple[str, int], ...]

    @classmethod
    def closed(cls, question: str) -> Group:
        """A question that is open for nobody any more."""
        return cls(question, 0, 0, 0, 0, None, 0, None, ())


@dataclass(frozen=True)
class Survey:
    """``total``: people under the filters; ``people``: those with a question open.

    ``worked_out``: people that were not too many to go through; ``left_out``: of them, those not gone through anew.
    """

    total: int
    people: int
    worked_out: int
    left_out: int
    groups: tuple[Group, ...]


def survey(
    held: HeldPanel,
    open_now: Counted,
    profile: str,
    as_of: date,
    *,
    not_anew: Collection[str] = (),
    told: Told | None = None,
) -> Survey:
    """Every open question, those first that could show the most pressing, then by people settled.

    Of the people ``not_anew`` nothing is worked out that is not known already: an answer then shows at once.
    """
    asked: dict[str, list[_Alike]] = {}
    for row in open_now.alike:
        alike = _Alike.of(row)
        for name in alike.asked:
            asked.setdefault(name, []).append(alike)
    chosen, left_out, found = _gone_through(held, open_now.one_by_one(), profile, as_of, not_anew, told)
    groups = [_group(name, of, found.get(name, ())) for name, of in asked.items() if not _covered(name, asked)]
    order = {name: place for place, name in enumerate(disposition_order())}
    groups.sort(key=lambda one: (order.get(one.worst or "", len(order)), -one.certain, -one.at_best, -one.open))
    return Survey(open_now.total, open_now.people, chosen, left_out, tuple(groups))


class _Alike(NamedTuple):
    """``people`` of whom the same is ``asked``, and of it ``here`` what can be answered on the page."""

    people: int
    asked: tuple[str, ...]
    here: tuple[str, ...]
    questions: frozenset[str]
    could_be: str | None

    @classmethod
    def of(cls, row: Row) -> _Alike:
        asked = tuple(dict.fromkeys([*row["questions"], *row["missing"]]))
        here = tuple(name for name in open_questions(row) if ways(name))
        return cls(row["people"], asked, here, frozenset(row["questions"]), row["could_be"])


def _covered(question: str, asked: Mapping[str, Sequence[_Alike]]) -> bool:
    """Whether a broader question stands open for everyone for whom this one is."""
    return any(
        question in parts and all(broader in alike.asked for alike in asked[question])
        for broader, parts in the_pathway().rules.questions.items()
    )


class _Wanted(NamedTuple):
    """One person and by question the answers to go through."""

    person: Row
    answers: Mapping[str, Sequence[Answer]]

    @property
    def copies(self) -> list[Answer]:
        return [answer for answers in self.answers.values() for answer in answers]


class _After(NamedTuple):
    """One person and what each possible answer to a question would lead to."""

    person: Row
    rows: Sequence[Row]


_Found = dict[str, list[_After]]


def _gone_through(
    held: HeldPanel, people: Iterable[Row], profile: str, as_of: date, not_anew: Collection[str], told: Told | None
) -> tuple[int, int, _Found]:
    """For how many people, how many not anew, and by question where its answers would lead."""
    wanted: list[_Wanted] = []
    copies = left_out = 0
    for row in people:
        said = {name: possible(held, row, name, profile, as_of) for name in open_questions(row)}
        mine = _Wanted(row, {name: [answer for _, answer in pairs] for name, pairs in said.items()})
        copies += len(mine.copies)
        if copies > MOST_COPIES:
            break
        if row["patient_id"] in not_anew and not held.supposed(mine.copies, profile, as_of):
            left_out += 1
            mine = _Wanted(row, {})
        wanted.append(mine)
    found: _Found = {}
    done = 0
    for portion in _portions(wanted):
        answers = [answer for mine in portion for answer in mine.copies]
        if told and not held.supposed(answers, profile, as_of):
            told(done, len(wanted))
        after = held.suppose(answers, profile, as_of)
        for mine in portion:
            for name, given in mine.answers.items():
                if given:
                    found.setdefault(name, []).append(_After(mine.person, [after[one].answer for one in given]))
        done += len(portion)
    return len(wanted), left_out, found


def _portions(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    """People in their order, so many together that each portion has at least ``PORTION`` copies."""
    portion: list[_Wanted] = []
    copies = 0
    for mine in wanted:
        portion.append(mine)
        copies += len(mine.copies)
        if copies >= PORTION:
            yield portion
            portion, copies = [], 0
    if portion:
        yield portion


def _group(question: str, everyone: Sequence[_Alike], gone_through: Sequence[_After]) -> Group:
    number = sum(alike.people for alike in everyone)
    beside: Counter[str] = Counter()
    could: Counter[str] = Counter()
    asked = {question, *the_pathway().rules.questions.get(question, ())}
    for alike in everyone:
        beside.update({other: alike.people for other in alike.here if other != question})
        if alike.could_be and not asked.isdisjoint(alike.questions):
            could[alike.could_be] += alike.people
    often = [(other, people) for other, people in beside.most_common(SEEN_TOGETHER) if 2 * people >= number]
    pressing = min(could, key=list(the_pathway().rules.indications).index, default=None)
    worst, worst_people = _worst(gone_through)
    unsettled = [one for one in gone_through if not settled(one.person)]
    return Group(
        question=question,
        open=number,
        gone_through=len(gone_through),
        certain=sum(all(map(settled, one.rows)) for one in unsettled),
        at_best=sum(any(map(settled, one.rows)) for one in unsettled),
        worst=worst,
        worst_people=worst_people,
        part_of=(pressing, could[pressing]) if pressing else None,
        together=tuple(often),
    )


def _worst(gone_through: Iterable[_After]) -> tuple[str | None, int]:
    """The most pressing status that an answer could give, and to how many who are less pressing now."""
    order = {name: place for place, name in enumerate(disposition_order())}
    found: Counter[str] = Counter()
    for person, rows in gone_through:
        name = min((row["disposition"] for row in rows), key=order.__getitem__)
        if order[name] < order[person["disposition"]]:
            found[name] += 1
    worst = min(found, key=order.__getitem__, default=None)
    return worst, found[worst] if worst else 0
