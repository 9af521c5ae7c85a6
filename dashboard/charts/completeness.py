"""How complete each fact is: one bar a fact, in parts of the people it is asked of."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.colours import BLUE, PURPLE, SKY, YELLOW
from dashboard.completeness import Fact
from dashboard.wording.data import data_words

_ROW = 46
_LOOKS = {
    "yes": (BLUE, ""),
    "no": (SKY, ""),
    "recorded": ("#2DB88A", ""),
    "outdated": (YELLOW, "/"),
    "unsure": (PURPLE, "."),
    "blank": ("rgba(128,128,128,0.35)", ""),
}
_ROOM_FOR_A_NUMBER = 0.07
"""A part narrower than this share of its bar has no room for its number; the table has it."""


def figure(facts: Sequence[Fact], ink: str | None = None) -> go.Figure:
    """Words stand above each bar, so that a phone keeps its width for the bar. ``ink``: their colour."""
    chart = go.Figure()
    places = [-place for place in range(len(facts))]
    for part, (colour, pattern) in _LOOKS.items():
        counts = [getattr(fact, part) for fact in facts]
        if not any(counts):
            continue
        shares = [count / fact.of if fact.of else 0 for count, fact in zip(counts, facts, strict=True)]
        numbers = [f"{count:,}" for count in counts]
        word = data_words().segments[part]
        chart.add_bar(
            orientation="h",
            name=word,
            x=shares,
            y=places,
            width=0.42,
            marker={"color": colour, "pattern": {"shape": pattern, "size": 6}, "line": {"width": 0}},
            text=[number if share >= _ROOM_FOR_A_NUMBER else "" for number, share in zip(numbers, shares, strict=True)],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"size": 12, "color": ink if part == "blank" else None},
            constraintext="none",
            customdata=[f"{fact.label}: {number} of {fact.of:,}" for number, fact in zip(numbers, facts, strict=True)],
            hovertemplate=f"{word}<br>%{{customdata}}<extra></extra>",
        )
    for place, fact in zip(places, facts, strict=True):
        _above(chart, place, _named(fact), ink, x=0, xanchor="left")
        _above(chart, place, f"{fact.known:,} of {fact.of:,} known", ink, x=1, xanchor="right")
    chart.update_xaxes(range=[0, 1], visible=False, fixedrange=True)
    chart.update_yaxes(range=[0.85 - len(facts), 0.75], visible=False, fixedrange=True)
    chart.update_layout(
        barmode="stack",
        height=_ROW * len(facts) + 70,
        margin={"l": 2, "r": 2, "t": 4, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal", "itemclick": False,
                "itemdoubleclick": False},
        dragmode=False,
    )  # fmt: skip
    return chart


def alt_text(facts: Sequence[Fact]) -> str:
    """What the bars say, the least known first."""
    parts = [f"{fact.label} {fact.known:,} of {fact.of:,}" for fact in facts]
    return f"For how many people each fact is known: {wording.listing(parts)}."


def table(facts: Sequence[Fact]) -> list[dict[str, str | int]]:
    """The bars as rows."""
    words = data_words().segments
    return [
        {"Fact": _named(fact), "Known": fact.known}
        | {words[part]: getattr(fact, part) for part in _LOOKS}
        | {"People": fact.of, "To ask": fact.to_ask}
        for fact in facts
    ]


def _named(fact: Fact) -> str:
    return f"{fact.label} ({data_words().blank_is_no})" if fact.blank_is_no else fact.label


def _above(chart: go.Figure, place: int, words: str, ink: str | None, *, x: int, xanchor: str) -> None:
    chart.add_annotation(
        text=words, x=x, xref="paper", xanchor=xanchor, y=place + 0.24, yanchor="bottom", showarrow=False,
        font={"size": 13, "color": ink},
    )  # fmt: skip
