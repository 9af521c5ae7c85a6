"""The audit trail in words, and what is asked of it: plain data for the Activity page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dashboard import settings, wording
from dashboard.actions import store
from dashboard.actions.audit.entries import Kept
from dashboard.actions.audit.searching import Wanted
from dashboard.actions.proof import Proof
from dashboard.actions.records import DECLARED, SIGNED_IN
from dashboard.actions.verifying import Verified, verify
from dashboard.wording.activity import activity as words

MOST_FINDINGS = 20
MOST_TAKEN_OUT = 100_000
"""Entries in one file; who needs more narrows the days."""


@dataclass(frozen=True)
class Line:
    """One entry, ready to read. ``person`` is empty where it is about nobody, or where the reader may not know."""

    when: str
    who: str
    identity: str
    what: str
    outcome: str
    person: str
    details: str
    shown: str


def wanted(
    user_id: str = "", kinds: Iterable[str] = (), outcome: str = "", first: date | None = None,
    last: date | None = None, patient_id: str = "",
) -> Wanted:  # fmt: skip
    """From what was chosen on the page; both days are whole days where this machine stands."""
    return Wanted(
        user_ids=(user_id,) if user_id else (),
        kinds=tuple(kinds),
        outcomes=(outcome,) if outcome else (),
        first=_begins(first) if first else None,
        before=_begins(last + timedelta(days=1)) if last else None,
        patient_id=patient_id.strip(),
    )


def _begins(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone().astimezone(UTC)


def in_words(chosen: Wanted, names: Mapping[str, str]) -> list[str]:
    """The filters that are set, as the page names them; of a person that one was asked for, not which."""
    told = words()
    found = [f"{told.filter_user}: {names.get(one, one)}" for one in chosen.user_ids]
    if chosen.kinds:
        found.append(f"{told.filter_kind}: {' or '.join(told.kinds[one] for one in chosen.kinds)}")
    found += [f"{told.filter_outcome}: {told.outcomes[one]}" for one in chosen.outcomes]
    if chosen.first:
        found.append(f"{told.filter_from} {wording.day(chosen.first.astimezone().date())}")
    if chosen.before:
        found.append(f"{told.filter_to} {wording.day((chosen.before.astimezone() - timedelta(days=1)).date())}")
    return found + ([told.filter_person] if chosen.patient_id else [])


def line(one: Kept, *, people: bool) -> Line:
    """``people``: whether the reader may know of whom it is."""
    told, entry = words(), one.entry
    basis, panel = entry.basis, told.lists.get(entry.panel, entry.panel)
    shown = f"{panel}, {wording.day(basis.as_of)}, {basis.profile}, pathway {basis.pathway[:8]}" if basis else panel
    return Line(
        when=moment(one.at, seconds=True),
        who=entry.by.name or told.nobody_named,
        identity=told.identities[DECLARED if entry.by.declared else SIGNED_IN],
        what=told.kinds.get(entry.kind, entry.kind),
        outcome=told.outcomes.get(entry.outcome, entry.outcome),
        person=entry.patient_id if people else "",
        details=details(entry.about, people=people),
        shown=shown,
    )


def moment(at: datetime, *, seconds: bool = False) -> str:
    """``12 Jun 2026 10:32`` where this machine stands."""
    local = at.astimezone()
    return f"{wording.day(local.date())} {local:{'%H:%M:%S' if seconds else '%H:%M'}}"


OF_PEOPLE = ("filter", "people")
"""What tells how many people somebody saw, and which."""


def details(about: Mapping[str, Any], *, people: bool) -> str:
    """What an entry holds beside, in the order of the words for it; without ``people`` nothing that counts them."""
    found = []
    for name, pattern in words().about.items():
        if name in OF_PEOPLE and not people:
            continue
        value = about.get(name)
        if value in (None, "", []):
            continue
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        if name == "happened":
            said = moment(datetime.fromisoformat(value), seconds=True)
        found.append(pattern.format(value=f"{said:,}" if isinstance(said, int) else said))
    return "; ".join(found)


def check() -> Verified:
    """Prove the whole store that the settings name. Raises ``StoreUnusable``."""
    return verify(store.named(), Proof(settings.proof_folder()))


def findings(found: Verified) -> list[str]:
    """What is wrong, in plain lines that name no person."""
    _, _, *lines, _ = found.lines()
    more = len(lines) - MOST_FINDINGS
    return [*lines[:MOST_FINDINGS], *([words().more_findings.format(more=f"{more:,}")] if more > 0 else [])]
