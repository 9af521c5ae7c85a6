"""What another number would do to a list: who enters and who leaves, compared answer by answer.

Nothing is decided here: the list is evaluated once more with the altered pathway, and the two sets of
answers are laid side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

import pathways
from dashboard import flow, phrases, wording
from dashboard.addresses import ONLY
from dashboard.people import People, Told, each_part, untold
from dashboard.wording.pathway import number_name, page
from dashboard.worklist import Worklist
from pathways import ANSWERS, Pathway
from pathways.answering import GROUPS
from pathways.definition import Parameter
from pathways.loading import ProfiledPathway
from pathways.vocabulary import concepts

MOST_NAMED = 50


@dataclass(frozen=True)
class Choice:
    """A number that can be tried, from ``low`` to ``high`` in steps of ``step``."""

    name: str
    group: str
    title: str
    unit: str
    present: Decimal
    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def shown(self) -> str:
        return flow.amount(self.present, self.unit)

    def read(self, text: str | None) -> Decimal | None:
        """A value from an address that anyone can write; None if it is no value of this number."""
        try:
            value = Decimal(text or "")
        except InvalidOperation:
            return None
        fits = value.is_finite() and self.low <= value <= self.high
        return value if fits and value % self.step == 0 else None


@dataclass(frozen=True)
class Change:
    """One place of the list: how many are there now and would be then, and the ids of those who come and go."""

    title: str
    before: int
    after: int
    enter: tuple[str, ...]
    leave: tuple[str, ...]

    @property
    def moved(self) -> bool:
        return bool(self.enter or self.leave)


@dataclass(frozen=True)
class Tally:
    """Single tests or referrals to order."""

    title: str
    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """``steps`` is every disposition, ``orders`` what is to be ordered; ``touched``: people with any other answer.

    ``then`` is the answers under the altered pathway, of those where anything differs.
    """

    people: int
    steps: tuple[Change, ...]
    orders: tuple[Change, ...]
    tests: tuple[Tally, ...]
    touched: int
    then: pa.Table

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(one for one in (*self.steps, *self.orders) if one.moved)


@dataclass(frozen=True)
class Named:
    """A person who comes or goes, with the next step now and then."""

    token: str
    name: str
    patient_id: str
    now: str
    then: str


def choices(pathway: ProfiledPathway) -> list[Choice]:
    """Every number of the profile that can be tried, in the order of the thresholds."""
    found = []
    for group in page().groups:
        for name in group.numbers:
            parameter = pathway.pathway.numbers.parameters.get(name)
            if parameter is None or not isinstance(present := pathway.value(name), Decimal):
                continue
            low, high = limits(pathway, name)
            step = page().steps.get(_unit(parameter), Decimal(1))
            found.append(Choice(name, group.title, number_name(name), parameter.unit, present, low, high, step))
    return found


def limits(pathway: ProfiledPathway, name: str) -> tuple[Decimal, Decimal]:
    """Between which values a number makes sense: what its unit allows, else what is plausible for its test."""
    allowed = page().limits.get(_unit(pathway.parameter(name)))
    known = concepts().get(_measured(pathway, name))
    plausible = known.plausible if known is not None else None
    return allowed or plausible or (Decimal(0), 2 * pathway.number(name))


def _unit(parameter: Parameter) -> str:
    return parameter.unit.split(" ")[0]


def _measured(pathway: ProfiledPathway, name: str) -> str:
    """The test or reading that a number is compared with, or no concept's id."""
    rules = pathway.rules
    for one in rules.results.criteria.values():
        if name in (one.at_least, one.above, one.below, one.above_reference, *(one.below_by_sex or {}).values()):
            return one.test
    return next((g.reading.concept for g in rules.findings if g.reading and g.reading.at_least == name), "")


def differences(
    panel: People, answers: pa.Table, altered: Pathway, profile: str, as_of: date, told: Told = untold
) -> pa.Table:
    """Of the answers under the altered pathway those that differ from ``answers``, which are everybody's in the order
    of their ids; ``told`` hears of how many people there are some.

    For a panel whose altered answers all together would be too many to keep.
    """
    found, begun = [ANSWERS.empty_table()], 0
    for part in each_part(panel, told):
        then = pathways.evaluate(part, altered, profile, as_of=as_of, again=True)
        now = answers.slice(begun, then.num_rows)
        if not now["patient_id"].equals(then["patient_id"]):
            raise ValueError("the answers are not of the same people in the same order")
        found.append(then.filter(_differs(now, then)))
        begun += then.num_rows
    return pa.concat_tables(found)


