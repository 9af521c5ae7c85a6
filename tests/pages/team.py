"""Lists with what a team decided about their people, worked out as the dashboard does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dashboard import marks
from dashboard.actions import models
from dashboard.actions.evidence import evidence
from dashboard.actions.models import Action
from dashboard.actions.records import Recorded
from dashboard.worklist import Worklist
from tests.actions.made_up import BASIS, draft
from tests.pages.made_up import D, worklist

Row = dict[str, Any]


def recorded(action: Action, patient_id: str = "1", version: int = 1) -> Recorded:
    from datetime import UTC, datetime

    made = draft(action)
    moment = datetime(2026, 6, 15, 9, version % 60, tzinfo=UTC)
    return Recorded(made.action_id, patient_id, version, action, made.by, made.basis, moment, "seal")


def snoozed(answer: Row, events: Sequence[Row] = (), days: int = 90, on: date = D) -> models.Snoozed:
    """With evidence, as a form makes it."""
    return models.Snoozed(
        on=on, disposition=answer["disposition"], reason="away", until=on + timedelta(days=days),
        evidence=evidence(answer, events, on),
    )  # fmt: skip


def listed(
    answers: Sequence[Row],
    log: Mapping[str, Sequence[Action]],
    events: Sequence[Row] = (),
    as_of: date = D,
    people: list[Row] | None = None,
) -> Worklist:
    """The list with the marks of these actions, by person."""
    entries = {
        name: [recorded(action, name, place) for place, action in enumerate(said, start=1)]
        for name, said in log.items()
    }
    theirs = {name: [one for one in events if one["patient_id"] == name] for name in log}
    team = marks.table(marks.rows(entries, answers, theirs, as_of, "us-acp", BASIS.pathway))
    return replace(worklist(list(answers), people), team=team, as_of=as_of)


def put_off(answers: Sequence[Row], *people: str, **more: Any) -> Worklist:  # noqa: ANN401
    """The list after somebody tried to snooze these people."""
    by_id = {one["patient_id"]: one for one in answers}
    return listed(answers, {name: [snoozed(by_id[name])] for name in people}, **more)
