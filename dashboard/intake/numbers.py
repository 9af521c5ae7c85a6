"""Numbers as text: exact, with their comparator, in the concept's canonical unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from dashboard.intake.cells import BadCell
from pathways.vocabulary import Concept, Unit, concepts

_NUMBER = re.compile(
    r"(<=|>=|<|>|≤|≥)?\s*([+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:[eE][+-]?\d{1,2})?)(?:\s*([^\s\d,.].*))?",
    re.ASCII,
)
_SAME = {"≤": "<=", "≥": ">="}
_LARGEST = Decimal("999999999")  # nine digits before the point: what the panel's numbers can carry


@dataclass(frozen=True, slots=True)
class Reading:
    """One number in the canonical unit. ``unit_assumed``: the source gave none."""

    value: Decimal
    comparator: str | None
    unit_assumed: bool


@cache
def session_units() -> Concept | None:
    """The concept whose unit counts attended sessions; other treatments count them the same way."""
    return next((concept for concept in concepts().values() if concept.sessions), None)


def reading(concept_id: str, value: str | None, unit: str | None) -> Reading | None:
    """The number of one row; None when there is none.

    Raises ``BadCell`` when it is no number, has a unit that cannot be converted, a comparator where an exact
    number is needed, or lies outside the concept's plausible range.
    """
    text = value.strip() if value else ""
    if not text:
        return None
    concept = measured_as(concepts()[concept_id])
    comparator, number, inline = _parts("value", text)
    chosen = _unit(concept, unit, inline, text)
    if comparator and concept.exact:
        raise BadCell("value", value, "needs an exact number, without < or >")
    converted = _convert(chosen, number, "value", text)
    if concept.plausible and not concept.plausible[0] <= converted <= concept.plausible[1]:
        low, high = concept.plausible
        plausible_unit = "" if str(concept.unit).startswith("0-") else f" {concept.unit}"
        raise BadCell("value", value, f"is not plausible: outside {low} to {high}{plausible_unit}")
    assumed = inline is None and not (unit and unit.strip())
    return Reading(converted, comparator, assumed)


def reference(concept_id: str, column: str, value: str | None, unit: str | None) -> Decimal | None:
    """One end of a reference range, given in the row's unit."""
    text = value.strip() if value else ""
    if not text:
        return None
    concept = measured_as(concepts()[concept_id])
    comparator, number, inline = _parts(column, text)
    if comparator:
        raise BadCell(column, value, "needs an exact number, without < or >")
    return _convert(_unit(concept, unit, inline, text), number, column, text)


def measured_as(concept: Concept) -> Concept:
    """The concept that says how numbers of this one are read."""
    if concept.kind == "treatment" and concept.unit is None:
        return session_units() or concept
    return concept


def _parts(column: str, text: str) -> tuple[str | None, Decimal, str | None]:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise BadCell(column, text, "is not a number; write it with a decimal point, such as 12.5 or <5")
    comparator, digits, inline = found.groups()
    return _SAME.get(comparator, comparator), Decimal(digits), inline


def _unit(concept: Concept, unit: str | None, inline: str | None, text: str) -> Unit:
    chosen = concept.find_unit(inline or unit)
    if chosen is None:
        accepted = ", ".join(concept.units)
        if inline:
            raise BadCell("value", text, f"is not a number, or its unit cannot be converted; use one of: {accepted}")
        raise BadCell("unit", unit, f"cannot be converted for {concept.id}; use one of: {accepted}")
    if inline and unit and unit.strip() and concept.find_unit(unit) is not chosen:
        raise BadCell("unit", unit, "is not the unit written beside the number")
    return chosen


def _convert(unit: Unit, number: Decimal, column: str, text: str) -> Decimal:
    if abs(number) > _LARGEST:
        raise BadCell(column, text, "is larger than any number here can be")
    converted = unit.convert(number)
    if abs(converted) > _LARGEST:
        raise BadCell(column, text, "is larger than any number here can be")
    return converted
