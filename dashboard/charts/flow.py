"""The picture of the rules: questions down the left, where each leads on the right.

Drawn in pixels from top to bottom and narrow enough for a phone; the words are wrapped here because a
figure cannot do it. Lines and fills are half-transparent grey, so that it reads in light and in dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.colours import BLUE
from dashboard.flow import Rung

LEFT, RIGHT = (0.0, 0.555), (0.655, 1.0)
LETTERS = {"left": 32, "right": 19}
"""As many as the box takes on a phone; a bold line takes fewer."""
BOLDER = 1
LINE, PAD, GAP, TOP = 16, 9, 26, 4
_GREY, _FILL = "rgba(128,128,128,0.9)", "rgba(128,128,128,0.10)"


@dataclass(frozen=True)
class _Box:
    """One rung as text, with the height it needs."""

    rung: Rung
    left: tuple[str, ...]
    right: tuple[str, ...]
    top: int

    @property
    def height(self) -> int:
        return LINE * max(len(self.left), len(self.right)) + 2 * PAD

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def figure(rungs: Sequence[Rung], ink: str) -> go.Figure:
    """``ink`` is the colour of the words."""
    boxes = _boxes(rungs)
    chart = go.Figure()
    for place, box in enumerate(boxes):
        _box(chart, box, LEFT, BLUE if box.right else _GREY)
        _box(chart, box, RIGHT, _GREY)
        _words(chart, box.left, LEFT[0], box.middle)
        _words(chart, box.right, RIGHT[0], box.middle)
        _arrow(chart, (LEFT[1], box.middle), (RIGHT[0], box.middle), box.rung.across)
        if place + 1 < len(boxes):
            middle = LEFT[0] + 0.08
            _arrow(chart, (middle, box.bottom), (middle, boxes[place + 1].top), box.rung.down)
    height = boxes[-1].bottom + TOP if boxes else TOP
    chart.update_xaxes(visible=False, range=[-0.005, 1.005], fixedrange=True)
    chart.update_yaxes(visible=False, range=[height, 0], fixedrange=True)
    chart.update_layout(
        height=height, margin={"l": 2, "r": 2, "t": 2, "b": 2}, showlegend=False, dragmode=False, font={"color": ink}
    )
    chart.update_annotations(font={"size": 12, "color": ink})
    return chart


def alt_text(rungs: Sequence[Rung]) -> str:
    """The order of the questions in one sentence."""
    first, *others = rungs
    told = wording.listing(f"{one.question} leads to {one.outcome}" for one in others)
    return f"The questions of the pathway from top to bottom. {first.question}, else {first.outcome}. Then: {told}."


def table(rungs: Sequence[Rung]) -> list[dict[str, str]]:
    """The picture as rows."""
    return [
        {
            "Question": rung.question,
            "Made of": ", ".join(rung.details),
            "Leads to": f"{rung.across}: {rung.outcome}",
            "Then": ", ".join(rung.then),
        }
        for rung in rungs
    ]


def _boxes(rungs: Sequence[Rung]) -> list[_Box]:
    boxes: list[_Box] = []
    top = TOP
    for rung in rungs:
        left = [f"<b>{line}</b>" for line in _wrapped(rung.question, "left", BOLDER)]
        for detail in rung.details:
            left += [("· " if not place else "  ") + line for place, line in enumerate(_wrapped(detail, "left"))]
        right = [f"<b>{line}</b>" for line in _wrapped(rung.outcome, "right", BOLDER)]
        for then in rung.then:
            right += _wrapped(then, "right")
        boxes.append(_Box(rung, tuple(left), tuple(right), top))
        top = boxes[-1].bottom + GAP
    return boxes


def _wrapped(text: str, side: str, less: int = 0) -> list[str]:
    """As few lines as there is room for, and these of like length: no word stands alone where it need not."""
    widest = LETTERS[side] - less
    lines = len(wrap(text, widest))
    width = next(width for width in range(1, widest + 1) if len(wrap(text, width, break_long_words=False)) <= lines)
    return [escape(line) for line in wrap(text, max(width, len(max(text.split(), key=len))))]


def _box(chart: go.Figure, box: _Box, span: tuple[float, float], colour: str) -> None:
    chart.add_shape(
        type="rect",
        x0=span[0],
        x1=span[1],
        y0=box.top,
        y1=box.bottom,
        line={"color": colour, "width": 1.2},
        fillcolor=_FILL,
        layer="below",
    )


def _words(chart: go.Figure, lines: Sequence[str], x: float, middle: float) -> None:
    chart.add_annotation(
        text="<br>".join(lines),
        x=x,
        y=middle,
        xanchor="left",
        yanchor="middle",
        xshift=5,
        align="left",
        showarrow=False,
    )


def _arrow(chart: go.Figure, start: tuple[float, float], end: tuple[float, float], word: str) -> None:
    chart.add_annotation(
        x=end[0], y=end[1], ax=start[0], ay=start[1], axref="x", ayref="y", text="", showarrow=True,
        arrowhead=2, arrowsize=1, arrowwidth=1.5, arrowcolor=_GREY,
    )  # fmt: skip
    across = start[1] == end[1]
    chart.add_annotation(
        text=word,
        x=(start[0] + end[0]) / 2 if across else start[0],
        y=start[1] if across else (start[1] + end[1]) / 2,
        xanchor="center" if across else "left",
        yanchor="bottom" if across else "middle",
        xshift=-2 if across else 6,
        showarrow=False,
    )
