"""PERSON, DEATH, PROVIDER, CARE_SITE and visits: who is there, where, with whom, and who has died."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from dashboard.intake.cells import BadCell, identifier
from dashboard.intake.dates import day_span
from dashboard.intake.fhir.context import Context
from dashboard.intake.fhir.people import note_visit
from dashboard.intake.omop.mapping import mapping
from dashboard.intake.omop.resources import at_midnight, moment
from dashboard.intake.omop.sources import Cells, whole
from dashboard.intake.omop.vocabulary import NO_CONCEPT
from dashboard.intake.words import sex_by_word

_NOBODY = "there is no patient with this id; add the person, or mend the id"


@dataclass
class Deaths:
    """``days``: the day each person died, ``yes`` without one. ``unreadable``: whose row is held back."""

    days: dict[str, str] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)

    def take(self, cells: Cells, people: Set[str]) -> None:
        """One row of DEATH; of several for one person the earliest counts. Raises ``BadCell``."""
        who = identifier(cells["person_id"])
        if who not in people:
            raise BadCell("person_id", who, _NOBODY)
        stated = moment(cells, "death")[:10]
        try:
            day_span(stated, "death_date")
        except BadCell:
            self.unreadable.add(who)
            raise
        known = self.days.get(who, "yes")
        self.days[who] = min(stated or known, known)


def person(cells: Cells, deaths: Deaths, context: Context) -> Cells:
    """The row of the patients table. Raises ``BadCell``."""
    who = identifier(cells["person_id"])
    if who in deaths.unreadable:
        raise BadCell("person_id", who, "the row of this person in DEATH is held back; mend that one first")
    newest = context.visits.get(f"Patient/{who}")
    site = context.names.get(f"Organization/{whole(cells.get('care_site_id'))}", "")
    clinician = context.names.get(f"Practitioner/{whole(cells.get('provider_id'))}", "")
    return {
        "patient_id": who,
        "birth_date": _birth(cells),
        "sex": _sex(cells, context),
        "deceased_on": deaths.days.get(who, ""),
        "site": site or (newest.site if newest else ""),
        "clinician": clinician or (newest.clinician if newest else ""),
    }


def _birth(cells: Cells) -> str:
    """As much of the day of birth as is given. Raises ``BadCell`` for a day of no month."""
    year, month, day = (whole(cells.get(f"{part}_of_birth")) for part in ("year", "month", "day"))
    if not year:
        return cells.get("birth_datetime", "").strip()[:10]
    if day and not month:
        raise BadCell("month_of_birth", "", "is blank beside a day of birth; add the month, or remove the day")
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def _sex(cells: Cells, context: Context) -> str:
    concept_id = whole(cells.get("gender_concept_id"))
    found = mapping().sexes.get(concept_id)
    if found is None and concept_id in NO_CONCEPT:
        found = sex_by_word().get(cells.get("gender_source_value", "").strip().casefold())
    if found is None:
        context.remark("persons have a gender that is neither female nor male nor other: read as unknown")
    return found or "unknown"


def named(table: str, cells: Cells, context: Context) -> None:
    """A row of PROVIDER or CARE_SITE."""
    kind = "Practitioner" if table == "provider" else "Organization"
    context.names[f"{kind}/{whole(cells.get(f'{table}_id'))}"] = cells.get(f"{table}_name", "").strip()


def visit(cells: Cells, context: Context) -> None:
    """A row of VISIT_OCCURRENCE: its end, and where and with whom the person was."""
    key = f"Encounter/{whole(cells.get('visit_occurrence_id'))}"
    context.visit_ends[key] = at_midnight(moment(cells, "visit_end"))
    provider, place = whole(cells.get("provider_id")), whole(cells.get("care_site_id"))
    resource = {
        "period": {"start": moment(cells, "visit_start")},
        "serviceProvider": {"reference": f"Organization/{place}"},
        "participant": [{"individual": {"reference": f"Practitioner/{provider}"}}],
    }
    note_visit(resource, f"Patient/{cells.get('person_id', '')}", context)
