"""How many people stand at each step, and the verdicts on each criterion, as bars with their words above them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from dashboard import wording
from dashboard.attrition import Block, Step, Verdicts
from dashboard.charts.colours import BLUE, YELLOW

ROW, TITLE, LINE = 40, 34, 17
LETTERS, UNBROKEN = 50, "\u00a0"
"""In a line above a bar on a phone."""
_GREY = "rgba(128,128,128,0.25)"
_COLOURS = {"met": (BLUE, ""), "unknown": (YELLOW, "/"), "not met": (_GREY, "")}


def figure(blocks: Sequence[Block], ink: str) -> go.Figure:
    """Each step a bar on a grey ground as long as those it is taken from; a click gives its place in ``places``.

    ``ink`` is the colour of the words.
    """
    chart = go.Figure()
    rows: list[tuple[float, Step]] = []
    top = 0.0
    for block in blocks:
        if not block.steps:
            continue
        _text(chart, f"<b>{escape(block.title)}</b>", top + TITLE - 8, 14)
        top += TITLE
        for step in block.steps:
            rows.append((top + ROW - 10, step))
            top += ROW
        top += 8
    most = max((step.of for _, step in rows), default=1)
    heights = [height for height, _ in rows]
    hover = [f"{escape(step.title)}<br>{step.share}<extra></extra>" for _, step in rows]
    common = {"orientation": "h", "width": 14, "y": heights}
    chart.add_bar(x=[step.of for _, step in rows], marker={"color": _GREY}, hovertemplate=hover, **common)
    chart.add_bar(
        x=[step.people for _, step in rows],
        marker={"color": BLUE},
        hovertemplate=hover,
        **common,
    )
    for height, step in rows:
        _text(chart, f"{escape(step.title)}: <b>{step.people:,}</b> of {step.of:,}", height - 10, 13)
    _frame(chart, top, most, ink)
    return chart


def places(blocks: Sequence[Block]) -> list[Step]:
    """The steps in the order of the bars."""
    return [step for block in blocks for step in block.steps]


def alt_text(blocks: Sequence[Block]) -> str:
    told = "; ".join(f"{step.title} {step.share}" for block in blocks[:3] for step in block.steps)
    return f"People at each step of the pathway. {told}."


def table(blocks: Sequence[Block]) -> list[dict[str, str]]:
    """The bars as rows, from top to bottom."""
    return [
        {"Count": block.title, "Step": step.title, "People": f"{step.people:,}", "Of": f"{step.of:,}"}
        for block in blocks
        for step in block.steps
    ]


def verdict_figure(rows: Sequence[Verdicts], ink: str) -> go.Figure:
    """One bar a criterion in three parts: met, not known (hatched), not met."""
    chart = go.Figure()
    words = wording.statuses().verdicts
    heights: list[float] = []
    top = 0.0
    for row in rows:
        counts = f"{words['met'].glyph} {row.met:,} · {words['unknown'].glyph} {row.unknown:,}"
        lines = wrap(f"{row.title}: {counts.replace(' ', UNBROKEN)}", LETTERS)
        heights.append(top + LINE * len(lines) + 12)
        _text(chart, "<br>".join(escape(line) for line in lines), heights[-1] - 10, 13)
        top = heights[-1] + 12
    numbers = {"met": [r.met for r in rows], "unknown": [r.unknown for r in rows], "not met": [r.not_met for r in rows]}
    for verdict, (colour, pattern) in _COLOURS.items():
        chart.add_bar(
            orientation="h",
            width=14,
            y=heights,
            x=numbers[verdict],
            name=f"{words[verdict].glyph} {words[verdict].word}",
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate=[
                f"{escape(row.title)}<br>{words[verdict].word}: {count:,} of {row.people:,}<extra></extra>"
                for row, count in zip(rows, numbers[verdict], strict=True)
            ],
        )
    _frame(chart, top, max((row.people for row in rows), default=1), ink)
    chart.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 2, "r": 8, "t": 34, "b": 4},
        height=int(top) + 38,
    )
    return chart


def verdict_alt(title: str, rows: Sequence[Verdicts]) -> str:
    people = rows[0].people if rows else 0
    told = "; ".join(f"{row.title}: met {row.met:,}, not known {row.unknown:,}" for row in rows)
    return f"{title}: verdicts on each criterion among {people:,} people in the pathway. {told}."


def _text(chart: go.Figure, words: str, y: float, size: int) -> None:
    chart.add_annotation(
        text=words, x=0, y=y, xanchor="left", yanchor="bottom", showarrow=False, font={"size": size}, align="left"
    )


def _frame(chart: go.Figure, height: float, most: int, ink: str) -> None:
    chart.update_xaxes(visible=False, range=[0, most * 1.001], fixedrange=True)
    chart.update_yaxes(visible=False, range=[height, 0], fixedrange=True)
    chart.update_layout(
        height=int(height) + 8, margin={"l": 2, "r": 8, "t": 4, "b": 4}, barmode="overlay", showlegend=False,
        dragmode=False, hovermode="closest", font={"color": ink},
    )  # fmt: skip
    chart.update_annotations(font_color=ink)
