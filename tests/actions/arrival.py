"""A log in which one person's actions arrived in this order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from dashboard.actions import models
from dashboard.actions.records import Recorded
from tests.actions.made_up import BASIS, ITO


def in_order(name: str, steps: Iterable[models.Action]) -> tuple[Recorded, ...]:
    start = datetime(2026, 6, 15, 8, tzinfo=UTC)
    return tuple(
        Recorded(_id(name, n), name, n, said, ITO, BASIS, start + timedelta(minutes=n), "")
        for n, said in enumerate(steps, 1)
    )


def _id(name: str, number: int) -> UUID:
    return uuid5(NAMESPACE_OID, f"{name} {number}")
