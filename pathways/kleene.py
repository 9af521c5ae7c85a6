"""Three-valued logic as SQL: TRUE is met, FALSE is not met, NULL is unknown.

SQL's AND, OR and NOT are strong Kleene logic, so ``all``, ``any`` and ``not`` need no code of ours.
What is written here is the rest: ``any_recorded``, ``at least k`` and comparisons of a value that
may carry a comparator (``<5``), which decide only where they are certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from sqlglot import exp

from pathways.steps import holds, is_unknown, literal, sql, when


def all_of(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Not met if any part is not met, else unknown if any part is unknown."""
    return exp.and_(*parts)


def any_of(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Met if any part is met, else unknown if any part is unknown."""
    return exp.or_(*parts)


def any_recorded(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Met if any part is met; unknown only if every part is unknown; else not met."""
    return (
        exp.Case()
        .when(holds(any_of(parts)), exp.true(), copy=False)
        .when(exp.and_(*(is_unknown(part) for part in parts)), exp.null(), copy=False)
        .else_(exp.false(), copy=False)
    )


def at_least(count: int, parts: Sequence[exp.Expr]) -> exp.Expr:
    """Met if ``count`` parts are met; not met if fewer are met or unknown; else unknown."""
    met = _sum(when(holds(part), 1, 0) for part in parts)
    possible = _sum(when(holds(exp.Not(this=exp.paren(part.copy(), copy=False))), 0, 1) for part in parts)
    return (
        exp.Case()
        .when(exp.GTE(this=met, expression=literal(count)), exp.true(), copy=False)
        .when(exp.LT(this=possible, expression=literal(count)), exp.false(), copy=False)
    )


def _sum(parts: Iterable[exp.Expr]) -> exp.Expr:
    return exp.paren(reduce(lambda total, part: exp.Add(this=total, expression=part), parts), copy=False)


def not_below(limit: exp.Expr) -> exp.Expr:
    """``value >= limit`` for the columns ``value`` and ``comparator``; unknown where not certain."""
    return sql(
        """CASE WHEN comparator IS NULL THEN value >= :limit
                WHEN comparator IN ('>', '>=') AND value >= :limit THEN TRUE
                WHEN comparator = '<' AND value <= :limit THEN FALSE
                WHEN comparator = '<=' AND value < :limit THEN FALSE END""",
        limit=limit,
    )


def above(limit: exp.Expr) -> exp.Expr:
    """``value > limit`` for the columns ``value`` and ``comparator``; unknown where not certain."""
    return sql(
        """CASE WHEN comparator IS NULL THEN value > :limit
                WHEN comparator = '>' AND value >= :limit THEN TRUE
                WHEN comparator = '>=' AND value > :limit THEN TRUE
                WHEN comparator IN ('<', '<=') AND value <= :limit THEN FALSE END""",
        limit=limit,
    )


def below(limit: exp.Expr) -> exp.Expr:
    """``value < limit``: the negation of ``not_below``."""
    return exp.Not(this=exp.paren(not_below(limit), copy=False))
