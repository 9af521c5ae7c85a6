"""Days so far of everyone in a queue: a bar a span, over target hatched and named."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.colours import BLUE, ORANGE
from dashboard.queues.now import Span

WITHIN, OVER = "Within target", "Over target"
_BAR = 40


def figure(spans: Sequence[Span]) -> go.Figure:
    """Two traces, within and over; point ``n`` of each is the ``n``-th span."""
    titles = [_title(span) for span in spans]
    most = max([span.within + span.over for span in spans], default=0) or 1
    chart = go.Figure()
    for name, colour, shape, numbers in (
        (WITHIN, BLUE, "", [span.within for span in spans]),
        (OVER, ORANGE, "/", [span.over for span in spans]),
    ):
        chart.add_bar(
            name=name,
            orientation="h",
            y=titles,
            x=numbers,
            marker={"color": colour, "pattern": {"shape": shape, "size": 7, "solidity": 0.35}},
            hovertemplate="%{y}: %{x} " + name.lower() + "<extra></extra>",
        )
    for span, title in zip(spans, titles, strict=True):
        chart.add_annotation(
            x=span.within + span.over,
            y=title,
            text=numbers_of(span),
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"size": 13},
        )
    chart.update_xaxes(range=[0, most * 1.75], visible=False, fixedrange=True)
    chart.update_yaxes(autorange="reversed", fixedrange=True, ticksuffix="  ")
    chart.update_layout(
        barmode="stack",
        bargap=0.28,
        height=_BAR * len(spans) + 44,
        margin={"l": 8, "r": 8, "t": 34, "b": 4},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        dragmode=False,
        clickmode="event+select",
    )
    return chart


def numbers_of(span: Span) -> str:
    """``14, 9 over``."""
    people = span.within + span.over
    return f"{people:,}, {span.over:,} over" if span.over else f"{people:,}"


def alt_text(spans: Sequence[Span]) -> str:
    parts = [f"{span.title}: {numbers_of(span)}" for span in spans if span.within + span.over]
    return "People by how long they have waited so far. " + "; ".join(parts) + "."


def table(spans: Sequence[Span]) -> list[dict[str, str]]:
    rows = [(_title(span), span.within, span.over) for span in spans]
    rows.append(("All", sum(span.within for span in spans), sum(span.over for span in spans)))
    return [
        {"Waited": title, WITHIN: f"{within:,}", OVER: f"{over:,}", "People": f"{within + over:,}"}
        for title, within, over in rows
    ]


def _title(span: Span) -> str:
    return wording.upper_first(span.title)
