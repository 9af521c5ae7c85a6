"""Which missing answers would settle the most people: every open question with those it is open for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.answerable import Row, possible, ways
from dashboard.asking import Outcome, open_questions, settled
from dashboard.filtering import Filters, condition
from dashboard.panel_store import HeldPanel, disposition_order, the_pathway
from dashboard.session_answers import Answer
from dashboard.worklist import Worklist

MOST_COPIES = 4_000
"""Copies worked out at once; of a longer list the most pressing people are worked out."""

PORTION = 2_000
"""Copies of one evaluation: after each, whoever waits is told how far it is."""

SEEN_TOGETHER = 3

NEEDED = (
    "patient_id", "token", "disposition", "missing", "questions", "could_be",
    "birth_first", "birth_last", "trial_start",
)  # fmt: skip
"""Of a region there are hundreds of thousands with something open: no more of each is brought up than is asked for."""

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
    people: tuple[Row, ...]
    gone_through: int
    certain: int
    at_best: int
    worst: str | None
    worst_people: int
    part_of: tuple[str, int] | None
    together: tuple[tuple[str, int], ...]

    @property
    def open(self) -> int:
        return len(self.people)

    @classmethod
    def closed(cls, question: str) -> Group:
        """A question that is open for nobody any more."""
        return cls(question, (), 0, 0, 0, None, 0, None, ())


@dataclass(frozen=True)
class Counted:
    """What is known without working anything out. ``total``: people under the filters.

    ``rows``: those with a question open, those first who could be worst; ``could_be``: people by what they could be.
    """

    total: int
    rows: tuple[Row, ...]
    unsettled: int
    could_be: Mapping[str, int]

    @property
    def people(self) -> int:
        return len(self.rows)


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


def counted(people: Worklist, filters: Filters) -> Counted:
    where, values = condition(filters)
    rows = people.query(
        f"""select {", ".join(NEEDED)} from (select * from people{where})
        where len(missing) > 0 or len(questions) > 0 order by rank""",
        values,
    )
    could = {name: place for place, name in enumerate(the_pathway().rules.indications)}
    rows.sort(key=lambda row: could.get(row["could_be"] or "", len(could)))
    return Counted(
        total=people.total(filters),
        rows=tuple(rows),
        unsettled=sum(not settled(row) for row in rows),
        could_be=dict(Counter(row["could_be"] for row in rows if row["could_be"])),
    )


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
    rows = open_now.rows
    asked: dict[str, list[Row]] = {}
    for row in rows:
        for name in dict.fromkeys([*row["questions"], *row["missing"]]):
            asked.setdefault(name, []).append(row)
    chosen, left_out, found = _gone_through(held, rows, profile, as_of, not_anew, told)
    beside = _open_beside(rows)
    groups = [_group(name, listed, found, beside) for name, listed in asked.items() if not _covered(name, asked)]
    order = {name: place for place, name in enumerate(disposition_order())}
    groups.sort(key=lambda one: (order.get(one.worst or "", len(order)), -one.certain, -one.at_best, -one.open))
    return Survey(open_now.total, open_now.people, chosen, left_out, tuple(groups))


def _open_beside(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """What can be answered here of each person; most people have the same open as many others."""
    known: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        key = (tuple(row["questions"]), tuple(row["missing"]))
        if key not in known:
            known[key] = tuple(name for name in open_questions(row) if ways(name))
        found[row["token"]] = known[key]
    return found


def _covered(question: str, asked: Mapping[str, list[Row]]) -> bool:
    """Whether a broader question stands open for everyone for whom this one is."""
    mine = {row["token"] for row in asked[question]}
    return any(
        question in parts and mine <= {row["token"] for row in asked.get(broader, ())}
        for broader, parts in the_pathway().rules.questions.items()
    )


_Wanted = Mapping[tuple[str, str], list[tuple[str, Answer]]]
_Found = dict[tuple[str, str], list[Outcome]]


def _gone_through(
    held: HeldPanel, rows: Sequence[Row], profile: str, as_of: date, not_anew: Collection[str], told: Told | None
) -> tuple[int, int, _Found]:
    """For how many people, how many not anew, and by person and question what each possible answer would lead to."""
    wanted: list[_Wanted] = []
    copies = left_out = 0
    for row in rows:
        mine = {(row["patient_id"], name): possible(held, row, name, profile, as_of) for name in open_questions(row)}
        copies += sum(map(len, mine.values()))
        if copies > MOST_COPIES:
            break
        if row["patient_id"] in not_anew and not held.supposed(_answers(mine), profile, as_of):
            left_out += 1
            mine = {}
        wanted.append(mine)
    found: _Found = {}
    done = 0
    for portion in _portions(wanted):
        answers = [answer for mine in portion for answer in _answers(mine)]
        if told and not held.supposed(answers, profile, as_of):
            told(done, len(wanted))
        after = held.suppose(answers, profile, as_of)
        for mine in portion:
            found |= {key: [Outcome(said, after[one].answer) for said, one in pairs] for key, pairs in mine.items()}
        done += len(portion)
    return len(wanted), left_out, found


def _answers(wanted: _Wanted) -> list[Answer]:
    return [answer for pairs in wanted.values() for _, answer in pairs]


def _portions(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    """People in their order, so many together that each portion has at least ``PORTION`` copies."""
    portion: list[_Wanted] = []
    copies = 0
    for mine in wanted:
        portion.append(mine)
        copies += sum(map(len, mine.values()))
        if copies >= PORTION:
            yield portion
            portion, copies = [], 0
    if portion:
        yield portion


def _group(question: str, rows: list[Row], found: _Found, asked_of: Mapping[str, Sequence[str]]) -> Group:
    order = {name: place for place, name in enumerate(disposition_order())}
    certain = at_best = gone_through = 0
    worst: Counter[str] = Counter()
    for row in rows:
        after = [outcome.then for outcome in found.get((row["patient_id"], question), ())]
        gone_through += bool(after)
        if after and not settled(row):
            certain += all(map(settled, after))
            at_best += any(map(settled, after))
        names = [one["disposition"] for one in after if order[one["disposition"]] < order[row["disposition"]]]
        if names:
            worst[min(names, key=order.__getitem__)] += 1
    name = min(worst, key=order.__getitem__, default=None)
    beside: Counter[str] = Counter()
    for names, number in Counter(asked_of[row["token"]] for row in rows).items():
        beside.update({other: number for other in names if other != question})
    often = [(other, number) for other, number in beside.most_common(SEEN_TOGETHER) if 2 * number >= len(rows)]
    asked = {question, *the_pathway().rules.questions.get(question, ())}
    could = Counter(row["could_be"] for row in rows if row["could_be"] and not asked.isdisjoint(row["questions"]))
    pressing = min(could, key=list(the_pathway().rules.indications).index, default=None)
    return Group(
        question=question,
        people=tuple(rows),
        gone_through=gone_through,
        certain=certain,
        at_best=at_best,
        worst=name,
        worst_people=worst[name] if name else 0,
        part_of=(pressing, could[pressing]) if pressing else None,
        together=tuple(often),
    )


def listed(
    group: Group, held: HeldPanel, people: Worklist, answered: Collection[str], profile: str, as_of: date
) -> list[Row]:
    """The group's people and those just answered, in an order that no answer changes.

    What somebody could be comes before the place on the list, both as they were before any answer.
    """
    before = held.as_read.worklist(profile, as_of)
    ids = list(dict.fromkeys([*(row["patient_id"] for row in group.people), *answered]))
    could = {name: place for place, name in enumerate(the_pathway().rules.indications)}
    these = "select * from people where list_contains(?, patient_id)"
    first = {
        row["patient_id"]: (could.get(row["could_be"] or "", len(could)), row["rank"])
        for row in before.query(these, [ids])
    }
    rows = people.query(these, [ids])
    return sorted(rows, key=lambda row: first[row["patient_id"]])
