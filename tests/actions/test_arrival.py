"""What is known in the end decides about marks, and not when each part of it was entered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

from dashboard import marks
from dashboard.actions import models
from dashboard.actions.events import rows
from dashboard.actions.evidence import evidence
from tests.actions.arrival import in_order
from tests.actions.made_up import BASIS, D
from tests.actions.test_events import FAILED


def test_the_order_of_arrival_does_not_change_the_marks() -> None:
    """Whatever is known in the end of the days since somebody was put off, however late it was entered."""
    answer = {"patient_id": "0012", "disposition": "ask", "indication": None, "reasons": [], "could_be": None}
    began, until = D - timedelta(days=4), D + timedelta(days=20)
    proof = evidence(answer, FAILED, began)
    said: list[models.Action] = [
        models.Snoozed(on=began, disposition="ask", reason="away", until=until, evidence=proof),
        models.Overridden(on=began, disposition="ask", reason="not_fit", words="Too frail.", evidence=proof),
        models.Answered(on=D - timedelta(days=3), concept="esr", status="final", value=Decimal(62)),
        models.Answered(on=D - timedelta(days=1), concept="esr", status="final", value=Decimal(70)),
        models.PainScored(on=D - timedelta(days=2), score=Decimal(4)),
        models.Assigned(on=D, to="Nurse Poe"),
    ]
    found = []
    for steps in permutations(said):
        log = in_order("0012", steps)
        record = [*FAILED, *(row for one in log for row in rows(one))]
        found += marks.rows({"0012": log}, [answer], {"0012": record}, D, BASIS.profile, BASIS.pathway)
    assert found[0]["back"] == "Back: new ESR and pain score"
    assert found[0]["owner"] == "Nurse Poe"
    assert found == found[:1] * len(found)
