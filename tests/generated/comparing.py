"""The engine beside the twin, field by field."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pathways.panel import Panel
from tests.twin import twin_evaluate

from .sheet import readable, shrink_each

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


def explain_differences(panel: Panel, profile: str, as_of: date, found: dict[str, list[str]]) -> list[str]:
    """For each patient the fewest rows with which engine and twin still differ, and both answers."""
    wanted = {patient_id: fields[0] for patient_id, fields in found.items()}

    def differing(attempts: Panel) -> set[str]:
        return {
            label
            for label, fields in differences(attempts, profile, as_of).items()
            if wanted[label.split("/")[0]] in fields
        }

    small = shrink_each(panel, list(found), differing)
    together = Panel(
        pa.concat_tables([part.patients for part in small.values()]),
        pa.concat_tables([part.events for part in small.values()]),
    )
    engine = engine_evaluate(together, profile, as_of)
    twin = twin_evaluate(together, profile, as_of)
    return [_explained(f"{profile} as of {as_of}", small[name], engine[name], twin[name]) for name in found]


def _explained(title: str, panel: Panel, engine: dict[str, Any], twin: dict[str, Any]) -> str:
    lines = [f"{title}: {twin['disposition']}, {twin['indication']}", readable(panel)]
    for key in fields_that_differ(engine, twin):
        lines.append(f"  {key}: engine {_plain(engine[key])}, twin {_plain(twin[key])}")
    return "\n".join(lines)


def _plain(cell: object) -> str:
    return str(cell) if isinstance(cell, date | Decimal) else repr(cell)


def report(panel: Panel, profile: str, as_of: date, found: dict[str, list[str]], examples: int = 3) -> str:
    """Counts per field, and one smallest example for each of the first fields that differ."""
    counts = Counter(field for fields in found.values() for field in fields)
    firsts = {fields[0]: patient_id for patient_id, fields in found.items()}
    chosen = {name: found[name] for name in list(firsts.values())[:examples]}
    summary = ", ".join(f"{field} {times}" for field, times in counts.most_common())
    lines = [f"{len(found)} patients differ under {profile} as of {as_of}: {summary}"]
    return "\n\n".join(lines + explain_differences(panel, profile, as_of, chosen))
