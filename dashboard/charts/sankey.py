"""The whole panel as a flow, from everyone over the reason to act to the next step."""

from __future__ import annotations

from typing import Any

from dashboard.charts.colours import BLUE, GREEN, ORANGE, PURPLE, SKY, YELLOW
from dashboard.queues.flow import Flow, Node

_COLOURS = {
    "all": "#6B7B8C",
    "why": "#8A97A5",
    "act": ORANGE,
    "read": YELLOW,
    "ask": PURPLE,
    "see": SKY,
    "wait": BLUE,
    "going": GREEN,
    "out": "#9AA3AD",
}
_ON_LIGHT, _ON_DARK = ("#0B1117", "#FFFFFF"), ("#F2F6FA", "#0E141B")
"""Words lie across the bands: in the page's own text colour, with an edge in the colour of the page."""

NARROW = 620
"""Below this width in pixels names go over two lines."""

NO_REASON = "–"
_NODE, _GAP = 42, 22
"""Room for each of the last steps, and between two bars: as much as a line of words, however few people are in it."""


def option(data: Flow, *, dark: bool = False) -> dict[str, Any]:
    """An ECharts option; the places of nodes and links are those in ``data``."""
    ends = {link.source for link in data.links}
    ink, page = _ON_DARK if dark else _ON_LIGHT
    series = {
        "type": "sankey",
        "id": "flow",
        "selectedMode": "single",
        "layoutIterations": 0,
        "nodeGap": _GAP,
        "nodeWidth": 14,
        "draggable": False,
        "top": 12,
        "bottom": 12,
        "left": 4,
        "right": 215,
        "emphasis": {"focus": "adjacency"},
        "lineStyle": {"color": "target", "opacity": 0.32, "curveness": 0.5},
        "data": [_node(node, last=node.id not in ends) for node in data.nodes],
        "label": {"color": ink, "textBorderColor": page, "textBorderWidth": 3},
        "links": [{"source": link.source, "target": link.target, "value": link.people} for link in data.links],
    }
    short = {"fontSize": 11, "lineHeight": 12, "width": 108, "overflow": "break"}
    narrow = {"series": [{"id": "flow", "right": 120, "nodeWidth": 10, "label": short}]}
    return {
        "baseOption": {
            "animation": False,
            "tooltip": {"trigger": "item", "confine": True},
            "series": [series],
        },
        "media": [{"query": {"maxWidth": NARROW}, "option": narrow}],
    }


def height(data: Flow) -> int:
    ends = {link.source for link in data.links}
    return max(260, _NODE * sum(node.id not in ends for node in data.nodes) + 40)


def alt_text(data: Flow) -> str:
    parts = [f"{node.people:,} {node.shown}" for node in data.nodes[1:]]
    return f"Where {data.people:,} people are: " + "; ".join(parts) + "."


def table(data: Flow) -> list[dict[str, str]]:
    """Everybody once: by the reason to act and the next step."""
    middle = {link.source for link in data.links} - {"all"}
    return [
        {
            "Reason to act": data.node(link.source).shown if link.source in middle else NO_REASON,
            "Next step": data.node(link.target).shown,
            "People": f"{link.people:,}",
        }
        for link in data.links
        if link.target not in middle
    ]


def label(node: Node) -> str:
    """Glyph, word and number."""
    return f"{node.people:,}  {node.shown}"


def _node(node: Node, *, last: bool) -> dict[str, Any]:
    return {
        "name": node.id,
        "value": node.people,
        "itemStyle": {"color": _COLOURS[node.kind], "borderWidth": 0},
        "label": {"position": "right", "formatter": label(node), "fontSize": 13 if last else 12},
        "tooltip": {"formatter": label(node)},
    }
