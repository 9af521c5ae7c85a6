"""OMOP CDM 5.3 and 5.4: tables as CSV or Parquet, read into the contract's rows. ``docs/omop.md`` has the mapping."""

from dashboard.intake.omop.reading import read_omop
from dashboard.intake.omop.sources import FORM, looks_like_omop, names_a_database

__all__ = ["FORM", "looks_like_omop", "names_a_database", "read_omop"]
