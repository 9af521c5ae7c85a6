"""Who has an order under way or a result that nobody has read, and whether it is open longer than it should be.

Followed as on the page of one person, for everybody at once: only people with anything open are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import embedded
from dashboard.actions.events import SOURCE
from dashboard.actions.following import RESULTED, followed
from dashboard.actions.rules import ORDERABLE, REFERRAL
from dashboard.people import People, Told, each_part, untold
from dashboard.worklist import ORDERS
from pathways import StillOpen
from pathways.panel import ORDER_STATUSES, RESULT_STATUSES, Panel
from pathways.vocabulary import concepts

QUEUE_OF = {"blood_test": "bloods", "imaging": "imaging", REFERRAL: "referral"}
REVIEW = "review"
Windows: TypeAlias = Callable[[Collection[str]], Mapping[str, StillOpen]]
"""What the pathway still looks at of each of these people."""

_SOMETHING_OPEN = """
with theirs as (
    select patient_id, concept, status, recorded_at, least(date_last, $as_of) as day,
           list_contains($results, status) as reported, value is not null or result is not null as said,
           status = 'reviewed' or coalesce(reviewed_on <= $as_of, false) as read
    from events where list_contains($orderable, concept) and date_first <= $as_of
), course as (
    select patient_id, concept,
           max(day) filter (list_contains($under_way, status) or (reported and not said)) as ordered,
           max(day) filter (reported and said) as resulted,
           max(day) filter (read) as read_on
    from theirs group by patient_id, concept
), after as (
    select patient_id, concept
    from theirs join course using (patient_id, concept)
    where day = resulted and day = read_on
    group by patient_id, concept
    having max(recorded_at) filter (reported and said)
           > min(recorded_at) filter (read)
        or bool_or(reported and said and not read)
)
select patient_id from course
where ordered > coalesce(resulted, date '0001-01-01') or resulted > coalesce(read_on, date '0001-01-01')
union select patient_id from after
"""
"""Nobody else has anything open; some of these have not either."""

_NEEDED = (
    "patient_id", "concept", "date_first", "date_last", "end_date", "status", "value", "result", "recorded_at",
    "reviewed_on", "source",
)  # fmt: skip


def table(
    panel: People, as_of: date, members: Mapping[str, Collection[str]], windows: Windows, told: Told = untold
) -> pa.Table:
    """One row for each queue in which somebody has anything open; ``members`` as in ``followed``."""
    found = [_table(part, as_of, members, windows) for part in each_part(panel, told)]
    return pa.concat_tables([*found, ORDERS.empty_table()])


def _table(panel: Panel, as_of: date, members: Mapping[str, Collection[str]], windows: Windows) -> pa.Table:
    names = _names(panel, as_of)
    still = windows(names)
    theirs = panel.events.filter(pc.equal(panel.events["source"], SOURCE))["patient_id"]
    looked_at = still.keys() | set(theirs.unique().to_pylist())
    found = [
        {"patient_id": patient_id, "queue": queue, "late": late}
        for patient_id, record in _people(panel, as_of, [name for name in names if name in looked_at])
        for queue, late in _queues(record, as_of, members, still.get(patient_id, StillOpen())).items()
    ]
    return pa.Table.from_pylist(found, ORDERS)


def _orderable() -> list[str]:
    return [name for name, one in concepts().items() if one.kind in ORDERABLE]


def _names(panel: Panel, as_of: date) -> list[str]:
    """Everybody with anything that nobody has finished."""
    database = embedded.opened()
    database.register("events", panel.events)
    values = {
        "orderable": _orderable(), "under_way": list(ORDER_STATUSES), "results": list(RESULT_STATUSES), "as_of": as_of,
    }  # fmt: skip
    return [row["patient_id"] for row in embedded.rows(database.execute(_SOMETHING_OPEN, values))]


def _people(panel: Panel, as_of: date, names: Collection[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Their orders and results up to the day."""
    events = panel.part(names).events
    theirs = pc.less_equal(events["date_first"], as_of)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    orders = events.filter(pc.and_(theirs, pc.is_in(events["concept"], pa.array(_orderable()))))
    for row in orders.select(list(_NEEDED)).to_pylist():
        found[row["patient_id"]].append(row)
    yield from found.items()


def _queues(
    record: list[dict[str, Any]], as_of: date, members: Mapping[str, Collection[str]], still: StillOpen
) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for item in followed((), record, members, as_of, still).items:
        queue = REVIEW if item.state == RESULTED else QUEUE_OF[concepts()[item.concept].kind]
        found[queue] = found.get(queue, False) or item.overdue(as_of)
    return found
