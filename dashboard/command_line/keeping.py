"""Keeping the action log: copies, the way back, and the proof that it is what was saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard import settings
from dashboard.actions import backup, store, verifying
from dashboard.actions.audit.entries import About, Entry, Kind
from dashboard.actions.copying import FOLDER
from dashboard.actions.proof import Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import Verified
from dashboard.audit_trail import AuditTrail, at_the_command_line
from dashboard.command_line import Unusable

MOST_FINDINGS = 20


def back_up(folder: Path | None) -> tuple[list[str], bool]:
    """What to print, and whether the copied log is whole."""
    with _said_plainly():
        kept = backup.back_up(store.named(), _proof(), folder or settings.home() / FOLDER)
    trail, whole = kept.verified.trail, kept.verified.whole
    about = {"file": kept.path.name, "actions": len(kept.verified.seals), "entries": trail.entries, "whole": whole}
    return [str(kept.path), *_said(kept.verified), *_written_down("backup_made", about)], whole


def restore(path: Path, *, replace: bool) -> list[str]:
    """What to print once a backup is back in place."""
    with _said_plainly():
        done = backup.restore(path, store.named(), _proof(), replace=replace)
    lines = [f"{done.actions} actions put back"]
    if done.lost:
        lines.append(f"{done.lost} actions that were saved after this backup are not in the log any more")
    lines.append(f"{done.entries} audit entries put back")
    if done.lost_entries:
        lines.append(f"{done.lost_entries} audit entries younger than this backup are not in the trail any more")
    if done.kept is not None:
        lines.append(f"the log as it was before: {done.kept}")
    about = {"file": path.name, "actions": done.actions, "lost": done.lost, "entries": done.entries}
    return [*lines, *_written_down("restored", about | {"lost_entries": done.lost_entries})]


def verify() -> tuple[list[str], bool]:
    """What to print, and whether the log is whole."""
    with _said_plainly():
        kept = store.named()
        found = verifying.verify(kept, _proof())
    about = {"whole": found.whole, "digest": found.digest, "actions": len(found.seals), "entries": found.trail.entries}
    nothing_there = kept.path is not None and not kept.path.exists()
    return [*_said(found), *([] if nothing_there else _written_down("audit_verified", about))], found.whole


def _said(found: Verified) -> list[str]:
    count, entries, *findings, digest = found.lines()
    more = len(findings) - MOST_FINDINGS
    rest = [f"and {more} more"] if more > 0 else []
    verdict = "the log is whole" if found.whole else "the log is NOT what was saved; keep it as it is and ask who could"
    return [count, entries, *findings[:MOST_FINDINGS], *rest, digest, verdict]


def _written_down(kind: Kind, about: About) -> list[str]:
    """That this was done; where it cannot be written down, a line that says so."""
    try:
        AuditTrail().must(Entry(kind, at_the_command_line(), about=about))
    except StoreUnusable as error:
        return [f"this could not be written into the audit trail: {error}"]
    return []


def _proof() -> Proof:
    return Proof(settings.proof_folder())


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except StoreUnusable as error:
        raise Unusable(str(error)) from None
