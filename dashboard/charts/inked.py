"""Words inside a chart in a colour that can be read: plotly's own theme takes a paler one."""

from __future__ import annotations

import plotly.graph_objects as go


def inked(chart: go.Figure, ink: str) -> go.Figure:
    """The same chart. A word that has a colour of its own keeps it, and so does one inside a bar."""
    chart.update_layout(font={"color": ink}, legend={"font": {"color": ink}})
    chart.update_xaxes(tickfont={"color": ink}, title={"font": {"color": ink}})
    chart.update_yaxes(tickfont={"color": ink}, title={"font": {"color": ink}})
    for word in chart.layout.annotations:
        word.font.color = word.font.color or ink
    for trace in chart.data:
        if trace.type == "bar":
            trace.outsidetextfont.color = trace.outsidetextfont.color or ink
        else:
            trace.textfont.color = trace.textfont.color or ink
    return chart
