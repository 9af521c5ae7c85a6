"""What was saved and could not be anchored any more is anchored when its store is opened again.

Its process ended, or the disk of the anchor failed, between the two; from now on it is found if it is cut off. The
anchor says how many such lines there were, because an anchor that somebody has shortened looks the same. Nothing is
anchored that the key does not prove, that the anchor knows otherwise, or for which there is no anchor: these are told.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.actions.audit import entries
from dashboard.actions.proof import Proof
from dashboard.actions.records import COLUMNS, Row, seal
from dashboard.actions.store import Store
from dashboard.actions.tables import ACTIONS, AUDIT

MOST_AT_ONCE = 500
"""Lines that are asked for by one question: databases take only so many names in it."""


def anchor_actions(store: Store, proof: Proof, key: bytes) -> None:
    """Raises ``StoreUnusable`` where store or anchor cannot be read."""
    if not proof.anchored:
        return
    with store.reading() as connection:
        here = [str(one) for one in connection.execute(sa.select(ACTIONS.c.action_id)).scalars()]
        known = proof.lines()  # after the look at the store: what another process adds meanwhile is in both
        lacking = [one for one in here if one not in known]
        rows = [
            dict(zip(COLUMNS, line, strict=True))
            for start in range(0, len(lacking), MOST_AT_ONCE)
            for line in connection.execute(
                sa.select(ACTIONS).where(ACTIONS.c.action_id.in_(lacking[start : start + MOST_AT_ONCE]))
            )
        ]
    proved = [(row["action_id"], row["seal"]) for row in rows if _proved(row, key, COLUMNS)]
    proof.add_late(proved, len(proved))


def anchor_entries(store: Store, anchor: Proof, key: bytes) -> None:
    """The last entry of each chain, which stands for all before it. Raises ``StoreUnusable`` likewise."""
    if not anchor.anchored:
        return
    with store.reading() as connection:
        last = connection.execute(sa.select(AUDIT.c.chain, sa.func.max(AUDIT.c.number)).group_by(AUDIT.c.chain)).all()
        known = anchor.heads()
        late, count = [], 0
        for chain, number in last:
            before = known.get(chain, (0, ""))[0]
            if number <= before:
                continue
            line = connection.execute(sa.select(AUDIT).where(AUDIT.c.chain == chain, AUDIT.c.number == number)).one()
            row = dict(zip(entries.COLUMNS, line, strict=True))
            if _proved(row, key, entries.COLUMNS):
                late.append((f"{chain}.{number}", str(row["seal"])))
                count += number - before
    anchor.add_late(late, count)


def _proved(row: Row, key: bytes, columns: Sequence[str]) -> bool:
    return hmac.compare_digest(seal(row, key, columns).encode(), str(row["seal"]).encode("utf-8", "replace"))
