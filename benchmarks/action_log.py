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
from dashboard.actions.verifying import verify
from tests.actions.made_up import draft
from tests.actions.server import Server, made, remove
from tests.actions.test_postgresql import kills_of
from tests.actions.test_processes import check_contention, check_kills
from tests.actions.test_verifying import fill, missed
from tests.actions.writers import opened

KILLS_OF_WRITERS, KILLS_OF_THE_SERVER = 200, 100
WRITERS = 8
EACH = 40
TRIES = 100
APPENDS = 200


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
        lost = missed(fill(folder / "filled"), folder, TRIES)
    _row("tampering", f"{TRIES} tries", f"{TRIES - len(lost)} found {' '.join(lost)}")
    if lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
