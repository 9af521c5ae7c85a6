"""The embedded database as the view models use it: tables in memory, and nothing outside them."""

from __future__ import annotations

from typing import Any

import duckdb

Database = duckdb.DuckDBPyConnection
Error = duckdb.Error


def opened() -> Database:
    """A database of its own in memory that fetches no extension and cannot be told otherwise by a statement."""
    kept_in = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
    }
    database = duckdb.connect(":memory:", config=kept_in)
    database.execute("set enable_progress_bar = false")  # else it may be drawn into standard output
    return database


def rows(found: Database) -> list[dict[str, Any]]:
    """The rows of an executed statement by column name."""
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
