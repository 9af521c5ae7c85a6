"""Dates that are not ISO. The order of day and month is decided for a whole column, and never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.raw_table import ColumnRows, RawTable
from dashboard.intake.report import UnclearDates

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}\S*(?: ?[APap][Mm])?)?"
_NUMERIC = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})(?:([/.])(\d{{1,2}})\2(\d{{1,2}})|(\d{{2}})(\d{{2}})){_CLOCK}", re.ASCII)
_WORDED = re.compile(r"(\d{1,2})[ -]([a-z]{3,9})\.?[ ,-]+(\d{4})|([a-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.I | re.ASCII)
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_PLAINLY_ISO = r"^(?:\d{4}-\d{2}-\d{2})?$"
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def settle_dates(table: RawTable, columns: Iterable[str], order: str | None) -> None:
    """Rewrite the date cells of these columns as ISO, in place.

    What stays unclear stays as it is, and its row is held back later. ``order``: ``day-first`` or
    ``month-first``, else the data decide.

    Raises ``UnclearDates`` with a question when a column can be read both ways.
    """
    for column in columns:
        if column not in table.columns:
            continue
        index = table.columns.index(column)
        if isinstance(table.rows, ColumnRows):
            _settle_column(table, table.rows, index, order)
            continue
        width = len(table.columns)
        usable = [row.cells for row in table.rows if row.problem is None and len(row.cells) == width]
        counts = Counter(cells[index] for cells in usable)
        rewritten = decide(table, column, counts, order)
        if rewritten:
            for cells in usable:
                cells[index] = rewritten.get(cells[index], cells[index])


def _settle_column(table: RawTable, rows: ColumnRows, index: int, order: str | None) -> None:
    rewritten = decide(table, table.columns[index], count_doubtful(rows.texts[index]), order)
    rows.texts[index] = with_dates(rows.texts[index], rewritten)


def count_doubtful(texts: pa.ChunkedArray) -> Counter[str]:
    """How often each text stands in a column of dates, without those that are plainly in order already."""
    counted = pc.value_counts(texts)
    values = counted.field(0)
    values = values.dictionary.take(values.indices) if pa.types.is_dictionary(values.type) else values
    doubtful = pc.invert(pc.match_substring_regex(values, _PLAINLY_ISO))
    counts = counted.field(1).filter(doubtful)
    return Counter(dict(zip(values.filter(doubtful).to_pylist(), counts.to_pylist(), strict=True)))


def with_dates(texts: pa.ChunkedArray, rewritten: Mapping[str, str]) -> pa.ChunkedArray:
    """The column with the texts that are rewritten, each in every row that has it."""
    if not rewritten:
        return texts
    coded = texts.combine_chunks().dictionary_encode()
    said = [rewritten.get(text, text) for text in coded.dictionary.to_pylist()]
    return pa.chunked_array([pa.DictionaryArray.from_arrays(coded.indices, pa.array(said, pa.string()))])


def decide(table: RawTable, column: str, counts: Mapping[str, int], order: str | None) -> dict[str, str]:
    """Which texts of a column of dates are to be read as another one in ISO. Raises ``UnclearDates``."""
    found: dict[str, str] = {}
    serials, numeric = 0, []
    for text, count in counts.items():
        stripped = text.strip()
        if (match := _NUMERIC.fullmatch(stripped)) is not None:
            numeric.append((text, int(match[1]), int(match[3]), int(match[4])))
        elif _SERIAL.fullmatch(stripped):
            found[text] = _from_serial(int(stripped[:5]), table.serials_from_1904)
            serials += count
        elif (iso := _unambiguous(stripped)) is not None:
            found[text] = iso
    if serials:
        epoch = 1904 if table.serials_from_1904 else 1900
        table.notices.append(f'{table.name}: {serials} Excel day numbers in "{column}" read as dates (from {epoch})')
    if numeric:
        chosen = _order_of(table, column, [(first, second) for _, first, second, _ in numeric], order)
        for text, first, second, year in numeric:
            if chosen is not None or first == second:
                day, month = (first, second) if chosen == DAY_FIRST else (second, first)
                found[text] = f"{year}-{month:02}-{day:02}"
    return {text: iso for text, iso in found.items() if iso}


def _order_of(table: RawTable, column: str, pairs: list[tuple[int, int]], stated: str | None) -> str | None:
    """None: the column has dates of both orders, so none of them can be trusted."""
    if stated in (DAY_FIRST, MONTH_FIRST):
        return stated
    by_day = any(first > 12 >= second for first, second in pairs)
    by_month = any(second > 12 >= first for first, second in pairs)
    if by_day and by_month:
        table.notices.append(f'{table.name}: "{column}" has day-first and month-first dates; such rows are held back')
        return None
    if by_day or by_month:
        chosen = DAY_FIRST if by_day else MONTH_FIRST
        table.notices.append(f'{table.name}: dates in "{column}" read {chosen.replace("-", " ")}, as some values show')
        return chosen
    if all(first == second for first, second in pairs):
        return DAY_FIRST
    raise UnclearDates(
        f'{table.name}: is the day or the month first in column "{column}"? Every date there can be read both'
        f" ways; state the order (--date-order {DAY_FIRST} or {MONTH_FIRST}), or write dates as 2026-06-15",
        column,
    )


def _from_serial(number: int, from_1904: bool) -> str:
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    return (start + timedelta(days=number)).isoformat()


def _unambiguous(text: str) -> str | None:
    if (match := _YEAR_FIRST.fullmatch(text)) is not None:
        return f"{match[1]}-{int(match[3] or match[5]):02}-{int(match[4] or match[6]):02}"
    if (match := _MONTH_OF_YEAR.fullmatch(text)) is not None:
        return f"{match[2]}-{int(match[1]):02}"
    if (match := _WORDED.fullmatch(text)) is not None:
        word = (match[2] or match[4]).casefold()
        months = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(word)]
        if len(months) == 1:
            return f"{match[3] or match[6]}-{months[0]:02}-{int(match[1] or match[5]):02}"
    return None
