"""The wide list: which events the cells of one row stand for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard.intake import Loaded
from dashboard.intake.wide_columns import is_date, known_columns
from pathways.vocabulary import concepts
from tests.intake.people import events_of, read_csv, text_of

DAY = date(2026, 6, 1)


def _load(folder: Path, **cells: str) -> Loaded:
    row = {"patient_id": "p", "back_pain": "", **cells}
    return read_csv(folder, text_of([list(row), list(row.values())]))


def _events(folder: Path, **cells: str) -> list[tuple[Any, ...]]:
    """Concept, date, status and what else the events of one row say."""
    loaded = _load(folder, **cells)
    assert loaded.report.held_back == ()
    keys = ("concept", "date_first", "status")
    more = ("end_date", "value", "result", "reviewed_on")
    rows = [
        (*(row[key] for key in keys), {key: row[key] for key in more if row[key] is not None})
        for row in loaded.panel.events.to_pylist()
    ]
    return sorted(rows, key=lambda row: (row[0], str(row[1]), row[2]))


def _held(folder: Path, **cells: str) -> tuple[str, str]:
    (held,) = _load(folder, **cells).report.held_back
    assert held.patient_id == "p"
    return held.column, held.value


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("yes", "present"), ("Y", "present"), ("TRUE", "present"), ("1", "present"), ("present", "present"),
        ("No", "absent"), ("n", "absent"), ("false", "absent"), ("0", "absent"), ("absent", "absent"),
        ("unknown", "unknown"), ("Not asked", "unknown"),
    ],
)  # fmt: skip
def test_a_finding_is_yes_no_or_unknown(text: str, status: str, tmp_path: Path) -> None:
    assert _events(tmp_path, fever=text, recorded_on="2026-06-01") == [("fever", DAY, status, {})]


def test_a_blank_finding_is_not_recorded_and_a_strange_one_is_held_back(tmp_path: Path) -> None:
    assert _events(tmp_path, fever=" ", cancer_history="") == []
    assert _held(tmp_path, fever="perhaps") == ("fever", "perhaps")


def test_a_finding_is_dated_by_its_own_date_the_rows_or_the_as_of_date(tmp_path: Path) -> None:
    assert _events(tmp_path, fever="no", fever_date="2026-05-01", recorded_on="2026-06-01")[0][1] == date(
        2026, 5, 1
    )
    assert _events(tmp_path, fever="no")[0][1] == date(2026, 6, 15)
    assert _held(tmp_path, fever="no", recorded_on="soon") == ("recorded_on", "soon")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"back_pain": "yes"}, [(None, "present")]),
        ({"back_pain": "yes", "onset_date": "2026-06-01"}, [(DAY, "present")]),
        ({"back_pain": "", "onset_date": "2026-06-01"}, [(DAY, "present")]),
        (
            {"back_pain": "unknown", "onset_date": "2026-06-01"},
            [(DAY, "present"), (date(2026, 6, 15), "unknown")],
        ),
        ({"back_pain": "no", "onset_date": "2026-06-01"}, [(DAY, "present"), (date(2026, 6, 15), "absent")]),
        ({"back_pain": "no", "recorded_on": "2026-06-01"}, [(DAY, "absent")]),
        ({"back_pain": "yes", "back_pain_date": "2026-06-01"}, [(DAY, "present")]),
        ({"back_pain": "", "onset_date": ""}, []),
    ],
)
def test_back_pain_and_its_onset(cells: dict[str, str], expected: list[object], tmp_path: Path) -> None:
    found = events_of(_load(tmp_path, **cells), "back_pain")
    assert [(row["date_first"], row["status"]) for row in found] == expected


@pytest.mark.parametrize("onset", ["", "2026-06-01"])
def test_a_list_without_a_back_pain_column_is_of_people_with_back_pain(onset: str, tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, f"patient_id,onset_date\np,{onset}\n")
    (row,) = events_of(loaded, "back_pain")
    assert (row["status"], row["date_first"]) == ("present", DAY if onset else None)


def test_a_measurement_has_value_date_unit_range_and_review(tmp_path: Path) -> None:
    loaded = _load(
        tmp_path, calcium_adjusted="10", calcium_adjusted_date="2026-06-01", calcium_adjusted_unit="mg/dL",
        calcium_adjusted_low="8", calcium_adjusted_high="10.4", calcium_adjusted_reviewed="2026-06-02",
    )  # fmt: skip
    (row,) = events_of(loaded, "calcium_adjusted")
    assert (row["value"], row["status"], row["reviewed_on"]) == (Decimal("2.495"), "final", date(2026, 6, 2))
    assert (row["reference_low"], row["reference_high"]) == (Decimal("1.996"), Decimal("2.5948"))


def test_half_a_measurement(tmp_path: Path) -> None:
    assert _held(tmp_path, esr="55") == ("esr_date", "")
    assert _held(tmp_path, current_pain="5", current_pain_date="") == ("current_pain_date", "")
    assert _events(tmp_path, esr="", esr_date="2026-06-01", esr_unit="mm/h") == []
    assert any("esr_date" in notice for notice in _load(tmp_path, esr_date="2026-06-01").report.notices)
    assert _events(tmp_path, esr_reported="2026-06-01") == [("esr", DAY, "final", {})]
    assert _events(tmp_path, esr_date="2026-06-01", esr_status="performed") == [("esr", DAY, "performed", {})]
    assert _events(tmp_path, esr_reviewed="2026-06-01") == [("esr", DAY, "reviewed", {})]


@pytest.mark.parametrize("column", ["spep", "spep_result"])
def test_electrophoresis_is_normal_or_abnormal(column: str, tmp_path: Path) -> None:
    found = _events(tmp_path, **{column: "Abnormal", "spep_date": "2026-06-01"})
    assert found == [("spep", DAY, "final", {"result": "abnormal"})]
    assert _held(tmp_path, **{column: "12", "spep_date": "2026-06-01"}) == (column, "12")


def test_the_shortcuts_are_scores_and_weights(tmp_path: Path) -> None:
    found = _events(
        tmp_path, baseline_pain="8", baseline_pain_date="2026-05-01", current_pain="40",
        current_pain_date="2026-06-01", current_pain_unit="0-100", previous_weight="200",
        previous_weight_date="2026-01", previous_weight_unit="lb", current_weight="90",
        current_weight_date="2026-06-01",
    )  # fmt: skip
    assert [(row[0], row[1], row[3]["value"]) for row in found] == [
        ("pain_score", date(2026, 5, 1), Decimal(8)),
        ("pain_score", DAY, Decimal(4)),
        ("weight", date(2026, 1, 1), Decimal("90.718474")),
        ("weight", DAY, Decimal(90)),
    ]


def test_a_treatment_has_a_start_an_end_and_sessions(tmp_path: Path) -> None:
    found = _events(
        tmp_path, nsaid_start="2026-06-01", physiotherapy_start="2026-06-01", physiotherapy_end="2026-06-10",
        physiotherapy_sessions="3", opioid_start="2026-06-01", opioid_status="planned",
    )  # fmt: skip
    assert found == [
        ("nsaid", DAY, "active", {}),
        ("opioid", DAY, "planned", {}),
        ("physiotherapy", DAY, "completed", {"end_date": date(2026, 6, 10), "value": Decimal(3)}),
    ]
    assert _held(tmp_path, nsaid_end="2026-06-01") == ("nsaid_start", "")
    assert _held(tmp_path, physiotherapy_sessions="2") == ("physiotherapy_start", "")
    assert _held(tmp_path, nsaid_start="2026-06-02", nsaid_end="2026-06-01") == ("nsaid_end", "2026-06-01")
    assert _events(tmp_path, physiotherapy_sessions="0") == []


def test_the_steps_of_an_image_are_dated_events(tmp_path: Path) -> None:
    found = _events(
        tmp_path, mri_spine_ordered="2026-05-01", mri_spine_booked="2026-05-02",
        mri_spine_performed="2026-05-20",
        mri_spine_reported="2026-06-01", mri_spine_result="suspicious", mri_spine_reviewed="2026-06-02",
        ct_spine_ordered="2026-05-01", ct_spine_cancelled="2026-06-01",
    )  # fmt: skip
    assert found == [
        ("ct_spine", date(2026, 5, 1), "ordered", {}),
        ("ct_spine", DAY, "cancelled", {}),
        ("mri_spine", date(2026, 5, 1), "ordered", {}),
        ("mri_spine", date(2026, 5, 2), "booked", {}),
        ("mri_spine", date(2026, 5, 20), "performed", {}),
        ("mri_spine", DAY, "final", {"result": "suspicious", "reviewed_on": date(2026, 6, 2)}),
    ]


@pytest.mark.parametrize(
    ("recorded", "booked", "made", "appointment"),
    [
        ("2026-06-01", "2026-07-03", "2026-06-01", "2026-07-03"),
        ("2026-06-01", "2026-06-02", "2026-06-01", "2026-06-02"),
        ("2026-06-01", "2026-06-01", "2026-06-01", None),
        ("", "2026-06-16", "2026-06-15", "2026-06-16"),
        ("", "2026-06-14", "2026-06-14", None),
    ],
)
def test_a_booking_after_it_was_recorded_is_the_appointment(
    recorded: str, booked: str, made: str, appointment: str | None, tmp_path: Path
) -> None:
    ((concept, day, status, more),) = _events(
        tmp_path, recorded_on=recorded, specialist_referral_booked=booked
    )
    assert (concept, day.isoformat(), status) == ("specialist_referral", made, "booked")
    assert more == ({"end_date": date.fromisoformat(appointment)} if appointment else {})


def test_a_result_needs_a_date_and_a_review_covers_only_what_came_before(tmp_path: Path) -> None:
    assert _held(tmp_path, mri_spine_result="negative") == ("mri_spine_reported", "")
    performed = _events(tmp_path, mri_spine_result="negative", mri_spine_performed="2026-06-01")
    assert ("mri_spine", DAY, "final", {"result": "negative"}) in performed
    early = _events(
        tmp_path,
        mri_spine_result="negative",
        mri_spine_reported="2026-06-01",
        mri_spine_reviewed="2026-05-31",
    )
    assert early == [
        ("mri_spine", date(2026, 5, 31), "reviewed", {}),
        ("mri_spine", DAY, "final", {"result": "negative"}),
    ]
    bare = _events(tmp_path, mri_spine_result="negative", mri_spine_reviewed="2026-06-01")
    assert bare == [("mri_spine", DAY, "final", {"result": "negative", "reviewed_on": DAY})]


def test_bloods_as_a_whole_and_referrals(tmp_path: Path) -> None:
    assert _events(tmp_path, bloods_reported="2026-05-01", bloods_reviewed="2026-06-01") == [
        ("bloods", date(2026, 5, 1), "final", {}),
        ("bloods", DAY, "reviewed", {}),
    ]
    assert _events(
        tmp_path, emergency_referral_ordered="2026-05-01", emergency_referral_seen="2026-06-01"
    ) == [
        ("emergency_referral", date(2026, 5, 1), "ordered", {}),
        ("emergency_referral", DAY, "seen", {}),
    ]


def test_every_concept_has_its_columns_and_each_is_read_back(tmp_path: Path) -> None:
    """Every column, filled with something that fits it, gives an event of its concept, or belongs to one."""
    for concept in concepts().values():
        cells = {
            name: ""
            for name in sorted(known_columns())
            if name == concept.id or name.startswith(concept.id + "_")
        }
        assert cells, concept.id
        for name in cells:
            if is_date(name):
                cells[name] = "2026-06-01"
        if concept.id in cells:
            number = str(concept.plausible[1]) if concept.plausible else "normal"
            cells[concept.id] = "yes" if concept.kind == "finding" else number
        found = {row[0] for row in _events(tmp_path, **cells)}
        assert concept.id in found


def test_the_bad_cell_of_a_wide_row_is_named_by_its_own_column(tmp_path: Path) -> None:
    assert _held(tmp_path, esr="x", esr_date="2026-06-01") == ("esr", "x")
    assert _held(tmp_path, esr="5", esr_date="junk") == ("esr_date", "junk")
    assert _held(tmp_path, esr="5", esr_date="2026-06-01", esr_unit="g") == ("esr_unit", "g")
    assert _held(tmp_path, current_pain="14", current_pain_date="2026-06-01") == ("current_pain", "14")
    assert _held(tmp_path, mri_spine_ordered="tomorrow") == ("mri_spine_ordered", "tomorrow")
    assert _held(tmp_path, onset_date="1850-01-01") == ("onset_date", "1850-01-01")
