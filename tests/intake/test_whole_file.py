"""What only the whole file can tell: disagreements, duplicates, events of nobody."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import pytest

from dashboard.intake import Loaded, Origin
from dashboard.intake.rows import PanelBuilder, Record
from tests.intake.people import AS_OF, patients_of, said

Cells = Mapping[str, str | None]
FEVER = {"concept": "fever", "date": "2026-06-01"}


def _load(*records: tuple[Cells | None, list[Cells]]) -> Loaded:
    builder = PanelBuilder(AS_OF, "test")
    for line, (patient, events) in enumerate(records, start=2):
        builder.add(Record(Origin("t", line, f"raw {line}"), patient, events))
    loaded = builder.build()
    assert loaded.report.holds()
    return loaded


@pytest.mark.parametrize(
    ("one", "two", "column"),
    [
        ({"sex": "female"}, {"sex": "male"}, "sex"),
        ({"sex": "female"}, {"sex": "other"}, "sex"),
        ({"birth_date": "1966-01-01"}, {"birth_date": "1966-01-02"}, "birth_date"),
        ({"birth_date": "1966"}, {"birth_date": "1966-01-02"}, "birth_date"),
    ],
)
def test_rows_of_one_id_that_disagree_are_both_held_back(one: Cells, two: Cells, column: str) -> None:
    loaded = _load(
        ({"patient_id": "a", **one}, []),
        ({"patient_id": "b"}, [FEVER]),
        ({"patient_id": "a", **two}, []),
        (None, [{"patient_id": "a", **FEVER}]),
    )
    assert patients_of(loaded) == ["b"]
    assert [held.line for held in loaded.report.held_back] == [2, 4, 5]
    assert [held.column for held in loaded.report.held_back] == [column, column, "patient_id"]
    assert loaded.report.patients_concerned() == ("a",)


def test_rows_of_one_id_that_agree_are_one_patient_whatever_their_order() -> None:
    rows: list[Cells] = [
        {"patient_id": "a", "name": "B", "birth_date": "1966", "deceased_on": "2026-06-02"},
        {"patient_id": "a", "name": "A", "sex": "female", "site": "North"},
        {"patient_id": "a", "deceased_on": "2026-06-01"},
    ]
    results = {repr(said(_load(*((row, []) for row in order)).panel)) for order in permutations(rows)}
    assert len(results) == 1
    loaded = _load(*((row, []) for row in rows))
    (row,) = loaded.panel.patients.to_pylist()
    assert (row["name"], row["sex"], row["site"]) == ("A", "female", "North")
    assert row["deceased_on"].isoformat() == "2026-06-01"
    assert any("name (1)" in notice for notice in loaded.report.notices)


def test_an_event_of_an_unknown_patient_is_held_back() -> None:
    loaded = _load(({"patient_id": "01"}, []), (None, [{"patient_id": "1", **FEVER}]))
    (held,) = loaded.report.held_back
    assert (held.line, held.column, held.patient_id, held.raw) == (3, "patient_id", "1", "raw 3")
    assert "no patient" in held.reason


def test_one_bad_event_holds_back_its_whole_record_and_what_hangs_on_it() -> None:
    loaded = _load(
        ({"patient_id": "a"}, [FEVER, {"concept": "esr", "date": "2026-06-01", "value": "x"}]),
        (None, [{"patient_id": "a", **FEVER}]),
        ({"patient_id": "b"}, [{"patient_id": "a", **FEVER}]),
        (None, [{"patient_id": "b", **FEVER}]),
        ({"patient_id": "c"}, []),
    )
    assert patients_of(loaded) == ["c"]
    assert loaded.panel.events.num_rows == 0
    assert [held.line for held in loaded.report.held_back] == [2, 3, 4, 5]


def test_an_event_said_twice_counts_once() -> None:
    event = {"patient_id": "a", "concept": "esr", "date": "2026-06-01", "value": "5", "unit": "mm/h"}
    again = {**event, "value": "5.0", "unit": "mm/hr", "source_ref": "elsewhere"}
    other = {**event, "note": "repeated by the lab"}
    loaded = _load(({"patient_id": "a"}, []), (None, [event]), (None, [again]), (None, [other]))
    assert loaded.panel.events.num_rows == 2
    assert loaded.report.accepted == 4
    assert any("counted once" in notice for notice in loaded.report.notices)


def test_unmapped_codes_are_counted() -> None:
    builder = PanelBuilder(AS_OF, "test")
    for _ in range(3):
        builder.unmapped("snomed", "1", "One")
    builder.unmapped("loinc", "1", "One")
    assert builder.build().report.unmapped == {("snomed", "1", "One"): 3, ("loinc", "1", "One"): 1}
