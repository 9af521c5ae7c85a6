"""The worklist: a panel's answers joined with its patients, filtered, counted, sorted and paged.

One ``Worklist`` belongs to one (panel, profile, as-of date) and is never written to after it is made,
so that many sessions can read it at once. Filters, sort and page run in the embedded database; a page
is a few rows however large the panel is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any

import pyarrow as pa

from dashboard import embedded
from dashboard.access.users import NotAllowed
from dashboard.filtering import Filters, condition

PAGE_SIZE = 50
PORTION = 5_000
ADDRESS_KEY = secrets.token_hex(16)
"""Patient ids in addresses are keyed with this; it lasts as long as the process."""

SORTS: Mapping[str, str] = {
    "Most pressing": "rank",
    "Longest wait": "since is null, since, rank",
    "Due date": "due_by is null, due_by, rank",
    "Name": "lower(name), rank",
}

TEAM = pa.schema(
    [
        pa.field("patient_id", pa.string(), nullable=False),
        pa.field("owner", pa.string()),
        pa.field("snoozed_until", pa.date32()),  # the other marks are in words, null where there is none
        pa.field("snooze_reason", pa.string()),
        pa.field("back", pa.string()),
        pa.field("back_because", pa.string()),
        pa.field("overridden", pa.string()),
        pa.field("override_reason", pa.string()),
    ]
)
"""What the team decided about people: one row for everybody who has a mark."""

ORDERS = pa.schema(
    [
        pa.field("patient_id", pa.string(), nullable=False),
        pa.field("queue", pa.string(), nullable=False),
        pa.field("late", pa.bool_(), nullable=False),
    ]
)
"""In which queues people have anything open, and whether it is open longer than it should be."""

RANK = """
(((least(coalesce(list_position($dispositions, a.disposition), 31), 31) * 2
    + if(coalesce(a.overdue, false), 0, 1))::bigint
   * 65536 + least(greatest(coalesce(date_diff('day', date '1950-01-01', a.due_by), 65535), 0), 65535))
   * 65536 + least(greatest(coalesce(date_diff('day', date '1950-01-01', a.since), 65535), 0), 65535))
   * 33554432 + p.place
"""
"""Disposition, overdue, due date, start of the wait, patient id: one number, so that a person whose answer changes is
ranked without the others."""

LISTED = f"""
select {RANK} as rank,
       if($identified, left(sha256($key || ':' || a.patient_id), 24), null) as token,
       a.*, if($identified, p.name, null) as name, p.birth_first, p.birth_last, p.sex, p.site, p.clinician, p.place,
       date_diff('day', a.since, $as_of) as waiting,
       a.bloods.state = 'due' as bloods_due, a.imaging.state = 'due' as imaging_due,
       len(a.missing) > 0 or a.could_be is not null as something_unknown,
       t.owner, t.snoozed_until,
       if($identified, t.snooze_reason, null) as snooze_reason, if($identified, t.back, left(t.back, 0)) as back,
       if($identified, t.back_because, null) as back_because, if($identified, t.overridden, null) as overridden,
       if($identified, t.override_reason, null) as override_reason
