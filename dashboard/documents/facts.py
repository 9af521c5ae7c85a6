"""What a document is made from, gathered by the page that offers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboard import wording


@dataclass(frozen=True)
class Facts:
    """``person`` is a row of the worklist, ``trace`` what ``explain`` gives for it, ``events`` the person's own.

    ``needed_percent`` and ``trial_days`` are the profile's figures. ``made_at`` is in UTC and is the only
    clock a document knows: the same facts make the same bytes. ``answers`` counts what was answered on the
    page and stands in no record yet.
    """

    person: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    trace: Mapping[str, Any]
    as_of: date
    profile: str
    version: str
    needed_percent: Decimal | None
    trial_days: int | None
    made_at: datetime
    sample: bool = False
    answers: int = 0

    @property
    def profile_title(self) -> str:
        return wording.profile(self.profile)

    @property
    def made(self) -> str:
        return f"{wording.day(self.made_at.date())}, {self.made_at:%H:%M} UTC"
