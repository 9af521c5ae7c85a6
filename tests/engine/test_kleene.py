"""The truth tables of three-valued logic, as DuckDB works them out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import duckdb
import pytest
from sqlglot import exp

from pathways import kleene
from pathways.steps import literal

T, F, U = True, False, None
VALUES: tuple[bool | None, ...] = (T, F, U)
PAIRS = list(product(VALUES, VALUES))
TRIPLES = list(product(VALUES, repeat=3))

#                 (T,T) (T,F) (T,U) (F,T) (F,F) (F,U) (U,T) (U,F) (U,U)
ALL = dict(zip(PAIRS, [T, F, U, F, F, F, U, F, U], strict=True))
ANY = dict(zip(PAIRS, [T, T, T, T, F, U, T, U, U], strict=True))
ANY_RECORDED = dict(zip(PAIRS, [T, T, T, T, F, F, T, F, U], strict=True))


def worked_out(expression: exp.Expr, names: str, rows: Sequence[Sequence[bool | None]]) -> list[bool | None]:
    """The verdict of an expression over the named columns, one for each row."""
    columns = ", ".join(f"CAST(${n + 1} AS BOOLEAN) AS {name}" for n, name in enumerate(names))
    statement = f"SELECT {expression.sql(dialect='duckdb')} FROM (SELECT {columns})"
    with duckdb.connect(":memory:") as connection:
        return [connection.execute(statement, list(row)).fetchall()[0][0] for row in rows]


def parts(count: int) -> list[exp.Expr]:
    return [exp.column(name) for name in "abcd"[:count]]


@pytest.mark.parametrize(
    ("combine", "table"),
    [(kleene.all_of, ALL), (kleene.any_of, ANY), (kleene.any_recorded, ANY_RECORDED)],
    ids=["all", "any", "any_recorded"],
)
def test_of_two(combine: object, table: dict[tuple[bool | None, ...], bool | None]) -> None:
    expression = combine(parts(2))  # type: ignore[operator]
    assert dict(zip(PAIRS, worked_out(expression, "ab", PAIRS), strict=True)) == table


def test_not_keeps_unknown() -> None:
    expression = exp.Not(this=parts(1)[0])
    assert worked_out(expression, "a", [[T], [F], [U]]) == [F, T, U]


@pytest.mark.parametrize(
    ("combine", "table"),
    [(kleene.all_of, ALL), (kleene.any_of, ANY)],
    ids=["all", "any"],
)
def test_of_three_is_the_pair_table_applied_twice(
    combine: object, table: dict[tuple[bool | None, ...], bool | None]
) -> None:
    expected = [table[table[a, b], c] for a, b, c in TRIPLES]
    assert worked_out(combine(parts(3)), "abc", TRIPLES) == expected  # type: ignore[operator]


def test_any_recorded_of_three_is_unknown_only_if_nothing_is_recorded() -> None:
    given = dict(zip(TRIPLES, worked_out(kleene.any_recorded(parts(3)), "abc", TRIPLES), strict=True))
    assert [row for row, verdict in given.items() if verdict is U] == [(U, U, U)]
    assert {row for row, verdict in given.items() if verdict is T} == {row for row in TRIPLES if T in row}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_at_least_is_certain_only_if_no_unknown_could_change_it(count: int) -> None:
    """Unknowns are filled in, all the ways there are; only what every way says is known."""
    expected = []
    for row in TRIPLES:
        ways = product(*((part,) if part is not U else (T, F) for part in row))
        verdicts = {sum(way) >= count for way in ways}
        expected.append(verdicts.pop() if len(verdicts) == 1 else U)
    assert worked_out(kleene.at_least(count, parts(3)), "abc", TRIPLES) == expected


LIMIT = Decimal(50)
MEASURED = [
    (value, comparator)
    for value in (Decimal("49.999999999"), Decimal(50), Decimal("50.000000001"))
    for comparator in (None, "<", "<=", ">", ">=")
]
NEAR = Decimal("0.0000000001")


def possible(value: Decimal, comparator: str | None) -> list[Decimal]:
    """What the true value may be: far away, next to the reported one (finer than any column), or that one."""
    low, high = [Decimal(-1000), value - NEAR], [value + NEAR, Decimal(1000)]
    ways = {None: [value], "<": low, "<=": [*low, value], ">": high, ">=": [value, *high]}
    return ways[comparator]


def compared(compare: object, value: Decimal | None, comparator: str | None) -> object:
    """The verdict of one comparison with the limit."""
    columns = "CAST($1 AS DECIMAL(18, 9)) AS value, CAST($2 AS VARCHAR) AS comparator"
    expression = compare(literal(LIMIT))  # type: ignore[operator]
    with duckdb.connect(":memory:") as connection:
        statement = f"SELECT {expression.sql(dialect='duckdb')} FROM (SELECT {columns})"
        return connection.execute(statement, [value, comparator]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("compare", "holds"),
    [
        (kleene.not_below, lambda value: value >= LIMIT),
        (kleene.above, lambda value: value > LIMIT),
        (kleene.below, lambda value: value < LIMIT),
    ],
    ids=["not_below", "above", "below"],
)
@pytest.mark.parametrize(("value", "comparator"), MEASURED, ids=str)
def test_a_comparator_decides_only_where_it_is_certain(
    compare: object, holds: object, value: Decimal, comparator: str | None
) -> None:
    verdicts = {holds(one) for one in possible(value, comparator)}  # type: ignore[operator]
    expected = verdicts.pop() if len(verdicts) == 1 else U
    assert compared(compare, value, comparator) is expected


@pytest.mark.parametrize("comparator", [None, "<", ">="])
def test_an_unknown_value_is_an_unknown_comparison(comparator: str | None) -> None:
    for compare in (kleene.not_below, kleene.above, kleene.below):
        assert compared(compare, None, comparator) is U
