"""The statement that ``--show-sql`` prints: readable, portable, and a function of profile and as-of date alone."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from pathways import load_pathway
from pathways.statement import statement_sql
from tests.engine.conftest import copied

AS_OF = date(2026, 6, 15)
NO_DATE = "1900-01-01"
"""Stands for a row without a date where one has to be compared; no record is as old."""


@cache
def text(profile: str = "us-acp", dialect: str = "duckdb", as_of: date = AS_OF) -> str:
    return statement_sql(load_pathway().in_profile(profile, as_of), dialect=dialect)


@cache
def tree(profile: str = "us-acp", dialect: str = "duckdb", as_of: date = AS_OF) -> exp.Expr:
    return sqlglot.parse_one(text(profile, dialect, as_of), dialect=dialect)


def dates(statement: exp.Expr) -> Counter[str]:
    """The date literals and how often each stands there."""
    casts = (cast for cast in statement.find_all(exp.Cast) if cast.to.this is exp.DataType.Type.DATE)
    return Counter(cast.this.name for cast in casts if isinstance(cast.this, exp.Literal))


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_each_dialect_reads_back_what_it_is_given(dialect: str) -> None:
    statement = tree(dialect=dialect)
    assert isinstance(statement, exp.Select)
    steps = [step.alias for step in statement.ctes]
    assert steps == [step.alias for step in tree().ctes]
    assert len(steps) == len(set(steps)) > 10


def test_every_step_names_its_columns() -> None:
    """Only the last line, which takes the whole answer, has a star."""
    stars = list(tree().find_all(exp.Star))
    assert [star.parent for star in stars] == [tree()]


def test_a_profile_and_a_day_have_one_statement(tmp_path: Path) -> None:
    again = load_pathway(copied(tmp_path / "again"))
    assert statement_sql(again.in_profile("us-acp", AS_OF)) == text()
    assert len({text(profile) for profile in load_pathway().numbers.profiles}) == 3


def test_every_date_in_it_follows_from_the_as_of_date() -> None:
    later = timedelta(days=1001)
    moved = Counter(
        {
            day if day == NO_DATE else (date.fromisoformat(day) + later).isoformat(): count
            for day, count in dates(tree()).items()
        }
    )
    assert moved == dates(tree(as_of=AS_OF + later))
    assert AS_OF.isoformat() in dates(tree())


@pytest.mark.parametrize("profile", ["us-acp", "uk-nice"])
def test_nothing_in_it_depends_on_clock_chance_or_order_of_rows(profile: str) -> None:
    clock = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.CurrentDatetime, exp.Rand)
    ties = (exp.ArgMax, exp.ArgMin, exp.First, exp.Last, exp.FirstValue, exp.LastValue, exp.AnyValue, exp.Limit)
    statement = tree(profile)
    assert not [found.sql() for found in statement.find_all(*clock, *ties)]
    unsorted = [w.sql() for w in statement.find_all(exp.Window) if not w.args.get("order")]
    assert not [window for window in unsorted if "ROW_NUMBER" in window]


def test_it_reads_the_two_tables_and_nothing_else() -> None:
    steps = {step.alias for step in tree().ctes}
    assert {table.name for table in tree().find_all(exp.Table)} - steps == {"patients", "events"}
