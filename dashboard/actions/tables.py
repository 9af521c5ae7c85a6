"""The tables of the store. The migrations make them; a test compares the two."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.actions.audit import entries
from dashboard.actions.records import COLUMNS

metadata = sa.MetaData()

ACTIONS = sa.Table(
    "actions",
    metadata,
    *(sa.Column(name, sa.Integer if name == "version" else sa.Text, nullable=False) for name in COLUMNS),
    sa.PrimaryKeyConstraint("panel", "patient_id", "version", name="one_action_a_version"),
    sa.UniqueConstraint("action_id", name="one_action_a_form"),
    sa.CheckConstraint("version > 0", name="versions_count_from_one"),
)
AUDIT = sa.Table(
    "audit",
    metadata,
    *(sa.Column(name, sa.Integer if name == "number" else sa.Text, nullable=False) for name in entries.COLUMNS),
    sa.PrimaryKeyConstraint("chain", "number", name="one_entry_a_number"),
    sa.UniqueConstraint("entry_id", name="one_entry_an_id"),
    sa.CheckConstraint("number > 0", name="numbers_count_from_one"),
    sa.Index("audit_by_moment", "at"),
    sa.Index("audit_of_a_person", "patient_id"),
)


def as_row(line: sa.Row[Any]) -> dict[str, Any]:
    """A whole line of the actions by the names of its columns."""
    return dict(zip(COLUMNS, line, strict=True))


def exists(connection: sa.Connection, table: sa.Table) -> bool:
    return bool(sa.inspect(connection).has_table(table.name))


def has_lines(connection: sa.Connection, *tables: sa.Table) -> bool:
    """Whether anything stands in these tables, or in any of the store."""
    return any(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None
        for table in tables or (ACTIONS, AUDIT)
        if exists(connection, table)
    )
