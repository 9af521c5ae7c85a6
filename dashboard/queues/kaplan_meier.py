"""The product-limit estimate of a wait (Kaplan and Meier 1958), with late entry and people still waiting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Step:
    """The estimate after the people who left on ``day``; ``at_risk`` were waiting just before.

    The range is the 95 % interval on the log(-log) scale, which never leaves 0 to 1; it has no value
    where the estimate is 0.
    """

    day: int
    at_risk: int
    left: int
    waiting: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """``people`` are all who entered it, ``left`` those who left; the others were still waiting when last seen."""

    people: int
    left: int
    steps: tuple[Step, ...]
    censored: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def last_day(self) -> int:
        return max((end for _, end in self.spans), default=0)

    @property
    def late(self) -> int:
        """People watched only from a later day of their wait than day 0: at risk from then on."""
        return sum(first > 0 for first, _ in self.spans)

    @property
    def median(self) -> int | None:
        """The first day by which half have left; None while more than half are estimated to wait still."""
        return next((step.day for step in self.steps if step.waiting <= 0.5 + 1e-12), None)

    def at(self, day: int) -> float:
        """The share still waiting after a day."""
        return next((step.waiting for step in reversed(self.steps) if step.day <= day), 1.0)

    def at_risk(self, day: int) -> int:
        """People seen waiting on a day of their wait."""
        return sum(first <= day <= last for first, last in self.spans)


def kaplan_meier(days: Sequence[int], left: Sequence[bool], entered: Sequence[int] | None = None) -> Curve:
    """``days`` each person waited, whether the wait ended then, and the day of it from which it was watched.

    Somebody who came under observation on day 40 of a wait says nothing about the first 40 days: to count
    such people from day 0 would leave out those who waited as long ago and left sooner.
    """
    first = list(entered) if entered is not None else [0] * len(days)
    spans = tuple(zip(first, days, strict=True))
    steps: list[Step] = []
    share, summed = 1.0, 0.0
    for day in sorted({one for one, gone in zip(days, left, strict=True) if gone}):
        risk = sum(start < day <= end or start == 0 == day for start, end in spans)
        gone = sum(one == day and has_left for one, has_left in zip(days, left, strict=True))
        share *= 1 - gone / risk
        if gone < risk:
            summed += gone / (risk * (risk - gone))
        low, high = _range(share, summed)
        steps.append(Step(day, risk, gone, share, share * math.sqrt(summed), low, high))
    still = tuple(sorted(one for one, gone in zip(days, left, strict=True) if not gone))
    return Curve(len(days), sum(left), tuple(steps), still, spans)


def _range(share: float, summed: float) -> tuple[float | None, float | None]:
    if share <= 0:
        return None, None
    if share >= 1:
        return 1.0, 1.0
    width = _Z * math.sqrt(summed) / abs(math.log(share))
    return share ** math.exp(width), share ** math.exp(-width)
