"""The action log: one table that can be added to and not otherwise changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXTS_BEFORE, TEXTS_AFTER = (
    ("panel", "patient_id"),
    (
        "action_id", "kind", "content", "recorded_at", "user_id", "user_name", "role", "identity", "as_of",
        "profile", "pathway", "previous", "seal",
    ),
)  # fmt: skip

SQLITE = """
CREATE TRIGGER {name} BEFORE {what} ON actions
BEGIN SELECT RAISE(ABORT, 'the action log is only added to'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION actions_are_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the action log is only added to'; END $$
"""
POSTGRESQL = (
    "CREATE TRIGGER {name} BEFORE {what} ON actions FOR EACH STATEMENT EXECUTE FUNCTION actions_are_only_added_to()"
)


def guards(dialect: str) -> dict[str, str]:
    """The triggers by their names, each as it is made."""
    template, delete = (SQLITE, "DELETE") if dialect == "sqlite" else (POSTGRESQL, "DELETE OR TRUNCATE")
    what = {"actions_are_not_changed": "UPDATE", "actions_are_not_deleted": delete}  # SQLite has no TRUNCATE
    return {name: template.format(name=name, what=when) for name, when in what.items()}


def upgrade() -> None:
    """Make the table and what protects it."""
    op.create_table(
        "actions",
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS_BEFORE),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS_AFTER),
        sa.PrimaryKeyConstraint("panel", "patient_id", "version", name="one_action_a_version"),
        sa.UniqueConstraint("action_id", name="one_action_a_form"),
        sa.CheckConstraint("version > 0", name="versions_count_from_one"),
    )
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":
        op.execute(POSTGRESQL_FUNCTION)
    for guard in guards(dialect).values():
        op.execute(guard)
