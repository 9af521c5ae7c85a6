"""The picture of the rules: questions down the left, where each leads on the right.

Drawn in pixels from top to bottom and narrow enough for a phone; the words are wrapped here because a
figure cannot do it. Lines and fills are half-transparent grey, so that it reads in light and in dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.colours import BLUE
from dashboard.flow import Rung

LEFT, RIGHT = (0.0, 0.555), (0.655, 1.0)
LETTERS = {"left": 32, "right": 19}
"""As many as the box takes on a phone; a bold line takes fewer."""
BOLDER = 1
LINE, PAD, GAP, TOP = 16, 9, 26, 4
Mark = dict[str, Any]
"""A shape or an annotation, in plotly's own keys."""
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
    height = boxes[-1].bottom + TOP if boxes else TOP
    hidden = {"visible": False, "fixedrange": True}
    # All at once: a shape or a word added by itself costs more the more there are.
    return go.Figure(
        layout={
            "shapes": [frame for box in boxes for frame in _frames(box)],
            "annotations": [{"font": {"size": 12, "color": ink}} | mark for mark in _marks(boxes)],
            "xaxis": hidden | {"range": [-0.005, 1.005]},
            "yaxis": hidden | {"range": [height, 0]},
            "height": height,
            "margin": {"l": 2, "r": 2, "t": 2, "b": 2},
            "showlegend": False,
            "dragmode": False,
            "font": {"color": ink},
        }
    )


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


def _frames(box: _Box) -> list[Mark]:
    look: Mark = {"type": "rect", "y0": box.top, "y1": box.bottom, "fillcolor": _FILL, "layer": "below"}
    return [
        look | {"x0": span[0], "x1": span[1], "line": {"color": colour, "width": 1.2}}
        for span, colour in ((LEFT, BLUE if box.right else _GREY), (RIGHT, _GREY))
    ]


def _marks(boxes: Sequence[_Box]) -> Iterator[Mark]:
    for box, below in zip_longest(boxes, boxes[1:]):
        yield _words(box.left, LEFT[0], box.middle)
        yield _words(box.right, RIGHT[0], box.middle)
        yield from _arrow((LEFT[1], box.middle), (RIGHT[0], box.middle), box.rung.across)
        if below:
            middle = LEFT[0] + 0.08
            yield from _arrow((middle, box.bottom), (middle, below.top), box.rung.down)


def _words(lines: Sequence[str], x: float, middle: float) -> Mark:
    text = {"text": "<br>".join(lines), "align": "left", "showarrow": False}
    return text | {"x": x, "y": middle, "xanchor": "left", "yanchor": "middle", "xshift": 5}


def _arrow(start: tuple[float, float], end: tuple[float, float], word: str) -> tuple[Mark, Mark]:
    line: Mark = {"ax": start[0], "ay": start[1], "x": end[0], "y": end[1], "axref": "x", "ayref": "y"}
    head = {"showarrow": True, "arrowhead": 2, "arrowsize": 1, "arrowwidth": 1.5, "arrowcolor": _GREY}
    across = start[1] == end[1]
    beside: Mark = {
        "text": word,
        "x": (start[0] + end[0]) / 2 if across else start[0],
        "y": start[1] if across else (start[1] + end[1]) / 2,
        "xanchor": "center" if across else "left",
        "yanchor": "bottom" if across else "middle",
        "xshift": -2 if across else 6,
        "showarrow": False,
    }
    return line | head | {"text": ""}, beside
