"""One entry of the audit trail: who did what with the program, and what the screen showed then.

Of a patient an entry holds the id and nothing else: no name, no text that was searched for, no value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args
from uuid import UUID, uuid4

from dashboard.actions.records import DECLARED, SIGNED_IN, Actor, Basis, Row, seal

Kind = Literal[
    "signed_in", "signed_out", "sign_in_refused", "locked", "session_ended", "page_refused", "list_viewed",
    "patient_viewed", "searched", "exported", "document_made", "loaded", "load_refused", "mapping_saved",
    "profile_changed", "as_of_changed", "pathway_changed", "action_recorded", "action_refused", "audit_verified",
    "backup_made", "restored",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
Outcome = Literal["done", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

COLUMNS = (
    "chain", "number", "entry_id", "at", "kind", "outcome", "user_id", "user_name", "role", "identity", "session",
    "panel", "as_of", "profile", "pathway", "patient_id", "about", "previous", "seal",
)  # fmt: skip
"""Every column in its order. All are text but ``number``; what an entry has not is the empty text."""

LONGEST, LONGEST_ABOUT = 200, 4000
"""An entry is cut, never refused: what was done has been done."""

About = Mapping[str, Any]
"""What JSON holds: texts, numbers, lists of texts, counts by name."""


@dataclass(frozen=True)
class Entry:
    """``session`` is a random word of the browser session. ``panel`` and ``basis`` are what the screen showed."""

    kind: Kind
    by: Actor
    session: str = ""
    panel: str = ""
    basis: Basis | None = None
    patient_id: str = ""
    outcome: Outcome = "done"
    about: About = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """An entry that is in the trail: the ``number`` of its chain, which counts from 1."""

    entry: Entry
    entry_id: UUID
    at: datetime
    chain: str
    number: int
    seal: str


def row_of(entry: Entry, at: datetime, chain: str, number: int, previous: str, key: bytes) -> dict[str, Any]:
    """The line that this entry becomes, sealed."""
    basis = entry.basis
    row: dict[str, Any] = {
        "chain": chain,
        "number": number,
        "entry_id": str(uuid4()),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "outcome": entry.outcome,
        "user_id": _text(entry.by.user_id),
        "user_name": _text(entry.by.name),
        "role": _text(entry.by.role),
        "identity": DECLARED if entry.by.declared else SIGNED_IN,
        "session": _text(entry.session),
        "panel": entry.panel,
        "as_of": basis.as_of.isoformat() if basis else "",
        "profile": _text(basis.profile) if basis else "",
        "pathway": _text(basis.pathway) if basis else "",
        "patient_id": _text(entry.patient_id),
        "about": _about(entry.about),
        "previous": previous,
    }
    return row | {"seal": seal(row, key, COLUMNS)}


def kept(row: Row) -> Kept:
    """The line as it is read. Raises ``ValueError`` where it is not one of ours."""
    basis = Basis(date.fromisoformat(row["as_of"]), row["profile"], row["pathway"]) if row["as_of"] else None
    return Kept(
        Entry(
            kind=row["kind"],
            by=Actor(row["user_id"], row["user_name"], row["role"], declared=row["identity"] == DECLARED),
            session=row["session"],
            panel=row["panel"],
            basis=basis,
            patient_id=row["patient_id"],
            outcome=row["outcome"],
            about=json.loads(row["about"]),
        ),
        entry_id=UUID(row["entry_id"]),
        at=datetime.fromisoformat(row["at"]),
        chain=row["chain"],
        number=row["number"],
        seal=row["seal"],
    )


def _text(text: str) -> str:
    """What every database takes: no NUL, nothing that is half a sign, and not endless."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:LONGEST]


def _about(about: About) -> str:
    said = {name: _plain(value) for name, value in about.items()}
    while len(text := json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))) > LONGEST_ABOUT:
        longest = max(said, key=lambda name: len(json.dumps(said[name], ensure_ascii=False)))
        del said[longest]
        said["cut"] = True
    return text


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {_text(str(name)): _plain(one) for name, one in value.items()}
    return value
