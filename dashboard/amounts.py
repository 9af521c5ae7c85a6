"""Numbers of a record as they are read: without idle zeros, with their comparator and unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

DOZENS = 10  # from here two digits after the point are enough
UNIT_SIGNS = {"degC": "°C", "umol/L": "µmol/L"}


def number(value: Decimal | float | int | None) -> str:
    """The number without idle zeros: ``6``, ``7.5``. Cut, not rounded: it never seems to reach a threshold."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    shown = exact.quantize(Decimal("0.01") if abs(exact) >= DOZENS else Decimal("0.001"), ROUND_DOWN)
    text = f"{shown:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(piece: Mapping[str, Any], unit: str | None) -> str:
    """``48 mg/L``, ``<5 mg/L``, ``6/10``; empty without a number."""
    if piece.get("value") is None:
        return ""
    shown = f"{piece.get('comparator') or ''}{number(piece['value'])}"
    if unit is None or unit == "ratio":
        return shown
    if unit.startswith("0-"):
        return f"{shown}/{unit.removeprefix('0-')}"
    return f"{shown} {UNIT_SIGNS.get(unit, unit)}"
