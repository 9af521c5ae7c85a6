"""The exported list, opened again by other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dashboard import settings
from dashboard.components import list_view
from dashboard.exports import MOST_IN_EXCEL, Provenance, write_csv, write_excel
from dashboard.exports.columns import COLUMNS
from dashboard.filtering import Filters
from dashboard.worklist import SORTS, Worklist
from tests.pages.made_up import D, answer, failed, person, worklist

PEOPLE = 130
HOSTILE = (
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "\u200b=1+1", "\u202e=1+1", "\xa0=1+1",
    "https://evil.example/x", "mailto:a@evil.example", "internal:'About this list'!A1", '=HYPERLINK("https://evil.example")',
    'a";=1+1;"', "a;=1+1", "a\n=1+1", "{=1+1}", "\x00\x07\ufffe",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
TITLES = [column.title for column in COLUMNS]
LABELS = ["Source", "Records", "As of", "Profile", "Pathway version", "Filters", "Sorted by", "People", "Made at"]
LABELS += ["Intended use"]


def people() -> Worklist:
    ids = [f"{number:05}" for number in range(PEOPLE)]
    answers = [failed(patient_id=one) if n % 3 else answer("self_care", patient_id=one) for n, one in enumerate(ids)]
    patients = [person(one, site="Harbour" if n % 2 else "Mill Lane") for n, one in enumerate(ids)]
    for number, text in enumerate(HOSTILE):
        patients[number] |= {"name": text, "site": text, "clinician": text}
    patients[PEOPLE - 1] |= {
        "name": "Þórður 王俊杰 محمد",
        "birth_first": date(1899, 5, 1),
        "birth_last": date(1899, 5, 1),
    }
    return worklist(answers, patients)


def about(total: int) -> Provenance:
    return Provenance(
        source="=cmd list.csv",
        account="130 records read = 130 accepted + 0 held back + 0 blank",
        filters=["Next step: ● Failed conservative therapy", "Site: Harbour"],
        sort="Due date",
        as_of=D,
        profile="us-acp",
        version="f" * 64,
        made_at=datetime(2026, 6, 15, 14, 5, tzinfo=UTC),
        people=total,
    )


def as_csv(chosen: Filters, sort: str = "Most pressing") -> list[dict[str, str]]:
    made = people()
    text = write_csv(made.everyone(chosen, sort), about(made.total(chosen))).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_book(chosen: Filters, sort: str = "Most pressing") -> Any:  # noqa: ANN401
    made = people()
    return openpyxl.load_workbook(io.BytesIO(write_excel(made.everyone(chosen, sort), about(made.total(chosen)))))


FILTERED = pytest.mark.parametrize(
    "chosen", [Filters(), Filters(dispositions=("investigate",), sites=("Harbour",)), Filters(sites=("nowhere",))]
)


@FILTERED
@pytest.mark.parametrize("sort", SORTS)
def test_csv_has_exactly_the_filtered_people_in_the_order_of_the_list(chosen: Filters, sort: str) -> None:
    made, rows = people(), as_csv(chosen, sort)
    wanted = [row["patient_id"] for number in range(1, 4) for row in made.page(chosen, sort, number).rows]
    assert [row["Patient id"] for row in rows] == list(dict.fromkeys(wanted))
    assert len(rows) == made.total(chosen)
    assert [row["Place"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]


@FILTERED
def test_excel_has_exactly_the_filtered_people(chosen: Filters) -> None:
    sheet = as_book(chosen)["Worklist"]
    assert sheet.max_row - 1 == people().total(chosen)
    assert [cell.value for cell in sheet[1]] == TITLES


def test_the_words_are_those_of_the_screen() -> None:
    made, rows = people(), as_csv(Filters(dispositions=("investigate",)))
    for shown, row in zip(made.page(Filters(dispositions=("investigate",))).rows[-10:], rows[40:50], strict=True):
        screen = list_view.row(shown, D)
        for title in ("Status", "Patient", "Patient id", "Age", "Next step", "Not known", "Site", "Clinician"):
            assert row[title] == screen[title]
        assert row["Due"] == screen["Due"].replace("\u00a0", " ")
        assert row["Waiting days"] == str(screen["Waiting"])
        assert row["Due date"] == "2026-06-06"
        assert row["Reason since"] == "2026-05-23"
        assert (row["Bloods"], row["Bloods to order"]) == ("To order", "Full blood count (haemoglobin) and ESR")


def test_no_cell_of_the_csv_is_a_formula_in_any_spreadsheet() -> None:
    rows = as_csv(Filters())
    texts = [cell for row in rows for title, cell in row.items() if title not in ("Place", "Waiting days")]
    assert any(cell.startswith("'=1+1") for cell in texts)
    for cell in texts:
        assert not cell.lstrip().startswith(FORMULA)
        assert not set(cell) & set("\t\r\n\x00\x07\u200b\u202e")


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_spreadsheet_with_another_separator_finds_no_formula_either(separator: str) -> None:
    made = people()
    text = write_csv(made.everyone(Filters()), about(PEOPLE)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert len(rows) == PEOPLE + 1
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(FORMULA)]


def test_no_cell_of_the_excel_file_is_a_formula_or_a_link() -> None:
    book = as_book(Filters())
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "'=1+1" for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not book["Worklist"]._hyperlinks


def test_dates_and_numbers_of_the_excel_file_can_be_sorted_and_an_id_keeps_its_zeros() -> None:
    sheet = as_book(Filters(dispositions=("investigate",)))["Worklist"]
    row = dict(zip(TITLES, sheet[3], strict=True))
    assert row["Due date"].is_date
    assert row["Due date"].value.date() == date(2026, 6, 6)
    assert row["Waiting days"].value == 23
    assert row["Patient id"].value == "00002"
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_a_day_before_1900_is_text_in_excel() -> None:
    sheet = as_book(Filters())["Worklist"]
    born = [row[TITLES.index("Born")].value for row in sheet.iter_rows(min_row=2)]
    assert "1899-05-01" in [str(value) for value in born]


def test_the_provenance_stands_in_both_files() -> None:
    row = as_csv(Filters(dispositions=("investigate",)))[0]
    sheet = as_book(Filters(dispositions=("investigate",)))["About this list"]
    told = {line[0].value: line[1].value for line in sheet.iter_rows()}
    assert list(told) == LABELS
    for label in LABELS:
        assert row[label] == told[label]
    assert told["As of"] == "2026-06-15"
    assert told["People"] == str(people().total(Filters(dispositions=("investigate",))))
    assert told["Filters"] == "Next step: ● Failed conservative therapy; Site: Harbour"
    assert told["Source"] == "'=cmd list.csv"
    assert told["Intended use"] == settings.INTENDED_USE


def test_pandas_reads_the_csv_with_its_header_and_nothing_but_people() -> None:
    made = people()
    frame = pd.read_csv(io.BytesIO(write_csv(made.everyone(Filters()), about(PEOPLE))), dtype={"Patient id": str})
    assert list(frame.columns) == [*TITLES, *LABELS]
    assert len(frame) == PEOPLE
    assert set(frame["Patient id"]) == {f"{number:05}" for number in range(PEOPLE)}
    assert "Þórður 王俊杰 محمد" in set(frame["Patient"])
    assert frame["Waiting days"].dtype.kind == "f"


def test_a_list_too_long_for_excel_is_refused() -> None:
    with pytest.raises(ValueError, match="use CSV"):
        write_excel([], about(MOST_IN_EXCEL + 1))


def test_what_was_answered_on_the_screen_and_invented_people_are_told() -> None:
    given = Provenance("x", "y", [], "Name", D, "us-acp", "f", datetime(2026, 6, 15, tzinfo=UTC), 1, True, 3)
    told = dict(given.lines())
    assert told["Source"] == "x (invented people), with 3 answers given on the screen"
    assert told["Filters"] == "none: the whole list"


@pytest.mark.parametrize("write", [write_csv, write_excel])
def test_the_same_list_gives_the_same_bytes(write: Callable[..., bytes]) -> None:
    made = people()
    once, again = (write(made.everyone(Filters()), about(PEOPLE)) for _ in range(2))
    assert once == again
