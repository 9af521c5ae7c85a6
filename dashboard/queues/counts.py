"""A queue in counts alone, for somebody who may not see patients: no number tells of few people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.access.small_cells import hidden
from dashboard.filtering import Filters
from dashboard.queues import now
from dashboard.queues.now import HeatMap, Summary
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
    every, sites = now.summary(people, chosen), now.sites(people, chosen)
    open_at = hidden([site.waiting.open for site in sites], hide_under)
    over, over_at = _over(every, [site.waiting for site in sites], open_at, hide_under)
    found = [
        ToldSite(site.name, number, late, None if number is None else _median(site.waiting, hide_under))
        for site, number, late in zip(sites, open_at, over_at, strict=True)
    ]
    found.sort(key=lambda site: (-(site.open or 0), site.name or ""))  # nor does the order tell of what is hidden
    return Told(
        None if _few(every.open, hide_under) else every.open,
        over,
        _median(every, hide_under),
        tuple(found),
        _map(now.heat_map(people, chosen, hide_under=hide_under), [site.name for site in found if site.open is None]),
    )


def _few(people: int, under: int) -> bool:
    return 0 < people < under


def _median(found: Summary, under: int) -> float | None:
    """It is of those with a start date alone."""
    return None if found.dated < under else found.median


def _over(
    every: Summary, sites: list[Summary], open_at: list[int | None], under: int
) -> tuple[int | None, list[int | None]]:
    """Over target as a whole and at each site.

    Where both wholes are told, so is what the sites together have that are left out. So more are left out until these
    are two at least, with enough people over target and within it.
    """
    nothing: list[int | None] = [None] * len(sites)
    if any(_few(part, under) for part in (every.open, every.over, every.open - every.over)):
        return None, nothing
    parts = [(site.over, site.open - site.over) for site in sites]
    out = {
        place for place, number in enumerate(open_at) if number is None or any(_few(one, under) for one in parts[place])
    }
    others = sorted(set(range(len(sites))) - out, key=lambda place: sites[place].open)
    while out and others and (len(out) == 1 or any(_few(sum(parts[at][one] for at in out), under) for one in (0, 1))):
        out.add(others.pop(0))
    return every.over, [None if place in out else site.over for place, site in enumerate(sites)]


def _map(cells: HeatMap, hidden_sites: list[str | None]) -> HeatMap:
    """Where a site's number is not told, none of its parts is, and it stands last."""
    sites = sorted(cells.sites, key=lambda site: site in hidden_sites)
    last = sorted((site for site in sites if site in hidden_sites), key=lambda site: site or "")
    sites[len(sites) - len(last) :] = last
    of_site = {site: [cell for cell in cells.cells if cell.site == site] for site in sites}
    told = [replace(cell, people=None) if site in last else cell for site in sites for cell in of_site[site]]
    return replace(cells, sites=tuple(sites), cells=tuple(told))
