"""Who came into a queue and who left it, week by week, and how many were in it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.colours import BLUE, GREEN
from dashboard.charts.counting_axis import counting_axis
from dashboard.queues.waits import Week

CAME, LEFT, OPEN = "Came in", "Left", "In the queue at the end of the week"
_GREY = "rgba(128,128,128,0.9)"


def figure(weeks: Sequence[Week]) -> go.Figure:
    ends = [f"{week.ends.day} {wording.MONTHS[week.ends.month - 1]}" for week in weeks]
    chart = go.Figure()
    for name, colour, shape, numbers in (
        (CAME, BLUE, "", [week.came for week in weeks]),
        (LEFT, GREEN, "/", [week.left for week in weeks]),
    ):
        chart.add_bar(
            name=name,
            x=ends,
            y=numbers,
            text=[f"{number:,}" if number else "" for number in numbers],
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            marker={"color": colour, "pattern": {"shape": shape, "size": 6, "solidity": 0.35}},
            hovertemplate="week to %{x}: %{y} " + name.lower() + "<extra></extra>",
        )
    chart.add_scatter(
        name=OPEN,
        x=ends,
        y=[week.open for week in weeks],
        mode="lines+markers",
        line={"color": _GREY, "width": 1.5, "dash": "dot"},
        marker={"size": 6},
        hovertemplate="%{x}: %{y} in the queue<extra></extra>",
    )
    chart.update_xaxes(type="category", fixedrange=True, tickangle=0, nticks=6, title="Week up to")
    chart.update_yaxes(**counting_axis(max((max(week.came, week.left, week.open) for week in weeks), default=0)))
    chart.update_layout(
        barmode="group",
        height=330,
        margin={"l": 28, "r": 8, "t": 64, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        dragmode=False,
    )
    return chart


def alt_text(weeks: Sequence[Week]) -> str:
    came, left = sum(week.came for week in weeks), sum(week.left for week in weeks)
    last = f" The last week: {weeks[-1].came:,} in, {weeks[-1].left:,} out." if weeks else ""
    return f"In {len(weeks)} weeks {came:,} people came into this queue and {left:,} left it.{last}"


def table(weeks: Sequence[Week]) -> list[dict[str, str]]:
    """Newest first."""
    return [
        {"Week up to": wording.day(week.ends), CAME: f"{week.came:,}", LEFT: f"{week.left:,}", OPEN: f"{week.open:,}"}
        for week in reversed(weeks)
    ]
