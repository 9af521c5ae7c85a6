"""Feedback on the decision support, a row an action: intervention, action taken, feedback, user, date, location.

As 45 CFR 170.315(b)(11)(ii)(C) asks for it. What was shown is given as it was recorded with the action; where the
kind of action does not keep it, the row says so and names what the person is flagged for on the present list.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import recording, wording
from dashboard.actions import models
from dashboard.actions.events import standing
from dashboard.actions.records import DECLARED, SIGNED_IN, Recorded
from dashboard.flag_answers import Logs, criteria
from dashboard.wording.activity import activity as words
from dashboard.worklist import Worklist

Row = dict[str, str]


def rows(people: Worklist, logs: Logs) -> list[Row]:
    """The newest first, of everybody on the list; what was undone is marked."""
    flagged, sites = criteria(people, logs), _sites(people, logs)
    found: list[tuple[Recorded, Row]] = []
    for patient_id, log in logs.items():
        if patient_id not in flagged:
            continue
        counts = {one.action_id for one in standing(log)}
        others = {one.action_id: one for one in log}
        for one in log:
            if isinstance(one.action, models.Undone):
                continue
            row = dict(_row(one)) | {
                "criteria": "; ".join(flagged[patient_id]),
                "action": recording.what(one, others),
                "site": sites[patient_id],
                "undone": "" if one.action_id in counts else words().yes,
            }
            found.append((one, row))
    found.sort(key=lambda pair: pair[0].recorded_at, reverse=True)
    return [{name: row[name] for name in words().feedback_columns} for _, row in found]


def _row(one: Recorded) -> Iterator[tuple[str, str]]:
    action, told = one.action, words()
    disposition = getattr(action, "disposition", None)
    yield "shown", wording.status(disposition).word if disposition else told.not_kept
    code = getattr(action, "reason", "")
    yield "reason", recording.reasons(action.kind).get(code, code) if code else ""
    yield "words", str(getattr(action, "words", ""))
    yield "user", one.by.name
    yield "role", one.by.role
    yield "identity", told.identities[DECLARED if one.by.declared else SIGNED_IN]
    yield "recorded", one.recorded_at.isoformat(timespec="seconds")
    yield "day", one.action.on.isoformat()
    yield "person", one.patient_id
    yield "profile", one.basis.profile
    yield "as_of", one.basis.as_of.isoformat()
    yield "pathway", one.basis.pathway


def _sites(people: Worklist, logs: Logs) -> dict[str, str]:
    found = people.query(
        "select patient_id, site from people where list_contains(?::varchar[], patient_id)", [list(logs)]
    )
    return {row["patient_id"]: row["site"] or "" for row in found}
