"""Writers in processes of their own, for what only processes can show: being killed, and getting in each other's way.

Each acknowledged action is written to a pipe or file only after ``append`` has returned.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from dashboard.actions import store
from dashboard.actions.audit.trail import Trail, open_trail
from dashboard.actions.log import ActionLog, open_log
from dashboard.actions.proof import Proof
from dashboard.actions.refusals import Conflict, StoreUnusable
from tests.actions.made_up import draft, entry

PEOPLE = 10


def opened(where: str, proof: Path) -> ActionLog:
    """The log in a file, or on a server."""
    return open_log(at=store.of_server(where) if "://" in where else store.of_file(Path(where)), proof=Proof(proof))


def trail_of(where: str, proof: Path) -> Trail:
    """The audit trail beside it."""
    return open_trail(store.of_server(where) if "://" in where else store.of_file(Path(where)), Proof(proof))


def write_entries(where: str, proof: Path, count: int) -> None:
    """Add so many entries to the audit trail, without a pause but where the others leave no room: as a page does."""
    trail = trail_of(where, proof)
    for _ in range(count):
        while True:
            try:
                trail.append(entry())
                break
            except StoreUnusable:
                time.sleep(0.05)


def write_for_ever(where: str, proof: Path, told: Path) -> None:
    """Add an action after the other to people drawn by chance; note each that was acknowledged."""
    log, chance = opened(where, proof), Random()
    with told.open("a", encoding="ascii") as acknowledged:
        while True:
            form = uuid4()
            if _added(log, form, str(chance.randrange(PEOPLE))):
                acknowledged.write(f"{form}\n")
                acknowledged.flush()


def _added(log: ActionLog, form: UUID, person: str) -> bool:
    try:
        log.append(draft(action_id=form, seen=len(log.of_patient(person)), patient_id=person))
    except (Conflict, StoreUnusable):
        return False
    return True


def write_some(where: str, proof: Path, told: Path, count: int) -> None:
    """Add so many actions, looking again after each conflict as a person would. Notes the number of conflicts."""
    log, chance, conflicts = opened(where, proof), Random(), 0
    for _ in range(count):
        form, person = uuid4(), str(chance.randrange(PEOPLE))
        seen = len(log.of_patient(person))
        while True:
            try:
                log.append(draft(action_id=form, seen=seen, patient_id=person))
                break
            except Conflict as conflict:
                conflicts += 1
                seen = conflict.latest.version if conflict.latest else 0
            except StoreUnusable:
                time.sleep(0.05)
    told.write_text(str(conflicts), encoding="ascii")


def started(task: Callable[..., object], *arguments: object) -> BaseProcess:
    """A process of its own that does this: a copy of ours, made while no connection is open."""
    process = get_context("fork").Process(target=task, args=arguments)
    process.start()
    return process


def killed_in_the_middle(
    where: str,
    proof: Path,
    folder: Path,
    rounds: int,
    writers: int,
    kill: Callable[[list[BaseProcess]], None],
) -> tuple[set[str], int]:
    """Let writers run, kill, and begin again. Gives the acknowledged actions and how often was killed."""
    folder.mkdir()
    kills = 0
    for number in range(rounds):
        running = [started(write_for_ever, where, proof, folder / f"{number}-{n}") for n in range(writers)]
        _wait_for(
            lambda at=number: all(
                (folder / f"{at}-{n}").exists() and _lines(folder / f"{at}-{n}") for n in range(writers)
            )
        )
        time.sleep(Random(number).random() * 0.2)
        kill(running)
        kills += 1
        for process in running:
            process.kill()
            process.join()
    return {line for path in folder.iterdir() for line in _lines(path)}, kills


def _lines(path: Path) -> list[str]:
    """Whole lines; a killed writer may leave half of one."""
    return path.read_text(encoding="ascii").split("\n")[:-1]


def _wait_for(ready: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "the writers do not write"
        time.sleep(0.01)


def each_kept(log: ActionLog, acknowledged: Iterable[str]) -> set[str]:
    """What was acknowledged and is not in the log."""
    return set(acknowledged) - {str(one.action_id) for one in log.everything()}
