"""What a reader may filter a list by, and the same as a condition of the embedded database.

Every value comes from an address that anyone can write: lists are checked against the panel by the
caller, names against the tables here, and what is unknown filters nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashboard.wording.huddle import huddle

QUEUES: Mapping[str, str] = {
    "bloods": "bloods.state in ('due', 'in_progress')",
    "imaging": "imaging.state in ('due', 'in_progress')",
    "referral": "referral.state in ('due', 'in_progress')",
    "review": "'to_review' in (bloods.state, imaging.state, referral.state)",
}
"""Who waits for what: an order not yet made or not yet done; a result that nobody has read."""


class Waited(NamedTuple):
    """Days since the reason to act began; ``last`` is None where the span has no end."""

    title: str
    first: int
    last: int | None


NO_START = "unknown"
"""The span of people without a date to count from: a result may be unread where nothing else calls to act."""

WAITED: Mapping[str, Waited] = {
    "0": Waited("under 1 week", 0, 6),
    "1": Waited("1 to 2 weeks", 7, 13),
    "2": Waited("2 to 4 weeks", 14, 27),
    "4": Waited("4 to 8 weeks", 28, 55),
    "8": Waited("8 to 12 weeks", 56, 83),
    "12": Waited("12 weeks or more", 84, None),
    NO_START: Waited("an unknown time", 0, None),
}
"""Bars of the ageing charts by the week they begin with: spans to read a chart by, not clinical limits."""

class Target(NamedTuple):
    title: str
    condition: str


TARGETS: Mapping[str, Target] = {
    "within": Target("Within target", "not coalesce(overdue, false)"),
    "over": Target("Over target", "coalesce(overdue, false)"),
}
"""The two parts of each bar of the ageing charts; nobody without a due date is over it."""

SNOOZED: Mapping[str, str] = {
    "snoozed": "snoozed_until is not null",
    "awake": "snoozed_until is null",
    "back": "back is not null",
}
"""Who is put off on the day of the list, who is not, and who came back and waits for somebody to act."""

ORDERS: Mapping[str, str] = {"open": "true", "late": "late"}
"""Who has anything open in the queue, in any where none is chosen; and of these who longer than it should be."""

FLAGS = ("bloods_due", "imaging_due", "overdue", "something_unknown")
_LISTS = {
    "dispositions": "disposition",
    "sites": "site",
    "clinicians": "clinician",
    "owners": "coalesce(owner, '')",
    "indications": "coalesce(indication, '')",
}


@dataclass(frozen=True)
class Filters:
    """An empty choice means everyone; several choices all have to hold.

    ``indications`` and ``owners`` hold ``""`` for people without one. ``snoozed`` is a key of ``SNOOZED``, ``queue``
    of ``QUEUES``, ``waited`` of ``WAITED``, ``target`` of ``TARGETS``, ``orders`` of ``ORDERS``; ``question`` is a
    missing fact that settles something, ``reason`` one of the answer's reasons; ``need`` is a key of the needs in
    ``wording/huddle.yaml``.
    """

    dispositions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    clinicians: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    snoozed: str | None = None
    bloods_due: bool = False
    imaging_due: bool = False
    overdue: bool = False
    something_unknown: bool = False
    indications: tuple[str, ...] = ()
    queue: str | None = None
    waited: str | None = None
    target: str | None = None
    orders: str | None = None
    question: str | None = None
    reason: str | None = None
    need: str | None = None

    @property
    def any(self) -> bool:
        return self != Filters()


def condition(filters: Filters, *, dispositions: bool = True) -> tuple[str, list[Any]]:
    """A where clause over the table ``people`` (or nothing) and the values for its question marks."""
    parts: list[str] = []
    values: list[Any] = []
    for field, column in _LISTS.items():
        wanted: Sequence[str] = getattr(filters, field)
        if wanted and (dispositions or field != "dispositions"):
            parts.append(f"list_contains(?, {column})")
            values.append(list(wanted))
    parts += [name for name in FLAGS if getattr(filters, name)]
    if filters.snoozed in SNOOZED:
        parts.append(SNOOZED[filters.snoozed])
    if filters.queue in QUEUES:
        parts.append(f"coalesce({QUEUES[filters.queue]}, false)")
    if filters.target in TARGETS:
        parts.append(TARGETS[filters.target].condition)
    if filters.orders in ORDERS:
        parts.append(f"""patient_id in (
            select patient_id from orders where {ORDERS[filters.orders]} and queue = coalesce(?, queue))""")
        values.append(filters.queue)
    if filters.waited == NO_START:
        parts.append("waiting is null")
    elif filters.waited in WAITED:
        span = WAITED[filters.waited]
        parts.append("waiting >= ?" if span.last is None else "waiting between ? and ?")
        values += [span.first] if span.last is None else [span.first, span.last]
    for name, lists in (("question", ("questions", "missing")), ("reason", ("reasons",))):
        if wanted_name := getattr(filters, name):
            either = " or ".join(f"list_contains({column}, ?)" for column in lists)
            parts.append(f"({either})")
            values += [wanted_name] * len(lists)
    if filters.need in huddle().needs:
        either_of, of_values = _need(filters.need)
        parts.append(either_of)
        values += of_values
    return (" where " + " and ".join(parts) if parts else ""), values


def _need(name: str) -> tuple[str, list[Any]]:
    lines: list[str] = []
    values: list[Any] = []
    for people in huddle().needs[name].people:
        line = ["disposition = ?"]
        values.append(people.status)
        if people.overdue is not None:
            line.append("overdue = ?")
            values.append(people.overdue)
        if people.could_be:
            line.append("list_contains(?, could_be)")
            values.append(list(people.could_be))
        lines.append("(" + " and ".join(line) + ")")
    return f"coalesce({' or '.join(lines)}, false)", values
