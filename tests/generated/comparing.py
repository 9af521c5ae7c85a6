"""The engine beside the twin, field by field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pathways.panel import Panel
from tests.twin import twin_evaluate

from .sheet import only, readable, shrink

PROFILES = ("us-acp", "us-acr", "uk-nice")
KEYS = (
    "patient_id",
    "disposition",
    "indication",
    "reasons",
    "could_be",
    "questions",
    "missing",
    "since",
    "due_by",
    "overdue",
    "bloods",
    "imaging",
    "referral",
    "trial_days",
    "trial_start",
    "baseline_pain",
    "current_pain",
    "improvement_percent",
    "notes",
)


def engine_evaluate(panel: Panel, profile: str, as_of: date) -> dict[str, dict[str, Any]]:
    """The engine's table as patient_id -> row of Python values; extra columns are left out."""
    from pathways import evaluate, load_pathway

    table = evaluate(panel, load_pathway(), profile=profile, as_of=as_of)
    return {row["patient_id"]: row for row in table.select(list(KEYS)).to_pylist()}


def same(engine: object, twin: object) -> bool:
    """Equal, and unknown only beside unknown; numbers by value; no list is null."""
    if isinstance(twin, Decimal):
        return isinstance(engine, Decimal | int | float) and Decimal(str(engine)) == twin
    if isinstance(twin, dict) and isinstance(engine, dict):
        return engine.keys() == twin.keys() and all(same(engine[key], twin[key]) for key in twin)
    return type(engine) is type(twin) and engine == twin


def fields_that_differ(engine: dict[str, Any], twin: dict[str, Any]) -> list[str]:
    return [key for key in KEYS if not same(engine[key], twin[key])]


def differences(panel: Panel, profile: str, as_of: date) -> dict[str, list[str]]:
    """patient_id -> the fields in which engine and twin differ."""
    engine = engine_evaluate(panel, profile, as_of)
    twin = twin_evaluate(panel, profile, as_of)
    if engine.keys() != twin.keys():
        raise AssertionError(f"other patients: {sorted(engine.keys() ^ twin.keys())[:5]}")
    found = {}
    for patient_id, answer in twin.items():
        fields = fields_that_differ(engine[patient_id], answer)
        if fields:
            found[patient_id] = fields
    return found


def explain_difference(panel: Panel, profile: str, as_of: date, patient_id: str, field: str) -> str:
    """The fewest rows of that patient with which the field still differs, and both answers."""

    def differs(smaller: Panel) -> bool:
        if smaller.patients.num_rows != 1:
            return False
        return field in differences(smaller, profile, as_of).get(patient_id, [])

    small = shrink(only(panel, patient_id), differs)
    engine = engine_evaluate(small, profile, as_of)[patient_id]
    twin = twin_evaluate(small, profile, as_of)[patient_id]
    lines = [f"{profile} as of {as_of}: {field}", readable(small)]
    for key in fields_that_differ(engine, twin):
        lines.append(f"  {key}: engine {engine[key]!r}, twin {twin[key]!r}")
    lines.append(f"  disposition: {twin['disposition']} ({twin['indication']})")
    return "\n".join(lines)


def report(panel: Panel, profile: str, as_of: date, found: dict[str, list[str]], examples: int = 3) -> str:
    """Counts per field, and for the most frequent fields one smallest example each."""
    counts: dict[str, list[str]] = {}
    for patient_id, fields in found.items():
        for field in fields:
            counts.setdefault(field, []).append(patient_id)
    ordered = sorted(counts, key=lambda field: -len(counts[field]))
    summary = ", ".join(f"{field} {len(counts[field])}" for field in ordered)
    lines = [f"{len(found)} patients differ under {profile} as of {as_of}: {summary}"]
    lines += [
        explain_difference(panel, profile, as_of, counts[field][0], field) for field in ordered[:examples]
    ]
    return "\n\n".join(lines)
