"""One line of the log: what was done, by whom, on what basis, and the seal that ties it to the line before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from dashboard.actions.models import ACTION, Action
from dashboard.actions.refusals import ActionRefused

COLUMNS = (
    "panel", "patient_id", "version", "action_id", "kind", "content", "recorded_at", "user_id", "user_name",
    "role", "identity", "as_of", "profile", "pathway", "previous", "seal",
)  # fmt: skip
"""Every column of the table, in its order. All are text but ``version``, so that what is sealed comes
back sign for sign from any database."""

SIGNED_IN, DECLARED = "signed_in", "declared"
LONGEST_ID = 200
FIRST = "-"
"""What stands for the line before the first of a person."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Actor:
    """``declared``: nobody proved who this is (local mode without sign-in)."""

    user_id: str
    name: str
    role: str
    declared: bool = False


@dataclass(frozen=True)
class Basis:
    """What was on the screen: the as-of date, the profile and the version of the pathway."""

    as_of: date
    profile: str
    pathway: str


@dataclass(frozen=True)
class Draft:
    """What a form hands over. ``action_id`` was drawn with the form; ``seen`` is the person's version it showed."""

    action_id: UUID
    patient_id: str
    seen: int
    action: Action
    by: Actor
    basis: Basis

    def __post_init__(self) -> None:
        texts = (self.patient_id, self.by.user_id, self.by.name, self.by.role, self.basis.profile, self.basis.pathway)
        if not all(0 < len(text) <= LONGEST_ID and _storable(text) for text in texts):
            raise ActionRefused(f"person, user, role and basis are texts of 1 to {LONGEST_ID} signs")
        if self.seen < 0:
            raise ActionRefused("no version is below 0")


def _storable(text: str) -> bool:
    """Whether every database takes it: no NUL, and nothing that is half a sign."""
    try:
        return b"\0" not in text.encode("utf-8")
    except UnicodeEncodeError:
        return False


@dataclass(frozen=True)
class Recorded:
    """An action that is in the log. ``version`` counts a person's actions from 1."""

    action_id: UUID
    patient_id: str
    version: int
    action: Action
    by: Actor
    basis: Basis
    recorded_at: datetime
    seal: str


def row_of(draft: Draft, panel: str, recorded_at: datetime, previous: str, key: bytes) -> dict[str, Any]:
    """The line that this draft becomes, sealed."""
    row: dict[str, Any] = {
        "panel": panel,
        "patient_id": draft.patient_id,
        "version": draft.seen + 1,
        "action_id": str(draft.action_id),
        "kind": draft.action.kind,
        "content": draft.action.model_dump_json(),
        "recorded_at": recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "user_id": draft.by.user_id,
        "user_name": draft.by.name,
        "role": draft.by.role,
        "identity": DECLARED if draft.by.declared else SIGNED_IN,
        "as_of": draft.basis.as_of.isoformat(),
        "profile": draft.basis.profile,
        "pathway": draft.basis.pathway,
        "previous": previous,
    }
    return row | {"seal": seal(row, key)}


def seal(row: Row, key: bytes, columns: Sequence[str] = COLUMNS) -> str:
    """The keyed hash of everything a line holds, and with it of the line before."""
    sealed = {name: row[name] for name in columns if name != "seal"}
    text = json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=repr)
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def recorded(row: Row) -> Recorded:
    """The line as it is read by everybody else. Raises ``ValueError`` where the line is not one of ours."""
    return Recorded(
        action_id=UUID(row["action_id"]),
        patient_id=row["patient_id"],
        version=row["version"],
        action=ACTION.validate_json(row["content"]),
        by=Actor(row["user_id"], row["user_name"], row["role"], declared=row["identity"] == DECLARED),
        basis=Basis(date.fromisoformat(row["as_of"]), row["profile"], row["pathway"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        seal=row["seal"],
    )


def same_form(row: Row, draft: Draft, panel: str) -> bool:
    """Whether the line is this very draft, sent once more."""
    said = (panel, draft.patient_id, draft.action.model_dump_json(), draft.by.user_id)
    return (row["panel"], row["patient_id"], row["content"], row["user_id"]) == said
