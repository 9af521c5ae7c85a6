"""People of each site at each step, the number in its cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import wording
from dashboard.queues.now import Cell, HeatMap

PICK = "pick"
"""The name of the selection; it gives the place of a cell in ``HeatMap.cells``."""

HIDDEN = "few"
NO_SITE = "No site recorded"
_ROW = 40
_LIGHT, _DARK = "#DCE9F5", "#0B4F8A"


def spec(data: HeatMap, sites: Mapping[str | None, str], profile: str) -> dict[str, Any]:
    """``sites`` names each site as it may be shown; every picture is drawn from text, nothing is fetched."""
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
    across = {
        "field": "Step",
        "type": "nominal",
        "sort": [step(name, profile) for name in data.dispositions],
        "title": None,
        "axis": {
            "orient": "top",
            "labelAngle": 35,
            "labelAlign": "right",
            "labelLimit": 200,
            "labelOverlap": False,
            "labelPadding": 4,
            "domain": False,
            "ticks": False,
        },
    }
    down = {
        "field": "Site",
        "type": "nominal",
        "sort": [sites[site] for site in data.sites],
        "title": None,
        "axis": {"labelLimit": 130, "domain": False, "ticks": False, "labelPadding": 8},
    }
    return {
        "height": _ROW * len(data.sites),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": values},
        "encoding": {"x": across, "y": down},
        "layer": [
            {
                "params": [{"name": PICK, "select": {"type": "point", "fields": ["place"]}}],
                "mark": {"type": "rect", "cursor": "pointer", "cornerRadius": 3},
                "encoding": {
                    "color": {
                        "field": "People",
                        "type": "quantitative",
                        "scale": {"range": [_LIGHT, _DARK], "domain": [0, most]},
                        "legend": None,
                    },
                    "tooltip": [{"field": name} for name in ("Site", "Step")] + [{"field": "Shown", "title": "People"}],
                },
            },
            {
                "mark": {"type": "text", "fontSize": 14, "fontWeight": 600},
                "encoding": {
                    "text": {"field": "Shown"},
                    "color": {"condition": {"test": "datum.Dark", "value": "#FFFFFF"}, "value": "#0B1117"},
                },
            },
        ],
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
