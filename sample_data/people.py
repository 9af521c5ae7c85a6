"""Who the invented people are: names, ages, sites and clinicians."""

from __future__ import annotations

from bisect import bisect
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from sample_data.chart import Chart, Site, settings


class Weighted:
    """Draws one of several things, each as often as its share says."""

    def __init__(self, things: list[Any], shares: list[int]) -> None:
        self._things = things
        self._steps = list(accumulate(shares))

    def draw(self, rng: Random) -> Any:  # noqa: ANN401 - whatever it was given
        return self._things[bisect(self._steps, rng.random() * self._steps[-1])]


@cache
def sites() -> Weighted:
    """The practice's sites as ``practice.yaml`` lists them."""
    listed = settings("practice")["sites"]
    built = [Site(s["name"], tuple(s["clinicians"]), s["units"], tuple(s["also"])) for s in listed]
    return Weighted(built, [s["share"] for s in listed])


@cache
def _cultures() -> Weighted:
    listed = list(settings("names")["cultures"].values())
    return Weighted(listed, [culture["share"] for culture in listed])


def _pick(things: Any, rng: Random) -> Any:  # noqa: ANN401 - one of the things given
    return things[int(rng.random() * len(things))]


def name_of(sex: str, rng: Random) -> str:
    """A name from one culture's lists, written in its own order and script."""
    culture = _cultures().draw(rng)
    given_as = sex if sex in ("female", "male") else _pick(("female", "male"), rng)
    given, family = _pick(culture[given_as], rng), _pick(culture["family"], rng)
    return str(culture["order"]).format(given=given, family=family)


def sex_of(rng: Random) -> str:
    """Slightly more women than men, as in primary care for back pain."""
    shares, at = settings("shares"), rng.random() * 100
    if at < shares["sex_unknown"]:
        return "unknown"
    if at < shares["sex_unknown"] + shares["sex_other"]:
        return "other"
    return "female" if rng.random() < 0.56 else "male"


def introduce(chart: Chart, youngest: int, oldest: int, sex: str = "") -> None:
    """Gives the person a name, sex, birth date and clinician; ages gather below the middle."""
    rng = chart.rng
    chart.sex = sex or sex_of(rng)
    chart.name = name_of(chart.sex, rng)
    chart.clinician = _pick(chart.site.clinicians, rng)
    middle = ((rng.random() + rng.random()) / 2) ** 1.3  # more people under the middle than above it
    chart.age = youngest + int(middle * (oldest - youngest + 1))
    chart.birth_date = chart.calendar.birthday(chart.age, rng)


def blur_birth(chart: Chart) -> None:
    """Now and then only the year, or the year and month, of a birth is recorded."""
    shares, at = settings("shares"), chart.rng.random() * 100
    if at < shares["birth_year_only"]:
        chart.birth_date = chart.birth_date[:4]
    elif at < shares["birth_year_only"] + shares["birth_year_and_month"]:
        chart.birth_date = chart.birth_date[:7]
