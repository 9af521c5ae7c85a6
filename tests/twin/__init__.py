"""The plain twin: the rules page again, one patient and one loop at a time, to check the engine by.

It shares nothing with the engine but the two tables of a panel. Where it and the engine differ, one
of them is wrong. Slow, obvious code is meant. How it reads sentences that allow two readings stands
in ``docs/readings.md``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pathways.panel import Panel

from .dispositions import answer_of
from .profiles import PROFILES
from .rows import read_patients, to_day


def twin_evaluate(panel: Panel, profile: str, as_of: date) -> dict[str, dict[str, Any]]:
    """patient_id -> answer with the keys of the rules page, section 8, as Python values."""
    today = to_day(as_of)
    return {patient.patient_id: answer_of(patient, today, PROFILES[profile]) for patient in read_patients(panel, today)}
