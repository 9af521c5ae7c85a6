"""Backups that nobody asks for: when one is due, which stay, and what is said when one fails."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import kept_backups
from dashboard.actions import store
from dashboard.actions.audit.searching import Wanted, newest
from dashboard.actions.keeping import DAYS, HOURS, MONTHS, to_keep
from dashboard.actions.log import ActionLog
from dashboard.actions.proof import Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import verify
from dashboard.audit_trail import AuditTrail
from dashboard.kept_backups import WRITTEN, Keeper, thin_out
from tests.actions.made_up import draft, log_in, trail_in

BEGUN = datetime(2026, 6, 15, 8, 5, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def log(home: Path) -> ActionLog:
    return log_in(home)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(home: Path, clock: Clock) -> Keeper:
    return Keeper(AuditTrail(lambda: trail_in(home)), clock)


def kinds(home: Path) -> list[tuple[str, str]]:
    return [(one.entry.kind, one.entry.outcome) for one in newest(trail_in(home).store, Wanted(), 50)]


def test_of_nothing_there_is_no_copy_and_nothing_is_made(home: Path, keeper: Keeper) -> None:
    assert keeper.look() is None
    assert keeper.failed is None
    assert not list(home.iterdir())


def test_a_copy_at_the_start_and_then_each_hour_in_which_something_was_added(
    log: ActionLog, keeper: Keeper, clock: Clock, home: Path
) -> None:
    log.append(draft())
    first = keeper.look()
    assert first is not None
    assert verify(store.of_copy(first), Proof(home / "proof")).findings == ()
    log.append(draft(seen=1))
    clock.now += timedelta(minutes=59)
    assert keeper.look() is None, "not yet"
    clock.now += timedelta(minutes=1)
    assert keeper.look() is not None
    clock.now += timedelta(hours=1)
    assert keeper.look() is None, "that a copy was made calls for no other"
    assert kinds(home) == [("backup_made", "done")] * 2


def test_a_copy_that_fails_is_told_and_written_down_and_the_next_may_go_well(
    log: ActionLog, keeper: Keeper, clock: Clock, home: Path
) -> None:
    log.append(draft())
    (home / "backups").write_text("", encoding="ascii")
    assert keeper.look() is None
    assert keeper.failed is not None
    assert "no backup can be written" in str(keeper.failed)
    assert kinds(home) == [("backup_made", "failed")]
    (home / "backups").unlink()
    clock.now += timedelta(hours=1)
    assert keeper.look() is not None
    assert keeper.failed is None


def test_a_log_that_does_not_prove_is_a_failed_backup(log: ActionLog, keeper: Keeper, home: Path) -> None:
    log.append(draft())
    trail_in(home)
    anchor = home / "proof" / "anchor"
    anchor.write_text(anchor.read_text(encoding="ascii").replace(" ", " f", 1)[:-2] + "\n", encoding="ascii")
    assert keeper.look() is None
    assert keeper.failed is not None
    assert "does not prove" in keeper.failed.what


def test_a_store_on_a_server_is_left_to_the_server(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_STORE", "postgresql://ada@127.0.0.1:1/log")
    assert keeper.look() is None
    assert keeper.failed is None


def test_only_our_own_copies_are_thinned_out(tmp_path: Path) -> None:
    asked_for = tmp_path / "actions-20260101-000000-000000.sqlite"
    strange = tmp_path / "kept-by-hand.sqlite"
    made = [tmp_path / f"kept-{BEGUN - timedelta(minutes=10 * n):{WRITTEN}}.sqlite" for n in range(12)]
    for path in (asked_for, strange, *made):
        path.touch()
    gone = thin_out(tmp_path)
    assert asked_for.exists()
    assert strange.exists()
    assert made[0].exists()
    left = [path for path in made if path.exists()]
    assert len(left) == len({path.stem[:16] for path in made}) == 3, "the newest of each hour"
    assert len(left) + len(gone) == len(made)


@given(st.lists(st.integers(0, 60 * 24 * 800), min_size=1, max_size=300))
def test_never_more_than_agreed_and_the_newest_of_each_span(minutes: list[int]) -> None:
    made = {BEGUN - timedelta(minutes=n) for n in minutes}
    kept = to_keep(made)
    assert kept <= made
    assert max(made) in kept
    assert len(kept) <= HOURS + DAYS + MONTHS
    for month in sorted({(at.year, at.month) for at in made})[-MONTHS:]:
        assert max(at for at in made if (at.year, at.month) == month) in kept
    assert to_keep(kept) == kept, "thinning out again takes nothing more away"


def test_the_thread_looks_and_ends_and_a_surprise_does_not_end_it(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [threading.Event(), threading.Event()]

    def look() -> None:
        (looks[1] if looks[0].is_set() else looks[0]).set()
        raise RuntimeError("a surprise")

    monkeypatch.setattr(keeper, "look", look)
    monkeypatch.setattr(kept_backups, "LOOKS", timedelta(milliseconds=1))
    thread = keeper.start()
    assert thread.daemon
    assert all(one.wait(30) for one in looks)
    keeper.stop()
    thread.join(30)
    assert not thread.is_alive()


def test_the_trail_says_what_was_missed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard import audit_trail
    from tests.actions.made_up import entry

    broken = True

    def opened() -> object:
        if broken:
            raise StoreUnusable("the disk is full", "/made/up", "free some room")
        return trail_in(home)

    trail = AuditTrail(opened)  # type: ignore[arg-type]
    monkeypatch.setattr(audit_trail, "MOST_WAITING", 3)
    assert not trail.note(entry(patient_id="1"))
    assert not trail.note(entry(patient_id="2")), "not tried again at once"
    with pytest.raises(StoreUnusable, match="disk is full"):
        trail.must(entry("exported", patient_id=""))
    assert not trail.note(entry(patient_id="4"))
    assert trail.look() is not None
    broken = False
    monkeypatch.setattr(audit_trail, "PATIENCE", 0.0)
    assert trail.look() is None, "what waits is written in its order"
    found = [one.entry for one in reversed(newest(trail.opening().store, Wanted(), 9))]
    assert [one.patient_id for one in found] == ["1", "2", ""]
    assert (found[-1].kind, found[-1].outcome) == ("exported", "refused"), "what was refused was not done"
    assert all(one.about["happened"].startswith("20") for one in found)
    assert trail.note(entry(patient_id="5"))
    assert trail.note(entry(patient_id="6"))
    last = [one.entry.about.get("missed_before") for one in newest(trail.opening().store, Wanted(), 2)]
    assert last == [None, 1], "one too many could not wait"
