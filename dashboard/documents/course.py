"""The course of pain and therapy as places on a drawing: fractions of its width and height, and words.

The template draws; what is drawn, and where, is decided here from the same trajectory as the screen's.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard import wording
from dashboard.charts.trajectory import alt_text
from dashboard.documents.words import Drawing, words
from dashboard.patient import number
from dashboard.trajectory import Trajectory

TOP = 10  # the pain scale ends here
NARROWEST = 0.035  # of the width: closer values keep only the later number
APART = 1.3  # on the pain scale: words at two levels do not touch
TICKS = 5


def drawing(data: Trajectory, lanes: int) -> dict[str, Any] | None:
    """What the template draws; None where there is no course to draw. At most ``lanes`` treatments."""
    if not data.drawable:
        return None
    said = words().drawing
    first, last = _span(data)
    return {
        "alt": alt_text(data),
        "pain": said.pain,
        "scores": _scores(data, first, last),
        "levels": _levels(data, said),
        "days": _days(data, first, last, said),
        "ticks": _ticks(first, last),
        **_lanes(data, first, last, lanes, said),
    }


def _span(data: Trajectory) -> tuple[date, date]:
    days = [s.day for s in data.scores] + [bar.start for bar in data.bars] + [m.day for m in data.marks]
    ends = [data.as_of] + ([data.trial_end] if data.trial_end else [])
    first, last = min(days), max(ends)
    room = max(timedelta(days=2), (last - first) * 0.03)
    return first - room, last + room


def _across(day: date, first: date, last: date) -> float:
    return round((day - first) / (last - first), 4)


def _scores(data: Trajectory, first: date, last: date) -> list[dict[str, Any]]:
    """Each score; from the last one back a number stands where there is room for it."""
    shown: list[dict[str, Any]] = []
    room = 2.0
    for score in reversed(data.scores):
        x = _across(score.day, first, last)
        free = room - x >= NARROWEST
        room = x if free else room
        shown.append({"x": x, "y": float(score.value) / TOP, "text": number(score.value) if free else ""})
    return shown[::-1]


def _levels(data: Trajectory, said: Drawing) -> list[dict[str, Any]]:
    levels: list[dict[str, Any]] = []
    if data.baseline is not None:
        text = said.before.format(value=number(data.baseline))
        levels.append({"y": float(data.baseline) / TOP, "at": float(data.baseline) / TOP, "text": text})
    if data.goal is not None and data.needed_percent is not None and levels:
        text = said.goal.format(percent=number(data.needed_percent), value=number(data.goal))
        below = min(float(data.goal), float(data.baseline or 0) - APART)
        levels.append({"y": float(data.goal) / TOP, "at": below / TOP, "text": text})
    return levels


def _days(data: Trajectory, first: date, last: date, said: Drawing) -> list[dict[str, Any]]:
    shown = [{"x": _across(data.as_of, first, last), "text": said.as_of.format(day=wording.day(data.as_of))}]
    if data.trial_end:
        text = said.trial_end.format(day=wording.day(data.trial_end))
        shown.append({"x": _across(data.trial_end, first, last), "text": text})
    return shown


def _ticks(first: date, last: date) -> list[dict[str, Any]]:
    step = (last - first) / TICKS
    days = [first + step * (place + 0.5) for place in range(TICKS)]
    return [{"x": _across(day, first, last), "text": wording.day(day)} for day in dict.fromkeys(days)]


def _lanes(data: Trajectory, first: date, last: date, most: int, said: Drawing) -> dict[str, Any]:
    names = list(dict.fromkeys(bar.label for bar in data.bars))
    lanes = [
        {
            "label": name,
            "bars": [
                {"x": _across(b.start, first, last), "to": _across(b.end or b.start, first, last), "open": b.active}
                for b in data.bars
                if b.label == name
            ],
        }
        for name in names[:most]
    ]
    marks = [{"x": _across(mark.day, first, last), "image": mark.kind == "imaging"} for mark in data.marks]
    left_out = len(names) - len(lanes)
    return {
        "lanes": lanes,
        "tests": {"label": said.tests, "marks": marks} if marks else None,
        "more": said.more.format(count=left_out) if left_out else "",
        "legend": said.legend if any(not bar.active for bar in data.bars) else "",
    }
