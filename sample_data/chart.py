"""One invented person's record while it is written: what the wide list can say, and nothing more.

Every form of the panel must hold the same people, so a person has at most one row per finding, two pain
scores, two weights, one row per treatment, one value per test and one date per step of an order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent

PATIENT_COLUMNS = ("patient_id", "name", "birth_date", "sex", "deceased_on", "site", "clinician")
EVENT_COLUMNS = (
    "patient_id",
    "concept",
    "date",
    "end_date",
    "status",
    "value",
    "unit",
    "reference_low",
    "reference_high",
    "result",
    "reviewed_on",
)
EventRow = tuple[str, ...]


@cache
def settings(name: str) -> Any:  # noqa: ANN401 - the document's own shape
    """A YAML file of this folder, read once."""
    return YAML(typ="safe", pure=True).load(HERE / f"{name}.yaml")


class Calendar:
    """ISO text of a day counted back from the as-of date: ``calendar[3]`` is three days before it."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        reach = (as_of - date(1900, 1, 1)).days
        self._past = [(as_of - timedelta(days=back)).isoformat() for back in range(reach)]

    def __getitem__(self, back: int) -> str:
        if back < 0:
            return (self.as_of + timedelta(days=-back)).isoformat()
        return self._past[back]

    def birthday(self, age: int, rng: Random) -> str:
        """A birth date of someone who is ``age`` years old and not within a fortnight of a birthday."""
        return self[int(age * 365.25) + 15 + int(rng.random() * 335)]


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where a person is looked after, and how its machines print numbers; each site is itself alone."""

    name: str
    clinicians: tuple[str, ...]
    units: Mapping[str, str]
    also: tuple[str, ...]


class Chart:
    """A person's two kinds of rows. Days count back from the as-of date; negative ones are ahead."""

    __slots__ = ("age", "birth_date", "calendar", "clinician", "deceased_on", "events", "name", "onset",
                 "patient_id", "recorded", "rng", "sex", "site", "story")  # fmt: skip

    def __init__(self, patient_id: str, site: Site, calendar: Calendar, rng: Random) -> None:
        self.patient_id = patient_id
        self.site = site
        self.calendar = calendar
        self.rng = rng
        self.name = self.birth_date = self.deceased_on = self.clinician = ""
        self.sex = "unknown"
        self.age = 0
        self.onset: int | None = None
        self.recorded = 0
        self.story = ""
        self.events: list[EventRow] = []

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.rng.random() * (high - low + 1))

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def finding(
        self, concept: str, status: str = "present", back: int | None = None, year_only: bool = False
    ) -> None:
        day = self.calendar[self.recorded if back is None else back]
        if year_only:
            day = day[:4]
        self.events.append((self.patient_id, concept, day, "", status, "", "", "", "", "", ""))

    def began(self, back: int, over: int | None = None) -> None:
        """Back pain since a day, until ``over`` where the episode has ended."""
        self.onset = back
        end = "" if over is None else self.calendar[over]
        row = (self.patient_id, "back_pain", self.calendar[back], end, "present", "", "", "", "", "", "")
        self.events.append(row)

    def treatment(
        self,
        concept: str,
        start: int,
        end: int | None = None,
        sessions: int | None = None,
        over: bool = False,
    ) -> None:
        """A treatment from one day to another; without an end, or with one ahead, it goes on, unless it is
        ``over`` and nobody wrote down since when."""
        going_on = not over and (end is None or end < 0)
        ends = "" if end is None else self.calendar[end]
        value, unit = ("", "") if sessions is None else (str(sessions), "sessions")
        status = "active" if going_on else "completed"
        row = (self.patient_id, concept, self.calendar[start], ends, status, value, unit, "", "", "", "")
        self.events.append(row)

    def measured(self, concept: str, value: str, unit: str, back: int) -> None:
        row = (self.patient_id, concept, self.calendar[back], "", "final", value, unit, "", "", "", "")
        self.events.append(row)

    def test(
        self,
        concept: str,
        value: str,
        unit: str,
        back: int,
        *,
        reviewed: int | None = None,
        low: str = "",
        high: str = "",
    ) -> None:
        """A blood result; without ``reviewed`` nobody has read it yet."""
        read = "" if reviewed is None else self.calendar[reviewed]
        day = self.calendar[back]
        self.events.append((self.patient_id, concept, day, "", "final", value, unit, low, high, "", read))

    def reported(self, concept: str, result: str, back: int, *, reviewed: int | None = None) -> None:
        """An image or a test whose answer is a word."""
        read = "" if reviewed is None else self.calendar[reviewed]
        day = self.calendar[back]
        self.events.append((self.patient_id, concept, day, "", "final", "", "", "", "", result, read))

    def step(self, concept: str, status: str, back: int, appointment: int | None = None) -> None:
        """A step of an order: ordered, booked, performed, accepted, seen, cancelled."""
        end = "" if appointment is None else self.calendar[appointment]
        day = self.calendar[back]
        self.events.append((self.patient_id, concept, day, end, status, "", "", "", "", "", ""))

    def patient_row(self) -> EventRow:
        """The values of ``PATIENT_COLUMNS``."""
        return (self.patient_id, self.name, self.birth_date, self.sex, self.deceased_on, self.site.name,
                self.clinician)  # fmt: skip
