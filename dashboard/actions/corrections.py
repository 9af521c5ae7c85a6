"""What an answer changes in a row that the source has: a birth date, a sex, the end of a treatment.

Such an answer is no event. It stands for what the source does not say, so whatever the source has come to say
itself since, as exactly or more, counts before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.actions.models import Course

BIRTH_DATE, SEX, END = "birth_date", "sex", "trial_end"
"""The ids by which the pathway asks for what stands in the person's row, and for the end of a treatment."""

RECORDED, ENDED, ACTIVE = "recorded", "ended", "active"
OVER = ("completed", "stopped")
"""The statuses of a treatment that is over, whether or not its end is known."""

KNOWN_SEXES = ("female", "male")

Row = Mapping[str, Any]


class Correction(Protocol):
    """What is said of one person; each way of it is empty where it says nothing of that table."""

    @property
    def patient_id(self) -> str: ...

    def of_person(self) -> dict[str, Any]: ...

    def of_course(self, event: Row) -> dict[str, Any]: ...


def of_person(concept: str, day: date, last: date | None, result: str | None) -> dict[str, Any]:
    """What an answer says of the person's row of ``PATIENTS``."""
    if concept == BIRTH_DATE:
        return {"birth_first": day, "birth_last": last or day}
    return {"sex": result} if concept == SEX else {}


def of_course(course: Course | None, status: str, day: date, event: Row, by: str) -> dict[str, Any]:
    """What an answer changes in a row of ``EVENTS``: nothing but in that of its own treatment, while it has no end."""
    if course is None or not is_row(course, event):
        return {}
    said = {"status": ACTIVE} if status == ACTIVE else {"end_date": day}
    return said | {"source_ref": ", ".join(filter(None, (event["source_ref"], f"end {by}")))}


def is_row(course: Course, event: Row) -> bool:
    """Whether the row is that of this treatment, over and without an end."""
    began = (event["concept"], event["date_first"], event["date_last"])
    return began == course and event["end_date"] is None and event["status"] in OVER


def corrected(table: pa.Table, corrections: Sequence[Correction]) -> pa.Table:
    """The table with the rows of these people anew; the table itself where there is nothing to change."""
    if not corrections:
        return table
    mine, rest = parted(table, pa.array([one.patient_id for one in corrections], pa.string()))
    anew = [told(row, corrections) for row in mine.to_pylist()]
    return pa.concat_tables([rest, pa.Table.from_pylist(anew, table.schema)])


def parted(table: pa.Table, people: pa.Array) -> tuple[pa.Table, pa.Table]:
    """The rows of these people, and the others."""
    mine = pc.is_in(table["patient_id"], people)
    return table.filter(mine), table.filter(pc.invert(mine))


def told(row: Row, corrections: Iterable[Correction]) -> dict[str, Any]:
    """A row of either table as the source would have it had it known this; of two that differ the later counts."""
    found = dict(row)
    for one in corrections:
        if one.patient_id == row["patient_id"]:
            said = one.of_course(row) if "concept" in row else one.of_person()
            if "concept" in row or not _says_itself(row, said):
                found |= said
    return found


def _says_itself(person: Row, said: Row) -> bool:
    """Whether the source knows this of the person as exactly as the answer, or more so."""
    if "sex" in said:
        return person["sex"] in KNOWN_SEXES
    first, last = person["birth_first"], person["birth_last"]
    if not said or first is None or last is None:
        return False
    return bool(first == last or said["birth_first"] <= first <= last <= said["birth_last"])
