"""Copies of a store in one file, and the way back. A copy is proved before it is called one.

Made by the database's own backup, never by copying the file: a copy of a file that is being written to looks
sound and lacks what was saved meanwhile.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.actions import schema
from dashboard.actions.copying import FOLDER, copy, stamp
from dashboard.actions.faulty import CLOSED, DAMAGED
from dashboard.actions.proof import ANCHOR, AUDIT_ANCHOR, Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store, journal, make_file, of_copy
from dashboard.actions.verifying import Verified, verify

ON_A_SERVER = "use the server's own backup, such as pg_dump, and copy the proof folder with it (docs/actions.md)"


@dataclass(frozen=True)
class BackedUp:
    path: Path
    verified: Verified


@dataclass(frozen=True)
class Restored:
    """``lost`` were acknowledged after the backup was made; ``kept`` is the store as it was before."""

    actions: int
    lost: int
    kept: Path | None
    entries: int = 0
    lost_entries: int = 0


def back_up(store: Store, proof: Proof, folder: Path, name: str = "actions") -> BackedUp:
    """A copy of the store, proved and on the disk before this returns. Raises ``StoreUnusable``.

    The copy of a store that does not prove is kept too; look at ``verified``.
    """
    source = _file(store)
    if not source.exists():
        raise StoreUnusable("there is no action log yet", store.where, "there is nothing to back up")
    path = folder / f"{name}-{stamp()}.sqlite"
    written = path.with_suffix(".unfinished")
    try:
        make_file(written)
        copy(source, written, "delete", store.where)
        verified = verify(of_copy(written), proof)
        with written.open("rb") as file:
            os.fsync(file.fileno())
        proof.add_backup(len(verified.seals), verified.digest)
        written.replace(path)
        _sync(folder)
    except OSError as error:
        raise StoreUnusable(f"no backup can be written ({error.strerror})", str(folder), CLOSED[1]) from None
    finally:
        with suppress(OSError):
            written.unlink(missing_ok=True)
    return BackedUp(path, verified)


def restore(backup: Path, store: Store, proof: Proof, *, replace: bool) -> Restored:
    """Put a backup back, after proving that it is one of ours and whole. Raises ``StoreUnusable``.

    A store that holds actions is replaced only with ``replace``, and is itself backed up before. It is written
    into, not exchanged: a program that waits to write finds the restored log, not a file that nobody reads.
    """
    target = _file(store)
    if not backup.is_file():
        raise StoreUnusable("there is no such file", str(backup), "name a file that backstop backup made")
    held = verify(of_copy(backup), proof)
    if held.findings:
        raise StoreUnusable("it is not as it was made", str(backup), "take another backup")
    if held.digest not in proof.backups():
        raise StoreUnusable(
            f"the anchor in {proof.folder} knows no such backup", str(backup),
            "take another backup, or put back the proof folder that belongs to it",
        )  # fmt: skip
    kept = _put_aside(store, proof, replace=replace)
    try:
        make_file(target)
    except OSError as error:
        raise StoreUnusable(f"{CLOSED[0]} ({error.strerror})", store.where, CLOSED[1]) from None
    copy(backup, target, journal(), store.where)
    schema.prepare(store)
    found = verify(store, proof)
    if found.findings or found.digest != held.digest:
        raise StoreUnusable("what was put back is not what was backed up", store.where, "try again")
    proof.begin_anew(found.seals.items(), f"{ANCHOR}.before-{stamp()}")
    heads = ((f"{chain}.{number}", seal) for chain, (number, seal) in found.trail.heads.items())
    proof.beside(AUDIT_ANCHOR).begin_anew(heads, f"{AUDIT_ANCHOR}.before-{stamp()}")
    return Restored(len(found.seals), len(found.missing), kept, found.trail.entries, found.trail.missing)


def _put_aside(store: Store, proof: Proof, *, replace: bool) -> Path | None:
    """A copy of what stands now, where anything does."""
    path = _file(store)
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        found = verify(store, proof)
        held = bool(found.seals or found.trail.entries)
    except StoreUnusable as error:
        if error.what != DAMAGED[0]:
            raise
        held = True
    if not held:
        return None
    if not replace:
        raise StoreUnusable(
            "it holds actions already", store.where, "add --replace to put the backup in their place; they are kept"
        )
    try:
        return back_up(store, proof, path.parent / FOLDER).path
    except StoreUnusable as error:
        if error.what != DAMAGED[0]:
            raise
    aside = path.with_name(f"{path.name}.damaged-{stamp()}")
    for suffix in ("", "-journal", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _file(store: Store) -> Path:
    if store.path is None:
        raise StoreUnusable("it is kept on a database server", store.where, ON_A_SERVER)
    return store.path


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
