"""The burden of each flag, and that a click leads to as many people as the bar shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import attrition, wording
from dashboard.attrition import Verdicts
from dashboard.charts import flag_burden as chart
from dashboard.filtering import Filters
from dashboard.flag_burden import Burden, Flag, burden
from dashboard.worklist import Worklist
from pathways import load_pathway
from tests.pages.made_up import D, answer, failed, worklist

PATHWAY = load_pathway().in_profile("us-acp", D)


def urgent(patient_id: str, *reasons: str) -> dict:
    return answer("urgent", patient_id=patient_id, indication="urgent", reasons=list(reasons))


@pytest.fixture
def people() -> Worklist:
    return worklist(
        [
            failed(patient_id="1"),
            urgent("2", "cancer_history"),
            urgent("3", "cancer_history", "weight_loss_with_age_50"),
            answer("on_therapy", patient_id="4"),
            answer("not_in_pathway", patient_id="5", reasons=["no active back pain"]),
        ]
    )


@pytest.fixture
def found(people: Worklist) -> Burden:
    names = {*PATHWAY.rules.criteria, *(name for part in attrition.criteria_of(PATHWAY).values() for name in part)}
    verdicts = {name: Verdicts(name, f"Title of {name}", met=1, not_met=2, unknown=1) for name in names}
    verdicts["cancer_history"] = Verdicts("cancer_history", "History of cancer", met=3, not_met=0, unknown=1)
    return burden(people, verdicts, PATHWAY)


def test_reasons_are_counted_in_people_alone_and_with_others(found: Burden) -> None:
    flags = {flag.name: flag for flag in found.flags}
    assert (flags["cancer_history"].reason_for, flags["cancer_history"].sole) == (2, 1)
    assert (flags["weight_loss_with_age_50"].reason_for, flags["weight_loss_with_age_50"].sole) == (1, 0)
    assert (flags["failed_therapy"].reason_for, flags["failed_therapy"].sole) == (1, 1)
    assert (flags["saddle_anaesthesia"].reason_for, flags["saddle_anaesthesia"].sole) == (0, 0)


def test_why_somebody_is_not_in_the_pathway_is_no_flag(found: Burden) -> None:
    assert (found.flagged, found.one, found.of) == (3, 2, 5)


def test_met_and_not_known_are_per_hundred_people_in_the_pathway(found: Burden) -> None:
    cancer = next(flag for flag in found.flags if flag.name == "cancer_history")
    assert (cancer.people, cancer.per_hundred(cancer.met), cancer.per_hundred(cancer.unknown)) == (4, 75.0, 25.0)


def test_a_flag_stands_once_under_the_most_pressing_step_it_leads_to(found: Burden) -> None:
    names = [flag.name for flag in found.flags]
    assert len(names) == len(set(names))
    assert [flag.leads_to for flag in found.raised] == sorted(
        (flag.leads_to for flag in found.raised),
        key=[wording.indication(name) for name in PATHWAY.indications].index,
    )


def test_a_part_has_no_reason_count_of_its_own(found: Burden) -> None:
    neurology = next(flag for flag in found.flags if flag.name == "neurology")
    assert neurology.reason_for is None
    assert neurology not in found.raised


def test_the_worklist_shows_as_many_people_as_the_bar(people: Worklist, found: Burden) -> None:
    for flag in found.raised:
        assert people.total(Filters(reason=flag.name)) == flag.reason_for


def test_the_bar_is_alone_and_with_others_together(found: Burden) -> None:
    drawn = chart.figure(found.raised)
    alone, several = drawn.data
    for place, flag in enumerate(found.raised):
        assert alone.x[place] + several.x[place] == flag.reason_for
    assert several.marker.pattern.shape == "/"
    assert "History of cancer: 2, alone for 1" in chart.alt_text(found.raised)


def test_an_empty_pathway_divides_by_nobody() -> None:
    nobody = worklist([answer("not_in_pathway", patient_id="5")])
    names = {*PATHWAY.rules.criteria, *(name for part in attrition.criteria_of(PATHWAY).values() for name in part)}
    found = burden(nobody, {name: Verdicts(name, name, 0, 0, 0) for name in names}, PATHWAY)
    assert (found.people, found.flagged, found.flags[0].per_hundred(0)) == (0, 0, 0.0)


def test_the_longest_name_stands_whole_over_its_bar(found: Burden) -> None:
    flag = max(found.raised, key=lambda one: len(one.title))
    long = replace(flag, title=" ".join(["a weakly abnormal blood result"] * 4))
    drawn = chart.figure([long, flag])
    told = drawn.layout.annotations[0].text
    assert told.count("<br>") == 2
    assert told.replace("<br>", " ").endswith(long.title)
    first, second = drawn.data[0].y
    assert first > second - first


@pytest.mark.parametrize(("people", "step"), [(1, 1), (4, 1), (5, 1), (6, None), (400, None)])
def test_an_axis_that_counts_few_people_steps_by_one(people: int, step: int | None) -> None:
    flag = Flag("cancer_history", "History of cancer", "Urgent", people, 0, 1000, people, people)
    assert chart.figure([flag]).layout.xaxis.dtick == step
