"""From a source file to the typed panel, and the account of every record in it."""

from dashboard.intake.limits import Limits
from dashboard.intake.load import load
from dashboard.intake.report import HeldBack, Loaded, LoadReport, Origin, UnusableSource

__all__ = ["HeldBack", "Limits", "LoadReport", "Loaded", "Origin", "UnusableSource", "load"]
