"""Numbers, answers, ends: what a row says beside its meaning."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dashboard.intake import Loaded
from tests.omop.tables import Row, condition, drug, everyday, measurement, observation, read, said


def _only(tmp_path: Path, name: str, *rows: Row, **others: list[Row]) -> Loaded:
    tables = {key: value for key, value in everyday().items() if key in ("person", "concept")}
    return read(tmp_path, {**tables, name: list(rows), **others})


@pytest.mark.parametrize(
    ("operator", "comparator"),
    [
        ("4171756", "<"),
        ("4171754", "<="),
        ("4171755", ">="),
        ("4172704", ">"),
        ("4172703", None),
        ("0", None),
        ("", None),
    ],
)
def test_comparators(operator: str, comparator: str | None, tmp_path: Path) -> None:
    loaded = _only(tmp_path, "measurement", measurement("4", "5", operator_concept_id=operator))
    assert said(loaded, "value", "comparator") == [(Decimal(5), comparator)]


def test_a_comparator_that_only_the_source_value_has_is_kept(tmp_path: Path) -> None:
    rows = [
        measurement("4", "5", value_source_value="<5"),
        measurement("4", "", value_source_value=">100", measurement_date="2026-02-02"),
        measurement("4", "7", value_source_value="<5", measurement_date="2026-02-03"),
    ]
    loaded = _only(tmp_path, "measurement", *rows)
    assert said(loaded, "value", "comparator") == [(5, "<"), (100, ">"), (7, None)]


def test_units_come_from_the_concept_else_from_the_source(tmp_path: Path) -> None:
    rows = [
        measurement("4", "1", unit_concept_id="8", unit_source_value="made up", range_low="0", range_high="0.5"),
        measurement("4", "1", unit_concept_id="999", unit_source_value="mg/L", measurement_date="2026-02-02"),
        measurement("4", "1", unit_concept_id="999", measurement_date="2026-02-03"),
        measurement("4", "1", measurement_date="2026-02-04"),
    ]
    loaded = _only(tmp_path, "measurement", *rows)
    assert said(loaded, "value", "reference_high") == [(10, 5), (1, None), (1, None)]
    assert [(held.line, held.column, held.value) for held in loaded.report.held_back] == [
        (4, "unit_source_value", "concept 999")
    ]
    assert any("without a unit" in notice and "crp mg/L (1)" in notice for notice in loaded.report.notices)


@pytest.mark.parametrize(
    "cells",
    [{"value_as_number": "9999"}, {"value_as_number": "high"}, {"operator_concept_id": "77"}, {"measurement_date": ""}],
)
def test_what_cannot_be_is_held_back(cells: dict[str, str], tmp_path: Path) -> None:
    loaded = _only(tmp_path, "measurement", measurement("4", "5") | cells)
    assert [held.column for held in loaded.report.held_back] == list(cells)
    assert loaded.panel.events.num_rows == 0


def test_a_result_without_a_number(tmp_path: Path) -> None:
    rows = [measurement("9", value_as_concept_id="13"), measurement("9", measurement_date="2026-02-02")]
    loaded = _only(tmp_path, "measurement", *rows)
    assert said(loaded, "concept", "status", "result") == [("spep", "final", "abnormal"), ("spep", "final", None)]


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"value_as_concept_id": "12"}, "present"),
        ({"value_as_concept_id": "11"}, "absent"),
        ({"value_as_string": "No"}, "absent"),
        ({"value_as_number": "1"}, "present"),
        ({"value_as_concept_id": "999", "value_source_value": "yes"}, "present"),
        ({}, "present"),
    ],
)
def test_observations_answer(cells: dict[str, str], status: str, tmp_path: Path) -> None:
    loaded = _only(tmp_path, "observation", observation("10", **cells))
    assert said(loaded, "concept", "status") == [("night_pain", status)]


def test_a_history_is_a_fact_with_or_without_naming_the_disease(tmp_path: Path) -> None:
    rows = [observation("17"), observation("17", value_as_concept_id="15", observation_date="2026-03-01")]
    loaded = _only(tmp_path, "observation", *rows)
    assert said(loaded, "concept", "status") == [("cancer_history", "present")] * 2


def test_another_answer_is_held_back(tmp_path: Path) -> None:
    report = _only(tmp_path, "observation", observation("10", value_as_string="sometimes")).report
    assert [held.value for held in report.held_back] == ["sometimes"]


SPRING = ("2026-03-01", "2026-03-01")


@pytest.mark.parametrize(
    ("start", "end", "cells", "expected"),
    [
        ("2026-03-01", "2026-04-01", {}, ("completed", date(2026, 4, 1))),
        ("2026-03-01", "2026-09-01", {}, ("active", date(2026, 9, 1))),
        (*SPRING, {}, ("completed", None)),
        (*SPRING, {"days_supply": "30"}, ("completed", date(2026, 3, 31))),
        (*SPRING, {"days_supply": "30", "refills": "2"}, ("completed", None)),
        (*SPRING, {"days_supply": "1"}, ("completed", date(2026, 3, 1))),
        (*SPRING, {"verbatim_end_date": "2026-03-01"}, ("completed", date(2026, 3, 1))),
        (*SPRING, {"drug_type_concept_id": "32818"}, ("completed", date(2026, 3, 1))),
    ],
)
def test_the_end_of_a_drug(
    start: str, end: str, cells: dict[str, str], expected: tuple[str, date | None], tmp_path: Path
) -> None:
    loaded = _only(tmp_path, "drug_exposure", drug("5", start, end, **cells))
    assert said(loaded, "status", "end_date") == [expected]


def test_an_end_before_the_start_is_held_back(tmp_path: Path) -> None:
    report = _only(tmp_path, "drug_exposure", drug("5", "2026-03-02", "2026-03-01")).report
    assert [held.column for held in report.held_back] == ["drug_exposure_end_date"]


def test_the_end_of_a_condition(tmp_path: Path) -> None:
    rows = [condition("1", condition_end_date="2026-04-01"), condition("7", condition_end_date="2026-01-09")]
    loaded = _only(tmp_path, "condition_occurrence", *rows)
    assert said(loaded, "concept", "status", "date_first", "end_date") == [
        ("back_pain", "present", date(2026, 1, 5), date(2026, 4, 1)),
        ("fever", "present", date(2026, 1, 5), None),
        ("fever", "absent", date(2026, 1, 9), None),
    ]


def test_a_diagnosis_that_ends_with_its_visit_does_not_end(tmp_path: Path) -> None:
    visit = {"visit_occurrence_id": "3", "person_id": "1", "visit_start_date": "2026-01-05"}
    ends = {"visit_end_date": "2026-01-05", "visit_end_datetime": "2026-01-05 10:30:00"}
    rows = [
        condition(
            "1", condition_end_date="2026-01-05", condition_end_datetime=f"2026-01-05 {clock}", visit_occurrence_id="3"
        )
        for clock in ("10:30:00", "11:30:00")
    ]
    loaded = _only(tmp_path, "condition_occurrence", *rows, visit_occurrence=[visit | ends])
    assert {end for (end,) in said(loaded, "end_date")} == {None, date(2026, 1, 5)}
    assert any("closed with the visit" in notice and notice.startswith("1 ") for notice in loaded.report.notices)


def test_a_preliminary_diagnosis_only_raises_the_question(tmp_path: Path) -> None:
    rows = [condition("15", condition_status_concept_id="32899"), condition("1", condition_status_concept_id="32899")]
    loaded = _only(tmp_path, "condition_occurrence", *rows)
    assert said(loaded, "concept", "status") == [("back_pain", "present"), ("cancer_history", "unknown")]


def test_a_resolved_diagnosis_without_an_end_was_over_when_it_was_recorded(tmp_path: Path) -> None:
    loaded = _only(tmp_path, "condition_occurrence", condition("1", condition_status_concept_id="32906"))
    assert said(loaded, "concept", "end_date") == [("back_pain", date(2026, 1, 5))]


def test_of_two_scores_of_a_day_the_later_counts(tmp_path: Path) -> None:
    rows = [
        measurement("3", "7", measurement_datetime="2026-02-01 09:00:00"),
        measurement("3", "4", measurement_datetime="2026-02-01 00:00:00"),
    ]
    clocks = dict(said(_only(tmp_path, "measurement", *rows), "value", "recorded_at"))
    assert clocks[Decimal(4)] is None
    assert clocks[Decimal(7)].hour == 9
