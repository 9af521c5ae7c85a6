"""What people's answers would be if more was known of them: copies of them, evaluated in one batch and kept.

An answer depends on nobody else, so a panel of copies gives what the whole panel would. One evaluation
costs nearly the same for one copy as for a thousand: whoever asks should ask for everything at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

import pathways
from dashboard.people import People
from dashboard.session_answers import Answers, copies
from pathways import Pathway

MOST_KEPT = 20_000
MOST_TRACED = 1_000
"""Copies of one batch of which every column is kept, so that a trace runs nothing."""

Key = tuple[str, date, Answers]


@dataclass(frozen=True)
class Supposed:
    """``answer`` has the columns of ``evaluate`` under the person's own id."""

    patient_id: str
    answer: dict[str, Any]
    _copy: str
    _columns: pathways.Traced | None

    def trace(self) -> dict[str, Any] | None:
        """Why, as ``pathways.explain`` gives it; None where the columns were not kept."""
        if self._columns is None:
            return None
        found = self._columns.explain(self._copy)
        found["answer"]["patient_id"] = self.patient_id
        return found

    def still_open(self) -> pathways.StillOpen | None:
        """What the pathway still looks at, as the trace says it; None where the columns were not kept."""
        if self._columns is None:
            return None
        return self._columns.still_open([self._copy]).get(self._copy, pathways.StillOpen())


class Suppositions:
    """Belongs to one panel and is seen by whoever sees the panel."""

    def __init__(self, panel: People, pathway: Pathway) -> None:
        self._panel, self._pathway = panel, pathway
        self._kept: OrderedDict[Key, Supposed] = OrderedDict()
        self._lock = Lock()

    def kept(self, wanted: Iterable[Answers], profile: str, as_of: date) -> dict[Answers, Supposed]:
        """Those already worked out."""
        found = ((answers, self._kept.get((profile, as_of, answers))) for answers in wanted)
        return {answers: one for answers, one in found if one is not None}

    def of(self, wanted: Iterable[Answers], profile: str, as_of: date) -> dict[Answers, Supposed]:
        """All of them, the missing ones in one evaluation; a second caller waits for the first one's."""
        every = list(dict.fromkeys(wanted))
        with self._lock:
            found = self.kept(every, profile, as_of)
            missing = [answers for answers in every if answers not in found]
            if missing:
                new = evaluated(self._panel, self._pathway, missing, profile, as_of)
                self._kept.update({(profile, as_of, answers): one for answers, one in new.items()})
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
                found |= new
        return found


def evaluated(
    panel: People, pathway: Pathway, wanted: list[Answers], profile: str, as_of: date
) -> dict[Answers, Supposed]:
    """One evaluation of a copy for each set of answers."""
    made, columns = copies(panel, wanted), None
    if len(wanted) <= MOST_TRACED:
        columns = pathways.trace(made, pathway, profile, as_of=as_of)
        rows = columns.answers.to_pylist()
    else:
        rows = pathways.evaluate(made, pathway, profile, as_of=as_of).to_pylist()
    found: dict[Answers, Supposed] = {}
    for row in rows:
        answers = wanted[int(row["patient_id"])]
        owner = next(iter(answers)).patient_id
        found[answers] = Supposed(owner, row | {"patient_id": owner}, row["patient_id"], columns)
    return found
