"""A panel as one user may see it: the people of their sites, and without the right to see people, counts alone.

It is cut out of the panel that all share before any page sees it, so that no count, list, search, file or
address can reach beyond it; the answers are those of the whole panel and are not worked out again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.access.users import NotAllowed, User
from dashboard.panel_of_sites import of_sites
from dashboard.panel_store import MOST_LISTS, Evaluated, HeldPanel
from dashboard.session_answers import Course
from dashboard.supposing import Suppositions
from dashboard.worklist import Worklist
from pathways import StillOpen
from pathways.panel import Panel

MOST_SCOPES, MOST_COPIES = 64, 8
"""Views kept per panel, and how often its people may be in them all together; the one used longest ago goes first.

A clinic has as many views as its users have combinations of sites. One that is not kept is cut and listed anew with
nearly every press; what it takes of the memory is its people, so small ones are kept however many there are.
"""


@dataclass
class ScopedPanel(HeldPanel):
    """``whole`` is the panel before it was cut; ``identified`` is whether its people may be seen one by one."""

    whole: HeldPanel | None = None
    identified: bool = True
    _people: pa.Array = field(default_factory=lambda: pa.array([], pa.string()), repr=False)

    @property
    def root(self) -> HeldPanel:
        return self._shared.root

    @property
    def _shared(self) -> HeldPanel:
        assert self.whole is not None
        return self.whole

    def worklist(self, profile: str, as_of: date) -> Worklist:
        every = self._shared.worklist(profile, as_of)
        with self._lock:
            key = (profile, as_of)
            if key not in self._lists:
                answers = every.answers.filter(pc.is_in(every.answers["patient_id"], self._people))
                listed = Worklist(
                    answers, self.panel.patients, every.dispositions, profile, as_of, every.version, self.identified,
                    orders=every.orders,
                )  # fmt: skip
                self._lists[key] = Evaluated(listed)
                if len(self._lists) > MOST_LISTS:
                    self._lists.popitem(last=False)
            self._lists.move_to_end(key)
            return self._lists[key].worklist

    def suppositions(self) -> Suppositions:
        return self._shared.suppositions()

    def courses_of(self, patient_id: str) -> tuple[Course, ...]:
        self._check(patient_id)
        return self._shared.courses_of(patient_id)

    def alone(self, patient_id: str) -> Panel:
        self._check(patient_id)
        return super().alone(patient_id)

    def still_open(self, profile: str, as_of: date, patient_ids: Collection[str]) -> Mapping[str, StillOpen]:
        return self._shared.still_open(profile, as_of, [name for name in patient_ids if name in self.ids])

    def trace(self, patient_id: str, profile: str, as_of: date) -> dict[str, Any]:
        self._check(patient_id)
        return self._shared.trace(patient_id, profile, as_of)

    def _check(self, patient_id: str) -> None:
        if not self.identified or not pc.is_in(pa.array([patient_id]), self._people)[0].as_py():
            raise NotAllowed("this person is not among those that the user may see")


def for_user(held: HeldPanel, user: User) -> HeldPanel:
    """The panel itself for somebody who may see everybody; else its part, the same for all with these rights.

    People whose record names no site belong to the part of whoever has any site: else nobody would look after them.
    """
    if user.sites is None and user.may("people"):
        return held
    sites = None if user.sites is None else tuple(sorted({_same(site) for site in user.sites}))
    key = (sites, user.may("people"))
    with held._lock:
        if key not in held._scopes:
            held._scopes[key] = _cut(held, sites, identified=user.may("people"))
            while len(held._scopes) > 1 and _too_many(held):
                held._scopes.popitem(last=False)
        held._scopes.move_to_end(key)
        return held._scopes[key]


def _too_many(held: HeldPanel) -> bool:
    views = held._scopes.values()
    return len(views) > MOST_SCOPES or sum(view.people for view in views) > MOST_COPIES * held.people


def _same(site: str) -> str:
    """Sites are one where only capitals or spaces tell them apart."""
    return " ".join(site.split()).casefold()


def _cut(held: HeldPanel, sites: tuple[str, ...] | None, *, identified: bool) -> ScopedPanel:
    patients = held.panel.patients
    if sites is not None:
        here = pa.array(
            [
                name
                for name in pc.unique(patients["site"]).to_pylist()
                if (sites if name is None else _same(name) in sites)
            ],
            patients.schema.field("site").type,
        )
        patients = patients.filter(pc.is_in(patients["site"], here))
    if not identified:
        nameless = pa.nulls(patients.num_rows, patients.schema.field("name").type)
        patients = patients.set_column(patients.schema.get_field_index("name"), patients.schema.field("name"), nameless)
    return ScopedPanel(
        name=held.name,
        panel=of_sites(patients, held.panel),
        report=held.report,
        as_of=held.as_of,
        sample=held.sample,
        whole=held,
        identified=identified,
        _people=patients["patient_id"].combine_chunks(),
    )
