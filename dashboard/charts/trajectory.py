"""The trajectory: pain above, treatments and tests below, one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import wording
from dashboard.charts.colours import BLUE, GREEN, ORANGE, PURPLE
from dashboard.patient import number
from dashboard.trajectory import Trajectory

TESTS_LANE = "Tests: bloods ◆, images ■"
_GREY = "rgba(128,128,128,0.75)"
Mark = dict[str, Any]
"""A line or an annotation, in plotly's own keys."""
_SYMBOLS = {"blood_test": ("diamond", PURPLE), "imaging": ("square", ORANGE)}


def figure(data: Trajectory) -> go.Figure:
    """Two rows sharing the axis. Every line and bar carries its own words, so that no colour has to be read.

    Words stand inside the plot, not in margins, so that a phone keeps its width for the data.
    """
    lanes = _lanes(data)
    heights = [250, 46 * max(1, len(lanes))]
    chart = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=heights, vertical_spacing=0.09)
    _add_scores(chart, data)
    _add_bars(chart, data, lanes)
    _add_marks(chart, data, lanes)
    first, last = _span(data)
    chart.update_xaxes(
        type="date", range=[first, last], showgrid=False, tickformat="%-d %b\n%Y", nticks=6, tickangle=0
    )
    chart.update_yaxes(range=[-0.4, 10.9], tickvals=[0, 2, 4, 6, 8, 10], row=1, col=1)
    chart.update_yaxes(range=[-len(lanes) + 0.35, 0.65], visible=False, row=2, col=1)
    chart.update_layout(
        height=sum(heights) + 110,
        margin={"l": 28, "r": 12, "t": 30, "b": 8},
        showlegend=False,
        hovermode="closest",
        barmode="overlay",
        dragmode=False,
        shapes=list(_lines(data)),
        annotations=list(_words(data, lanes)),
    )
    return chart


def alt_text(data: Trajectory) -> str:
    """What the chart shows, in one or two sentences."""
    if data.scores:
        scores = ", ".join(f"{number(s.value)} on {wording.day(s.day)}" for s in data.scores)
        text = f"Pain scores out of 10: {scores}."
    else:
        text = "No pain score recorded."
    if data.goal is not None:
        text += f" Improved counts from {number(data.goal)} down (baseline {number(data.baseline)})."
    if data.bars:
        text += " Treatments: " + wording.listing(bar.label for bar in data.bars) + "."
    return text


def table(data: Trajectory) -> list[dict[str, str]]:
    """The chart as rows, oldest first."""
    rows: list[tuple[date, str, str]] = [(s.day, "Pain score", f"{number(s.value)}/10") for s in data.scores]
    for bar in data.bars:
        until = (
            "goes on" if bar.active else f"until {wording.day(bar.end)}" if bar.end else "end not recorded"
        )
        rows.append((bar.start, bar.label, until))
    rows += [(mark.day, mark.label, mark.state) for mark in data.marks]
    if data.trial_end:
        rows.append(
            (
                data.trial_end,
                "Full trial of therapy",
                "reached" if data.trial_end <= data.as_of else "planned",
            )
        )
    return [{"Date": wording.day(day), "What": what, "Detail": detail} for day, what, detail in sorted(rows)]


def _lanes(data: Trajectory) -> list[str]:
    names = list(dict.fromkeys(bar.label for bar in data.bars))
    return [*names, TESTS_LANE] if data.marks else names


def _span(data: Trajectory) -> tuple[date, date]:
    days = [s.day for s in data.scores] + [b.start for b in data.bars] + [m.day for m in data.marks]
    ends = [data.as_of] + ([data.trial_end] if data.trial_end else [])
    first, last = min(days, default=data.as_of), max(ends)
    room = max(timedelta(days=3), (last - first) * 0.05)
    return first - room, last + room


def _add_scores(chart: go.Figure, data: Trajectory) -> None:
    chart.add_scatter(
        x=[s.day for s in data.scores],
        y=[float(s.value) for s in data.scores],
        mode="lines+markers+text",
        text=[number(s.value) for s in data.scores],
        textposition="top center",
        cliponaxis=False,
        line={"color": BLUE, "width": 2.5},
        marker={"size": 9, "color": BLUE},
        hovertemplate="%{x|%-d %b %Y}<br>pain %{y}<extra></extra>",
        row=1,
        col=1,
    )


