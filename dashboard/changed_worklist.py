"""A worklist in which a few people's answers or marks are others than before, made without listing all anew.

After every recorded action somebody's row changes. The list before stays as it is and is shared by whoever still looks
at it; the new one puts other rows in place of theirs. What that costs depends on them, hardly on how long the list is.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from itertools import count
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import embedded
from dashboard.worklist import LISTED, Worklist
from pathways import ANSWERS

_numbers = count(1)

_COLUMNS = ", ".join(ANSWERS.names)
_CHANGED = f"""
create table changed as {LISTED}
from (select * from given_answers
      union all by name
      select {_COLUMNS} from main.people
      where patient_id in (select patient_id from given_team)
        and patient_id not in (select patient_id from given_answers)) a
join (select l.place, c.name, c.birth_first, c.birth_last, c.sex, c.site, c.clinician, patient_id
      from main.people l join given_patients c using (patient_id)) p using (patient_id)
left join given_team t using (patient_id)
"""
_PEOPLE = """
create view people as
select * from main.people where place not in (select place from changed)
union all by name
select * from changed
"""


class ChangedWorklist(Worklist):
    """``before`` is a list without marks; ``changed`` are answers of people on it; ``patients`` and ``team``, as in
    ``Worklist``, are those of everybody."""

    def __init__(
        self,
        before: Worklist,
        changed: pa.Table,
        patients: pa.Table,
        team: pa.Table,
        orders: Callable[[], pa.Table],
    ) -> None:
        self.patients, self.dispositions, self.profile = patients, before.dispositions, before.profile
        self.as_of, self.version, self.identified = before.as_of, before.version, before.identified
        self.team, self.orders = team, orders
        self._before, self._changed = before, changed
        self._choices, self._lock, self._with_orders = {}, Lock(), False
        self._database = before._database
        self._schema = f"changed_{next(_numbers)}"
        self._make()
        weakref.finalize(self, _forget, before._database, self._schema)

    @cached_property
    def answers(self) -> pa.Table:
        """Everybody's, in the order of their ids."""
        before = self._before.answers
        others = before.filter(pc.invert(pc.is_in(before["patient_id"], self._changed["patient_id"].combine_chunks())))
        return pa.concat_tables([others, self._changed]).sort_by("patient_id")

    def _make(self) -> None:
        whole = self._database.cursor()
        whole.execute(f"create schema {self._schema}")
        cursor = self._cursor()
        whose = pa.array([*self._changed["patient_id"].to_pylist(), *self.team["patient_id"].to_pylist()], pa.string())
        theirs = self.patients.filter(pc.is_in(self.patients["patient_id"], whose))
        given = {"given_answers": self._changed, "given_team": self.team, "given_patients": theirs}
        for name, rows in given.items():
            cursor.register(name, rows)
        cursor.execute(_CHANGED, self._given())
        cursor.execute(_PEOPLE)
        for name in given:
            cursor.unregister(name)

    def _cursor(self) -> embedded.Database:
        cursor = self._database.cursor()
        cursor.execute(f"set schema = '{self._schema}'")
        return cursor


def _forget(database: embedded.Database, schema: str) -> None:
    with suppress(embedded.Error):  # the database may be closed already
        database.cursor().execute(f"drop schema {schema} cascade")
