"""The clinical engine.

A criterion is a column of met, not met or unknown, one entry per patient; everything else combines columns.

``load_pathway`` reads a pathway folder. ``evaluate`` gives every patient an answer, ``explain`` shows one
patient's columns and the events behind them, ``trace`` keeps the columns of a panel for both. No user
interface, no clock, no network.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from pathways.answering import ANSWERS, KEYS, answers
from pathways.engines import duckdb as local
from pathways.explaining import Traced, explain, trace
from pathways.loading import Pathway, load_pathway
from pathways.open_windows import COLUMN, StillOpen, by_person
from pathways.panel import Panel
from pathways.reading import PathwayError

__all__ = [
    "ANSWERS",
    "KEYS",
    "Panel",
    "Pathway",
    "PathwayError",
    "StillOpen",
    "Traced",
    "answers",
    "evaluate",
    "explain",
    "load_pathway",
    "still_open",
    "trace",
]


def evaluate(
    panel: Panel, pathway: Pathway, profile: str | None = None, *, as_of: date, again: bool = False
) -> pa.Table:
    """One row per patient with the columns of ``ANSWERS``, sorted by patient id.

    ``again``: more panels follow of the same profile and day. Raises ``PathwayError`` for an unknown profile.
    """
    return local.evaluate(panel, pathway.in_profile(profile, as_of), again=again)


def still_open(panel: Panel, pathway: Pathway, profile: str | None = None, *, as_of: date) -> dict[str, StillOpen]:
    """Everybody of whom anything can be open, by patient id.

    Raises ``PathwayError`` for an unknown profile.
    """
    return by_person(local.run(panel, pathway.in_profile(profile, as_of), last=COLUMN))
