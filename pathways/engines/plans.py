"""Statements that are planned once.

Planning a statement as wide as ours takes the database over a second, whoever the people are; running the plan over a
few of them takes a third of that. A plan depends on no row of a panel and on no day, so the next panel and the next day
are put into the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from threading import Lock

import duckdb
import pyarrow as pa

from pathways.engines.any_day import Day
from pathways.engines.coding import give
from pathways.engines.numbering import NUMBERED_EVENTS, NUMBERED_PATIENTS, Numbered

MOST_KEPT = 6
"""One takes some tens of megabytes."""


class _Place:
    """What a plan reads in place of a table: each run asks it anew for the rows that it holds then."""

    def __init__(self, schema: pa.Schema) -> None:
        self.nobody: pa.Table = schema.empty_table()
        self.rows = self.nobody

    def __arrow_c_schema__(self) -> object:
        return self.nobody.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


class Plan:
    """A statement of any day, planned on a connection of its own. It serves one panel at a time, keeps nobody's rows.

    ``before``: how many days before the as-of date the statement looks at, as ``of_any_day`` tells.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, statement: str, before: Sequence[int]) -> None:
        self.statement = statement
        self._connection = connection
        self._patients, self._events = _Place(NUMBERED_PATIENTS), _Place(NUMBERED_EVENTS)
        give(connection, self._patients, self._events)
        self._day = Day(connection, before)
        connection.execute(f"PREPARE planned AS {statement}")

    def run(self, panel: Numbered, day: date) -> pa.Table:
        """The rows that the statement gives for a panel on a day."""
        self._day.set(day)
        self._patients.rows, self._events.rows = panel.patients, panel.events
        try:
            return self._connection.sql("EXECUTE planned").to_arrow_table()
        finally:
            self._patients.rows, self._events.rows = self._patients.nobody, self._events.nobody

    def close(self) -> None:
        self._connection.close()


class Plans:
    """The plans that nobody runs at the moment, the one used last at the end; a few statements' worth of them."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._idle: list[Plan] = []
        self._lock = Lock()

    def take(self, statement: str) -> Plan | None:
        """The plan of a statement, for the caller alone until it is given back."""
        with self._lock:
            found = next((plan for plan in reversed(self._idle) if plan.statement == statement), None)
            if found is not None:
                self._idle.remove(found)
            return found

    def give_back(self, plan: Plan) -> None:
        """Keep a plan for the next panel, in place of the one that was not used for longest."""
        with self._lock:
            self._idle.append(plan)
            surplus = self._idle.pop(0) if len(self._idle) > self._most else None
        if surplus is not None:
            surplus.close()

    def close(self) -> None:
        """Give up every plan."""
        with self._lock:
            given_up, self._idle = self._idle, []
        for plan in given_up:
            plan.close()
