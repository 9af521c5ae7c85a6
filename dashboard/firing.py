"""Whether a flag stopped firing: after a renamed code or column a rule can fall silent, and nobody would notice.

Each load of the clinic's list writes down how many people each flag was raised for, counts only, and is compared
with the loads before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard import wording
from dashboard.actions.audit.entries import Entry
from dashboard.actions.audit.searching import Wanted, newest
from dashboard.actions.log import CLINIC
from dashboard.actions.records import Basis
from dashboard.audit_trail import AuditTrail
from dashboard.panel_store import HeldPanel
from dashboard.worklist import Worklist

LOADS, FEWEST_LOADS = 8, 2
EXPECTED = 3
"""People at each of those loads: of a flag that is rarer, none at all is no surprise."""

LOOKED_AT = 100
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class Stopped:
    """A flag that nobody has now, and how many people had it at each load before, the latest first."""

    title: str
    before: tuple[int, ...]

    def in_words(self, sentence: str) -> str:
        least, most = min(self.before), max(self.before)
        people = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        return sentence.format(flag=self.title, people=people, loads=wording.counted(len(self.before), "load"))


def counts(people: Worklist) -> dict[str, int]:
    """People by the flag that is their reason to act."""
    rows = people.query(
        """select reason, count(*)::integer as people
           from (select unnest(reasons) as reason from people where indication is not null)
           group by reason order by reason"""
    )
    return {row["reason"]: row["people"] for row in rows}


def series(file: str) -> str:
    """What is the same in the names of one list from day to day."""
    return _NUMBERS.sub("#", file)


def stopped(now: Mapping[str, int], before: Sequence[Mapping[str, int]]) -> tuple[Stopped, ...]:
    """The flags that each of the last loads raised and this one does not."""
    last = before[:LOADS]
    if len(last) < FEWEST_LOADS:
        return ()
    names = sorted({name for one in last for name in one} - now.keys())
    return tuple(
        Stopped(wording.reason(name), tuple(one[name] for one in last))
        for name in names
        if all(one.get(name, 0) >= EXPECTED for one in last)
    )


def write_down(trail: AuditTrail, held: HeldPanel, profile: str, entry: Entry) -> tuple[Stopped, ...]:
    """Put a load of the clinic's list into the trail, and say which flags fell silent with it.

    Raises ``StoreUnusable``: then it is not written down.
    """
    people = held.worklist(profile, held.as_of)
    raised, name = counts(people), series(held.name)
    store = trail.opening().store
    loads = newest(store, Wanted(kinds=("loaded",), outcomes=("done",), panel=CLINIC), LOOKED_AT)
    before = [
        one.entry.about["flags"]
        for one in loads
        if one.entry.about.get("series") == name and one.entry.basis and one.entry.basis.profile == profile
    ]
    report = held.report
    about = {
        **entry.about,
        "file": held.name,
        "series": name,
        "form": report.form,
        "records": report.records_read,
        "held_back": len(report.held_back),
        "people": held.people,
        "flags": raised,
    }
    basis = Basis(held.as_of, profile, people.version)
    trail.must(replace(entry, panel=CLINIC, basis=basis, about=about))
    return stopped(raised, [one for one in before if isinstance(one, dict)])
