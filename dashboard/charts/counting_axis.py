"""An axis that counts people: whole numbers only, however few they are."""

from __future__ import annotations

from typing import Any

FEW = 5
"""Up to so many people plotly itself would step by halves, and say each whole number twice."""


def counting_axis(most: int) -> dict[str, Any]:
    """Of an axis on which at most `most` people stand, from zero."""
    return {"title": None, "rangemode": "tozero", "fixedrange": True, "tickformat": ",d"} | (
        {"tick0": 0, "dtick": 1} if most <= FEW else {}
    )
