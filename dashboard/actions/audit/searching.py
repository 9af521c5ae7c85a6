"""Reading the trail: what somebody asks for, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dashboard.actions.audit.entries import COLUMNS, Kept, kept
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store
from dashboard.actions.tables import ACTIONS, AUDIT, exists

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """An empty choice means all. ``first`` and ``before`` are moments in UTC: from the one, up to the other."""

    user_ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    first: datetime | None = None
    before: datetime | None = None
    patient_id: str = ""
    panel: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        for column, names in ((AUDIT.c.user_id, self.user_ids), (AUDIT.c.kind, self.kinds),
                              (AUDIT.c.outcome, self.outcomes)):  # fmt: skip
            if names:
                found.append(column.in_(names))
        for column, text in ((AUDIT.c.patient_id, self.patient_id), (AUDIT.c.panel, self.panel)):
            if text:
                found.append(column == text)
        if self.first:
            found.append(AUDIT.c.at >= self.first.isoformat(timespec="microseconds"))
        if self.before:
            found.append(AUDIT.c.at < self.before.isoformat(timespec="microseconds"))
        return found


@dataclass(frozen=True)
class Counted:
    """``entries`` of ``of`` fit; ``kinds`` says how many of each, the most frequent first."""

    entries: int
    of: int
    kinds: dict[str, int]


def counted(store: Store, wanted: Wanted) -> Counted:
    """Raises ``StoreUnusable``, as everything here."""
    number = sa.func.count()
    by_kind = sa.select(AUDIT.c.kind, number).where(*wanted.conditions()).group_by(AUDIT.c.kind)
    with store.reading() as connection:
        kinds = {kind: int(count) for kind, count in connection.execute(by_kind.order_by(number.desc(), AUDIT.c.kind))}
        whole = int(connection.execute(sa.select(number).select_from(AUDIT)).scalar_one())
    return Counted(sum(kinds.values()), whole, kinds)


def page(store: Store, wanted: Wanted, number: int = 1) -> list[Kept]:
    return list(_read(store, wanted, PAGE, PAGE * (number - 1)))


def newest(store: Store, wanted: Wanted, most: int) -> list[Kept]:
    return list(_read(store, wanted, most))


def users(store: Store) -> dict[str, str]:
    """The name of everybody who is in the trail, by id, in alphabetical order; the latest name of each."""
    query = sa.select(AUDIT.c.user_id, AUDIT.c.user_name, sa.func.max(AUDIT.c.at).label("last"))
    with store.reading() as connection:
        rows = connection.execute(query.group_by(AUDIT.c.user_id, AUDIT.c.user_name).order_by("last")).all()
    found = {user_id: name for user_id, name, _ in rows}
    return dict(sorted(found.items(), key=lambda one: (one[1].casefold(), one[0])))


def last_pathway(store: Store) -> str:
    """The version of the pathway that the newest entry with one names; empty before the first."""
    query = sa.select(AUDIT.c.pathway).where(AUDIT.c.pathway != "").order_by(AUDIT.c.at.desc()).limit(1)
    with store.reading() as connection:
        return str(connection.execute(query).scalar() or "")


def lines_but(store: Store, kind: str) -> int:
    """How many lines stand in both tables, without the entries of one kind."""
    number = sa.func.count()
    with store.reading() as connection:
        lines = int(connection.execute(sa.select(number).select_from(ACTIONS)).scalar_one())
        if not exists(connection, AUDIT):
            return lines  # made before there was a trail
        return lines + int(connection.execute(sa.select(number).where(AUDIT.c.kind != kind)).scalar_one())


def _read(store: Store, wanted: Wanted, most: int, skipped: int = 0) -> Iterator[Kept]:
    order: Sequence[sa.ColumnElement[object]] = (AUDIT.c.at.desc(), AUDIT.c.chain, AUDIT.c.number.desc())
    query = sa.select(AUDIT).where(*wanted.conditions()).order_by(*order).limit(most).offset(skipped)
    with store.reading() as connection:
        lines = connection.execute(query).all()
    for line in lines:
        try:
            yield kept(dict(zip(COLUMNS, line, strict=True)))
        except (ValueError, TypeError, AttributeError):
            raise StoreUnusable(
                "a line of the audit trail is not one that we wrote", store.where, "run backstop verify-audit"
            ) from None
