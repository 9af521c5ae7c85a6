"""SQL steps: a template in plain SQL, with values and expressions put in as syntax, never as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TypeAlias

import sqlglot
from sqlglot import exp

Part: TypeAlias = exp.Expr | str | int | Decimal | date | bool | Sequence[str] | None

DIALECT = "duckdb"
_AS_OF = re.compile(r"'as_of-(\d{4,})'")


@cache
def _parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, dialect=DIALECT)


def literal(value: Part) -> exp.Expr:
    """A Python value as SQL syntax; dates are typed."""
    if isinstance(value, exp.Expr):
        return value.copy()
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    if isinstance(value, Decimal):
        return exp.Literal.number(format(value, "f"))
    return exp.convert(value)


def sql(text: str, **parts: Part) -> exp.Expr:
    """The parsed template with every ``:name`` replaced; a sequence fills an ``IN (:name)`` list.

    Raises ``KeyError`` for a name that is not given.
    """
    tree = _parsed(text).copy()
    holder = exp.Paren(this=tree)  # so that a template that is one placeholder has a parent
    for place in list(holder.find_all(exp.Placeholder)):
        value = parts[place.name]
        if isinstance(value, (list, tuple)):
            parent = place.parent
            assert isinstance(parent, exp.In)
            parent.set("expressions", [exp.Literal.string(item) for item in value] or [exp.null()])
        else:
            filled = literal(value)
            wrap = isinstance(filled, (exp.Binary, exp.Connector, exp.Not, exp.Case))
            place.replace(exp.paren(filled, copy=False) if wrap else filled)
    result: exp.Expr = holder.this
    result.pop()
    return result


def plus(day: exp.Expr | str, days: int) -> exp.Expr:
    """The date so many days later (or earlier)."""
    column = exp.column(day) if isinstance(day, str) else day.copy()
    step = exp.Interval(this=exp.Literal.string(str(days)), unit=exp.var("DAY"))
    return exp.cast(exp.Add(this=column, expression=step), "DATE")


def as_of_day(less: int = 0) -> exp.Expr:
    """The as-of date, or so many days before it: a mark as long as a date, for which ``dated`` puts in the day.

    Thus one text serves every day: building it takes far longer than putting a day in.
    """
    return exp.cast(exp.Literal.string(f"as_of-{less:04}"), "DATE")


def dated(text: str, day: date) -> str:
    """The text with the as-of date in place of its marks."""
    return _AS_OF.sub(lambda mark: f"'{day - timedelta(days=int(mark[1]))}'", text)


def as_of_marks(tree: exp.Expr) -> Iterator[tuple[exp.Cast, int]]:
    """Every mark of ``as_of_day`` in a tree, and how many days before the as-of date it stands for."""
    for cast in tree.find_all(exp.Cast):
        if cast.this.is_string and (mark := _AS_OF.fullmatch(f"'{cast.this.name}'")):
            yield cast, int(mark[1])


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column, so that no concept id can collide with a keyword."""
    return exp.column(name, table=table, quoted=True)


def earliest(parts: Iterable[exp.Expr]) -> exp.Expr:
    """The least of the dates that are there; null when none is."""
    return _of("LEAST", parts)


def latest(parts: Iterable[exp.Expr]) -> exp.Expr:
    """The greatest of the dates that are there; null when none is."""
    return _of("GREATEST", parts)


def _of(function: str, parts: Iterable[exp.Expr]) -> exp.Expr:
    items = [part.copy() for part in parts]
    if not items:
        return exp.cast(exp.null(), "DATE")
    return items[0] if len(items) == 1 else exp.func(function, *items, dialect=DIALECT)


def when(condition: exp.Expr, value: Part, otherwise: Part = None) -> exp.Case:
    """``CASE WHEN condition THEN value ELSE otherwise END``."""
    case = exp.Case(ifs=[exp.If(this=condition.copy(), true=literal(value))])
    if otherwise is not None:
        case.set("default", literal(otherwise))
    return case


def words(items: Iterable[tuple[exp.Expr, str]]) -> exp.Expr:
    """The words whose condition holds, in order, each once, joined by a space (no word: empty text)."""
    earlier: dict[str, list[exp.Expr]] = {}
    parts: list[exp.Expr] = []
    for condition, word in items:
        seen = earlier.setdefault(word, [])
        fresh = condition
        if seen:
            fresh = exp.and_(condition, *(exp.Not(this=holds(one)) for one in seen))
        parts.append(when(fresh, word))
        seen.append(condition)
    if not parts:
        return exp.Literal.string("")
    return exp.func("CONCAT_WS", exp.Literal.string(" "), *parts, dialect=DIALECT)


def holds(condition: exp.Expr) -> exp.Expr:
    """True when the condition is true; false when it is false or unknown."""
    return exp.func("COALESCE", condition.copy(), exp.false(), dialect=DIALECT)


def is_unknown(condition: exp.Expr) -> exp.Expr:
    """True when the condition is unknown."""
    asked = condition.copy()
    return exp.Is(
        this=asked if isinstance(asked, exp.Column | exp.Case) else exp.paren(asked, copy=False), expression=exp.null()
    )


def values(columns: Mapping[str, str], rows: Sequence[Sequence[Part]]) -> exp.Expr:
    """A small constant table as a query: ``columns`` maps each name to its SQL type."""
    selects: list[exp.Expr] = [
        exp.select(
            *(
                exp.alias_(exp.cast(literal(cell), kind), title, copy=False)
                for cell, (title, kind) in zip(row, columns.items(), strict=True)
            ),
            copy=False,
        )
        for row in rows
    ]
    query = selects[0]
    for select in selects[1:]:
        query = exp.Union(this=query, expression=select, distinct=False)
    return query
