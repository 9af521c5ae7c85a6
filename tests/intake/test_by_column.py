"""A table typed column by column is, to the last remark, the same table typed row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.intake import by_column
from dashboard.intake.by_column.distinct import spread, stripped
from dashboard.intake.cells import BadCell, words_of
from dashboard.intake.contract_tables import EVENT_COLUMNS, PATIENT_COLUMNS, read_events, read_patients
from dashboard.intake.raw_table import ColumnRows, RawRow, RawTable
from dashboard.intake.report import Loaded, UnusableSource
from dashboard.intake.rows import PanelBuilder

D = date(2026, 6, 15)
PEOPLE = ("1", "2", "03", "4 ", "9")
BLANKS = ("", " ", "\u00a0", "\t")
CELLS = {
    "patient_id": (*PEOPLE, "nobody", "\u200b7", *BLANKS),
    "concept": ("esr", "ESR ", "back_pain", "fever", "physiotherapy", "bloods", "xray_spine", "pain_score", "weight",
                "referral_spine", "core_bloods", "nonsense", ""),
    "date": ("2026-06-01", "2026-05", "2025", "2026-06-01T10:30", "2027-01-01", "2026-02-30", "1066", "01/06/2026",
             "13/05/2026", "45800", "soon", *BLANKS),
    "end_date": ("", "", "2026-06-10", "2026-04-01", "2026-07", "no"),
    "status": ("", "", "present", "Absent", "final", "ordered", "booked", "reviewed", "completed", "entered in error",
               "entered-in-error", "done"),
    "value": ("", "", "7", "6.5", "<5", "120 mm/h", "999999999999", "x", "1e3"),
    "unit": ("", "mm/h", "kg", "lb", "furlong"),
    "reference_low": ("", "", "1", "50"),
    "reference_high": ("", "", "20", "0.5", "high"),
    "result": ("", "", "normal", "suspicious", "negative", "odd"),
    "reviewed_on": ("", "", "2026-06-12", "2026", "never"),
    "recorded_at": ("", "2026-06-01T10:30:00Z", "2026-06-01", "2026-06-01T10:30:00+02:00", "yesterday"),
    "note": ("", " said so ", "=1+1", "\x1cedge"),
    "source": ("", "clinic"),
    "source_ref": ("", "row 7"),
    "theirs": ("", "whatever"),
}  # fmt: skip

SOUND = (
    {"concept": "esr", "value": "40", "unit": "mm/h", "reference_high": "20", "status": "final"},
    {"concept": "ESR ", "value": "<5", "reference_low": "1", "status": "reviewed"},
    {"concept": "esr", "status": "reviewed", "reviewed_on": "2026-06-12"},
    {"concept": "esr", "status": "ordered", "end_date": "2026-06-10"},
    {"concept": "esr", "result": "normal", "recorded_at": "2026-06-01T10:30:00+02:00"},
    {"concept": "xray_spine", "result": "suspicious", "status": "reviewed"},
    {"concept": "xray_spine", "status": "booked", "end_date": "2026-07"},
    {"concept": "back_pain", "date": "", "end_date": "2026-06-10"},
    {"concept": "fever", "status": "Absent", "note": " said so "},
    {"concept": "fever", "status": "entered-in-error"},
    {"concept": "physiotherapy", "end_date": "2026-06-01"},
    {"concept": "physiotherapy", "end_date": "2026-06-15", "status": "stopped"},
    {"concept": "physiotherapy", "end_date": "2026-06-15"},
    {"concept": "physiotherapy", "end_date": "2026-06-16", "value": "6"},
    {"concept": "pain_score", "value": "7"},
    {"concept": "weight", "value": "150", "unit": "lb"},
    {"concept": "bloods", "value": "5"},
)
"""Rows in which all is in order; the draw then changes a cell or two of some of them."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[str, ...], list[list[str]]]:
    """Rows of which most are sound, some have a wrong cell, and some are blank or repeat another."""
    columns = tuple(draw(st.permutations(sorted(CELLS))))
    rows = []
    for given_row in draw(st.lists(st.sampled_from(SOUND), max_size=25)):
        row = {"patient_id": draw(st.sampled_from(PEOPLE)), "date": "2026-06-01"} | given_row
        for name in draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=2)):
            row[name] = draw(st.sampled_from(CELLS[name]))
        rows.append([row.get(name, "") for name in columns])
    again = draw(st.lists(st.sampled_from(rows), max_size=8)) if rows else []
    nothing = [[""] * len(columns)] * draw(st.integers(0, 2))
    return columns, [list(one) for one in draw(st.permutations([*rows, *again, *nothing]))]


def loaded(columns: Sequence[str], rows: list[list[str]], *, by_columns: bool) -> Loaded | str:
    """What becomes of the table beside five patients, or why it cannot be read."""
    builder = PanelBuilder(D, "made up")
    people = [RawRow(line, "", [name, "1960"]) for line, name in enumerate((*PEOPLE, "9"), 2)]
    people.append(RawRow(9, "", ["nobody", "no year"]))
    read_patients(RawTable("patients", ("patient_id", "birth_date"), people), builder, None)
    try:
        read_events(RawTable("events", tuple(columns), filed(columns, rows, by_columns=by_columns)), builder, None)
    except UnusableSource as error:
        return str(error)
    return builder.build()


