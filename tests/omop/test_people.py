"""PERSON, DEATH and where people are treated."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.intake import Loaded
from tests.omop.tables import AS_OF, condition, everyday, person, read


def _people(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {row["patient_id"]: row for row in loaded.panel.patients.to_pylist()}


def test_a_birth_date_may_be_known_in_part(tmp_path: Path) -> None:
    people = [
        person("1"),
        person("2", day_of_birth=""),
        person("3", month_of_birth="", day_of_birth=""),
    ]
    found = _people(read(tmp_path, {**everyday(), "person": people}))
    spans = [(found[who]["birth_first"], found[who]["birth_last"]) for who in "123"]
    assert spans == [
        (date(1970, 2, 3), date(1970, 2, 3)),
        (date(1970, 2, 1), date(1970, 2, 28)),
        (date(1970, 1, 1), date(1970, 12, 31)),
    ]


@pytest.mark.parametrize(
    "cells", [{"year_of_birth": "2099"}, {"year_of_birth": "197"}, {"day_of_birth": "31"}, {"month_of_birth": ""}]
)
def test_impossible_births_are_held_back(cells: dict[str, str], tmp_path: Path) -> None:
    report = read(tmp_path, {**everyday(), "person": [person(**cells), person("2")]}).report
    assert report.held_back[0].table == "person.csv"
    assert set(report.patients_concerned()) == {"1"}


def test_the_sex_comes_from_the_concept_else_from_the_source(tmp_path: Path) -> None:
    people = [
        person("1"),
        person("2", gender_concept_id="8507"),
        person("3", gender_concept_id="0", gender_source_value="F"),
        person("4", gender_concept_id="0", gender_source_value="ZZ"),
    ]
    loaded = read(tmp_path, {**everyday(), "person": people})
    found = _people(loaded)
    assert [found[who]["sex"] for who in "1234"] == ["female", "male", "female", "unknown"]
    assert any("gender" in notice and notice.startswith("1 ") for notice in loaded.report.notices)


def test_deaths(tmp_path: Path) -> None:
    people = [person(who) for who in "1234"]
    deaths = [
        {"person_id": "1", "death_date": "2026-03-01"},
        {"person_id": "1", "death_date": "2026-02-01"},
        {"person_id": "2", "death_date": ""},
        {"person_id": "3", "death_date": "2026-13-01"},
        {"person_id": "9", "death_date": "2026-03-01"},
    ]
    loaded = read(tmp_path, {**everyday(), "person": people, "death": deaths})
    found = _people(loaded)
    assert found["1"]["deceased_on"] == date(2026, 2, 1)
    assert found["2"]["deceased_on"] == AS_OF
    assert found["4"]["deceased_on"] is None
    assert "3" not in found
    held = sorted((row.table, row.patient_id) for row in loaded.report.held_back)
    assert held == [("death.csv", "3"), ("death.csv", "9"), ("person.csv", "3")]


def test_events_of_nobody_are_held_back(tmp_path: Path) -> None:
    rows = [condition("1"), condition("1", person_id="9")]
    report = read(tmp_path, {**everyday(), "condition_occurrence": rows}).report
    assert [(held.table, held.line, held.patient_id) for held in report.held_back] == [
        ("condition_occurrence.csv", 3, "9")
    ]


def test_site_and_clinician_are_the_persons_else_those_of_the_newest_visit(tmp_path: Path) -> None:
    visits = [
        {"visit_occurrence_id": "1", "person_id": "2", "visit_start_date": "2026-01-01", "provider_id": "7"},
        {"visit_occurrence_id": "2", "person_id": "2", "visit_start_date": "2026-02-01", "provider_id": "8"},
        {"visit_occurrence_id": "3", "person_id": "2", "visit_start_date": "2026-09-01", "provider_id": "7"},
    ]
    tables = {
        **everyday(),
        "person": [person("1", provider_id="7", care_site_id="5"), person("2")],
        "provider": [
            {"provider_id": "7", "provider_name": "Dr Seven"},
            {"provider_id": "8", "provider_name": "Dr Eight"},
        ],
        "care_site": [{"care_site_id": "5", "care_site_name": "North clinic"}],
        "visit_occurrence": visits,
    }
    found = _people(read(tmp_path, tables))
    assert (found["1"]["site"], found["1"]["clinician"]) == ("North clinic", "Dr Seven")
    assert (found["2"]["site"], found["2"]["clinician"]) == (None, "Dr Eight")
