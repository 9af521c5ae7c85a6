"""Where an exported list comes from, in words that stand in the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard import wording
from dashboard.settings import INTENDED_USE

WHOLE_LIST = "none: the whole list"


@dataclass(frozen=True)
class Provenance:
    """``account`` is the load report's sentence, ``filters`` are in words, ``made_at`` is in UTC.

    ``answers`` counts what was answered on the screen and is not in the source.
    """

    source: str
    account: str
    filters: Sequence[str]
    sort: str
    as_of: date
    profile: str
    version: str
    made_at: datetime
    people: int
    sample: bool = False
    answers: int = 0

    def lines(self) -> list[tuple[str, str]]:
        """Label and text, in the order in which they are read."""
        source = f"{self.source} (invented people)" if self.sample else self.source
        if self.answers:
            source += f", with {wording.counted(self.answers, 'answer')} given on the screen"
        return [
            ("Source", source),
            ("Records", self.account),
            ("As of", self.as_of.isoformat()),
            ("Profile", wording.profile(self.profile)),
            ("Pathway version", self.version),
            ("Filters", "; ".join(self.filters) or WHOLE_LIST),
            ("Sorted by", self.sort),
            ("People", str(self.people)),
            ("Made at", self.made_at.isoformat(timespec="seconds")),
            ("Intended use", INTENDED_USE),
        ]
