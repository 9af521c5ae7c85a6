"""What one event says beside its dates: number, comparator, reference range, result."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from dashboard.intake.cells import CACHED, BadCell, blank
from dashboard.intake.numbers import measured_as, reading, reference
from pathways.panel import RESULTS
from pathways.vocabulary import Concept, concepts


class Content(NamedTuple):
    """Numbers in the canonical unit. ``remark``: a word of the load report's notices."""

    value: Decimal | None = None
    comparator: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    result: str | None = None
    remark: str | None = None

    @property
    def answers(self) -> bool:
        """Whether there is a value or a result."""
        return self.value is not None or self.result is not None


@lru_cache(CACHED)
def content(
    concept_id: str,
    value: str | None,
    unit: str | None,
    result: str | None,
    low: str | None,
    high: str | None,
) -> Content:
    """The cells of one row, typed. Raises ``BadCell``."""
    concept = concepts()[concept_id]
    if concept.stands_for_core:
        unkept = not (blank(value) and blank(result))
        return Content(remark="unkept value" if unkept else None)
    outcome = _result(concept, result)
    if not measured_as(concept).units:
        for column, text in (("value", value), ("reference_low", low), ("reference_high", high)):
            if not blank(text):
                raise BadCell(column, text, f"{concept_id} takes no number")
        return Content(result=outcome)
    number = reading(concept_id, value, unit)
    bottom = reference(concept_id, "reference_low", low, unit)
    top = reference(concept_id, "reference_high", high, unit)
    if bottom is not None and top is not None and bottom > top:
        raise BadCell("reference_low", low, "is above reference_high")
    if number is None:
        return Content(low=bottom, high=top, result=outcome)
    assumed = number.unit_assumed and concept.kind != "treatment"
    remark = "assumed unit" if assumed else None
    return Content(number.value, number.comparator, bottom, top, outcome, remark)


def _result(concept: Concept, text: str | None) -> str | None:
    word = text.strip().casefold() if text else ""
    if not word:
        return None
    allowed = RESULTS.get(concept.kind)
    if allowed is None:
        raise BadCell("result", text, f"{concept.id} takes no result")
    if word not in allowed:
        raise BadCell("result", text, f"is not a result here; use one of: {', '.join(allowed)}")
    return word