def _add_bars(chart: go.Figure, data: Trajectory, lanes: list[str]) -> None:
    least = (_span(data)[1] - _span(data)[0]) * 0.008
    for bar in data.bars:
        end = bar.end or bar.start
        until = "goes on" if bar.active else wording.day(bar.end, "end not recorded")
        chart.add_bar(
            orientation="h",
            y=[-lanes.index(bar.label)],
            width=0.34,
            base=[bar.start],
            x=[max(end - bar.start, least).total_seconds() * 1000],
            marker={"color": BLUE, "opacity": 0.85, "pattern": {"shape": "" if bar.active else "/"}},
            hovertemplate=f"{bar.label}<br>{wording.day(bar.start)} – {until}<extra></extra>",
            row=2,
            col=1,
        )


def _add_marks(chart: go.Figure, data: Trajectory, lanes: list[str]) -> None:
    for kind, (symbol, colour) in _SYMBOLS.items():
        marks = [mark for mark in data.marks if mark.kind == kind]
        chart.add_scatter(
            x=[mark.day for mark in marks],
            y=[-lanes.index(TESTS_LANE) for _ in marks],
            mode="markers",
            marker={"size": 12, "symbol": symbol, "color": colour},
            customdata=[f"{mark.label}: {mark.state}" for mark in marks],
            hovertemplate="%{customdata}<br>%{x|%-d %b %Y}<extra></extra>",
            row=2,
            col=1,
        )


def _levels(data: Trajectory) -> Iterator[tuple[float, str, str]]:
    """Height, words and colour of each line across the pain."""
    if data.baseline is not None:
        yield float(data.baseline), f"Before therapy: {number(data.baseline)}", _GREY
    if data.goal is not None and data.needed_percent is not None:
        yield float(data.goal), f"{number(data.needed_percent)} % better: {number(data.goal)} or less", GREEN


def _ends(data: Trajectory) -> Iterator[tuple[date, str, str, str]]:
    """Day, words, dash and axis of the two days that matter, their words apart: above the plot and between its rows."""
    yield data.as_of, "As of", "solid", "y"
    if data.trial_end:
        yield data.trial_end, "End of trial", "dot", "y2"


def _lines(data: Trajectory) -> Iterator[Mark]:
    for height, _, colour in _levels(data):
        place = {"x0": 0, "x1": 1, "xref": "x domain", "y0": height, "y1": height, "yref": "y"}
        yield place | {"type": "line", "line": {"dash": "dash", "width": 1.5, "color": colour}}
    for day, _, dash, _ in _ends(data):
        for x, y in (("x", "y"), ("x2", "y2")):
            place = {"x0": day, "x1": day, "xref": x, "y0": 0, "y1": 1, "yref": f"{y} domain"}
            yield place | {"type": "line", "line": {"dash": dash, "width": 1.5, "color": _GREY}}


def _words(data: Trajectory, lanes: list[str]) -> Iterator[Mark]:
    """All at once: a word added to a figure by itself costs more the more there are."""
    look: Mark = {"showarrow": False, "font": {"size": 12}}
    above, below = ({"xref": f"{axis} domain", "xanchor": "left", "x": 0} for axis in ("x", "x2"))
    if not data.scores:
        middle = {"x": 0.5, "xanchor": "center", "y": 5, "yref": "y"}
        yield look | above | middle | {"text": "No pain score recorded"}
    for height, words, _ in _levels(data):
        yield look | above | {"text": words, "y": height, "yref": "y", "yanchor": "top", "xshift": 4}
    for lane, name in enumerate(lanes):
        yield look | below | {"text": name, "y": -lane + 0.22, "yref": "y2", "yanchor": "bottom", "xshift": 4}
    first, last = _span(data)
    over: Mark = {"y": 1, "yanchor": "bottom"}
    for day, words, _, axis in _ends(data):
        side = "right" if day - first > (last - first) / 2 else "left"
        place = {"x": day, "xref": axis.replace("y", "x"), "yref": f"{axis} domain", "xanchor": side, "yshift": 2}
        yield look | over | place | {"text": words}
    yield look | above | over | {"text": "Pain, 0 to 10", "yref": "y domain", "yshift": 6}
