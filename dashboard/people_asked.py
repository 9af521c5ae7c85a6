"""People with a question open, by the database: how many have alike, all in their order, those of one question.

Of a region there are hundreds of thousands; only those worked out or shown are brought up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.answerable import Row
from dashboard.asking import settled
from dashboard.filtering import Filters, condition
from dashboard.panel_store import the_pathway
from dashboard.worklist import Worklist

PAGE_SIZE = 25
FIRST = 1_000
"""People brought up at first: about as many as are worked out at once, at four answers each."""

NEEDED = ("patient_id", "disposition", "missing", "questions", "could_be", "birth_first", "birth_last", "trial_start")
_WITH_OPEN = "(len(missing) > 0 or len(questions) > 0)"
_PRESSING = "list_position(?, {}could_be) nulls last, {}rank"


@dataclass(frozen=True)
class Counted:
    """What is known of the people of ``listing`` under ``filters`` without working anything out.

    ``total``: everybody under the filters. ``alike``: what is open, what they could be, the status and how many
    ``people`` have these, for everybody with a question open, in the order of the first of them.
    """

    listing: Worklist
    filters: Filters
    total: int
    alike: tuple[Row, ...]

    @cached_property
    def people(self) -> int:
        return sum(row["people"] for row in self.alike)

    @cached_property
    def unsettled(self) -> int:
        return sum(row["people"] for row in self.alike if not settled(row))

    @cached_property
    def could_be(self) -> Mapping[str, int]:
        """People by what they could be, the most pressing first."""
        found: Counter[str] = Counter()
        for row in self.alike:
            if row["could_be"]:
                found[row["could_be"]] += row["people"]
        return found

    def one_by_one(self) -> Iterator[Row]:
        """Those first who could be worst, in ever larger portions: whoever has enough of them goes no further."""
        where, values = condition(self.filters)
        statement = f"""select {", ".join(NEEDED)} from (select * from people{where}) where {_WITH_OPEN}
            order by {_PRESSING.format("", "")} limit ? offset ?"""
        passed, most = 0, FIRST
        while passed < self.people:
            yield from self.listing.query(statement, [*values, _indications(), most, passed])
            passed, most = passed + most, 2 * most


def counted(people: Worklist, filters: Filters) -> Counted:
    where, values = condition(filters)
    alike = people.query(
        f"""select questions, missing, could_be, disposition, count(*) as people, min(rank) as rank
        from (select * from people{where}) where {_WITH_OPEN} group by questions, missing, could_be, disposition
        order by {_PRESSING.format("", "")}""",
        [*values, _indications()],
    )
    return Counted(people, filters, people.total(filters), tuple(alike))


def _indications() -> list[str]:
    return list(the_pathway().rules.indications)


@dataclass(frozen=True)
class PeopleAsked:
    """The people of a question and those just answered, in an order that no answer changes.

    What somebody could be comes before the place on the list, both as they were before any answer.
    """

    open_now: Counted
    question: str
    answered: Collection[str]

    @cached_property
    def total(self) -> int:
        of_these, values = self._these()
        return int(self.open_now.listing.query(f"select count(*) as people {of_these}", values)[0]["people"])

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)

    def page(self, number: int) -> Sequence[Row]:
        of_these, values = self._these()
        return self.open_now.listing.query(
            f"""with shown as (
                select place, before.could_be, before.rank
                from main.people before where place in (select place {of_these})
                order by {_PRESSING.format("before.", "before.")} limit {PAGE_SIZE} offset ?)
            select people.* from people join shown using (place) order by {_PRESSING.format("shown.", "shown.")}""",
            [*values, _indications(), (number - 1) * PAGE_SIZE, _indications()],
        )

    def _these(self) -> tuple[str, list[object]]:
        where, values = condition(replace(self.open_now.filters, question=self.question))
        return f"from people{where} or list_contains(?, patient_id)", [*values, list(self.answered)]
