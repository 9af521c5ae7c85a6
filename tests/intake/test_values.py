"""Text to typed values: every rule of the data contract about one cell or one row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dashboard.intake import Loaded, Origin
from dashboard.intake.rows import PanelBuilder, Record
from pathways.panel import STATUSES
from pathways.vocabulary import concepts
from tests.intake.people import AS_OF

PATIENT = {"patient_id": "p", "birth_date": "1966-06-16", "sex": "female"}


def _load(*events: Mapping[str, str | None], patient: Mapping[str, str | None] = PATIENT) -> Loaded:
    builder = PanelBuilder(AS_OF, "test")
    builder.add(Record(Origin("patients", 2, ""), patient))
    for line, event in enumerate(events, start=2):
        builder.add(Record(Origin("events", line, ""), None, [{"patient_id": "p", **event}]))
    loaded = builder.build()
    assert loaded.report.holds()
    return loaded


def _event(**cells: str) -> dict[str, Any]:
    loaded = _load({"date": "2026-06-01", **cells})
    assert loaded.report.held_back == ()
    (row,) = loaded.panel.events.to_pylist()
    return row


def _held(**cells: str) -> tuple[str, str]:
    loaded = _load({"date": "2026-06-01", **cells})
    assert loaded.panel.events.num_rows == 0
    (held,) = loaded.report.held_back
    assert held.patient_id == "p"
    return held.column, held.reason


def _patient(**cells: str) -> dict[str, Any]:
    loaded = _load(patient={"patient_id": "p", **cells})
    (row,) = loaded.panel.patients.to_pylist()
    return row


def _held_patient(**cells: str) -> str:
    loaded = _load({"concept": "fever", "date": "2026-06-01"}, patient={"patient_id": "p", **cells})
    assert (loaded.panel.patients.num_rows, loaded.panel.events.num_rows) == (0, 0)
    patient, event = loaded.report.held_back
    assert event.reason.startswith("the patient's own row is held back")
    return patient.column


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-06-01", date(2026, 6, 1), date(2026, 6, 1)),
        (" 2026-06-01 ", date(2026, 6, 1), date(2026, 6, 1)),
        ("2026-06-01T23:59:59+02:00", date(2026, 6, 1), date(2026, 6, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("1900-01-01", date(1900, 1, 1), date(1900, 1, 1)),
        ("2031-01-01", date(2031, 1, 1), date(2031, 1, 1)),
    ],
)
def test_a_date_may_be_partial(text: str, first: date, last: date) -> None:
    row = _event(concept="fever", date=text)
    assert (row["date_first"], row["date_last"]) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["1899-12-31", "2026-02-30", "2025-02-29", "26-06-01", "06/01/2026", "2026-6-1", "2026-13", "46000",
     "today", "0000", "2026-06-01/2026-06-02", "２０２６-06-01"],
)  # fmt: skip
def test_what_is_no_date_is_held_back(text: str) -> None:
    assert _held(concept="fever", date=text)[0] == "date"
    assert _held(concept="nsaid", date="2020", end_date=text)[0] == "end_date"
    assert _held(concept="esr", value="5", reviewed_on=text)[0] == "reviewed_on"


def test_only_back_pain_may_stay_undated() -> None:
    undated = [name for name in concepts() if not _load({"concept": name}).report.held_back]
    assert undated == ["back_pain"]


def test_ends_and_reviews_count_as_their_last_day() -> None:
    assert _event(concept="nsaid", date="2026-02", end_date="2026-02")["end_date"] == date(2026, 2, 28)
    assert _event(concept="esr", value="5", reviewed_on="2026")["reviewed_on"] == date(2026, 12, 31)


def test_an_end_before_the_date_is_held_back() -> None:
    assert _held(concept="nsaid", date="2026-03-02", end_date="2026-03-01") == (
        "end_date",
        "is before the date",
    )
    assert _event(concept="nsaid", date="2026-03-02", end_date="2026-03-02")["status"] == "completed"


def test_an_end_is_kept_only_where_it_means_something() -> None:
    loaded = _load({"concept": "fever", "date": "2026-06-01", "end_date": "2026-06-02"})
    assert loaded.panel.events.column("end_date").to_pylist() == [None]
    assert any("end date that is not used" in notice for notice in loaded.report.notices)
    assert _event(concept="back_pain", end_date="2026-06-02")["end_date"] == date(2026, 6, 2)
    assert _event(concept="mri_spine", status="booked", end_date="2026-06-09")["end_date"] == date(2026, 6, 9)


def test_future_events_are_accepted_and_counted() -> None:
    report = _load({"concept": "fever", "date": "2026-06-15"}, {"concept": "fever", "date": "2026-06-16"},
                   {"concept": "fever", "date": "2026"}).report  # fmt: skip
    assert (report.accepted, report.future_events) == (4, 1)


@pytest.mark.parametrize(
    ("text", "value", "comparator"),
    [
        ("12", "12", None), ("12.50", "12.5", None), (" 0.1 ", "0.1", None), (".5", "0.5", None),
        ("1e1", "10", None),
        ("<5", "5", "<"), ("> 40", "40", ">"), (">=40", "40", ">="), ("≤5", "5", "<="), ("≥ 5", "5", ">="),
        ("12 mm/h", "12", None), ("<5mm/hr", "5", "<"), ("0.1234567894", "0.123456789", None),
    ],
)  # fmt: skip
def test_numbers_are_exact_and_keep_their_comparator(text: str, value: str, comparator: str | None) -> None:
    row = _event(concept="esr", value=text)
    assert (row["value"], row["comparator"], row["status"]) == (Decimal(value), comparator, "final")


@pytest.mark.parametrize(
    "text",
    ["nan", "NaN", "inf", "-inf", "Infinity", "1e400", "1e99", "12,5", "1 234", "--5", "<<5", "< ", "abc",
     "0x1F", "9" * 30, "1_000", "٣", "5 or 6", "12-15", "-1", "301", "=5", "5 g/L", "1e"],
)  # fmt: skip
def test_what_is_no_number_or_not_plausible_is_held_back(text: str) -> None:
    assert _held(concept="esr", value=text)[0] == "value"


@pytest.mark.parametrize(
    ("concept", "value", "unit", "expected"),
    [
        ("pain_score", "55", "0-100", "5.5"),
        ("pain_score", "7/10", "", "7"),
        ("weight", "150", "lb", "68.0388555"),
        ("temperature", "100.4", "degF", "38"),
        ("temperature", "101", "[degF]", "38.333333333"),
        ("haemoglobin", "11.9", "g/dL", "119"),
        ("calcium_adjusted", "10.5", "mg/dL", "2.61975"),
        ("creatinine", "1", "mg/dL", "88.4"),
        ("crp", "5", "mg/dL", "50"),
        ("wbc", "7.5", "10^3/uL", "7.5"),
        ("psa", "4", "ng/mL", "4"),
        ("esr", "7", "MM/HR", "7"),
    ],
)
def test_units_are_converted_exactly(concept: str, value: str, unit: str, expected: str) -> None:
    assert _event(concept=concept, value=value, unit=unit)["value"] == Decimal(expected)


def test_an_unknown_unit_is_held_back_and_a_blank_one_is_said() -> None:
    assert _held(concept="haemoglobin", value="7.4", unit="mmol/L")[0] == "unit"
    assert _held(concept="esr", value="7 mm/h", unit="g/L")[0] == "unit"
    assert _held(concept="spep", value="7")[0] == "value"
    notices = _load({"concept": "esr", "date": "2026-06-01", "value": "7"}).report.notices
    assert any("without a unit" in notice and "esr mm/h (1)" in notice for notice in notices)


@pytest.mark.parametrize("concept", ["pain_score", "weight", "peg_score", "physiotherapy"])
def test_a_score_weight_or_session_count_must_be_exact(concept: str) -> None:
    assert _held(concept=concept, value="<5")[0] == "value"


@pytest.mark.parametrize(
    ("concept", "value"),
    [("pain_score", "14"), ("weight", "700"), ("temperature", "99"), ("pain_score", "-1")],
)
def test_impossible_values_are_held_back(concept: str, value: str) -> None:
    assert "not plausible" in _held(concept=concept, value=value)[1]


def test_the_reference_range_is_in_the_unit_of_the_row() -> None:
    row = _event(
        concept="calcium_adjusted", value="10", unit="mg/dL", reference_low="8", reference_high="10.4"
    )
    assert (row["reference_low"], row["reference_high"]) == (Decimal("1.996"), Decimal("2.5948"))
    assert _held(concept="esr", value="1", reference_low="9", reference_high="2")[0] == "reference_low"
    assert _held(concept="esr", value="1", reference_high="<20")[0] == "reference_high"


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"concept": "fever"}, "present"),
        ({"concept": "nsaid"}, "active"),
        ({"concept": "nsaid", "end_date": "2026-06-15"}, "completed"),
        ({"concept": "nsaid", "end_date": "2026-06-16"}, "active"),
        ({"concept": "esr", "value": "5"}, "final"),
        ({"concept": "esr", "result": "normal"}, "final"),
        ({"concept": "esr"}, "ordered"),
        ({"concept": "weight"}, "ordered"),
        ({"concept": "mri_spine", "result": "Negative"}, "final"),
        ({"concept": "mri_spine"}, "ordered"),
        ({"concept": "emergency_referral"}, "ordered"),
        ({"concept": "bloods", "value": "5"}, "ordered"),
        ({"concept": "esr", "status": " Corrected ", "value": "5"}, "corrected"),
    ],
)
def test_a_blank_status_follows_from_the_kind(cells: dict[str, str], status: str) -> None:
    assert _event(**cells)["status"] == status


def test_each_kind_takes_its_own_statuses_and_results() -> None:
    every = {status for statuses in STATUSES.values() for status in statuses}
    for name in ("fever", "weight", "crp", "nsaid", "ct_spine", "specialist_referral"):
        for status in every:
            allowed = status in STATUSES[concepts()[name].kind]
            held = _load({"concept": name, "date": "2026-06-01", "status": status}).report.held_back
            assert (held == ()) == allowed, (name, status)
    assert _held(concept="fever", result="abnormal")[0] == "result"
    assert _held(concept="mri_spine", result="abnormal")[0] == "result"
    assert _held(concept="esr", result="suspicious")[0] == "result"
    assert _held(concept="fever", value="39")[0] == "value"


def test_a_reviewed_row_with_an_answer_is_a_reviewed_result() -> None:
    row = _event(concept="esr", status="reviewed", value="5", date="2026-05")
    assert (row["status"], row["reviewed_on"]) == ("final", date(2026, 5, 31))
    row = _event(concept="mri_spine", status="reviewed", result="negative")
    assert (row["status"], row["reviewed_on"]) == ("final", date(2026, 6, 1))
    row = _event(concept="esr", status="reviewed")
    assert (row["status"], row["reviewed_on"]) == ("reviewed", None)
    row = _event(concept="bloods", status="reviewed", value="5")
    assert (row["status"], row["value"], row["reviewed_on"]) == ("reviewed", None, None)


def test_what_was_entered_in_error_is_left_out_and_counted() -> None:
    loaded = _load({"concept": "fever", "date": "nonsense", "status": "entered-in-error"})
    assert (loaded.report.accepted, loaded.panel.events.num_rows) == (2, 0)
    assert any("entered in error" in notice for notice in loaded.report.notices)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-01T10:30:00+02:00", datetime(2026, 6, 1, 8, 30, tzinfo=UTC)),
        ("2026-06-01 10:30", datetime(2026, 6, 1, 10, 30, tzinfo=UTC)),
        ("2026-06-01", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2026-06-01T10:30:00.1234567Z", datetime(2026, 6, 1, 10, 30, 0, 123456, tzinfo=UTC)),
    ],
)
def test_recorded_at_is_a_moment(text: str, expected: datetime) -> None:
    assert _event(concept="fever", recorded_at=text)["recorded_at"] == expected
    for bad in ("10:30", "2026-06-01T25:00:00Z", "1850-01-01T00:00:00Z", "2026-W01-1T10:00"):
        assert _held(concept="fever", recorded_at=bad)[0] == "recorded_at"


def test_concepts_are_those_of_the_list() -> None:
    assert _event(concept=" ESR ", value="5")["concept"] == "esr"
    assert _held(concept="sed_rate")[0] == "concept"
    assert _held(concept="")[0] == "concept"


@pytest.mark.parametrize(
    ("cells", "first", "last"),
    [
        ({"birth_date": "1966"}, date(1966, 1, 1), date(1966, 12, 31)),
        ({"birth_date": "1966-06-16/1967-06-15"}, date(1966, 6, 16), date(1967, 6, 15)),
        ({"birth_date": "1966/1967-06"}, date(1966, 1, 1), date(1967, 6, 30)),
        ({"age": "59"}, date(1966, 6, 16), date(1967, 6, 15)),
        ({"age": "59.0", "recorded_on": "2026-06-15"}, date(1966, 6, 16), date(1967, 6, 15)),
        ({"age": "0"}, date(2025, 6, 16), date(2026, 6, 15)),
        ({"age": "58", "recorded_on": "2024-02-29"}, date(1965, 3, 1), date(1966, 2, 28)),
        ({"age": "59", "birth_date": "1970-01-01"}, date(1970, 1, 1), date(1970, 1, 1)),
        ({"birth_date": "2026-06-15"}, date(2026, 6, 15), date(2026, 6, 15)),
        ({}, None, None),
    ],
)
def test_a_birth_date_may_be_an_interval(
    cells: dict[str, str], first: date | None, last: date | None
) -> None:
    row = _patient(**cells)
    assert (row["birth_first"], row["birth_last"]) == (first, last)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("birth_date", "2026-06-16"), ("birth_date", "1899-12-31"), ("birth_date", "1967-06-15/1966-06-16"),
        ("birth_date", "1966-06-16/"), ("age", "140"), ("age", "-1"), ("age", "59.5"), ("age", "old"),
        ("sex", "lady"), ("deceased_on", "maybe"), ("patient_id", "a\0b"),
    ],
)  # fmt: skip
def test_an_impossible_patient_is_held_back_with_all_events(column: str, text: str) -> None:
    builder = PanelBuilder(AS_OF, "test")
    cells = {"patient_id": "p", column: text}
    builder.add(Record(Origin("patients", 2, ""), cells, [{"concept": "fever", "date": "2026-06-01"}]))
    loaded = builder.build()
    assert [held.column for held in loaded.report.held_back] == [column]
    assert loaded.report.identity() == "1 records read = 0 accepted + 1 held back + 0 blank"
    if column != "patient_id":
        assert _held_patient(**{column: text}) == column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None), ("no", None), ("yes", AS_OF), ("2026-06-01", date(2026, 6, 1)), ("2026", AS_OF),
        ("2025", date(2025, 12, 31)), ("2027-01-01", date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_a_death_without_its_date_is_of_the_as_of_date(text: str, expected: date | None) -> None:
    assert _patient(deceased_on=text)["deceased_on"] == expected


def test_a_death_before_the_birth_is_held_back() -> None:
    assert _held_patient(birth_date="1966", deceased_on="1965-12-31") == "deceased_on"


@pytest.mark.parametrize(
    ("text", "sex"),
    [("F", "female"), ("male", "male"), ("Other", "other"), ("", "unknown"), ("U", "unknown")],
)
def test_sex_in_its_usual_spellings(text: str, sex: str) -> None:
    assert _patient(sex=text)["sex"] == sex
