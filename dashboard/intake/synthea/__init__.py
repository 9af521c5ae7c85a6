"""Synthea's CSV export, read into the contract's rows. ``docs/real-data.md`` says what the form cannot carry."""

from dashboard.intake.synthea.reading import read_synthea
from dashboard.intake.synthea.tables import looks_like_synthea

__all__ = ["looks_like_synthea", "read_synthea"]
