"""The share still waiting by day of the wait, with its range, and how many were watched on each day."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import wording
from dashboard.charts.colours import BLUE, GREEN, ORANGE, PURPLE, YELLOW
from dashboard.queues.kaplan_meier import Curve

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, "#5B5B5B", YELLOW)
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_HEIGHT, _ROW = 300, 38
_FADE, _FADE_MANY = 0.16, 0.07
PERCENT = [0, 25, 50, 75, 100]
FEW = 5
"""Fewer people than this on the day of the median: the words say so."""

_NARROW_SPANS = (7, 14, 28, 56, 84)


class Line(NamedTuple):
    title: str
    curve: Curve


def figure(lines: Sequence[Line]) -> go.Figure:
    """The curves above, the numbers at risk below on the same axis."""
    last = max((line.curve.last_day for line in lines), default=1) or 1
    heights = [_HEIGHT, _ROW * len(lines) + 22]
    chart = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=heights, vertical_spacing=0.14)
    for place, line in enumerate(lines):
        _curve(chart, line, place, _FADE if len(lines) == 1 else _FADE_MANY)
    _at_risk(chart, lines, ticks(last))
    chart.add_hline(y=50, line={"dash": "dot", "width": 1, "color": "rgba(128,128,128,0.9)"}, row=1, col=1)
    chart.update_xaxes(range=[-last * 0.03, last * 1.03], tickvals=ticks(last), showgrid=False, fixedrange=True)
    chart.update_xaxes(showticklabels=True, row=1, col=1)
    chart.update_xaxes(visible=False, row=2, col=1)
    chart.update_yaxes(
        range=[-2, 104], tickvals=PERCENT, ticktext=[f"{one} %" for one in PERCENT], fixedrange=True, row=1, col=1
    )
    chart.update_yaxes(range=[-len(lines) + 0.4, 1.1], visible=False, fixedrange=True, row=2, col=1)
    chart.update_layout(
        height=sum(heights) + 40 + 22 * len(lines),
        margin={"l": 44, "r": 14, "t": 8 + 22 * len(lines), "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "entrywidthmode": "pixels"},
        dragmode=False,
        hovermode="closest",
    )
    return chart


def ticks(last: int) -> list[int]:
    """Whole weeks, at most eight."""
    step = next((span for span in _NARROW_SPANS if last / span <= 7), 112)
    return list(range(0, last + 1, step))


def alt_text(lines: Sequence[Line]) -> str:
    return "Share still waiting by day of the wait. " + " ".join(
        f"{line.title}: {in_words(line.curve)}." for line in lines
    )


def in_words(curve: Curve) -> str:
    """``80 people, 23 left; half have left by day 41``."""
    middle = f"more than half still wait at day {curve.last_day}"
    if curve.median is not None:
        middle = f"half have left by day {curve.median}"
        watched = next(step.at_risk for step in curve.steps if step.day == curve.median)
        if watched < FEW:
            middle += f", which rests on {watched} who waited that long"
    return f"{wording.counted(curve.people, 'wait')}, {curve.left:,} ended; {middle}"


def table(lines: Sequence[Line]) -> list[dict[str, str]]:
    """Each line at each tick: people watched, share still waiting, its range."""
    last = max((line.curve.last_day for line in lines), default=0)
    rows = []
    for line in lines:
        for day in ticks(last):
            if day > line.curve.last_day:
                continue
            step = next((step for step in reversed(line.curve.steps) if step.day <= day), None)
            known = step is None or step.low is not None
            low, high = (step.low, step.high) if step is not None and step.low is not None else (1.0, 1.0)
            rows.append(
                {
                    "Who": line.title,
                    "Day of the wait": f"{day}",
                    "At risk": f"{line.curve.at_risk(day):,}",
                    "Still waiting": percent(line.curve.at(day)),
                    "95 % range": f"{percent(low)} to {percent(high)}" if known and high is not None else "–",
                }
            )
    return rows


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _curve(chart: go.Figure, line: Line, place: int, fade: float) -> None:
    curve, name = line.curve, html.escape(line.title)
    colour, dash = _COLOURS[place % 6], _DASHES[place % 6]
    days = [0, *(step.day for step in curve.steps), curve.last_day]
    shares = [1.0, *(step.waiting for step in curve.steps)]
    shares.append(shares[-1])
    band = [(0, 1.0, 1.0), *_band(curve)]
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    chart.add_scatter(
        x=[one[0] for one in band] + [one[0] for one in reversed(band)],
        y=[one[1] * 100 for one in band] + [one[2] * 100 for one in reversed(band)],
        line={"width": 0},
        mode="lines",
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},{fade})",
        hoverinfo="skip",
        showlegend=False,
        row=1,
        col=1,
    )
    chart.add_scatter(
        x=days,
        y=[share * 100 for share in shares],
        mode="lines",
        line={"shape": "hv", "color": colour, "dash": dash, "width": 2.5},
        name=f"{name} (n = {curve.people:,})",
        hovertemplate=f"{name}<br>day %{{x}}: %{{y:.0f}} % still waiting<extra></extra>",
        row=1,
        col=1,
    )
    chart.add_scatter(
        x=list(curve.censored),
        y=[curve.at(day) * 100 for day in curve.censored],
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 8, "color": colour, "line": {"width": 1.5}},
        hovertemplate=f"{name}<br>still waiting at day %{{x}}<extra></extra>",
        showlegend=False,
        row=1,
        col=1,
    )


def _band(curve: Curve) -> Iterator[tuple[int, float, float]]:
    """The corners of the stepped range; it ends where the estimate reaches 0."""
    low, high = 1.0, 1.0
    for step in curve.steps:
        yield step.day, low, high
        if step.low is None or step.high is None:
            return
        low, high = step.low, step.high
        yield step.day, low, high
    yield curve.last_day, low, high


def _at_risk(chart: go.Figure, lines: Sequence[Line], days: Sequence[int]) -> None:
    _words(chart, "Waiting and watched on that day", 0.75)
    for place, line in enumerate(lines):
        if len(lines) > 1:
            _words(chart, html.escape(line.title), -place + 0.2, colour=_COLOURS[place % 6])
        chart.add_scatter(
            x=list(days),
            y=[-place - 0.2] * len(days),
            mode="text",
            text=[f"{line.curve.at_risk(day):,}" for day in days],
            textfont={"size": 12},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
            row=2,
            col=1,
        )


def _words(chart: go.Figure, words: str, height: float, colour: str | None = None) -> None:
    chart.add_annotation(
        text=words,
        x=0,
        xref="x2 domain",
        xanchor="left",
        y=height,
        yref="y2",
        showarrow=False,
        font={"size": 12} | ({"color": colour} if colour else {}),
    )
