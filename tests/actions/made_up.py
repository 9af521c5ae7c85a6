"""Actions made by hand, and forms that hold them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from dashboard.actions import store
from dashboard.actions.audit.entries import Entry, Kind
from dashboard.actions.audit.trail import Trail, open_trail
from dashboard.actions.log import CLINIC, ActionLog, open_log
from dashboard.actions.models import Action, Note
from dashboard.actions.proof import Proof
from dashboard.actions.records import Actor, Basis, Draft

D = date(2026, 6, 15)
ITO = Actor("ito", "Dr Ito", "clinician", declared=True)
VALE = Actor("vale", "Dr Vale", "clinician")
BASIS = Basis(D, "us-acp", "test")


def draft(
    action: Action | None = None,
    seen: int = 0,
    patient_id: str = "0012",
    by: Actor = ITO,
    action_id: UUID | None = None,
) -> Draft:
    return Draft(action_id or uuid4(), patient_id, seen, action or Note(on=D, words="Rang."), by, BASIS)


def entry(kind: Kind = "patient_viewed", by: Actor = ITO, patient_id: str = "0012", **about: str | int) -> Entry:
    return Entry(kind, by, "session", CLINIC, BASIS, patient_id, about=about)


def trail_in(folder: Path) -> Trail:
    """The audit trail of the same store."""
    return open_trail(store.of_file(folder / store.FILE), Proof(folder / "proof"))


def log_in(folder: Path, panel: str = CLINIC) -> ActionLog:
    """A log in a file, with its proof beside it."""
    return open_log(panel, store.of_file(folder / store.FILE), Proof(folder / "proof"))
