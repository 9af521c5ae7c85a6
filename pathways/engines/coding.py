"""The few words that events are made of as one byte each, which compare, group and keep faster than texts.

The statement speaks of texts, as a reviewer reads it. Here the columns that only ever hold words of the vocabulary
become enumerations; the database compares them with the texts of the statement by itself. The words stand in
alphabetical order, so that whatever is ordered by them is ordered as texts are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import duckdb
from sqlglot import exp

from pathways.panel import RESULTS, STATUSES
from pathways.vocabulary import concepts

CLASSES = ("answer", "preliminary", "result", "state", "step")
COMPARATORS = ("<", "<=", ">", ">=")


@cache
def codes() -> Mapping[str, Sequence[str]]:
    """Column of ``event`` -> the words it may hold."""
    return {
        "concept": sorted(concepts()),
        "status": sorted({status for listed in STATUSES.values() for status in listed}),
        "result": sorted({result for listed in RESULTS.values() for result in listed}),
        "comparator": sorted(COMPARATORS),
        "class": CLASSES,
    }


COLUMNS = ("concept", "status", "result", "comparator")
"""Those of them that the table of events has itself."""


def give(connection: duckdb.DuckDBPyConnection, patients: object, events: object) -> None:
    """Let a new connection read what gives Arrow tables as ``patients`` and, in codes, as ``events``."""
    for column, words in codes().items():
        listed = ", ".join(exp.Literal.string(word).sql("duckdb") for word in words)
        connection.execute(f"CREATE TYPE {column}_code AS ENUM ({listed})")
    connection.register("patients", patients)
    connection.register("given_events", events)
    coded = ", ".join(f"TRY_CAST({column} AS {column}_code) AS {column}" for column in COLUMNS)
    connection.execute(f"CREATE TEMP VIEW events AS SELECT * REPLACE ({coded}) FROM given_events")


def coded(statement: exp.Expr) -> exp.Expr:
    """The statement itself, in which every such column that is made of texts is made of codes."""
    for made in statement.find_all(exp.Alias):
        if made.alias in codes() and not isinstance(made.this, exp.Column):
            code = exp.DataType.build(f"{made.alias}_code", udt=True)
            made.set("this", exp.Cast(this=made.this, to=code))
    return statement
