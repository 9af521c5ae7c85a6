"""The worklist's rows, counts, order and pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.filtering import Filters
from dashboard.worklist import PAGE_SIZE, SORTS, Worklist
from pathways import load_pathway
from tests.pages.made_up import D, answer, failed, group, person, worklist

ORDER = list(load_pathway().rules.dispositions)


@pytest.fixture
def many() -> Worklist:
    """Ten people in each disposition; every second one overdue, every third with a question open."""
    answers, people = [], []
    for place, name in enumerate(ORDER):
        for number in range(10):
            patient_id = f"{place:02}{number:02}"
            overdue = number % 2 == 0
            answers.append(
                answer(
                    name,
                    patient_id=patient_id,
                    overdue=overdue,
                    due_by=D - timedelta(days=number) if overdue else None,
                    missing=["fever"] if number % 3 == 0 else [],
                    bloods=group("due", "esr") if number == 1 else group(),
                )
            )
            people.append(person(patient_id, site="Harbour" if number < 5 else "Mill Lane"))
    return worklist(answers, people)


def ids(people: Worklist, filters: Filters | None = None, sort: str = "Most pressing") -> list[str]:
    return [row["patient_id"] for row in people.page(filters or Filters(), sort).rows]


def test_the_order_is_the_pathways_own() -> None:
    late, early = D - timedelta(days=9), D - timedelta(days=30)
    people = worklist(
        [
            answer("self_care", patient_id="a"),
            answer("urgent", patient_id="not over", due_by=D + timedelta(days=1), since=early),
            answer("urgent", patient_id="over", due_by=late, overdue=True, since=late),
            answer("urgent", patient_id="over longer", due_by=early, overdue=True, since=early),
            answer("urgent", patient_id="no date"),
            answer("urgent", patient_id="no date, waiting", since=early),
            answer("emergency", patient_id="z"),
        ]
    )
    assert ids(people) == ["z", "over longer", "over", "not over", "no date, waiting", "no date", "a"]


def test_equal_answers_are_ordered_by_patient_id() -> None:
    people = worklist([answer(patient_id=name) for name in ("10", "02", "1")])
    assert ids(people) == ["02", "1", "10"]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(sites=("Harbour",)),
        Filters(overdue=True),
        Filters(bloods_due=True),
        Filters(something_unknown=True, sites=("Mill Lane",)),
        Filters(dispositions=("urgent", "ask"), overdue=True),
    ],
)
def test_tiles_add_up_to_the_list_without_its_disposition_filter(many: Worklist, filters: Filters) -> None:
    others = Filters(**{**filters.__dict__, "dispositions": ()})
    counts = many.counts(filters)
    assert list(counts) == ORDER
    assert sum(counts.values()) == many.total(others)
    chosen = filters.dispositions or ORDER
    assert sum(counts[name] for name in chosen) == many.total(filters)


def test_filters_narrow_to_exactly_their_people(many: Worklist) -> None:
    rows = many.page(Filters(dispositions=("ask",), overdue=True, sites=("Harbour",))).rows
    assert {(row["disposition"], row["overdue"], row["site"]) for row in rows} == {("ask", True, "Harbour")}
    assert len(rows) == 3


def test_pages_cover_everyone_once(many: Worklist) -> None:
    total = many.total()
    pages = [many.page(Filters(), number=number) for number in range(1, many.page(Filters()).pages + 1)]
    shown = [row["patient_id"] for page in pages for row in page.rows]
    assert len(shown) == len(set(shown)) == total
    assert [page.first for page in pages] == list(range(1, total + 1, PAGE_SIZE))


@pytest.mark.parametrize("asked", [-3, 0, 99])
def test_a_page_that_does_not_exist_is_the_nearest_one(many: Worklist, asked: int) -> None:
    page = many.page(Filters(), number=asked)
    assert 1 <= page.number <= page.pages
    assert page.rows


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_keeps_everyone(many: Worklist, sort: str) -> None:
    first = many.page(Filters(), sort)
    assert (first.total, len(first.rows)) == (len(ORDER) * 10, PAGE_SIZE)


def test_an_unknown_sort_is_the_pathways_order(many: Worklist) -> None:
    assert ids(many, sort="; drop table people") == ids(many)


def test_someone_on_no_filtered_list_can_be_found(many: Worklist) -> None:
    assert [row["patient_id"] for row in many.find("0203")] == ["0203"]
    assert {row["patient_id"] for row in many.find("person 13")} == {f"13{n:02}" for n in range(10)}
    assert many.find("  ") == many.find("nobody at all") == []


def test_the_exact_id_comes_first() -> None:
    people = worklist([answer("emergency", patient_id="123"), answer("self_care", patient_id="12")])
    assert [row["patient_id"] for row in people.find("12")] == ["12", "123"]


def test_an_address_does_not_tell_the_record_number(many: Worklist) -> None:
    tokens = {row["token"]: row["patient_id"] for row in many.page(Filters()).rows}
    assert len(tokens) == PAGE_SIZE
    for token, patient_id in tokens.items():
        found = many.person(token)
        assert found is not None
        assert found["patient_id"] == patient_id
        assert many.person(patient_id) is None


def test_neighbours_follow_the_list_one_came_from(many: Worklist) -> None:
    filters = Filters(dispositions=("urgent",), overdue=True)
    tokens = [row["token"] for row in many.page(filters, "Due date").rows]
    for place, token in enumerate(tokens):
        near = many.neighbours(token, filters, "Due date")
        assert (near.position, near.total) == (place + 1, len(tokens))
        assert near.previous == (tokens[place - 1] if place else None)
        assert near.next == (tokens[place + 1] if place + 1 < len(tokens) else None)


def test_someone_outside_the_list_has_no_place_in_it(many: Worklist) -> None:
    outside = many.find("0000")[0]["token"]
    near = many.neighbours(outside, Filters(dispositions=("ask",)), "Name")
    assert (near.position, near.previous, near.next, near.total) == (None, None, None, 10)


def test_choices_are_the_sites_of_the_panel(many: Worklist) -> None:
    assert many.choices("site") == ["Harbour", "Mill Lane"]
    with pytest.raises(ValueError, match="name"):
        many.choices("name")


def test_an_empty_panel_is_an_empty_list() -> None:
    people = worklist([])
    page = people.page(Filters())
    assert (page.total, page.pages, page.first, page.rows) == (0, 1, 0, [])
    assert set(people.counts(Filters()).values()) == {0}


def test_a_filter_value_is_never_read_as_a_statement() -> None:
    people = worklist([failed()], [person("1", site="O'Brien's")])
    assert people.total(Filters(sites=("O'Brien's",))) == 1
    assert people.total(Filters(sites=("' or 1=1 --",))) == 0
