"""The action log: add an action, read the actions of a person or of a panel.

An action is added at the version of the person that its writer has seen, so nobody writes over what they
have not read; and under the id of its form, so pressing twice saves once. ``append`` returns only when the
action is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from dashboard import settings
from dashboard.actions import rules, schema, space, store
from dashboard.actions.anchoring import anchor_actions
from dashboard.actions.faulty import unusable
from dashboard.actions.models import Answered, Undone
from dashboard.actions.proof import Proof
from dashboard.actions.records import FIRST, Draft, Recorded, Row, recorded, row_of, same_form
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.actions.store import Store
from dashboard.actions.tables import ACTIONS, as_row, has_lines

CLINIC, SAMPLE = "clinic", "sample"
"""Whose ids the patient ids are: an action on an invented person must never show on a real one."""

_TICK = timedelta(microseconds=1)
_line = sa.literal_column("rowid", sa.Integer)


@dataclass(frozen=True)
class Mark:
    """The last line of a file and its seal; of a server how many lines there are, and the latest moment."""

    line: int = 0
    seal: str = ""


@dataclass
class ActionLog:
    """The log of one panel. One instance serves every thread of a process."""

    store: Store
    proof: Proof
    panel: str
    _key: bytes = field(repr=False)

    def append(self, draft: Draft) -> Recorded:
        """Add an action, or give back the one that this form has added already.

        Raises ``Conflict`` where somebody was quicker, ``ActionRefused`` where it is not allowed and
        ``StoreUnusable`` where it cannot be saved now. After any of them nothing was saved, but for a
        ``StoreUnusable`` that is ``unsure``.
        """
        rules.check(draft.action, draft.basis.as_of)
        self.proof.ready()
        room = self.room()
        if room is not None and room.refusal is not None:
            raise room.refusal
        row = self._saved(draft)
        self.proof.add(row["action_id"], row["seal"])
        return self._recorded(row)

    def of_patient(self, patient_id: str) -> tuple[Recorded, ...]:
        """What was done for one person, oldest first. Raises ``StoreUnusable``."""
        return self._read(ACTIONS.c.patient_id == patient_id)

    def everything(self) -> tuple[Recorded, ...]:
        """What was done for everybody of the panel, person by person, oldest first. Raises ``StoreUnusable``."""
        return self._read()

    def mark(self) -> Mark:
        """Where the log ends now: another mark means that something was added. Raises ``StoreUnusable``."""
        with self.store.reading() as connection:
            if self.store.path is None:
                count, latest = connection.execute(
                    sa.select(sa.func.count(), sa.func.max(ACTIONS.c.recorded_at)).select_from(ACTIONS)
                ).one()
                return Mark(int(count), latest or "")
            query = sa.select(_line, ACTIONS.c.seal).order_by(_line.desc()).limit(1)
            last = connection.execute(query).one_or_none()
            return Mark() if last is None else Mark(*last)

    def since(self, mark: Mark) -> tuple[Recorded, ...] | None:
        """What was added after a mark; None where that cannot be told, as after a restore, and all has to be read.

        A file numbers its lines in the order in which they were added; a server does not.
        """
        if self.store.path is None or not mark.line:
            return None
        with self.store.reading() as connection:
            known = sa.select(_line).where(_line == mark.line, ACTIONS.c.seal == mark.seal)
            if connection.execute(known).one_or_none() is None:
                return None
        return self._read(_line > mark.line)

    def room(self) -> space.Room | None:
        """How much is left on the disk of the store or of its proof."""
        return space.room(self.store, self.proof)

    def newest(self, connection: sa.Connection) -> dict[str, tuple[int, str]]:
        """Number and id of the last action of each person: a log that was put back may have another at this number."""
        here = ACTIONS.c.panel == self.panel
        last = sa.select(ACTIONS.c.patient_id, sa.func.max(ACTIONS.c.version).label("version")).where(here)
        of_each = last.group_by(ACTIONS.c.patient_id).subquery()
        its = sa.and_(ACTIONS.c.patient_id == of_each.c.patient_id, ACTIONS.c.version == of_each.c.version)
        query = sa.select(ACTIONS.c.patient_id, ACTIONS.c.version, ACTIONS.c.action_id).join(of_each, its).where(here)
        return {row[0]: (int(row[1]), str(row[2])) for row in connection.execute(query)}

    def _read(self, *conditions: sa.ColumnElement[bool]) -> tuple[Recorded, ...]:
        query = sa.select(ACTIONS).where(ACTIONS.c.panel == self.panel, *conditions)
        with self.store.reading() as connection:
            rows = connection.execute(query.order_by(ACTIONS.c.patient_id, ACTIONS.c.version)).all()
        return tuple(self._recorded(as_row(row)) for row in rows)

    def _recorded(self, row: Row) -> Recorded:
        try:
            return recorded(row)
        except (ValueError, TypeError, AttributeError):
            raise StoreUnusable(
                "a line of the log is not one that we wrote", self.store.where, "run backstop verify-audit"
            ) from None

    def _saved(self, draft: Draft) -> Row:
        sent = False
        try:
            with self.store.writing() as connection:
                row = self._added(connection, draft)
                sent = True
            return row
        except IntegrityError:  # another connection was quicker by less than our look at the log
            with self.store.reading() as connection:
                return self._added_before(connection, draft)
        except DBAPIError as error:
            return self._after(draft, error, sent=sent)

    def _added(self, connection: sa.Connection, draft: Draft) -> Row:
        row = self._of_form(connection, draft)
        if row is not None:
            return row
        latest = self._latest(connection, draft.patient_id)
        if (latest.version if latest else 0) != draft.seen:
            raise Conflict(latest)
        if isinstance(draft.action, Undone):
            self._before(connection, draft, draft.action.action, "undo")
        if isinstance(draft.action, Answered) and draft.action.replaces is not None:
            before = self._before(connection, draft, draft.action.replaces, "replace")
            if not draft.action.of_same_question(before.action):
                raise ActionRefused("only an earlier answer to the same question can be replaced")
        new = row_of(draft, self.panel, self._moment(latest), latest.seal if latest else FIRST, self._key)
        connection.execute(sa.insert(ACTIONS).values(new))
        return new

    def _added_before(self, connection: sa.Connection, draft: Draft) -> Row:
        row = self._of_form(connection, draft)
        if row is None:
            raise Conflict(self._latest(connection, draft.patient_id))
        return row

    def _after(self, draft: Draft, error: DBAPIError, *, sent: bool) -> Row:
        """After a fault: what is in the log decides, never the fault."""
        if not sent:
            raise unusable(error, self.store.where) from None
        # Once the last word was sent, a server may still be saving after it has stopped answering.
        lost = self.store.path is None and error.connection_invalidated
        try:
            with self.store.reading() as connection:
                row = self._of_form(connection, draft)
        except StoreUnusable:
            raise unusable(error, self.store.where, unsure=True) from None
        if row is None:
            raise unusable(error, self.store.where, unsure=lost) from None
        return row

    def _of_form(self, connection: sa.Connection, draft: Draft) -> Row | None:
        query = sa.select(ACTIONS).where(ACTIONS.c.action_id == str(draft.action_id))
        row = _one(connection, query)
        if row is not None and not same_form(row, draft, self.panel):
            raise ActionRefused("this form has saved something else already; open it anew")
        return row

    def _latest(self, connection: sa.Connection, patient_id: str) -> Recorded | None:
        query = sa.select(ACTIONS).where(ACTIONS.c.panel == self.panel, ACTIONS.c.patient_id == patient_id)
        row = _one(connection, query.order_by(ACTIONS.c.version.desc()).limit(1))
        return None if row is None else self._recorded(row)

    def _before(self, connection: sa.Connection, draft: Draft, target: UUID, what: str) -> Recorded:
        query = sa.select(ACTIONS).where(
            ACTIONS.c.panel == self.panel, ACTIONS.c.patient_id == draft.patient_id, ACTIONS.c.action_id == str(target)
        )
        row = _one(connection, query)
        if row is None:
            raise ActionRefused(f"there is no such action of this person to {what}")
        return self._recorded(row)

    @staticmethod
    def _moment(latest: Recorded | None) -> datetime:
        """Now; but a person's actions stay in their order when the machine's clock was put back."""
        now = settings.now()
        return now if latest is None else max(now, latest.recorded_at + _TICK)


def _one(connection: sa.Connection, query: sa.Select[Any]) -> Row | None:
    line = connection.execute(query).one_or_none()
    return None if line is None else as_row(line)


def open_log(panel: str = CLINIC, at: Store | None = None, proof: Proof | None = None) -> ActionLog:
    """The log that the settings name, made where there never was one. Raises ``StoreUnusable``.

    An empty store beside an anchor that knows actions is refused: nobody shall work on without noticing
    that what they did is gone.
    """
    found, proved = at or store.named(), proof or Proof(settings.proof_folder())
    schema.prepare(found)
    known = len(proved.lines())  # before the look at the store: what another process adds meanwhile is in both
    with found.reading() as connection:
        empty, nothing = not has_lines(connection, ACTIONS), not has_lines(connection)
    if empty and known:
        raise StoreUnusable(
            f"it is empty, but its anchor in {proved.folder} knows {known} actions", found.where,
            "put back its file or a backup (backstop restore); for a new log, set BACKSTOP_PROOF to an empty folder",
        )  # fmt: skip
    if empty and not nothing:
        proved.begin()  # the audit trail came first, and drew the key
    key = proved.key(make=nothing)
    if not empty:
        anchor_actions(found, proved, key)
    return ActionLog(found, proved, panel, key)
