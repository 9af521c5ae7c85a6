"""Dates that are not ISO: decided by the column, asked for, or held back; never guessed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.intake import UnusableSource
from dashboard.intake.date_order import settle_dates
from dashboard.intake.raw_table import RawRow, RawTable
from tests.intake.people import events_of, read_csv


def _settled(*texts: str, order: str | None = None) -> list[str]:
    rows = [RawRow(line, text, [text]) for line, text in enumerate(texts, start=2)]
    settle_dates(RawTable("t", ("d",), rows), ["d"], order)
    return [row.cells[0] for row in rows]


def test_one_certain_date_decides_the_column() -> None:
    assert _settled("03/04/2026", "13/04/2026") == ["2026-04-03", "2026-04-13"]
    assert _settled("03/04/2026", "04/13/2026") == ["2026-03-04", "2026-04-13"]
    assert _settled("3.4.2026", "31.12.2025 00:00:00") == ["2026-04-03", "2025-12-31"]


def test_iso_stays_iso_and_decides_nothing() -> None:
    with pytest.raises(UnusableSource):
        _settled("2026-04-13", "03/04/2026")
    assert _settled("2026-04-03", "2026", "") == ["2026-04-03", "2026", ""]


def test_an_ambiguous_column_is_a_question(tmp_path: Path) -> None:
    text = "patient_id,esr,esr_date\n1,5,03/04/2026\n2,5,11/12/2025\n"
    with pytest.raises(UnusableSource) as asked:
        read_csv(tmp_path, text)
    assert 'list.csv: is the day or the month first in column "esr_date"?' in str(asked.value)
    for order, expected in (("day-first", date(2026, 4, 3)), ("month-first", date(2026, 3, 4))):
        for options in ({"date_order": order}, {"mapping": {"date_order": order}}):
            loaded = read_csv(tmp_path, text, **options)
            assert events_of(loaded, "esr")[1]["date_first"] == expected
    with pytest.raises(UnusableSource, match="day-first or month-first"):
        read_csv(tmp_path, text, date_order="dmy")


def test_a_column_of_both_orders_holds_its_rows_back(tmp_path: Path) -> None:
    rows = "1,5,13/04/2026\n2,5,04/13/2026\n3,5,03/04/2026\n4,5,2026-04-03\n5,5,04/04/2026\n"
    report = read_csv(tmp_path, "patient_id,esr,esr_date\n" + rows).report
    assert [held.patient_id for held in report.held_back] == ["1", "2", "3"]
    assert any("day-first and month-first" in notice for notice in report.notices)


def test_a_broken_row_does_not_decide(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="is the day or the month first"):
        read_csv(tmp_path, "patient_id,esr,esr_date\n1,5,03/04/2026\n2,5,13/04/2026,extra\n")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3 Apr 2026", "2026-04-03"), ("03-Apr-2026", "2026-04-03"), ("April 3, 2026", "2026-04-03"),
        ("2026/04/03", "2026-04-03"), ("20260403", "2026-04-03"), ("04/2026", "2026-04"),
        ("05/05/2026", "2026-05-05"), ("46115", "2026-04-03"), ("46115.75", "2026-04-03"),
        ("2026/04/03 10:15", "2026-04-03"),
        ("03/04/26", "03/04/26"), ("J 3 2026", "J 3 2026"), ("Ju 3, 2026", "Ju 3, 2026"), ("1234", "1234"),
    ],
)  # fmt: skip
def test_other_ways_to_write_a_date(text: str, iso: str) -> None:
    assert _settled(text) == [iso]


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1), st.sampled_from(["/", "-", "."]))
def test_a_date_written_in_a_stated_order_comes_back(days: list[date], mark: str) -> None:
    expected = [day.isoformat() for day in days]
    day_first = [f"{day.day}{mark}{day.month:02}{mark}{day.year}" for day in days]
    month_first = [f"{day.month}{mark}{day.day:02}{mark}{day.year}" for day in days]
    assert _settled(*day_first, order="day-first") == expected
    assert _settled(*month_first, order="month-first") == expected
    serials = [str((day - date(1899, 12, 30)).days) for day in days]
    late = [text for text in serials if len(text) == 5]
    assert _settled(*late) == [(date(1899, 12, 30) + timedelta(int(text))).isoformat() for text in late]
