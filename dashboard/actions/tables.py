"""The one table of the store. The migrations make it; a test compares the two."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

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

APPEND_ONLY = ("actions_are_not_changed", "actions_are_not_deleted")
"""The triggers that refuse to change or delete a line."""


def as_row(line: sa.Row[Any]) -> dict[str, Any]:
    """A whole line of the table by the names of its columns."""
    return dict(zip(COLUMNS, line, strict=True))
