"""A list's filters as the worklist's address spells them; ``components/filters.py`` reads them back."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import wording
from dashboard.filtering import Filters
from dashboard.wording.team import team

Address = dict[str, str | list[str]]

ONLY = {
    "bloods_due": "Bloods due",
    "imaging_due": "Imaging due",
    "overdue": "Overdue",
    "something_unknown": "Something not known",
}
"""The flags of a filter in the words of the screen, which are those of the address."""

FROM_CHARTS = ("need", "queue", "waited", "target", "orders", "indication", "question", "reason")
"""Parts of the address that a chart or another page sets, and no widget of the worklist."""


def steps(dispositions: Sequence[str], profile: str) -> list[str]:
    return [wording.status(name).word_under(profile) for name in dispositions]


def owner(name: str) -> str:
    """An owner as a filter names it; nobody has a word of its own."""
    return name or team().nobody


def from_charts(filters: Filters) -> dict[str, str]:
    """Those that are set; an empty indication means the people without one."""
    values = {key: getattr(filters, key, None) for key in FROM_CHARTS}
    values["indication"] = next(iter(filters.indications), None)
    return {key: value for key, value in values.items() if value is not None}


def address(filters: Filters, profile: str) -> Address:
    """The part of the address that leads to exactly these people."""
    lists: Address = {
        "step": steps(filters.dispositions, profile),
        "site": list(filters.sites),
        "clinician": list(filters.clinicians),
        "owner": [owner(name) for name in filters.owners],
        "snoozed": team().filters.get(filters.snoozed or "", ""),
        "only": [word for flag, word in ONLY.items() if getattr(filters, flag)],
    }
    return {key: names for key, names in lists.items() if names} | from_charts(filters)
