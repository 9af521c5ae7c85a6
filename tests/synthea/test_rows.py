"""What the rows of each table say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.synthea.conftest import Reader
from tests.synthea.corpus import ANN, BOB, GENERATIONS, NEWEST

Events = Callable[..., list[dict[str, Any]]]


def _said(rows: list[dict[str, Any]], concept: str) -> list[tuple[str, date]]:
    return sorted((row["status"], row["date_first"]) for row in rows if row["concept"] == concept)


def test_people_have_their_names_deaths_and_newest_visit(read: Reader) -> None:
    ann, bob = sorted(read().panel.patients.to_pylist(), key=lambda row: row["patient_id"])
    assert (ann["patient_id"], ann["name"], ann["sex"]) == (ANN, "Ann Maria Lee", "female")
    assert ann["birth_first"] == ann["birth_last"] == date(1961, 4, 2)
    assert (ann["site"], ann["clinician"]) == ("North Clinic", "Dr Ames")
    assert (bob["name"], bob["sex"], bob["deceased_on"]) == ("Bob Ray", "male", date(2025, 12, 24))
    assert (bob["site"], bob["clinician"]) == (None, None)


def test_every_row_becomes_what_it_says(events: Events) -> None:
    rows = events()
    assert _said(rows, "back_pain") == [("present", date(2026, 1, 10))]
    assert _said(rows, "cancer_history") == [("present", date(2019, 3, 1))]
    assert _said(rows, "pain_score") == [("final", date(2026, 1, 10))]
    assert _said(rows, "mri_spine") == [("performed", date(2026, 3, 2))]
    haemoglobin = next(row for row in rows if row["concept"] == "haemoglobin")
    assert haemoglobin["value"] == Decimal("112")
    assert haemoglobin["source_ref"] == "observations.csv, line 3"


def test_back_pain_ends_where_the_row_ends(events: Events) -> None:
    pain = [row for row in events(patient_id=BOB) if row["concept"] == "back_pain"]
    assert [(row["date_first"], row["end_date"]) for row in pain] == [(date(2025, 1, 10), date(2025, 2, 10))]


def test_a_treatment_for_another_reason_does_not_count(events: Events) -> None:
    assert _said(events(), "physiotherapy") == [
        ("completed", date(2026, 1, 20)),
        ("planned", date(2026, 1, 10)),
    ]


def test_a_prescription_with_an_end_is_over_and_one_without_goes_on(events: Events) -> None:
    drugs = [row for row in events() if row["concept"] == "nsaid"]
    assert sorted((row["status"], row["date_first"], row["end_date"]) for row in drugs) == [
        ("active", date(2026, 3, 10), None),
        ("completed", date(2026, 1, 10), date(2026, 2, 10)),
    ]


def test_an_end_in_the_future_has_not_come(events: Events) -> None:
    later = NEWEST["medications"].replace("2026-03-10T09:10:00Z,,", "2026-03-10T09:10:00Z,2026-07-01T09:10:00Z,")
    drugs = [row for row in events(NEWEST | {"medications": later}) if row["concept"] == "nsaid"]
    assert {row["status"] for row in drugs if row["date_first"] == date(2026, 3, 10)} == {"active"}


def test_prescriptions_that_never_end_are_remarked_upon(read: Reader) -> None:
    endless = NEWEST["medications"].replace("2026-02-10T09:10:00Z", "")
    assert not [notice for notice in read().report.notices if "STOP" in notice]
    report = read(NEWEST | {"medications": endless}).report
    assert [notice for notice in report.notices if notice.startswith("medications.csv: no row has a STOP")]


def test_the_system_of_a_row_counts(read: Reader) -> None:
    """A row's own system goes before the usual one of its table; an unknown system means nothing."""
    changed = NEWEST["conditions"].replace("e1,SNOMED-CT,278860009", "e1,LOCAL,278860009")
    changed = changed.replace("e2,SNOMED-CT,278860009", "e2,ICD-10-CM,M54.50")
    loaded = read(NEWEST | {"conditions": changed})
    owners = {row["patient_id"] for row in loaded.panel.events.to_pylist() if row["concept"] == "back_pain"}
    assert owners == {BOB}
    assert loaded.report.unmapped["LOCAL", "278860009", "Chronic low back pain (finding)"] == 1


def test_codes_that_no_list_knows_are_counted(read: Reader) -> None:
    unmapped = read().report.unmapped
    assert unmapped["http://loinc.org", "72166-2", "Tobacco smoking status"] == 1
    assert unmapped["http://snomed.info/sct", "160903007", "Full-time employment (finding)"] == 1


@pytest.mark.parametrize("generation", sorted(GENERATIONS))
def test_every_generation_says_the_same(generation: str, events: Events) -> None:
    """But for the middle name, and the end of a session, which is its day in any case."""
    rows = events(GENERATIONS[generation])
    kept = [(row["concept"], row["status"], row["date_first"], row["end_date"], row["value"]) for row in rows]
    assert sorted(map(str, kept)) == sorted(map(str, NEWEST_SAYS))


NEWEST_SAYS = [
    ("back_pain", "present", date(2026, 1, 10), None, None),
    ("cancer_history", "present", date(2019, 3, 1), None, None),
    ("haemoglobin", "final", date(2026, 2, 20), None, Decimal("112.000000000")),
    ("mri_spine", "performed", date(2026, 3, 2), None, None),
    ("nsaid", "active", date(2026, 3, 10), None, None),
    ("nsaid", "completed", date(2026, 1, 10), date(2026, 2, 10), None),
    ("pain_score", "final", date(2026, 1, 10), None, Decimal("7.000000000")),
    ("physiotherapy", "completed", date(2026, 1, 20), date(2026, 1, 20), None),
    ("physiotherapy", "planned", date(2026, 1, 10), None, None),
]
