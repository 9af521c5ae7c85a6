"""People of each site at each step, the number in its cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import wording
from dashboard.queues.now import Cell, HeatMap

PICK = "pick"
"""The name of the selection; it gives the place of a cell in ``HeatMap.cells``."""

HIDDEN = "hidden"
_ROW = 40
_LIGHT, _DARK = "#DCE9F5", "#0B4F8A"


def spec(data: HeatMap, sites: Mapping[str | None, str], profile: str, ink: str) -> dict[str, Any]:
    """``sites`` names each site as it may be shown, ``ink`` is the colour of the names.

    Every picture is drawn from text, nothing is fetched.
    """
    most = max((cell.people or 0 for cell in data.cells), default=0) or 1
    values = [
        {
            "place": place,
            "Site": sites[cell.site],
            "Step": step(cell.disposition, profile),
            "People": cell.people or 0,
            "Shown": shown(cell),
            "Dark": (cell.people or 0) > most * 0.45,
        }
        for place, cell in enumerate(data.cells)
        if cell.people != 0
    ]
    steps = [step(name, profile) for name in data.dispositions]
    return {
        "height": _ROW * len(data.sites),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": values},
        "encoding": {"x": _across(steps), "y": _down([sites[site] for site in data.sites])},
        "layer": [_cells(most), _numbers()],
        "config": {"axis": {"labelColor": ink, "labelFontSize": 12}},
    }


def _across(steps: list[str]) -> dict[str, Any]:
    axis = {"orient": "top", "labelAngle": 35, "labelAlign": "right", "labelLimit": 200, "labelOverlap": False}
    return _names("Step", steps, axis | {"labelPadding": 4})


def _down(sites: list[str]) -> dict[str, Any]:
    return _names("Site", sites, {"labelLimit": 130, "labelPadding": 8})


def _names(field: str, names: list[str], axis: dict[str, Any]) -> dict[str, Any]:
    bare = {"domain": False, "ticks": False}
    return {"field": field, "type": "nominal", "sort": names, "title": None, "axis": axis | bare}


def _cells(most: int) -> dict[str, Any]:
    shade = {"range": [_LIGHT, _DARK], "domain": [0, most]}
    told = [{"field": "Site"}, {"field": "Step"}, {"field": "Shown", "title": "People"}]
    return {
        "params": [{"name": PICK, "select": {"type": "point", "fields": ["place"]}}],
        "mark": {"type": "rect", "cursor": "pointer", "cornerRadius": 3},
        "encoding": {
            "color": {"field": "People", "type": "quantitative", "scale": shade, "legend": None},
            "tooltip": told,
        },
    }


def _numbers() -> dict[str, Any]:
    """In white where the cell is dark."""
    ink = {"condition": {"test": "datum.Dark", "value": "#FFFFFF"}, "value": "#0B1117"}
    return {
        "mark": {"type": "text", "fontSize": 14, "fontWeight": 600},
        "encoding": {"text": {"field": "Shown"}, "color": ink},
    }


def alt_text(data: HeatMap, sites: Mapping[str | None, str], profile: str) -> str:
    told = [cell for cell in data.cells if cell.people]
    if not told:
        return "People by site and step: no number can be shown."
    most = max(told, key=lambda cell: cell.people or 0)
    return (
        f"People by site and step: {len(data.sites)} sites, {len(data.dispositions)} steps. "
        f"The most in one place: {most.people:,} at {sites[most.site]}, {step(most.disposition, profile)}."
    )


def table(data: HeatMap, sites: Mapping[str | None, str], profile: str) -> list[dict[str, str]]:
    found = {(cell.site, cell.disposition): shown(cell) for cell in data.cells}
    return [
        {"Site": sites[site]} | {step(name, profile): found[site, name] for name in data.dispositions}
        for site in data.sites
    ]


def shown(cell: Cell) -> str:
    return HIDDEN if cell.people is None else f"{cell.people:,}"


def step(disposition: str, profile: str) -> str:
    return wording.status(disposition).tile(profile)
