"""Some people of a panel whose events are not all in memory: no second copy of what all share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.people import People
from pathways.panel import Panel


class PeopleOfSites:
    """``patients`` are some of those of ``whole``, in the same order; their rows may say less than there."""

    def __init__(self, patients: pa.Table, whole: People) -> None:
        self.patients = patients
        self._whole = whole
        self._ids = patients["patient_id"].combine_chunks()

    def part(self, patient_ids: Iterable[str]) -> Panel:
        wanted = pa.array(list(set(patient_ids)), pa.string())
        return self._mine(self._whole.part(wanted.filter(pc.is_in(wanted, self._ids)).to_pylist()))

    def parts(self, most: int) -> Iterator[Panel]:
        for part in self._whole.parts(most):
            mine = self._mine(part)
            if mine.patients.num_rows:
                yield mine

    def _mine(self, part: Panel) -> Panel:
        here = self.patients.filter(pc.is_in(self._ids, part.patients["patient_id"].combine_chunks()))
        return Panel(here, part.events.filter(pc.is_in(part.events["patient_id"], here["patient_id"].combine_chunks())))


def of_sites(patients: pa.Table, whole: People) -> People:
    """These people of the panel; of one in memory as a panel of their own."""
    if not isinstance(whole, Panel):
        return PeopleOfSites(patients, whole)
    if patients.num_rows == whole.patients.num_rows:
        return Panel(patients, whole.events)
    theirs = pc.is_in(whole.events["patient_id"], patients["patient_id"].combine_chunks())
    return Panel(patients, whole.events.filter(theirs))
