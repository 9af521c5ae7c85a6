"""The audit trail: who looked at what, in a second table that can be added to and not otherwise changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXTS = (
    "entry_id", "at", "kind", "outcome", "user_id", "user_name", "role", "identity", "session", "panel", "as_of",
    "profile", "pathway", "patient_id", "about", "previous", "seal",
)  # fmt: skip

SQLITE = """
CREATE TRIGGER {name} BEFORE {what} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$
"""
POSTGRESQL = "CREATE TRIGGER {name} BEFORE {what} ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()"


def guards(dialect: str) -> dict[str, str]:
    """The triggers by their names, each as it is made."""
    template, delete = (SQLITE, "DELETE") if dialect == "sqlite" else (POSTGRESQL, "DELETE OR TRUNCATE")
    what = {"audit_is_not_changed": "UPDATE", "audit_is_not_deleted": delete}
    return {name: template.format(name=name, what=when) for name, when in what.items()}


def upgrade() -> None:
    """Make the table, what it is searched by, and what protects it."""
    op.create_table(
        "audit",
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sa.PrimaryKeyConstraint("chain", "number", name="one_entry_a_number"),
        sa.UniqueConstraint("entry_id", name="one_entry_an_id"),
        sa.CheckConstraint("number > 0", name="numbers_count_from_one"),
    )
    op.create_index("audit_by_moment", "audit", ["at"])
    op.create_index("audit_of_a_person", "audit", ["patient_id"])
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":
        op.execute(POSTGRESQL_FUNCTION)
    for guard in guards(dialect).values():
        op.execute(guard)
