"""What refuses to change or delete a line, as the migrations made it: a trigger that keeps its name and says nothing
protects nothing."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from dashboard.actions.migrations.versions import r0001_action_log, r0002_audit
from dashboard.actions.tables import ACTIONS, AUDIT, exists

_MADE_BY = {ACTIONS: r0001_action_log, AUDIT: r0002_audit}
_FOUND = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    # In a session that only replicates nothing else would fire; everywhere else 'R' and 'D' never do.
    "postgresql": "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || prosrc FROM pg_trigger"
    " JOIN pg_proc ON pg_proc.oid = tgfoid"
    " WHERE tgrelid IN (to_regclass('actions'), to_regclass('audit')) AND NOT tgisinternal"
    " AND tgenabled IN ('O', 'A')",
}


def as_made(connection: sa.Connection) -> bool:
    """Whether the tables that are there have the triggers that the migrations gave them, to the word, and no others."""
    dialect = connection.dialect.name
    found = {str(row[0]): _words(str(row[1])) for row in connection.exec_driver_sql(_FOUND[dialect])}
    made: dict[str, str] = {}
    for table, step in _MADE_BY.items():
        if exists(connection, table):
            made |= _said(step.guards(dialect), "" if dialect == "sqlite" else step.POSTGRESQL_FUNCTION)
    return found == made


def _said(guards: Mapping[str, str], function: str) -> dict[str, str]:
    """Each trigger as the database says it; a server keeps what is done in a function of its own."""
    body = function.partition("$$")[2].rpartition("$$")[0]
    return {name: _words(text + body) for name, text in guards.items()}


def _words(text: str) -> str:
    return " ".join(text.split())
