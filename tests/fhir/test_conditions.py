"""Diagnoses and family histories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.fhir.conftest import Reader
from tests.fhir.resources import ICD, LOINC, SNOMED, Json, coded, condition, observation, only

Events = Callable[..., list[dict[str, Any]]]
BACK = (SNOMED, "278860009")


def test_back_pain_with_onset_and_end(events: Events) -> None:
    (row,) = events(
        condition(
            *BACK, "resolved", onsetDateTime="2025-11-03T23:30:00-05:00", abatementDateTime="2026-02-01"
        )
    )
    assert (row["concept"], row["status"]) == ("back_pain", "present")
    assert row["date_first"] == row["date_last"] == date(2025, 11, 3)
    assert row["end_date"] == date(2026, 2, 1)
    assert row["source_ref"] == "Condition/c1"


def test_a_partial_onset_stays_partial(events: Events) -> None:
    (row,) = events(condition(*BACK, onsetDateTime="2018"))
    assert (row["date_first"], row["date_last"]) == (date(2018, 1, 1), date(2018, 12, 31))


def test_without_onset_the_day_of_recording_counts_and_without_both_it_is_undated(events: Events) -> None:
    rows = events(
        condition(*BACK, id="c1", recordedDate="2026-01-05"),
        condition(*BACK, id="c2"),
    )
    assert {row["date_first"] for row in rows} == {date(2026, 1, 5), None}


@pytest.mark.parametrize("clinical", ["resolved", "inactive", "remission"])
def test_a_closed_diagnosis_without_an_end_ended_when_it_was_recorded(events: Events, clinical: str) -> None:
    (row,) = events(condition(*BACK, clinical, onsetDateTime="2026-01-01", recordedDate="2026-03-01"))
    assert row["end_date"] == date(2026, 3, 1)


def test_a_closed_diagnosis_without_any_date_is_not_active_back_pain(read: Reader) -> None:
    loaded = read(condition(*BACK, "resolved"))
    assert loaded.panel.events.num_rows == 0
    assert any("over without any date" in notice for notice in loaded.report.notices)


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error"])
def test_refuted_and_erroneous_never_count(read: Reader, verification: str) -> None:
    loaded = read(condition(ICD, "C61", verification=verification, onsetDateTime="2020-01-01"))
    assert loaded.panel.events.num_rows == 0
    assert loaded.report.accepted == 2
    assert any(word in " ".join(loaded.report.notices) for word in ("refuted", "entered in error"))


@pytest.mark.parametrize("verification", ["provisional", "differential", "unconfirmed"])
def test_an_unsure_cancer_only_raises_the_question(events: Events, verification: str) -> None:
    (row,) = events(condition(ICD, "C61", verification=verification, onsetDateTime="2026-06-01"))
    assert (row["concept"], row["status"]) == ("cancer_history", "unknown")


@pytest.mark.parametrize(
    "code", [("back_pain", BACK), ("bladder_or_bowel_dysfunction", (SNOMED, "267064002"))]
)
def test_an_unsure_symptom_or_sign_counts(events: Events, code: tuple[str, tuple[str, str]]) -> None:
    concept, (system, value) = code
    (row,) = events(condition(system, value, verification="provisional", onsetDateTime="2026-06-01"))
    assert (row["concept"], row["status"]) == (concept, "present")


def test_suspected_cancer_is_a_question_not_a_history(events: Events) -> None:
    (row,) = events(condition(SNOMED, "162573006", onsetDateTime="2026-06-01"))
    assert (row["concept"], row["status"]) == ("cancer_history", "unknown")


def test_cancer_in_remission_stays_a_history(events: Events) -> None:
    (row,) = events(
        condition(ICD, "C50.919", "remission", onsetDateTime="2015-01-01", abatementDateTime="2016-01-01")
    )
    assert (row["status"], row["date_last"]) == ("present", date(2015, 1, 1))


def test_a_symptom_that_is_over_is_absent_from_then_on(events: Events) -> None:
    rows = events(
        condition(SNOMED, "386661006", "resolved", onsetDateTime="2026-06-01", abatementDateTime="2026-06-05")
    )
    assert only(rows, status="present")["date_last"] == date(2026, 6, 1)
    assert only(rows, status="absent")["date_last"] == date(2026, 6, 5)


def test_a_code_may_name_several_findings(events: Events) -> None:
    rows = events(condition(ICD, "M54.41", onsetDateTime="2026-06-01"))
    assert {row["concept"] for row in rows} == {"back_pain", "radicular_pain"}


def test_an_excluded_coding_beside_an_included_one_wins(events: Events) -> None:
    both = condition(ICD, "C44.31", onsetDateTime="2026-06-01")
    both["code"]["coding"].append({"system": ICD, "code": "Z85.9"})
    assert events(both) == []


def test_words_alone_mean_nothing_and_are_counted(read: Reader) -> None:
    spoken = condition(*BACK, onsetDateTime="2026-06-01")
    spoken["code"] = {"text": "Back pain, malignant neoplasm"}
    loaded = read(spoken)
    assert loaded.panel.events.num_rows == 0
    assert dict(loaded.report.unmapped) == {("", "", "Back pain, malignant neoplasm"): 1}


def test_unmapped_codes_are_counted_once_per_use_whatever_their_display(read: Reader) -> None:
    first, second = condition(SNOMED, "44054006", id="c1"), condition(SNOMED, "44054006", id="c2")
    first["code"]["coding"][0]["display"] = "Dia\u200bbetes"
    second["code"]["coding"][0]["display"] = "Diabetes mellitus type 2"
    assert dict(read(first, second).report.unmapped) == {(SNOMED, "44054006", "Diabetes"): 2}


VISIT = {
    "resourceType": "Encounter",
    "id": "v",
    "status": "finished",
    "subject": {"reference": "Patient/a"},
    "period": {"start": "2026-03-01T20:00:00Z", "end": "2026-03-01T23:10:00Z"},
}
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"


@pytest.mark.parametrize(
    ("category", "ended", "end"),
    [
        ("encounter-diagnosis", "2026-03-01T23:10:00Z", None),
        ("encounter-diagnosis", "2026-03-09", date(2026, 3, 9)),
        ("problem-list-item", "2026-03-01T23:10:00Z", date(2026, 3, 1)),
    ],
)
def test_a_diagnosis_closed_with_its_visit_is_not_over(
    read: Reader, category: str, ended: str, end: date | None
) -> None:
    made = condition(
        *BACK,
        "resolved",
        category=[coded(CATEGORY, category)],
        onsetDateTime="2026-03-01T20:00:00Z",
        abatementDateTime=ended,
        encounter={"reference": "Encounter/v"},
    )
    loaded = read(made, VISIT)
    assert loaded.panel.events["end_date"].to_pylist() == [end]
    assert any("closed with the visit" in notice for notice in loaded.report.notices) == (end is None)


def family(relationship: str, *codes: tuple[str, str], **fields: Json) -> dict[str, Any]:
    return {
        "resourceType": "FamilyMemberHistory",
        "id": "f1",
        "status": "completed",
        "patient": {"reference": "Patient/a"},
        "relationship": coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", relationship),
        "condition": [{"code": coded(system, code)} for system, code in codes],
        **fields,
    }


def test_a_relative_with_cancer_is_family_history_and_never_the_own(events: Events) -> None:
    (row,) = events(family("MTH", (ICD, "C50.919"), date="2026-01-01"))
    assert (row["concept"], row["status"]) == ("family_history_cancer", "present")


@pytest.mark.parametrize(("relationship", "count"), [("NSIB", 1), ("COUSN", 0)])
def test_spondyloarthritis_counts_in_a_close_relative_only(
    events: Events, relationship: str, count: int
) -> None:
    rows = events(family(relationship, (ICD, "M45.9"), date="2026-01-01"))
    assert [row["concept"] for row in rows] == ["first_degree_relative_spa"] * count


def test_the_own_spondylitis_is_no_relatives(events: Events) -> None:
    assert events(condition(ICD, "M45.9", onsetDateTime="2026-01-01")) == []


def test_a_symptom_question_whose_answer_is_a_finding(events: Events) -> None:
    (row,) = events(observation(LOINC, "75325-1", valueCodeableConcept=coded(SNOMED, "386661006")))
    assert (row["concept"], row["status"]) == ("fever", "present")
