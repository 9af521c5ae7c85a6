"""What was done about each flag: acknowledged, with or without action, raised again, disagreed with.

Counted over the people for whom the flag is a reason to act on the present list, from the log of the team.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import wording
from dashboard.access.small_cells import nested
from dashboard.actions import models
from dashboard.actions.events import standing
from dashboard.actions.records import Recorded
from dashboard.recording import reasons
from dashboard.wording.activity import activity as words
from dashboard.worklist import Worklist

ACTING = models.OfOrders
Logs = Mapping[str, Sequence[Recorded]]


@dataclass(frozen=True)
class FlagAnswered:
    """People for whom the flag is a reason, and of how many of them each is true."""

    name: str
    title: str
    people: int = 0
    acknowledged: int = 0
    without_action: int = 0
    again: int = 0
    disagreed: int = 0


@dataclass(frozen=True)
class ToldFlag:
    """The numbers of a flag that may be told."""

    title: str
    people: int | None
    acknowledged: int | None
    without_action: int | None
    again: int | None
    disagreed: int | None


def told(one: FlagAnswered, people: int | None, under: int) -> ToldFlag:
    """``people`` is the number for whom the flag is a reason as it is told elsewhere on the page."""
    _, acknowledged, without_action = nested([people, one.acknowledged, one.without_action], under)
    _, again = nested([people, one.again], under)
    _, _, disagreed = nested([people, acknowledged, one.disagreed], under)
    return ToldFlag(one.title, people, acknowledged, without_action, again, disagreed)


@dataclass(frozen=True)
class Disagreement:
    """How many people were disagreed about in the same way."""

    shown: str
    criterion: str
    reason: str
    people: int


def answered(people: Worklist, logs: Logs) -> list[FlagAnswered]:
    """Each flag that is a reason for somebody, the most frequent first."""
    counted: dict[str, Counter[str]] = {}
    rows = people.query(
        "select patient_id, reasons, since from people where indication is not null and len(reasons) > 0"
    )
    for row in rows:
        said = _said(standing(logs.get(row["patient_id"], ())), row)
        for name in row["reasons"]:
            counted.setdefault(name, Counter()).update(["people", *said])
    found = [FlagAnswered(name, wording.reason(name), **numbers) for name, numbers in counted.items()]
    return sorted(found, key=lambda one: (-one.people, one.title))


def _said(log: Sequence[Recorded], row: Mapping[str, Any]) -> list[str]:
    since = row["since"]
    now = [one for one in log if since is None or one.basis.as_of >= since]
    found = ["again"] if len(now) < len(log) else []
    if now:
        found.append("acknowledged")
        if all(isinstance(one.action, models.Declined) or not isinstance(one.action, ACTING) for one in now):
            found.append("without_action")
    if any(isinstance(one.action, models.Overridden) for one in now):
        found.append("disagreed")
    return found


def disagreements(people: Worklist, logs: Logs) -> list[Disagreement]:
    """Every disagreement that stands, by what was shown, what the person is flagged for now, and the reason."""
    found: Counter[tuple[str, str, str]] = Counter()
    flagged = criteria(people, logs)
    coded = reasons("overridden")
    for patient_id, log in logs.items():
        if patient_id not in flagged:
            continue
        kinds = {
            (wording.status(one.action.disposition).word, one.action.reason)
            for one in standing(log)
            if isinstance(one.action, models.Overridden)
        }
        for shown, reason in kinds:
            found.update((shown, title, coded.get(reason, reason)) for title in flagged[patient_id])
    return [Disagreement(*what, number) for what, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def criteria(people: Worklist, logs: Logs) -> dict[str, list[str]]:
    """What everybody of whom something is recorded is flagged for on the present list, in words."""
    rows = people.query(
        "select patient_id, reasons, indication from people where list_contains(?::varchar[], patient_id)", [list(logs)]
    )
    return {
        row["patient_id"]: [wording.reason(name) for name in row["reasons"]]
        if row["indication"] is not None and row["reasons"]
        else [words().not_flagged]
        for row in rows
    }
