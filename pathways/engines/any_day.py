"""One plan for every day: the as-of date is a row that the plan reads, as it reads the people.

A day written into the statement, or handed over as a parameter, would have the database plan anew for each day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa
from sqlglot import exp

from pathways.steps import as_of_marks

TABLE = "as_of"


def _column(before: int) -> str:
    return f"day_{before}"


def of_any_day(statement: exp.Expr) -> tuple[exp.Expr, Sequence[int]]:
    """The statement itself, reading its day from ``as_of``, and how many days before the as-of date it looks at."""
    marks = list(as_of_marks(statement))
    for mark, before in marks:
        mark.replace(exp.select(exp.column(_column(before))).from_(TABLE).subquery())
    return statement, sorted({before for _, before in marks})


class Day:
    """The table ``as_of`` of a connection, which each run asks anew for its one row."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, before: Sequence[int]) -> None:
        self._before = before
        self.set(date.max)  # until a run names its day
        if before:
            connection.register(TABLE, self)

    def set(self, day: date) -> None:
        self._row = pa.table({_column(less): pa.array([day - timedelta(days=less)]) for less in self._before})

    def __arrow_c_schema__(self) -> object:
        return self._row.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._row.__arrow_c_stream__(requested_schema)
