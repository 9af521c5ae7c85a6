"""The patient page as plain data."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboard import patient, phrases
from tests.pages.made_up import D, answer, event, failed, person


def criterion(name: str, verdict: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401
    empty = {
        "label": None,
        "since": None,
        "threshold": None,
        "source": None,
        "evidence": [],
        "would_change": None,
    }
    return {"id": name, "verdict": verdict} | empty | known


@pytest.mark.parametrize(
    ("born", "shown"),
    [
        ((date(1960, 6, 15), date(1960, 6, 15)), "66"),
        ((date(1960, 6, 16), date(1960, 6, 16)), "65"),
        ((date(1960, 1, 1), date(1960, 12, 31)), "65–66"),
        ((None, None), "not known"),
    ],
)
def test_age_in_completed_years(born: tuple[date | None, date | None], shown: str) -> None:
    assert patient.age(person("1", birth_first=born[0], birth_last=born[1]), D) == shown


def test_a_partial_birth_date_is_shown_as_what_it_can_mean() -> None:
    someone = person("1", birth_first=date(1960, 1, 1), birth_last=date(1960, 12, 31))
    assert patient.birth(someone) == "1 Jan 1960 to 31 Dec 1960"


def test_two_identifiers_stand_beside_the_name() -> None:
    labels = [label for label, _ in patient.identity(person("007"), D)]
    assert labels[:2] == ["Born", "Patient id"]


def test_why_puts_met_first_and_unknown_before_not_met() -> None:
    trace = {"criteria": [criterion("a", "not met"), criterion("b", "unknown"), criterion("c", "met")]}
    rows = patient.why_rows(trace)
    assert [row.verdict for row in rows] == ["met", "unknown", "not met"]
    assert [row.shown for row in rows] == ["● Met", "? Not known", "○ Not met"]


def test_evidence_has_value_unit_status_date_and_source() -> None:
    piece = {
        "date": "2026-05-03",
        "concept": "esr",
        "status": "final",
        "value": 62,
        "unit": "mm/h",
        "result": None,
        "source": "labs.csv",
        "source_ref": "line 12",
    }
    rows = patient.why_rows({"criteria": [criterion("esr_raised", "met", since="2026-05-03", evidence=[piece])]})
    assert rows[0].evidence == "ESR 62 mm/h, final, 3 May 2026 (labs.csv line 12)"
    assert rows[0].since == "3 May 2026"
    assert rows[0].criterion == "Raised ESR"


def test_a_combined_criterion_names_the_parts_that_made_it_so() -> None:
    parts = ["age_50", "fever"]
    trace = {
        "criteria": [
            criterion("risk", "met", label="Some risk", parts=parts),
            criterion("age_50", "met"),
            criterion("fever", "unknown", would_change="A record that it is present or absent."),
            criterion("both", "unknown", parts=parts),
        ]
    }
    rows = {row.criterion: row.evidence for row in patient.why_rows(trace)}
    assert rows["Some risk"] == "By aged 50 or over"
    assert rows["Both"] == "Not known: fever"
    assert rows["Fever"] == "A record that it is present or absent."


def test_the_reasons_lead_with_their_parts_even_where_a_part_is_not_met() -> None:
    trace = {
        "answer": {"reasons": ["failed_therapy"]},
        "criteria": [
            criterion("age_50", "met"),
            criterion("improved", "not met"),
            criterion("failed_therapy", "met", parts=["trial_complete", "improved"]),
            criterion("trial_complete", "met"),
            criterion("fever", "not met"),
        ],
    }
    rows = patient.why_rows(trace)
    assert [(row.criterion, row.at_once) for row in rows] == [
        ("Full trial of therapy without enough relief", True),
        ("Trial complete", True),
        ("Improved", True),
        ("Aged 50 or over", True),
        ("Fever", False),
    ]


def test_a_birth_date_is_shown_once() -> None:
    piece = {"date": "1954-12-11", "concept": "birth_date", "result": "1954-12-11"}
    assert patient.evidence_line(piece) == "Birth date, 11 Dec 1954"


def test_what_could_be_worse_is_asked_first() -> None:
    open_ = answer(could_be="emergency", questions=["saddle_anaesthesia"], missing=["fever", "saddle_anaesthesia"])
    asked = patient.questions(open_)
    assert [(question.name, question.because) for question in asked] == [
        ("Saddle numbness", "Could be an emergency"),
        ("Fever", "Asked of everyone"),
    ]
    assert all(question.ask.endswith("?") for question in asked)
    assert patient.could_be(open_) == "This could be an emergency: it depends on saddle numbness."


def test_nothing_unknown_asks_nothing() -> None:
    assert patient.questions(answer()) == []
    assert patient.could_be(answer()) is None


def test_the_timeline_is_newest_first_and_knows_no_future() -> None:
    events = [
        event("esr", D - timedelta(days=9), "final", value=Decimal("22.000000000")),
        event("back_pain", None, "present"),
        event("xray_spine", D, "final", result="negative", reviewed_on=D),
        event("pain_score", D + timedelta(days=1), "final", value=Decimal(6)),
    ]
    rows = patient.timeline(events, D)
    assert [row.what for row in rows] == ["X-ray spine", "ESR", "Back pain"]
    assert rows[0].detail == "negative, final, read 15 Jun 2026"
    assert rows[1].detail == "22 mm/h, final"
    assert rows[2].day == "no date"
    assert rows[1].source == "events.csv line 7"


def test_of_one_day_what_is_absent_comes_after_what_is_there() -> None:
    events = [event("fever", D, "absent"), event("night_pain", D, "present")]
    assert [row.what for row in patient.timeline(events, D)] == ["Night pain", "Fever"]


def test_a_partial_date_is_shown_as_what_it_can_mean() -> None:
    event_ = event("back_pain", date(2026, 5, 1), "present", date_last=date(2026, 5, 31))
    assert patient.timeline([event_], D)[0].day == "1 May 2026 to 31 May 2026 (day not known)"


def test_cancer_treatments_are_explained_and_others_are_not() -> None:
    day = D - timedelta(days=90)
    lines = patient.treatments_in_words(
        [event("radiotherapy", day, "completed", end_date=D), event("nsaid", day, "active")], D
    )
    assert len(lines) == 1
    assert lines[0].startswith("Radiotherapy: ")
    assert "17 Mar 2026" in lines[0]


def test_a_treatment_given_many_times_is_one_line_from_its_first_to_its_last_day() -> None:
    days = [D - timedelta(days=back) for back in (90, 60, 30)]
    lines = patient.treatments_in_words([event("radiotherapy", day, "completed", end_date=day) for day in days], D)
    assert len(lines) == 1
    assert lines[0].endswith("(3 times, 17 Mar 2026 to 16 May 2026, completed)")


def test_a_criterion_names_its_newest_events_and_counts_the_others() -> None:
    pieces = [{"concept": "fever", "status": "absent", "date": f"2026-0{month}-01"} for month in (1, 5, 3, 2, 4, 6)]
    criterion = {"id": "fever", "label": "Fever", "verdict": "not met", "evidence": pieces}
    told = patient.why_rows({"criteria": [criterion]})[0].evidence
    months = [told.index(f"1 {month} 2026") for month in ("Jun", "May", "Apr", "Mar")]
    assert months == sorted(months)
    assert "Feb" not in told
    assert told.endswith("; 2 earlier in the timeline")


def test_an_endless_text_of_a_source_does_not_push_out_the_evidence_after_it() -> None:
    pieces = [{"concept": "fever", "status": "absent", "date": f"2026-0{month}-01"} for month in (4, 5)]
    pieces[1]["source"] = "x" * 10_000
    told = patient.why_rows({"criteria": [{"id": "fever", "label": "Fever", "verdict": "not met", "evidence": pieces}]})
    assert "1 Apr 2026" in told[0].evidence
    assert len(told[0].evidence) < 500


def test_a_machines_id_is_cut_to_its_beginning_and_a_peoples_id_is_not() -> None:
    assert phrases.shortened("list Condition/ad868d46-0b52-458c-a864-5d9b889467d4") == "list Condition/ad868d46…"
    assert phrases.shortened("NHS 943 476 5919, 2026-0001-15") == "NHS 943 476 5919, 2026-0001-15"


@pytest.mark.parametrize(("name", "shown"), [("self_care", True), ("on_therapy", True), ("emergency", False)])
def test_self_care_is_for_those_on_therapy_or_self_care(name: str, shown: bool) -> None:
    assert patient.self_care_shown(answer(name)) is shown


def test_the_headline_is_the_glyph_and_the_sentence() -> None:
    assert patient.headline(failed(), D).startswith("● Failed conservative therapy: ")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("7.000000000"), "7"),
        (Decimal("7.50"), "7.5"),
        (10, "10"),
        (4.9, "4.9"),
        (Decimal("100"), "100"),
    ],
)
def test_numbers_carry_no_idle_zeros(value: Decimal | float, shown: str) -> None:
    assert patient.number(value) == shown
