"""For how many people each flag is a reason to act, alone or with others."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import accumulate
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.charts.colours import BLUE, YELLOW
from dashboard.charts.counting_axis import counting_axis
from dashboard.flag_burden import Flag

ROW, LINE = 40, 17
LEAST = 64
"""Below this plotly would shrink the margins, and cut the numbers of the axis through."""
LONGEST = 50
"""Letters of a title that fit beside its number on a phone; a longer title goes on in the next line."""


def figure(flags: Sequence[Flag]) -> go.Figure:
    """One bar a flag: the only reason (plain), one of several (hatched). The words stand above each bar."""
    chart = go.Figure()
    titles = [[escape(line) for line in wrap(flag.title, LONGEST)] for flag in flags]
    feet = list(accumulate(ROW + LINE * (len(lines) - 1) for lines in titles))
    heights = [end - 10 for end in feet]
    foot = max(feet[-1], LEAST)
    alone = [flag.sole or 0 for flag in flags]
    several = [(flag.reason_for or 0) - (flag.sole or 0) for flag in flags]
    for name, counts, colour, pattern in (
        ("The only reason", alone, BLUE, ""),
        ("One of several", several, YELLOW, "/"),
    ):
        chart.add_bar(
            orientation="h",
            width=14,
            y=heights,
            x=counts,
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate=[
                f"{escape(flag.title)}<br>{name}: {count:,} of {flag.people:,}<extra></extra>"
                for flag, count in zip(flags, counts, strict=True)
            ],
        )
    for height, flag, lines in zip(heights, flags, titles, strict=True):
        chart.add_annotation(
            x=0, y=height - 7, xanchor="left", yanchor="bottom", showarrow=False, align="left",
            text=f"<b>{flag.reason_for or 0:,}</b> {'<br>'.join(lines)}", font={"size": 13},
        )  # fmt: skip
    chart.update_layout(
        barmode="stack",
        height=foot + 60,
        margin={"l": 0, "r": 8, "t": 4, "b": 30},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        xaxis=counting_axis(max((flag.reason_for or 0 for flag in flags), default=0)),
        yaxis={"visible": False, "range": [foot + 4, 0], "fixedrange": True},
    )
    return chart


def alt_text(flags: Sequence[Flag]) -> str:
    told = "; ".join(f"{flag.title}: {flag.reason_for:,}, alone for {flag.sole:,}" for flag in flags)
    return f"People for whom each flag is a reason to act. {told}."


def table(flags: Sequence[Flag]) -> list[dict[str, str]]:
    """The bars as rows."""
    return [
        {
            "Flag": flag.title,
            "A reason for": f"{flag.reason_for or 0:,}",
            "The only reason for": f"{flag.sole or 0:,}",
            "People": f"{flag.people:,}",
        }
        for flag in flags
    ]
