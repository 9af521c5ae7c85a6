"""Run by Alembic: applies the steps over the connection, and inside the transaction, of whoever asks."""

from __future__ import annotations

from alembic import context

from dashboard.actions.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
