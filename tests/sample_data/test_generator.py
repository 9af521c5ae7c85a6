"""The invented panel: the same every time, as varied as life, each story in its place."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from pathways.vocabulary import concepts
from sample_data.build import AS_OF, SEED
from sample_data.chart import EVENT_COLUMNS, HERE, PATIENT_COLUMNS, Chart, settings
from sample_data.generator import charts, generate
from sample_data.stories import DECK, STORIES
from tests.sample_data.conftest import PEOPLE


def with_finding(panel: list[Chart], concept: str, status: str = "present") -> int:
    return sum(any(row[1] == concept and row[4] == status for row in chart.events) for chart in panel)


def have_back_pain(panel: list[Chart]) -> list[Chart]:
    return [c for c in panel if any(r[1] == "back_pain" and r[4] == "present" and not r[3] for r in c.events)]


def test_the_same_seed_gives_the_same_people() -> None:
    assert list(generate(50, 7, AS_OF)) == list(generate(50, 7, AS_OF))


def test_another_seed_gives_other_people() -> None:
    assert list(generate(50, 7, AS_OF)) != list(generate(50, 8, AS_OF))


def test_a_smaller_panel_is_the_beginning_of_a_larger_one() -> None:
    larger = list(generate(DECK + 30, 3, AS_OF))
    assert larger[: DECK - 5] == list(generate(DECK - 5, 3, AS_OF))
    assert len(larger) == DECK + 30


def test_another_as_of_date_moves_everybody() -> None:
    earlier = date(2024, 2, 29)
    newest = max(row[2] for chart in charts(DECK, SEED, earlier) for row in chart.events)
    assert "2024-02-01" < newest <= earlier.isoformat()


def test_rows_have_the_contract_s_columns() -> None:
    patient, events = next(generate(1, SEED, AS_OF))
    assert tuple(patient) == PATIENT_COLUMNS
    assert {tuple(event) for event in events} == {EVENT_COLUMNS}


def test_ids_are_unique_and_begin_with_zeros(panel: list[Chart]) -> None:
    ids = [chart.patient_id for chart in panel]
    assert len(set(ids)) == PEOPLE
    assert all(name.startswith("0") and name.isdigit() for name in ids)


def test_every_event_is_of_its_person_and_a_known_concept(panel: list[Chart]) -> None:
    for chart in panel:
        assert {row[0] for row in chart.events} <= {chart.patient_id}
        assert {row[1] for row in chart.events} <= set(concepts())
        assert {len(row) for row in chart.events} <= {len(EVENT_COLUMNS)}


def test_nothing_ends_before_it_begins(panel: list[Chart]) -> None:
    assert not [row for chart in panel for row in chart.events if row[3] and row[3] < row[2]]


def test_nothing_but_an_appointment_is_ahead_of_the_as_of_date(panel: list[Chart]) -> None:
    today = AS_OF.isoformat()
    assert not [row for chart in panel for row in chart.events if row[2] > today or row[10] > today]
    assert {row[4] for chart in panel for row in chart.events if row[3] > today} == {"booked"}


def test_about_twenty_events_a_person(panel: list[Chart]) -> None:
    assert 17 <= sum(len(chart.events) for chart in panel) / PEOPLE <= 25


@pytest.mark.parametrize(
    ("concept", "low", "high"),
    [("cancer_history", 0.03, 0.05), ("fever", 0.008, 0.02), ("visible_lump", 0.0005, 0.015)],
)
def test_weighty_findings_are_as_rare_as_published(
    panel: list[Chart], concept: str, low: float, high: float
) -> None:
    assert low <= with_finding(panel, concept) / PEOPLE <= high


def test_about_one_in_eight_has_no_back_pain(panel: list[Chart]) -> None:
    assert 0.10 <= 1 - len(have_back_pain(panel)) / PEOPLE <= 0.14


def test_about_four_in_five_have_some_red_flag_item(panel: list[Chart]) -> None:
    items = set(settings("shares")["present"]) | set(settings("shares")["first_questions"])
    items |= {"significant_trauma", "long_term_steroids", "osteoporosis", "strong_clinical_suspicion"}
    items -= {"buttock_pain", "psoriasis"}  # these point to inflammation
    people = have_back_pain(panel)
    some = sum(c.age >= 50 or any(r[1] in items and r[4] == "present" for r in c.events) for c in people)
    assert 0.75 <= some / len(people) <= 0.85


def test_unknown_answers_are_common_but_not_universal(panel: list[Chart]) -> None:
    unknown = sum(any(row[4] == "unknown" for row in chart.events) for chart in panel)
    assert 0.15 <= unknown / PEOPLE <= 0.6


def test_the_panel_is_varied(panel: list[Chart]) -> None:
    ages = [chart.age for chart in panel]
    assert min(ages) < 18
    assert max(ages) > 80
    assert len({chart.site.name for chart in panel}) == 4
    assert len({chart.clinician for chart in panel}) == 8
    letters = "".join(chart.name for chart in panel)
    scripts = (
        "\u0600\u06ff",
        "\u4e00\u9fff",
        "\uac00\ud7af",
        "\u0400\u04ff",
    )  # Arabic, Han, Hangul, Cyrillic
    assert all(any(low <= letter <= high for letter in letters) for low, high in scripts)
    assert any(len(chart.birth_date) == 4 for chart in panel)
    assert any(len(chart.birth_date) == 7 for chart in panel)
    assert any(chart.deceased_on for chart in panel)


def test_sites_print_in_their_own_units(panel: list[Chart]) -> None:
    units = {(row[1], row[6]) for chart in panel for row in chart.events}
    for concept, si, us in (
        ("haemoglobin", "g/L", "g/dL"),
        ("weight", "kg", "lb"),
        ("temperature", "degC", "degF"),
        ("crp", "mg/L", "mg/dL"),
        ("creatinine", "umol/L", "mg/dL"),
    ):
        assert {(concept, si), (concept, us)} <= units


def test_edges_are_there(panel: list[Chart]) -> None:
    assert any(chart.birth_date.endswith("-02-29") for chart in panel)
    rows = [row for chart in panel for row in chart.events]
    assert any(row[5].startswith("<") for row in rows)
    assert any(row[1] == "back_pain" and not row[2] for row in rows)
    assert any(row[1] == "back_pain" and len(row[2]) == len("2026-05") for row in rows)
    assert any(row[1] == "physiotherapy" and row[5] == "0" for row in rows)


def test_every_deck_holds_every_story_as_often_as_its_share(panel: list[Chart]) -> None:
    for first in range(0, PEOPLE, DECK):
        told = Counter(chart.story for chart in panel[first : first + DECK])
        assert told == settings("shares")["stories"]


def test_the_readme_tells_every_story_and_the_intended_use() -> None:
    text = (HERE / "README.md").read_text(encoding="utf-8")
    for name, count in settings("shares")["stories"].items():
        assert f"| {name.replace('_', ' ')} | {count} | {STORIES[name].__doc__} |" in text
    assert "Not clinically assured." in " ".join(text.split())
