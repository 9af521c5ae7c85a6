"""What the action log withstands: killed writers, a killed server, writers in each other's way, tampering.

    python -m benchmarks.action_log [KILLS_OF_WRITERS KILLS_OF_THE_SERVER]

Prints the table of ``docs/actions.md``. Any loss ends it with an error. Needs Debian's postgresql.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.actions import store
from dashboard.actions.proof import Proof
from dashboard.actions.verifying import verify
from tests.actions.made_up import draft, entry
from tests.actions.server import Server, made, remove
from tests.actions.tampering import WAYS, WAYS_WITH_THE_TRAIL
from tests.actions.test_postgresql import kills_of
from tests.actions.test_processes import check_contention, check_kills
from tests.actions.test_verifying import fill, missed
from tests.actions.writers import opened, started, trail_of, write_entries

KILLS_OF_WRITERS, KILLS_OF_THE_SERVER = 200, 100
WRITERS = 8
EACH = 40
TRIES = 100
APPENDS = 200
TAMPERING = {"the actions": WAYS, "the audit trail": WAYS_WITH_THE_TRAIL}


@contextmanager
def _room() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _emptied(server: Server) -> str:
    server.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return server.address()


def _seconds(where: str, folder: Path) -> tuple[float, float]:
    """The median and the longest of one writer's actions, and nobody else's."""
    log, took = opened(where, folder / "proof"), []
    for seen in range(APPENDS):
        form = draft(seen=seen)
        begun = time.perf_counter()
        log.append(form)
        took.append(time.perf_counter() - begun)
    log.store.engine.dispose()
    return statistics.median(took), max(took)


def _verifying(where: str, folder: Path) -> float:
    log = opened(where, folder / "proof")
    begun = time.perf_counter()
    count = len(verify(log.store, log.proof).seals)
    log.store.engine.dispose()
    return (time.perf_counter() - begun) / count


def _entries(where: str, folder: Path) -> tuple[float, float, float]:
    """Of the audit trail: the median and the longest of one entry, and the time to prove each."""
    trail, took = trail_of(where, folder / "proof"), []
    for _ in range(APPENDS):
        begun = time.perf_counter()
        trail.append(entry())
        took.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    count = verify(trail.store, Proof(folder / "proof")).trail.entries
    each = (time.perf_counter() - begun) / count
    trail.store.engine.dispose()
    return statistics.median(took), max(took), each


def _crowd(where: str, folder: Path) -> tuple[int, int]:
    """Processes that write entries at once: how many stand there, proved, and in how many chains."""
    trail_of(where, folder / "proof").store.engine.dispose()
    running = [started(write_entries, where, folder / "proof", EACH) for _ in range(WRITERS)]
    for process in running:
        process.join()
    trail = trail_of(where, folder / "proof")
    found = verify(trail.store, Proof(folder / "proof"))
    trail.store.engine.dispose()
    if not found.whole or found.trail.entries != WRITERS * EACH:
        sys.exit(f"entries were lost: {list(found.lines())}")
    return found.trail.entries, len(found.trail.heads)


def _row(what: str, tries: str, found: str) -> None:
    print(f"| {what} | {tries} | {found} |", flush=True)


def _engine(name: str, address: str | None, server: Server, kills: tuple[str, int]) -> None:
    """Every row of one engine; ``address`` is None for a file."""

    def where(folder: Path) -> str:
        return str(folder / store.FILE) if address is None else _emptied(server)

    with _room() as folder:
        kept, conflicts = check_contention(where(folder), folder, WRITERS, EACH)
    _row(f"{name}: {WRITERS} processes on 10 people", f"{kept} actions, {conflicts} conflicts told", "0 lost")
    with _room() as folder:
        killer = {} if address is None else {"kill": kills_of(server)}
        said, held = check_kills(where(folder), folder, kills[1], WRITERS, **killer)
    _row(f"{name}: kill -9 of {kills[0]}", f"{kills[1]} kills, {said} acknowledged, {held} in the log", "0 lost")
    with _room() as folder:
        at = where(folder)
        median, longest = (seconds * 1000 for seconds in _seconds(at, folder))
        each = _verifying(at, folder)
    _row(
        f"{name}: one action", f"{APPENDS} in a row", f"median {median:.0f} ms, longest {longest:.0f} ms"
    )
    _row(f"{name}: verifying", f"{APPENDS} actions", f"{each * 1e6:.0f} µs each")
    with _room() as folder:
        kept, chains = _crowd(where(folder), folder)
    _row(f"{name}: {WRITERS} processes, audit entries", f"{kept} entries in {chains} chains", "0 lost")
    with _room() as folder:
        median, longest, each = _entries(where(folder), folder)
    median, longest = median * 1000, longest * 1000
    _row(f"{name}: one audit entry", f"{APPENDS} in a row", f"median {median:.0f} ms, longest {longest:.0f} ms")
    _row(f"{name}: verifying", f"{APPENDS} entries", f"{each * 1e6:.0f} µs each")


def main() -> None:
    """The whole table."""
    writers, of_server = [int(number) for number in sys.argv[1:]] or (KILLS_OF_WRITERS, KILLS_OF_THE_SERVER)
    print("| what | tries | outcome |\n|---|---|---|", flush=True)
    server = made()
    try:
        _engine("SQLite", None, server, (f"{WRITERS} writers", writers))
        _engine("PostgreSQL", server.address(), server, ("the server and its helpers", of_server))
    finally:
        remove(server)
    with _room() as folder:
        (folder / "filled").mkdir()
        filled = fill(folder / "filled")
        lost = {what: missed(filled, folder, TRIES, ways) for what, ways in TAMPERING.items()}
    for what, ways in lost.items():
        _row(f"tampering with {what}", f"{TRIES} tries", f"{TRIES - len(ways)} found {' '.join(ways)}")
    if any(lost.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
