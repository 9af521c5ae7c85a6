"""A queue in counts alone, for somebody who may not see patients: no number tells of few people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.access.small_cells import hidden
from dashboard.filtering import Filters
from dashboard.queues import now
from dashboard.queues.now import HeatMap, Site, Summary
from dashboard.worklist import Worklist


@dataclass(frozen=True)
class ToldSite:
    """``name`` is None for people whose record names no site."""

    name: str | None
    open: int | None
    over: int | None
    median: float | None


@dataclass(frozen=True)
class Told:
    """A queue with what may be told of it. None: too few people, or a number that would give away a small one."""

    open: int | None
    over: int | None
    median: float | None
    sites: tuple[ToldSite, ...]
    heat_map: HeatMap


def told(people: Worklist, queue: str, hide_under: int) -> Told:
    """The whole queue and each of its sites. The longest wait is one person's, and is not told."""
    chosen = Filters(queue=queue)
    every = now.summary(people, chosen)
    sites = sorted(now.sites(people, chosen), key=lambda site: (-site.waiting.open, site.name or ""))
    open_at = hidden([site.waiting.open for site in sites], hide_under)
    return Told(
        *_parts(every, hide_under),
        sites=tuple(_site(site, number, hide_under) for site, number in zip(sites, open_at, strict=True)),
        heat_map=now.heat_map(people, chosen, hide_under=hide_under),
    )


def _parts(found: Summary, hide_under: int) -> tuple[int | None, int | None, float | None]:
    """Open, over target and the median: a part is told only where the rest of the whole is not few either."""
    if 0 < found.open < hide_under:
        return None, None, None
    over, _ = hidden([found.over, found.open - found.over], hide_under)
    return found.open, over, found.median


def _site(site: Site, open_here: int | None, hide_under: int) -> ToldSite:
    if open_here is None:
        return ToldSite(site.name, None, None, None)
    _, over, median = _parts(replace(site.waiting, open=open_here), hide_under)
    return ToldSite(site.name, open_here, over, median)

