"""From one shape of the store to the next: nothing is lost, a copy is kept, and an older program stays away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.actions import schema, store
from dashboard.actions.log import ActionLog
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import verify
from tests.actions.made_up import draft, log_in

NEXT_STEP = """
from alembic import op
revision, down_revision = "0003", "0002"
def upgrade():
    op.execute("CREATE TABLE views (who TEXT NOT NULL)")
    {then}
"""


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The steps of a later version: the folder to write the next one into."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder / "versions"


def _tables(log: ActionLog) -> set[str]:
    return set(sa.inspect(log.store.engine).get_table_names())


def test_the_next_shape_keeps_what_is_there_and_a_copy(
    log: ActionLog, steps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = log.append(draft())
    (steps / "r0003_views.py").write_text(NEXT_STEP.format(then=""), encoding="ascii")
    later = log_in(tmp_path)
    assert "views" in _tables(later)
    assert later.everything() == (saved,)
    assert verify(later.store, later.proof).whole
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.name.startswith("actions-of-0002-")
    assert verify(store.of_copy(kept), later.proof).whole
    monkeypatch.undo()
    with pytest.raises(StoreUnusable, match="newer Backstop"):
        log_in(tmp_path)


def test_a_step_that_fails_changes_nothing(log: ActionLog, steps: Path, tmp_path: Path) -> None:
    saved = log.append(draft())
    (steps / "r0003_views.py").write_text(NEXT_STEP.format(then='op.execute("NO SQL")'), encoding="ascii")
    with pytest.raises(StoreUnusable):
        log_in(tmp_path)
    assert "views" not in _tables(log)
    assert log.everything() == (saved,)


def test_no_copy_is_kept_of_what_is_not_changed(log: ActionLog, tmp_path: Path) -> None:
    log_in(tmp_path)
    assert not (tmp_path / "backups").exists()
