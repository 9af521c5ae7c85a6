"""A panel with a log as every page shows it."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.actions.records import Recorded
from dashboard.answered_panel import recorded
from dashboard.intake.report import LoadReport
from dashboard.panel_store import HeldPanel
from dashboard.team_log import Seen
from pathways.panel import Panel
from tests.actions.made_up import D


def with_log(panel: Panel, log: Iterable[Recorded]) -> Panel:
    """The whole panel, to be evaluated at once and not only where something is new."""
    held = HeldPanel("made up", panel, LoadReport("tables", "made up", D, 0, 0, 0), D)
    return recorded(held, Seen(tuple(log)).events).panel