"""
_PEOPLE = f"""
create table people as {LISTED}
from answers a
join (select *, row_number() over (order by patient_id) as place from patients) p using (patient_id)
left join team t using (patient_id)
order by rank
"""


@dataclass(frozen=True)
class ListPage:
    """Up to ``PAGE_SIZE`` people. ``number`` is the page shown, moved into 1…``pages``."""

    rows: list[dict[str, Any]]
    total: int
    number: int
    pages: int
    first: int  # position of the first row in the whole list, from 1; 0 when the list is empty


@dataclass(frozen=True)
class Neighbours:
    """Where one person stands in a list, and the addresses of the people before and after."""

    position: int | None
    total: int
    previous: str | None
    next: str | None


@dataclass
class Worklist:
    """``answers`` has the columns of ``evaluate``; ``patients`` those of ``pathways.panel.PATIENTS``; ``team``
    those of ``TEAM``. ``orders`` gives a table of ``ORDERS``; it is asked once, when a filter first needs it.

    Where people are not ``identified`` they can be counted, and nothing gives one of them out: see ``NotAllowed``.
    """

    answers: pa.Table
    patients: pa.Table
    dispositions: Sequence[str]
    profile: str
    as_of: date
    version: str
    identified: bool = True
    team: pa.Table = field(default_factory=TEAM.empty_table)
    orders: Callable[[], pa.Table] = ORDERS.empty_table
    _database: embedded.Database = field(init=False, repr=False)
    _choices: dict[str, list[str]] = field(init=False, repr=False, default_factory=dict)
    _lock: Lock = field(init=False, repr=False, default_factory=Lock)
    _with_orders: bool = field(init=False, repr=False, default=False)

    def __post_init__(self) -> None:
        database = embedded.opened()
        database.register("answers", self.answers)
        database.register("patients", self.patients)
        database.register("team", self.team)
        database.execute(_PEOPLE, self._given())
        for name in ("answers", "patients", "team"):
            database.unregister(name)
        self._database = database

    def _given(self) -> dict[str, Any]:
        """What ``LISTED`` is told."""
        values = {"dispositions": list(self.dispositions), "key": ADDRESS_KEY, "as_of": self.as_of}
        return values | {"identified": self.identified}

    def _cursor(self) -> embedded.Database:
        return self._database.cursor()

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a statement over the table ``people``: every column of the answers and those added above.

        ``main.people`` are the same people, at the same ``place``, before any answer.
        """
        return embedded.rows(self._executed(statement, values))

    def _executed(self, statement: str, values: Sequence[Any]) -> embedded.Database:
        if "from orders" in statement:
            self._know_orders()
        return self._cursor().execute(statement, list(values))

    def _know_orders(self) -> None:
        with self._lock:
            if not self._with_orders:
                cursor = self._cursor()
                cursor.register("given_orders", self.orders())
                cursor.execute("create table orders as select * from given_orders")
                cursor.unregister("given_orders")
                self._with_orders = True

    def counts(self, filters: Filters) -> dict[str, int]:
        """People in each disposition under every filter but the disposition itself, in pathway order."""
        where, values = condition(filters, dispositions=False)
        rows = self.query(f"select disposition, count(*) as people from people{where} group by all", values)
        found = {row["disposition"]: int(row["people"]) for row in rows}
        return {name: found.pop(name, 0) for name in self.dispositions} | found

    def total(self, filters: Filters | None = None) -> int:
        where, values = condition(filters or Filters())
        return int(self.query(f"select count(*) as people from people{where}", values)[0]["people"])

    def pages(self, filters: Filters) -> int:
        """How many pages the list has; an empty one has one."""
        return max(1, -(-self.total(filters) // PAGE_SIZE))

    def page(self, filters: Filters, sort: str = "Most pressing", number: int = 1) -> ListPage:
        """One page of the list; an unknown sort is the pathway's own order."""
        self._one_by_one()
        total = self.total(filters)
        pages = max(1, -(-total // PAGE_SIZE))
        number = min(max(1, number), pages)
        where, values = condition(filters)
        skipped = (number - 1) * PAGE_SIZE
        rows = self.query(
            f"select * from people{where} order by {_order(sort)} limit {PAGE_SIZE} offset ?",
            [*values, skipped],
        )
        return ListPage(rows, total, number, pages, skipped + 1 if rows else 0)

    def everyone(self, filters: Filters, sort: str = "Most pressing") -> Iterator[dict[str, Any]]:
        """Every person of the filtered list in its order, fetched in portions: for a file, not for a page."""
        self._one_by_one()
        where, values = condition(filters)
        found = self._executed(f"select * from people{where} order by {_order(sort)}", values)
        names = [column[0] for column in found.description or ()]
        while portion := found.fetchmany(PORTION):
            for row in portion:
                yield dict(zip(names, row, strict=True))

    def person(self, token: str) -> dict[str, Any] | None:
        """The person behind an address, None if there is none."""
        rows = self.query("select * from people where token = ?", [token])
        return rows[0] if rows else None

    def neighbours(self, token: str, filters: Filters, sort: str) -> Neighbours:
        """The people around one in the list that the reader came from; no position if not on it."""
        where, values = condition(filters)
        rows = self.query(
            f"""with list as (
                select token, row_number() over (order by {_order(sort)}) as place from people{where})
            select place, (select count(*) from list) as total,
                   (select token from list where place = here.place - 1) as before,
                   (select token from list where place = here.place + 1) as after
            from list here where token = ?""",
            [*values, token],
        )
        if not rows:
            return Neighbours(None, self.total(filters), None, None)
        row = rows[0]
        return Neighbours(row["place"], row["total"], row["before"], row["after"])

    def find(self, text: str, limit: int = 20) -> list[dict[str, Any]]:
        """People whose id or name contains the text, exact ids first, whatever the filters."""
        self._one_by_one()
        wanted = text.strip().lower()
        if not wanted:
            return []
        return self.query(
            """select * from people
            where contains(lower(patient_id), ?) or contains(lower(coalesce(name, '')), ?)
            order by lower(patient_id) = ? desc, starts_with(lower(coalesce(name, '')), ?) desc,
                     lower(name), rank
            limit ?""",
            [wanted, wanted, wanted, wanted, limit],
        )

    @cached_property
    def put_off(self) -> bool:
        """Whether anybody of the list is snoozed, or came back and waits for somebody to act."""
        until, back = self.team["snoozed_until"], self.team["back"]
        return bool(until.null_count < len(until) or back.null_count < len(back))

    def _one_by_one(self) -> None:
        if not self.identified:
            raise NotAllowed("the people of this list can be counted, not seen")

    def choices(self, column: str) -> list[str]:
        """The sites, clinicians or owners of the panel, in alphabetical order."""
        if column not in ("site", "clinician", "owner"):
            raise ValueError(f"no choices for {column}")
        if column not in self._choices:
            rows = self.query(f"select distinct {column} as name from people where {column} is not null order by 1")
            self._choices[column] = [row["name"] for row in rows]
        return list(self._choices[column])


def _order(sort: str) -> str:
    return SORTS.get(sort, SORTS["Most pressing"])
