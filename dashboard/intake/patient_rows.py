"""One row of the patients table: text in, one typed row of ``pathways.panel.PATIENTS`` out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from dashboard.intake.cells import BadCell, blank, identifier, words_of
from dashboard.intake.dates import Span, birth_span, day_span, span_of_age
from dashboard.intake.words import presence_by_word, sex_by_word


class Patient(NamedTuple):
    """The columns of ``PATIENTS`` in their order."""

    patient_id: str
    name: str | None
    birth_first: date | None
    birth_last: date | None
    sex: str
    deceased_on: date | None
    site: str | None
    clinician: str | None

    def contradicts(self, other: Patient) -> bool:
        """Whether both state a birth date or a sex and the two differ; unknown contradicts nothing."""
        births = (self.birth_first, self.birth_last), (other.birth_first, other.birth_last)
        if births[0][0] and births[1][0] and births[0] != births[1]:
            return True
        return "unknown" not in (self.sex, other.sex) and self.sex != other.sex


def type_patient(cells: Mapping[str, str | None], as_of: date) -> Patient:
    """The typed patient. ``age`` (as recorded on ``recorded_on``, else the as-of date) counts where no birth
    date is given. Raises ``BadCell``."""
    get = cells.get
    patient_id = identifier(get("patient_id"))
    birth = birth_of(get("birth_date"), get("age"), get("recorded_on"), as_of)
    deceased_on = deceased_of(get("deceased_on"), as_of)
    if birth and deceased_on and deceased_on < birth[0]:
        raise BadCell("deceased_on", get("deceased_on"), "is before the birth date")
    return Patient(
        patient_id,
        words_of(get("name")),
        *(birth or (None, None)),
        sex_of(get("sex")),
        deceased_on,
        words_of(get("site")),
        words_of(get("clinician")),
    )


def birth_of(text: str | None, age: str | None, recorded_on: str | None, as_of: date) -> Span | None:
    """The first and the last day of birth that are possible. Raises ``BadCell``."""
    birth = birth_span(text)
    if birth is None and not blank(age):
        recorded = day_span(recorded_on, "recorded_on") or (as_of, as_of)
        birth = span_of_age(str(age), recorded)
    elif birth and birth[0] > as_of:
        raise BadCell("birth_date", text, "is after the as-of date")
    return birth


def sex_of(text: str | None) -> str:
    """Raises ``BadCell``."""
    if blank(text):
        return "unknown"
    found = sex_by_word().get(str(text).strip().casefold())
    if found is None:
        raise BadCell("sex", text, "is not a sex here; use female, male, other or unknown")
    return found


def deceased_of(text: str | None, as_of: date) -> date | None:
    """A date, or yes / no; in part, its last day not after the as-of date, like an event's date. Raises ``BadCell``."""
    if blank(text):
        return None
    word = presence_by_word().get(str(text).strip().casefold())
    if word is not None:
        return as_of if word == "present" else None
    span = day_span(text, "deceased_on")
    if span is None or span[0] > as_of:
        return span[0] if span else None
    return min(span[1], as_of)
