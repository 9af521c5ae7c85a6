"""What the team decided about people, as marks of a list: who is put off and until when, who came back and why,
who has whom, and who disagrees.

Worked out anew from the log, the answers and the record of the list's own day, and from nothing that was remembered.
A mark of coming back stands until somebody acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from dashboard import returning, wording
from dashboard.actions import models
from dashboard.actions.events import standing
from dashboard.actions.evidence import Change, Row, changed
from dashboard.actions.records import Recorded
from dashboard.actions.rules import rules
from dashboard.wording.team import team as words
from dashboard.worklist import TEAM

OF_ANSWER = ("patient_id", "disposition", "indication", "reasons", "could_be")
OF_EVENT = (
    "patient_id", "concept", "date_first", "date_last", "end_date", "status", "value", "comparator", "reference_low",
    "reference_high", "result", "recorded_at",
)  # fmt: skip
"""Columns that the marks are worked out from."""


def rows(
    log: Mapping[str, Sequence[Recorded]],
    answers: Iterable[Row],
    events: Mapping[str, Sequence[Row]],
    as_of: date,
    profile: str,
    pathway: str,
) -> list[dict[str, Any]]:
    """A row of ``TEAM`` for each answer of somebody in the log. ``events`` are the record with what the team said;
    ``pathway`` is the version under which the answers were worked out."""
    return [
        marks(log[answer["patient_id"]], answer, events.get(answer["patient_id"], ()), as_of, profile, pathway)
        for answer in answers
        if answer["patient_id"] in log
    ]


def table(rows: Iterable[Row]) -> pa.Table:
    """The marks of a list: one row for everybody who has any."""
    return pa.Table.from_pylist([row for row in rows if any(row[name] for name in TEAM.names[1:])], TEAM)


def rests_on_facts(log: Iterable[Recorded]) -> bool:
    """Whether the person's events are needed to know the marks."""
    return any(isinstance(one.action, models.Snoozed | models.Overridden) for one in log)


def marks(
    log: Sequence[Recorded], answer: Row, events: Iterable[Row], as_of: date, profile: str, pathway: str
) -> dict[str, Any]:
    """One person's row of ``TEAM``."""
    row: dict[str, Any] = dict.fromkeys(TEAM.names) | {"patient_id": answer["patient_id"]}
    counts = standing(log)
    row["owner"] = next((one.action.to for one in reversed(counts) if isinstance(one.action, models.Assigned)), None)
    until_now = [one for one in counts if one.action.on <= as_of]
    record = list(events)

    def change(one: Recorded) -> Change:
        assert isinstance(one.action, models.Snoozed | models.Overridden)
        found = changed(one.action, answer, record, as_of, same_profile=one.basis.profile == profile)
        return replace(found, pathway=one.basis.pathway != pathway)

    snoozed = _latest(until_now, models.Snoozed)
    if snoozed:
        later = [one.action for one in until_now if one.version > snoozed.version]
        row |= _snooze(snoozed, change(snoozed), answer, as_of, later, same_profile=snoozed.basis.profile == profile)
    overridden = _latest(until_now, models.Overridden)
    if overridden and not change(overridden):
        row |= _override(overridden)
    return row


def _latest(counts: Sequence[Recorded], kind: type[models.Snoozed | models.Overridden]) -> Recorded | None:
    return next((one for one in reversed(counts) if isinstance(one.action, kind)), None)


def _snooze(
    one: Recorded, change: Change, answer: Row, as_of: date, later: Iterable[models.Action], *, same_profile: bool
) -> dict[str, Any]:
    """Put off, or why no longer; nothing where somebody has acted since, or where another profile was meant."""
    said = one.action
    assert isinstance(said, models.Snoozed)
    over = as_of >= said.until
    if not over and not change and answer["disposition"] not in rules().snooze.never:
        why = reason("snoozed", said.reason, said.words)
        told = words().snoozed_because.format(day=wording.day(said.until), reason=why, who=_who(one))
        return {"snoozed_until": said.until, "snooze_reason": told}
    if not over and (not change or not (same_profile or change.facts or change.gone or change.pathway)):
        return {}
    if any(_has_seen(action, said.until) for action in later):
        return {}
    full = returning.in_full(change, said, answer, over=over)
    return {"back": returning.in_short(change, said.until), "back_because": full}


def _has_seen(action: models.Action, until: date) -> bool:
    """Whether whoever did this knew that the person is back. No day of a fact says when it arrived, so that is kept
    with the action; an action of before it was kept tells it only by the day on which the pause was over."""
    return isinstance(action, models.Acts) and (action.back or action.on >= until)


def _override(one: Recorded) -> dict[str, Any]:
    said = one.action
    assert isinstance(said, models.Overridden)
    status = wording.status(said.disposition).word
    full = reason("overridden", said.reason, said.words)
    return {
        "overridden": words().disagreed.format(reason=reason("overridden", said.reason, "")),
        "override_reason": words().disagreed_because.format(status=status, reason=full, who=_who(one)),
    }


def _who(one: Recorded) -> str:
    told = words().who_declared if one.by.declared else words().who
    return told.format(name=one.by.name, day=wording.day(one.action.on))


def reasons(kind: str) -> Mapping[str, str]:
    """The coded reasons of a kind, with what each says."""
    coded = {"snoozed": rules().snooze, "overridden": rules().override, "declined": rules().decline}
    return coded[kind].reasons


def reason(kind: str, code: str, text: str) -> str:
    """A coded reason for the middle of a line, with the words that were added."""
    meant = wording.lower_first(reasons(kind).get(code, code)).partition(" (say which)")[0]
    return f"{meant}. {text}" if text else meant
