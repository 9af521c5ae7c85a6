"""Whether the log and the audit trail are what was saved: every seal, every chain, every line of the anchors.

A line that the anchor does not know is no finding: a process can end between saving and anchoring. Its seal proves
it all the same, and it is anchored when the store is opened again; how many were is told.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa

from dashboard.actions.audit.proving import Proved, prove
from dashboard.actions.guards import as_made
from dashboard.actions.proof import AUDIT_ANCHOR, Proof
from dashboard.actions.records import FIRST, Row, seal
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store
from dashboard.actions.tables import ACTIONS, as_row, has_lines


@dataclass(frozen=True)
class Verified:
    """``findings`` are plain lines that name no person. ``missing`` are actions that were acknowledged and are gone.
    ``late`` counts the actions and the audit entries that were anchored only when the store was opened again.
    ``digest`` is one number for the whole store, to be compared with that of a copy."""

    seals: Mapping[str, str]
    people: int
    anchored: int
    findings: tuple[str, ...]
    missing: tuple[str, ...]
    digest: str
    trail: Proved = field(default_factory=Proved)
    late: tuple[int, int] = (0, 0)

    @property
    def whole(self) -> bool:
        return not self.findings and not self.missing and not self.trail.missing

    def lines(self) -> Iterator[str]:
        """What there is to say, the count first."""
        late, entries_late = (f", {count} anchored late" if count else "" for count in self.late)
        yield f"{len(self.seals)} actions of {self.people} people, {self.anchored} of them in the anchor{late}"
        yield f"{self.trail.entries} audit entries in {len(self.trail.heads)} chains{entries_late}"
        yield from self.findings
        if self.trail.missing:
            yield f"{self.trail.missing} audit entries: they were acknowledged, and are not in the trail"
        yield from (f"action {one}: it was acknowledged, and is not in the log" for one in self.missing)
        yield f"digest {self.digest}"


def verify(store: Store, proof: Proof) -> Verified:
    """Read the whole store and prove it. Raises ``StoreUnusable`` where it cannot be read at all."""
    of_trail = proof.beside(AUDIT_ANCHOR)
    anchor, heads = proof.lines(), of_trail.heads()
    if store.path is not None and not store.path.exists():
        return _verified({}, 0, [], anchor, Proved(missing=sum(number for number, _ in heads.values())))
    with store.reading() as connection:
        any_line = has_lines(connection)
    key = proof.key(make=False) if anchor or heads or any_line else b""
    findings = list(_shape(store))
    trail = prove(store, key, heads)
    seals: dict[str, str] = {}
    people = 0
    for person in _people(store):
        people += 1
        seals |= {str(row["action_id"]): str(row["seal"]) for row in person}
        findings += _chain(person, key, anchor)
    if (not proof.anchored and seals) or (not of_trail.anchored and trail.entries):
        findings.append("the anchor is missing: what was cut off the end cannot be told")
    late = proof.late(), of_trail.late()
    return replace(_verified(seals, people, findings + trail.findings, anchor, trail), late=late)


def _verified(
    seals: Mapping[str, str], people: int, findings: list[str], anchor: Mapping[str, str], trail: Proved
) -> Verified:
    told = "\n".join([*sorted(seals.values()), *([trail.digest] if trail.digest else [])])
    return Verified(
        seals=seals,
        people=people,
        anchored=len(seals.keys() & anchor.keys()),
        findings=tuple(findings),
        missing=tuple(sorted(anchor.keys() - seals.keys())),
        digest=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        trail=trail,
    )


def _shape(store: Store) -> Iterator[str]:
    """Whether the file is sound and still refuses to be changed."""
    with store.reading() as connection:
        if store.path is not None:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            if said != ["ok"]:
                yield "the database file is damaged"
        guarded = as_made(connection)
    if not guarded:
        yield "what keeps the tables from being changed is not as it was made"


def _people(store: Store) -> Iterator[list[Row]]:
    """The lines of one person after the other."""
    order = (ACTIONS.c.panel, ACTIONS.c.patient_id, ACTIONS.c.version)
    try:
        with store.reading() as connection:
            rows = connection.execution_options(yield_per=1000).execute(sa.select(ACTIONS).order_by(*order))
            for _, lines in groupby(rows, key=lambda row: (row.panel, row.patient_id)):
                yield [as_row(line) for line in lines]
    except (sqlite3.Error, UnicodeDecodeError):
        raise StoreUnusable("it cannot be read", store.where, "put back a backup (backstop restore)") from None


def _chain(person: list[Row], key: bytes, anchor: Mapping[str, str]) -> Iterator[str]:
    before, expected = FIRST, 1
    for row in person:
        if row["version"] != expected:
            yield f"{_name(row)}: an action of the same person before it is missing"
        elif row["previous"] != before:
            yield f"{_name(row)}: the action before it is not the one it was added to"
        if not hmac.compare_digest(seal(row, key).encode(), str(row["seal"]).encode("utf-8", "replace")):
            yield f"{_name(row)}: it is not as it was saved"
        elif anchor.get(row["action_id"], row["seal"]) != row["seal"]:
            yield f"{_name(row)}: its seal is not the one that was anchored"
        before, expected = row["seal"], expected + 1


def _name(row: Row) -> str:
    """How a line is named to a reader who may not see whose it is; what was written into its id is not repeated."""
    try:
        return f"action {UUID(row['action_id'])}"
    except (ValueError, TypeError, AttributeError):
        return "an action without its id"
