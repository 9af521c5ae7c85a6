"""A queue on one day: how many wait, how long so far, where, and at which step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dashboard.access.small_cells import hidden
from dashboard.filtering import NO_START, WAITED, Filters, condition
from dashboard.worklist import Worklist

LONGEST_SHOWN = 20
SITES_SHOWN = 15
"""Rows of the heat map, the largest sites first; a taller picture is no longer read at a glance."""


@dataclass(frozen=True)
class Summary:
    """People in a queue; ``median`` and ``longest`` are the days so far of the ``dated``, whose start is known."""

    open: int
    over: int
    median: float | None
    longest: int | None
    dated: int


@dataclass(frozen=True)
class Orders:
    """People in a queue with something ordered, or come and not read; ``late``: for longer than it should be."""

    open: int
    late: int


@dataclass(frozen=True)
class Site:
    """``name`` is None for people whose record names no site: no filter can show them alone."""

    name: str | None
    waiting: Summary


@dataclass(frozen=True)
class Span:
    """One bar of the ageing chart; ``key`` as in ``WAITED``."""

    key: str
    title: str
    within: int
    over: int


@dataclass(frozen=True)
class Cell:
    """People of one site at one step. None: too few to be shown to somebody who may not see patients."""

    site: str | None
    disposition: str
    people: int | None


@dataclass(frozen=True)
class HeatMap:
    sites: tuple[str | None, ...]
    dispositions: tuple[str, ...]
    cells: tuple[Cell, ...]
    all_sites: int


_SUMMARY = """count(*) as open, count(*) filter (where overdue) as over,
              median(waiting) as median, max(waiting) as longest, count(waiting) as dated"""


def summary(people: Worklist, filters: Filters) -> Summary:
    where, values = condition(filters)
    return _summary(people.query(f"select {_SUMMARY} from people{where}", values)[0])


def orders(people: Worklist, filters: Filters) -> Orders:
    return Orders(*(people.total(replace(filters, orders=which)) for which in ("open", "late")))


def sites(people: Worklist, filters: Filters) -> list[Site]:
    """Each site, the one whose people have waited longest first (by the median, then the longest wait)."""
    where, values = condition(filters)
    rows = people.query(
        f"""select site, {_SUMMARY} from people{where} group by site
        order by median desc nulls last, longest desc nulls last, open desc, site nulls last""",
        values,
    )
    return [Site(row["site"], _summary(row)) for row in rows]


def ageing(people: Worklist, filters: Filters) -> list[Span]:
    """Everyone in the queue by days so far, within and over target; the last bar has no date to count from."""
    where, values = condition(filters)
    rows = people.query(
        f"""select waiting, coalesce(overdue, false) as over, count(*) as people
        from people{where} group by all""",
        values,
    )
    found: dict[tuple[str, bool], int] = {}
    for row in rows:
        key = (span_of(row["waiting"]), bool(row["over"]))
        found[key] = found.get(key, 0) + int(row["people"])
    return [
        Span(key, span.title, found.get((key, False), 0), found.get((key, True), 0)) for key, span in WAITED.items()
    ]


def span_of(days: int | None) -> str:
    if days is None:
        return NO_START
    return next(
        key
        for key, span in WAITED.items()
        if key != NO_START and span.first <= days and (span.last is None or days <= span.last)
    )


def heat_map(people: Worklist, filters: Filters, *, hide_under: int = 0) -> HeatMap:
    """People of each site at each step, steps in the pathway's order.

    With ``hide_under`` no cell from 1 to one less is told, nor others from which it could be told.
    """
    where, values = condition(filters)
    rows = people.query(f"select site, disposition, count(*) as people from people{where} group by all", values)
    counts = {(row["site"], row["disposition"]): int(row["people"]) for row in rows}
    totals: dict[str | None, int] = {}
    for (site, _), number in counts.items():
        totals[site] = totals.get(site, 0) + number
    largest = sorted(totals, key=lambda site: (-totals[site], site is None, site or ""))
    steps = tuple(name for name in people.dispositions if any(name == step for _, step in counts))
    cells: list[Cell] = []
    for site in largest[:SITES_SHOWN]:
        numbers = hidden([counts.get((site, step), 0) for step in steps], hide_under)
        cells += [Cell(site, step, number) for step, number in zip(steps, numbers, strict=True)]
    return HeatMap(tuple(largest[:SITES_SHOWN]), steps, tuple(cells), len(largest))


def longest(people: Worklist, filters: Filters) -> list[dict[str, Any]]:
    """The people who have waited longest, longest first."""
    return people.page(filters, "Longest wait").rows[:LONGEST_SHOWN]


def _summary(row: dict[str, Any]) -> Summary:
    return Summary(int(row["open"]), int(row["over"]), row["median"], row["longest"], int(row["dated"]))
