"""How often each red flag is raised on the present list: what the flags cost in work, not what they find.

Counted over the people in the pathway as they stand today. How often a flag was right is not known here:
that would need what became of each person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard import wording
from dashboard.access.small_cells import hidden, nested
from dashboard.attrition import Verdicts
from dashboard.worklist import Worklist
from pathways.conditions import names_in
from pathways.loading import ProfiledPathway

PER = 100


@dataclass(frozen=True)
class Flag:
    """One flag, or a finding it is made of: then nobody has it as a reason of its own and both counts are None.

    ``reason_for`` people have it among their reasons to act; for ``sole`` of them it is the only one.
    """

    name: str
    title: str
    leads_to: str
    met: int
    unknown: int
    people: int
    reason_for: int | None
    sole: int | None

    def per_hundred(self, count: int) -> float:
        return PER * count / self.people if self.people else 0.0


@dataclass(frozen=True)
class Burden:
    """``people`` are in the pathway, ``of`` on the list; ``flagged`` have any reason to act, ``one`` just one."""

    flags: tuple[Flag, ...]
    people: int
    of: int
    flagged: int
    one: int

    @property
    def raised(self) -> tuple[Flag, ...]:
        """The flags that can be a reason, without the findings they are made of."""
        return tuple(flag for flag in self.flags if flag.reason_for is not None)


@dataclass(frozen=True)
class ToldFlag:
    """The numbers of a flag that may be told; None for the others, and where the flag has none."""

    met: int | None
    unknown: int | None
    reason_for: int | None
    sole: int | None


def told(found: Burden, under: int) -> dict[str, ToldFlag]:
    """By flag: no number of people under ``under``, nor one from which such a number follows."""
    flags = {flag.name: _told(flag, under) for flag in found.flags}
    alone = [flag for flag in found.flags if flag.sole is not None]  # together they are those with one flag
    places = [place for place, flag in enumerate(alone) if flags[flag.name].sole is None]
    sole = hidden([flag.sole or 0 for flag in alone], under, places)
    return flags | {flag.name: replace(flags[flag.name], sole=number) for flag, number in zip(alone, sole, strict=True)}


def _told(flag: Flag, under: int) -> ToldFlag:
    met, unknown, _ = hidden([flag.met, flag.unknown, flag.people - flag.met - flag.unknown], under)
    _, met, reason_for, sole = nested([flag.people, met, flag.reason_for, flag.sole], under)
    return ToldFlag(met, unknown, reason_for, sole)


def burden(people: Worklist, verdicts: Mapping[str, Verdicts], pathway: ProfiledPathway) -> Burden:
    """Every flag of the profile, most pressing first, each followed by the findings it is made of."""
    reasons = _reasons(people)
    flags = tuple(_flags(pathway, verdicts, reasons))
    told = people.query(
        """select (count(*) filter (len(reasons) > 0))::integer as flagged,
                  (count(*) filter (len(reasons) = 1))::integer as one
           from people where indication is not null"""
    )[0]
    return Burden(flags, next((flag.people for flag in flags), 0), people.total(), told["flagged"], told["one"])


def _reasons(people: Worklist) -> dict[str, tuple[int, int]]:
    """People by reason to act, and those for whom it is the only one."""
    rows: list[dict[str, Any]] = people.query(
        """select reason, count(*)::integer as people, (count(*) filter (alone))::integer as sole
           from (select unnest(reasons) as reason, len(reasons) = 1 as alone from people where indication is not null)
           group by reason"""
    )
    return {row["reason"]: (row["people"], row["sole"]) for row in rows}


def _flags(
    pathway: ProfiledPathway, verdicts: Mapping[str, Verdicts], reasons: Mapping[str, tuple[int, int]]
) -> Iterator[Flag]:
    seen: set[str] = set()
    rules = pathway.rules
    for indication in pathway.indications:
        for name in rules.indications[indication].parts_in(pathway.profile):
            if name in seen:
                continue
            seen.add(name)
            yield _flag(name, indication, verdicts[name], reasons.get(name, (0, 0)))
            for part in names_in(rules.criteria[name]) if name in rules.criteria else ():
                if part not in seen and part not in _every_flag(pathway):
                    seen.add(part)
                    yield _flag(part, indication, verdicts[part], None)


def _every_flag(pathway: ProfiledPathway) -> set[str]:
    every = pathway.rules.indications
    return {name for one in pathway.indications for name in every[one].parts_in(pathway.profile)}


def _flag(name: str, indication: str, counted: Verdicts, reason: tuple[int, int] | None) -> Flag:
    reason_for, sole = reason if reason is not None else (None, None)
    leads_to = wording.indication(indication)
    return Flag(name, counted.title, leads_to, counted.met, counted.unknown, counted.people, reason_for, sole)