def replaced(answers: pa.Table, by: pa.Table) -> pa.Table:
    """The same people's answers, with those of ``by`` in the place of theirs; others of ``by`` are left out."""
    here = by.filter(pc.is_in(by["patient_id"], answers["patient_id"].combine_chunks()))
    same = answers.filter(pc.invert(pc.is_in(answers["patient_id"], here["patient_id"].combine_chunks())))
    return pa.concat_tables([same, here])


def compare(before: pa.Table, after: pa.Table, dispositions: Sequence[str], profile: str) -> Comparison:
    """Two sets of answers for the same people, in whatever order."""
    now, then = before.sort_by("patient_id"), after.sort_by("patient_id")
    if not now["patient_id"].equals(then["patient_id"]):
        raise ValueError("the two sets of answers are not of the same people")
    names = wording.statuses().groups

    def change(title: str, holds: Callable[[pa.Table], pa.ChunkedArray]) -> Change:
        return _change(title, now["patient_id"], holds(now), holds(then))

    steps = [change(wording.status(name).tile(profile), partial(_has, disposition=name)) for name in dispositions]
    orders = [change(f"{names[group]} to order", partial(_due, group=group)) for group in GROUPS]
    orders.append(change(ONLY["overdue"], lambda table: table["overdue"]))
    tests = tuple(Tally(names[group], _tests(now, group), _tests(then, group)) for group in GROUPS)
    touched = then.filter(_differs(now, then))
    return Comparison(now.num_rows, tuple(steps), tuple(orders), tests, touched.num_rows, touched)


def _change(title: str, ids: pa.ChunkedArray, before: pa.ChunkedArray, after: pa.ChunkedArray) -> Change:
    there, stays = pc.sum(before).as_py() or 0, pc.sum(after).as_py() or 0
    enter = ids.filter(pc.and_(after, pc.invert(before))).to_pylist()
    leave = ids.filter(pc.and_(before, pc.invert(after))).to_pylist()
    return Change(title, int(there), int(stays), tuple(enter), tuple(leave))


def _has(table: pa.Table, disposition: str) -> pa.ChunkedArray:
    return pc.equal(table["disposition"], disposition)


def _due(table: pa.Table, group: str) -> pa.ChunkedArray:
    """The same people as the worklist's filter of this name shows."""
    return pc.equal(pc.struct_field(table[group], "state"), "due")


def _tests(table: pa.Table, group: str) -> int:
    return int(pc.sum(pc.list_value_length(pc.struct_field(table[group], "due"))).as_py() or 0)


def _differs(now: pa.Table, then: pa.Table) -> pa.ChunkedArray:
    """Whose answer differs in anything."""
    differs = pa.chunked_array([pa.repeat(False, now.num_rows)])
    for name in now.column_names:
        differs = pc.or_(differs, pc.not_equal(_text(now[name]), _text(then[name])))
    return differs


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any column as comparable text; what is empty is the empty text."""
    if pa.types.is_struct(column.type):
        state, due = (pc.struct_field(column, field) for field in ("state", "due"))
        return pc.binary_join_element_wise(_text(state), _text(due), ":")
    if pa.types.is_list(column.type):
        return pc.fill_null(pc.binary_join(column, " "), "")
    return pc.fill_null(column.cast(pa.string()), "")


def named(people: Worklist, ids: Sequence[str], then: pa.Table, most: int = MOST_NAMED) -> list[Named]:
    """The first people of those ids in the order of the worklist, with what they would be by ``then``."""
    rows = people.query(
        "select token, name, patient_id, disposition, indication from people where list_contains(?, patient_id) "
        "order by rank limit ?",
        [list(ids), most],
    )
    wanted = pa.array([row["patient_id"] for row in rows], pa.string())
    found = then.filter(pc.is_in(then["patient_id"], wanted)).select(["patient_id", "disposition", "indication"])
    later = {row["patient_id"]: phrases.status(row) for row in found.to_pylist()}
    return [
        Named(
            row["token"],
            row["name"] or "No name recorded",
            row["patient_id"],
            phrases.status(row),
            later[row["patient_id"]],
        )
        for row in rows
    ]
