"""FHIR R4: bundles and Bulk Data NDJSON, read into the contract's rows. ``docs/fhir.md`` has the mapping."""

from dashboard.intake.fhir.panel import read_fhir
from dashboard.intake.fhir.sources import looks_like_fhir

__all__ = ["looks_like_fhir", "read_fhir"]
