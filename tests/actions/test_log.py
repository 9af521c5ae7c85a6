"""Adding an action and reading it back; one form saves once; nobody writes over what they have not read."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from dashboard import settings
from dashboard.actions import models, schema, store
from dashboard.actions.log import SAMPLE, ActionLog
from dashboard.actions.models import ACTION
from dashboard.actions.mounts import on_network
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.actions.tables import ACTIONS, metadata
from tests.actions.made_up import VALE, D, draft, log_in

EVERY_KIND: list[models.Action] = [
    models.Ordered(on=D, concepts=("bloods", "mri_spine")),
    models.Booked(on=D, concepts=("mri_spine",), appointment=D + timedelta(days=9)),
    models.Performed(on=D, concepts=("mri_spine",)),
    models.ResultSeen(on=D, concepts=("mri_spine",), result="negative"),
    models.Referred(on=D, concepts=("specialist_referral",)),
    models.Accepted(on=D, concepts=("specialist_referral",)),
    models.Declined(on=D, concepts=("mri_spine",), reason="afraid"),
    models.Overridden(on=D, disposition="investigate", reason="already_known", words="Followed by the unit."),
    models.Snoozed(on=D, disposition="investigate", reason="away", until=D + timedelta(days=90)),
    models.Assigned(on=D, to="Nurse Poe"),
    models.Note(on=D, words="Rang; « no answer » – Å 漢"),
    models.Answered(on=D, concept="fever", status="absent"),
    models.Answered(on=D, concept="weight", status="final", value=Decimal("71.25")),
    models.PainScored(on=D, score=Decimal(7)),
]


def test_every_kind_of_action_comes_back_as_it_was_given(log: ActionLog) -> None:
    kinds = {model.model_fields["kind"].default for model in models._Action.__subclasses__()}
    assert {action.kind for action in EVERY_KIND} == kinds - {"undone"}
    saved = [log.append(draft(action, seen)) for seen, action in enumerate(EVERY_KIND)]
    saved.append(log.append(draft(models.Undone(on=D, action=saved[0].action_id), len(saved))))
    assert log.of_patient("0012") == tuple(saved)
    assert [one.action for one in saved[:-1]] == EVERY_KIND
    assert [one.version for one in saved] == list(range(1, len(saved) + 1))
    assert saved[0].by.declared


def test_another_process_reads_the_same(log: ActionLog, tmp_path: Path) -> None:
    saved = log.append(draft(EVERY_KIND[0]))
    assert log_in(tmp_path).everything() == (saved,)


def test_invented_people_are_not_real_ones(log: ActionLog, tmp_path: Path) -> None:
    log.append(draft())
    sample = log_in(tmp_path, SAMPLE)
    assert sample.everything() == ()
    assert sample.append(draft()).version == 1
    assert len(log.everything()) == 1


def test_a_form_pressed_a_hundred_times_saves_once(log: ActionLog) -> None:
    form = draft()
    assert len({log.append(form).version for _ in range(100)}) == 1
    assert len(log.everything()) == 1


def test_a_form_does_not_save_something_else(log: ActionLog) -> None:
    form = draft()
    log.append(form)
    for other in (
        draft(models.Note(on=D, words="Other."), 1, action_id=form.action_id),
        draft(patient_id="13", action_id=form.action_id),
        draft(by=VALE, action_id=form.action_id),
    ):
        with pytest.raises(ActionRefused, match="something else"):
            log.append(other)
    assert len(log.everything()) == 1


def test_the_second_writer_is_told_who_was_first(log: ActionLog) -> None:
    first = log.append(draft(EVERY_KIND[0], by=VALE))
    second = draft(models.Note(on=D, words="Mine."))
    with pytest.raises(Conflict, match=r"^Dr Vale added an action \(ordered\) at 20\d\d-") as told:
        log.append(second)
    assert told.value.latest == first
    assert log.of_patient("0012") == (first,)
    again = draft(second.action, seen=1, action_id=second.action_id)
    assert log.append(again).version == 2


@pytest.mark.parametrize("seen", [2, 7])
def test_a_version_that_is_not_there_yet_is_a_conflict(seen: int, log: ActionLog) -> None:
    with pytest.raises(Conflict, match="put back"):
        log.append(draft(seen=seen))
    log.append(draft())
    with pytest.raises(Conflict):
        log.append(draft(seen=seen))


def test_two_people_do_not_wait_for_each_other(log: ActionLog) -> None:
    log.append(draft(patient_id="1"))
    assert log.append(draft(patient_id="2")).version == 1


def test_undoing_needs_an_action_of_this_person(log: ActionLog) -> None:
    other = log.append(draft(patient_id="1"))
    for target in (uuid4(), other.action_id):
        with pytest.raises(ActionRefused, match="no such action"):
            log.append(draft(models.Undone(on=D, action=target)))
    assert log.of_patient("0012") == ()


def test_a_clock_put_back_changes_no_order(log: ActionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 6, 15, 10, tzinfo=UTC)
    monkeypatch.setattr(settings, "now", lambda: now)
    first = log.append(draft())
    monkeypatch.setattr(settings, "now", lambda: now - timedelta(hours=3))
    assert log.append(draft(seen=1)).recorded_at > first.recorded_at


def test_ids_are_kept_sign_for_sign(log: ActionLog) -> None:
    for patient_id in ("007", "7", "Å-9", "=2+3", "a b ", "' OR 1=1 --", "x" * 200):
        log.append(draft(patient_id=patient_id))
        assert [one.patient_id for one in log.of_patient(patient_id)] == [patient_id]
    for patient_id in ("", "x" * 201, "a\0b", "a\ud800"):
        with pytest.raises(ActionRefused):
            draft(patient_id=patient_id)


def test_unknown_keys_and_kinds_are_refused() -> None:
    for content in ('{"kind": "note", "on": "2026-06-15", "words": "x", "more": 1}', '{"kind": "cured"}'):
        with pytest.raises(ValidationError):
            ACTION.validate_json(content)
    for words in ("", "  ", "a\0b", "a\ud800"):
        with pytest.raises(ValidationError):
            models.Note(on=D, words=words)
    with pytest.raises(ValidationError):
        models.Ordered(on=D, concepts=("esr", "esr"))


def test_the_migrations_make_the_table_that_the_code_uses(log: ActionLog, tmp_path: Path) -> None:
    plain = sa.create_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    metadata.create_all(plain)
    made, wanted = (sa.inspect(engine) for engine in (log.store.engine, plain))
    for ask in ("get_pk_constraint", "get_unique_constraints", "get_check_constraints"):
        assert getattr(made, ask)("actions") == getattr(wanted, ask)("actions")
    columns = [[(c["name"], str(c["type"]), c["nullable"]) for c in i.get_columns("actions")] for i in (made, wanted)]
    assert columns[0] == columns[1]


@pytest.mark.parametrize("statement", ["UPDATE actions SET role = 'x'", "DELETE FROM actions"])
def test_the_table_refuses_to_be_changed(statement: str, log: ActionLog) -> None:
    saved = log.append(draft())
    with pytest.raises(sa.exc.IntegrityError, match="only added to"), log.store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert log.everything() == (saved,)


def test_a_store_of_a_newer_version_is_left_alone(log: ActionLog, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / store.FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnusable, match="newer Backstop"):
        log_in(tmp_path)


def test_opening_again_writes_nothing(log: ActionLog, tmp_path: Path) -> None:
    before = (tmp_path / store.FILE).read_bytes()
    log_in(tmp_path)
    assert (tmp_path / store.FILE).read_bytes() == before


def test_the_files_are_their_owners_alone(log: ActionLog, tmp_path: Path) -> None:
    log.append(draft())
    for name in (store.FILE, "proof/audit-key", "proof/anchor"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name


def test_the_journal_follows_the_version_and_every_write_reaches_the_disk(
    log: ActionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with log.store.engine.connect() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert modes == [store.journal(), 3]
    for version, wanted in (((3, 40, 1), "delete"), ((3, 51, 2), "delete"), ((3, 51, 3), "wal"), ((3, 53, 0), "wal")):
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        assert store.journal() == wanted


MOUNTS = """\
21 1 254:0 / / rw shared:1 - ext4 /dev/vda rw
40 21 0:30 / /mnt/with\\040space rw - nfs4 server:/share rw
41 21 0:31 / /mnt/with\\040space/local rw - ext4 /dev/vdb rw
42 21 0:32 / /mnt/far/remote rw - fuse.sshfs x@y: rw
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/var/a.sqlite", False), ("/mnt/with space/a", True), ("/mnt/with space/local/a", False),
        ("/mnt/far/remote/deep/a", True), ("/mnt/far/remotely", False),
    ],
)  # fmt: skip
def test_a_network_share_is_told_from_a_disk(path: str, expected: bool, tmp_path: Path) -> None:
    listed = tmp_path / "mountinfo"
    listed.write_text(MOUNTS, encoding="utf-8")
    assert on_network(Path(path), listed) is expected
    assert on_network(Path(path), tmp_path / "none") is False


def test_no_file_is_made_on_a_network_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "on_network", lambda _: True)
    with pytest.raises(StoreUnusable, match="network share"):
        log_in(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_settings_name_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKSTOP_STORE", raising=False)
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "clinic"))
    assert store.named().path == tmp_path / "clinic" / "actions.sqlite"
    monkeypatch.setenv("BACKSTOP_STORE", "postgresql://ada:secret@db.example/log")
    assert store.named().where == "PostgreSQL database log on db.example"
    for wrong in ("mysql://ada:secret@db/log", "ada:secret"):
        monkeypatch.setenv("BACKSTOP_STORE", wrong)
        with pytest.raises(StoreUnusable, match="BACKSTOP_STORE") as told:
            store.named()
        assert "secret" not in str(told.value)


def test_two_that_begin_at_once_make_one_store(tmp_path: Path) -> None:
    one, two = (store.of_file(tmp_path / store.FILE) for _ in range(2))
    schema.prepare(one)
    schema._upgrade(two)
    with one.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(ACTIONS)).scalar() == 0


def test_dates_of_the_basis_are_kept(log: ActionLog) -> None:
    assert log.append(draft()).basis.as_of == date(2026, 6, 15)
