"""What happens at a visit: questions asked, pain scored, weighed, blood taken, treatment begun."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pathways.vocabulary import concepts
from sample_data.chart import Chart, Site, settings
from sample_data.people import Weighted


@dataclass(frozen=True, slots=True)
class Printing:
    """How a site prints one test: unit, places, and the straight line from the canonical unit."""

    unit: str
    places: int
    factor: float
    shift: float

    def text(self, canonical: float) -> str:
        return f"{canonical * self.factor - self.shift:.{self.places}f}"


@cache
def printing(unit: str, concept: str) -> Printing:
    """Raises KeyError when the vocabulary does not accept this unit for the concept."""
    rule = concepts()[concept].units[unit]
    return Printing(unit, settings("practice")["decimals"][unit], float(1 / rule.scale), float(rule.shift))


def printed(chart: Chart, concept: str) -> Printing:
    """How this person's site prints the concept."""
    return printing(chart.site.units.get(concept) or str(concepts()[concept].unit), concept)


@cache
def _first_questions() -> tuple[str, ...]:
    return tuple(settings("shares")["first_questions"])


def ask_first(chart: Chart, leave: tuple[str, ...] = (), /, **answers: str) -> None:
    """Asks the questions every visit begins with; "no" unless an answer is given; ``leave`` is not asked."""
    for concept in _first_questions():
        if concept not in leave:
            chart.finding(concept, answers.get(concept, "absent"))


@cache
def _other_questions() -> tuple[tuple[tuple[str, float], ...], float, float]:
    shares = settings("shares")
    listed = tuple((concept, share / 100) for concept, share in shares["present"].items())
    return listed, shares["asked"] / 100, shares["cannot_say"] / 100


def ask_rest(chart: Chart, /, **answers: str) -> None:
    """Asks some of the other questions, answered as often "yes" as ``shares.yaml`` says, and those given."""
    draw = chart.rng.random
    questions, asked, cannot_say = _other_questions()
    for concept, yes in questions:
        if concept in answers or draw() > asked:
            continue
        at = draw()
        status = "present" if at < yes else "unknown" if at > 1 - cannot_say else "absent"
        chart.finding(concept, status)
    for concept, status in answers.items():
        chart.finding(concept, status)


def pain(chart: Chart, score: int, back: int) -> None:
    chart.measured("pain_score", str(score), "0-10", back)


def weighed(chart: Chart, kilograms: float, back: int) -> None:
    """The weight as this site's scales print it."""
    scales = printed(chart, "weight")
    chart.measured("weight", scales.text(kilograms), scales.unit, back)


def steady_weight(chart: Chart) -> None:
    """Two weights of about a year that differ by less than anyone would remark on, or only today's."""
    usual = 58 + chart.rng.random() * 42
    if chart.recorded < 60 and chart.chance(45):
        weighed(chart, usual * (0.995 + chart.rng.random() * 0.02), chart.recorded + chart.between(120, 280))
    weighed(chart, usual, chart.recorded)


def temperature(chart: Chart, degrees: float, back: int) -> None:
    thermometer = printed(chart, "temperature")
    chart.measured("temperature", thermometer.text(degrees), thermometer.unit, back)


def examined(chart: Chart) -> None:
    """The usual measurements of a visit."""
    if chart.chance(70):
        steady_weight(chart)
    if chart.chance(45):
        temperature(chart, 36.2 + chart.rng.random() * 1.1, chart.recorded)


@cache
def _panel(site: Site) -> tuple[tuple[Any, ...], ...]:
    """This site's tests: id, printing, typical figures, printed reference range, whether always taken."""
    practice = settings("practice")
    rows = []
    for concept in [*practice["panel"], *(c for c in site.also if c != "spep"), *practice["often"]]:
        how = printing(site.units.get(concept) or str(concepts()[concept].unit), concept)
        low, high = practice["reference"].get(concept, (None, None))
        span = ("" if low is None else how.text(low), "" if high is None else how.text(high))
        rows.append((concept, how, practice["typical"][concept], span, concept not in practice["often"]))
    return tuple(rows)


def bloods(chart: Chart, back: int, reviewed: int | None = None, **found: float) -> None:
    """A core panel with ordinary figures, except for those given (canonical unit)."""
    rng = chart.rng
    for concept, how, (mean, spread, lowest, highest), (low, high), always in _panel(chart.site):
        value = found.get(concept)
        if value is None:
            if not always and rng.random() < 0.5:
                continue
            value = min(max(mean + (rng.random() + rng.random() - 1) * 2 * spread, lowest), highest)
        chart.test(concept, how.text(value), how.unit, back, reviewed=reviewed, low=low, high=high)
    if "spep" in chart.site.also:
        chart.reported("spep", "normal", back, reviewed=reviewed)


@cache
def _treatments(kind: str) -> Weighted:
    listed = settings("shares")[kind]
    return Weighted(list(listed), list(listed.values()))


def treated(chart: Chart, start: int, end: int | None = None, later: int | None = None) -> None:
    """Begins a treatment, and often one of the other kind by ``later`` days afterwards; both end together."""
    kinds = ["medication", "physical"]
    if chart.chance(50):
        kinds.reverse()
    for number, kind in enumerate(kinds):
        if number and chart.chance(35):
            return
        begins = start if not number or not later else start - chart.between(0, later)
        concept = _treatments(kind).draw(chart.rng)
        attended = None
        if concept == "physiotherapy":
            attended = max(1, (begins - max(end or 0, 0)) // 9)
        chart.treatment(concept, begins, end, attended)