@settings(max_examples=150, deadline=None)
@given(tables())
def test_columns_and_rows_give_the_same_panel_and_report(table: tuple[tuple[str, ...], list[list[str]]]) -> None:
    columns, rows = table
    one, other = loaded(columns, rows, by_columns=True), loaded(columns, rows, by_columns=False)
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    assert one.report == other.report
    assert one.report.holds()
    assert one.panel.patients.equals(other.panel.patients)
    assert one.panel.events.equals(other.panel.events)


PERSONAL = {
    "patient_id": ("1", "1", "2", "03", "nobody", "\u200b7", *BLANKS),
    "name": ("Ann", " Ann ", "Bo", *BLANKS),
    "birth_date": ("1960-02-01", "1960-02-01", "1960", "1971-03", "2027-01-01", "1066", "01/02/1960", "soon", *BLANKS),
    "age": ("", "", "50", "-1", "200", "old"),
    "recorded_on": ("", "2026-06-01", "2025", "never"),
    "sex": ("female", "F", "male", "unknown", "x", ""),
    "deceased_on": ("", "", "", "no", "yes", "2026-05", "1950-01-01", "2027-01-01", "gone"),
    "site": ("Harbour", "Mill Lane ", ""),
    "clinician": ("Dr Amari", ""),
    "theirs": ("", "whatever"),
}  # fmt: skip


@st.composite
def people(draw: st.DrawFn) -> list[list[str]]:
    """Rows of which many share an id; most have at most two cells of their own."""
    rows = []
    for sure in draw(st.lists(st.sampled_from(("1", "2", "03", "9")), max_size=12)):
        row = {"patient_id": sure, "birth_date": "1960-02-01", "sex": "female", "name": "Ann"}
        for name in draw(st.lists(st.sampled_from(sorted(PERSONAL)), max_size=2)):
            row[name] = draw(st.sampled_from(PERSONAL[name]))
        rows.append([row.get(name, "") for name in PERSONAL])
    return rows


def filed(columns: Sequence[str], rows: list[list[str]], *, by_columns: bool) -> Sequence[RawRow]:
    """The rows as a file of columns has them, or as one of lines."""
    if not by_columns:
        return [RawRow(line, "", list(cells)) for line, cells in enumerate(rows, 2)]
    texts = zip(*rows, strict=True) if rows else ([] for _ in columns)
    return ColumnRows([pa.chunked_array([pa.array(list(text), pa.string())]) for text in texts])


@settings(max_examples=150, deadline=None)
@given(people(), st.lists(st.sampled_from(("1", "2", "03", "nobody")), max_size=6))
def test_patients_by_columns_and_by_rows_are_the_same(rows: list[list[str]], told_of: list[str]) -> None:
    """Whichever of the two tables comes as columns."""
    columns, told = ("patient_id", "concept", "date"), [[one, "fever", "2026-06-01"] for one in told_of]
    found = []
    for patients_as, events_as in product((False, True), repeat=2):
        builder = PanelBuilder(D, "made up")
        try:
            table = RawTable("patients", tuple(PERSONAL), filed(tuple(PERSONAL), rows, by_columns=patients_as))
            read_patients(table, builder, None)
        except UnusableSource as error:
            found.append((str(error), [], []))
            continue
        read_events(RawTable("events", columns, filed(columns, told, by_columns=events_as)), builder, None)
        loaded = builder.build()
        assert loaded.report.holds()
        found.append((loaded.report, loaded.panel.patients.to_pylist(), loaded.panel.events.to_pylist()))
    assert all(one == found[0] for one in found)


def test_every_column_of_the_contract_is_tried() -> None:
    assert set(CELLS) >= EVENT_COLUMNS
    assert set(PERSONAL) >= PATIENT_COLUMNS
    assert by_column.__doc__


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4)))
def test_free_text_is_stripped_as_a_single_cell_is(texts: list[str]) -> None:
    assert stripped(pa.array(texts, pa.string())).to_pylist() == [words_of(text) for text in texts]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_each_pair_of_texts_is_typed_once_and_reaches_its_rows(pairs: list[tuple[str, str]]) -> None:
    asked: list[str] = []

    def typed(first: str, second: str) -> str:
        asked.append(first + second)
        if second == "z":
            raise BadCell("made up", second, "is bad")
        return first + second

    columns = [pa.array([pair[place] for pair in pairs], pa.string()) for place in (0, 1)]
    found = spread(typed, *columns)
    assert len(asked) == len(set(asked)) == len({first + second for first, second in pairs})
    said = [None if second == "z" else first + second for first, second in pairs]
    assert found.column(lambda one: one, pa.string()).to_pylist() == said
    assert found.refused().tolist() == [second == "z" for _, second in pairs]
