"""Whether the trail is what was written: every seal, every chain without a gap, and the last entry of each."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from dashboard.actions.audit.entries import COLUMNS
from dashboard.actions.records import FIRST, Row, seal
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store
from dashboard.actions.tables import AUDIT, exists

Heads = Mapping[str, tuple[int, str]]
"""Number and seal of the last entry of each chain."""


@dataclass
class Proved:
    """``missing`` entries were acknowledged and are cut off; everything else that is wrong is a finding."""

    entries: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    missing: int = 0
    digest: str = ""


def prove(store: Store, key: bytes, anchored: Heads) -> Proved:
    """Read the whole trail once, line by line. Raises ``StoreUnusable`` where it cannot be read at all."""
    found, digest = Proved(), hashlib.sha256()
    for row in _rows(store):
        found.entries += 1
        digest.update(str(row["seal"]).encode("utf-8", "replace"))
        found.findings += _link(row, found.heads, key, anchored)
        found.heads[row["chain"]] = (row["number"], row["seal"])
    for chain, (number, _) in anchored.items():
        found.missing += max(0, number - found.heads.get(chain, (0, ""))[0])
    found.digest = digest.hexdigest() if found.entries else ""
    return found


def _rows(store: Store) -> Iterator[Row]:
    try:
        with store.reading() as connection:
            if not exists(connection, AUDIT):
                return  # made before there was a trail
            lines = connection.execution_options(yield_per=1000).execute(
                sa.select(AUDIT).order_by(AUDIT.c.chain, AUDIT.c.number)
            )
            for line in lines:
                yield dict(zip(COLUMNS, line, strict=True))
    except (sqlite3.Error, UnicodeDecodeError):
        raise StoreUnusable("it cannot be read", store.where, "put back a backup (backstop restore)") from None


def _link(row: Row, heads: Heads, key: bytes, anchored: Heads) -> Iterator[str]:
    number, before = heads.get(row["chain"], (0, FIRST))
    if row["number"] != number + 1:
        yield f"{_name(row)}: an entry of the same chain before it is missing"
    elif row["previous"] != before:
        yield f"{_name(row)}: the entry before it is not the one it was added to"
    if not hmac.compare_digest(seal(row, key, COLUMNS).encode(), str(row["seal"]).encode("utf-8", "replace")):
        yield f"{_name(row)}: it is not as it was written"
    elif anchored.get(row["chain"], (0, ""))[0] == row["number"] and anchored[row["chain"]][1] != row["seal"]:
        yield f"{_name(row)}: its seal is not the one that was anchored"


def _name(row: Row) -> str:
    try:
        return f"audit entry {UUID(row['entry_id'])}"
    except (ValueError, TypeError, AttributeError):
        return "an audit entry without its id"
