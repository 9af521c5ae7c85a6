"""Processes that are killed, and processes that write at once. Whole campaigns: ``benchmarks/action_log.py``."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from dashboard.actions import store
from dashboard.actions.verifying import verify
from tests.actions.writers import each_kept, killed_in_the_middle, opened, started, write_some


def kill(running: list[BaseProcess]) -> None:
    """All at once, as the machine's end would."""
    for process in running:
        process.kill()


def check_kills(
    where: str, folder: Path, rounds: int, writers: int, kill: Callable[[list[BaseProcess]], None] = kill
) -> tuple[int, int]:
    """Gives how many actions were acknowledged, and how many are in the log."""
    log = opened(where, folder / "proof")
    acknowledged, kills = killed_in_the_middle(where, folder / "proof", folder / "told", rounds, writers, kill)
    assert kills == rounds
    assert len(acknowledged) >= rounds * writers
    assert each_kept(log, acknowledged) == set()
    found = verify(log.store, log.proof)
    assert found.whole
    log.store.engine.dispose()
    return len(acknowledged), len(found.seals)


def check_contention(where: str, folder: Path, processes: int, each: int) -> tuple[int, int]:
    """Gives how many actions are in the log, and how often a writer was told of a conflict."""
    log = opened(where, folder / "proof")
    told = [folder / f"conflicts-{number}" for number in range(processes)]
    running = [started(write_some, where, folder / "proof", path, each) for path in told]
    for process in running:
        process.join()
    assert all(process.exitcode == 0 for process in running)
    conflicts = sum(int(path.read_text(encoding="ascii")) for path in told)
    kept = log.everything()
    versions = {
        person: [one.version for one in kept if one.patient_id == person] for person in {o.patient_id for o in kept}
    }
    assert len(kept) == processes * each
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert conflicts > 0, "nobody got in anybody's way: this proves nothing"
    assert verify(log.store, log.proof).whole
    log.store.engine.dispose()
    return len(kept), conflicts


def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    check_kills(str(tmp_path / store.FILE), tmp_path, rounds=3, writers=2)


def test_eight_processes_lose_no_update(tmp_path: Path) -> None:
    check_contention(str(tmp_path / store.FILE), tmp_path, processes=8, each=12)


@pytest.mark.long
def test_eight_processes_with_forty_actions_each_lose_no_update(tmp_path: Path) -> None:
    check_contention(str(tmp_path / store.FILE), tmp_path, processes=8, each=40)


@pytest.mark.long
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    check_kills(str(tmp_path / store.FILE), tmp_path, rounds=200, writers=4)
