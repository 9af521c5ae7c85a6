"""Keeping the action log: copies, the way back, and the proof that it is what was saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard import settings
from dashboard.actions import backup, store, verifying
from dashboard.actions.copying import FOLDER
from dashboard.actions.proof import Proof
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.verifying import Verified
from dashboard.command_line import Unusable

MOST_FINDINGS = 20


def back_up(folder: Path | None) -> tuple[list[str], bool]:
    """What to print, and whether the copied log is whole."""
    with _said_plainly():
        kept = backup.back_up(store.named(), _proof(), folder or settings.home() / FOLDER)
    return [str(kept.path), *_said(kept.verified)], kept.verified.whole


def restore(path: Path, *, replace: bool) -> list[str]:
    """What to print once a backup is back in place."""
    with _said_plainly():
        done = backup.restore(path, store.named(), _proof(), replace=replace)
    lines = [f"{done.actions} actions put back"]
    if done.lost:
        lines.append(f"{done.lost} actions that were saved after this backup are not in the log any more")
    if done.kept is not None:
        lines.append(f"the log as it was before: {done.kept}")
    return lines


def verify() -> tuple[list[str], bool]:
    """What to print, and whether the log is whole."""
    with _said_plainly():
        found = verifying.verify(store.named(), _proof())
    return _said(found), found.whole


def _said(found: Verified) -> list[str]:
    count, *findings, digest = found.lines()
    more = len(findings) - MOST_FINDINGS
    rest = [f"and {more} more"] if more > 0 else []
    verdict = "the log is whole" if found.whole else "the log is NOT what was saved; keep it as it is and ask who could"
    return [count, *findings[:MOST_FINDINGS], *rest, digest, verdict]


def _proof() -> Proof:
    return Proof(settings.proof_folder())


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except StoreUnusable as error:
        raise Unusable(str(error)) from None
