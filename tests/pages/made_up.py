"""Answers and patients made by hand, with the columns that the engine gives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from dashboard.worklist import Worklist
from pathways import ANSWERS, load_pathway
from pathways.panel import EVENTS, PATIENTS

D = date(2026, 6, 15)


def group(state: str = "not_indicated", *due: str) -> dict[str, Any]:
    return {"state": state, "due": list(due)}


def answer(disposition: str = "self_care", **known: Any) -> dict[str, Any]:  # noqa: ANN401
    """An answer with nothing in it but what is given."""
    empty: dict[str, Any] = dict.fromkeys(ANSWERS.names)
    empty |= {name: [] for name in ("reasons", "questions", "missing", "notes")}
    empty |= {name: group() for name in ("bloods", "imaging", "referral")}
    return empty | {"patient_id": "1", "disposition": disposition, "overdue": False} | known


def failed(**known: Any) -> dict[str, Any]:  # noqa: ANN401
    """Failed therapy, bloods and X-ray nine days over."""
    return answer(
        "investigate",
        **{
            "indication": "failed_therapy",
            "reasons": ["failed_therapy"],
            "since": D - timedelta(days=23),
            "due_by": D - timedelta(days=9),
            "overdue": True,
            "bloods": group("due", "haemoglobin", "esr"),
            "imaging": group("due", "xray_spine"),
            "baseline_pain": Decimal(7),
            "current_pain": Decimal(6),
            "trial_start": D - timedelta(days=51),
        }
        | known,
    )


def person(patient_id: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401
    born = date(1960, 5, 1)
    return {
        "patient_id": patient_id,
        "name": f"Person {patient_id}",
        "birth_first": born,
        "birth_last": born,
        "sex": "female",
        "deceased_on": None,
        "site": "Harbour",
        "clinician": "Dr Amari",
    } | known


def event(concept: str, day: date | None, status: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401
    empty: dict[str, Any] = dict.fromkeys(EVENTS.names)
    return empty | {
        "patient_id": "1",
        "concept": concept,
        "date_first": day,
        "date_last": day,
        "status": status,
        "source": "events.csv",
        "source_ref": "line 7",
    } | known  # fmt: skip


def worklist(answers: list[dict[str, Any]], people: list[dict[str, Any]] | None = None) -> Worklist:
    patients = people or [person(one["patient_id"]) for one in answers]
    return Worklist(
        pa.Table.from_pylist(answers, ANSWERS),
        pa.Table.from_pylist(patients, PATIENTS),
        list(load_pathway().rules.dispositions),
        "us-acp",
        D,
        "0" * 64,
    )
