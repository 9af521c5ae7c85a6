"""The words of a chart take the page's own text colour, but none that has a colour is repainted."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.inked import inked

INK = "#0B1117"


def test_every_word_without_a_colour_is_inked() -> None:
    chart = go.Figure()
    chart.add_bar(x=[1], y=[1], text="1", textposition="outside")
    chart.add_scatter(x=[1], y=[1], text="7", mode="text")
    chart.add_annotation(x=0, y=0, text="As of")
    drawn = inked(chart, INK)
    bar, point = drawn.data
    assert (bar.outsidetextfont.color, point.textfont.color) == (INK, INK)
    assert drawn.layout.annotations[0].font.color == INK
    assert (drawn.layout.xaxis.tickfont.color, drawn.layout.yaxis.tickfont.color) == (INK, INK)
    assert drawn.layout.legend.font.color == INK


def test_a_colour_that_means_something_stays() -> None:
    chart = go.Figure()
    chart.add_bar(x=[1], y=[1], outsidetextfont={"color": "#C22F2F"})
    chart.add_annotation(x=0, y=0, text="Harbour", font={"color": "#D55E00"})
    drawn = inked(chart, INK)
    assert drawn.data[0].outsidetextfont.color == "#C22F2F"
    assert drawn.data[0].insidetextfont.color is None
    assert drawn.layout.annotations[0].font.color == "#D55E00"
