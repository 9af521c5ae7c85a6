"""Every FHIR data set loads whole, and says of its people what its own description counts."""

from __future__ import annotations

import pytest

from benchmarks.real_data import AS_OF, with_concept
from pathways import answers, evaluate, load_pathway
from tests.real_data.checks import (
    Described,
    Reader,
    fhir_has_the_people_described,
    fhir_holds_back_impossible_values_alone,
    fhir_is_whole,
    named,
    nobody_has_back_pain,
)

pytestmark = pytest.mark.shared_data
NAMES = named("fhir-")
NOBODY_WITH_BACK_PAIN = ("fhir-bundles/smart-generated-sample-data", "fhir-bundles/intersystems")
NO_PAIN_SCORES = ("fhir-ndjson/clinosim", "fhir-ndjson/smart-bulk-10")


@pytest.mark.parametrize("name", NAMES)
def test_no_record_is_lost(read: Reader, name: str, described: Described) -> None:
    fhir_is_whole(read(name), described[name])


@pytest.mark.parametrize("name", NAMES)
def test_only_impossible_values_are_held_back(read: Reader, name: str) -> None:
    fhir_holds_back_impossible_values_alone(read(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_people_are_those_that_the_description_counts(read: Reader, name: str, described: Described) -> None:
    fhir_has_the_people_described(read(name), described[name])


@pytest.mark.parametrize("name", NOBODY_WITH_BACK_PAIN)
def test_nobody_without_back_pain_is_in_the_pathway(read: Reader, name: str) -> None:
    nobody_has_back_pain(read(name), name)


@pytest.mark.parametrize("name", NO_PAIN_SCORES)
def test_without_pain_scores_no_therapy_has_failed(read: Reader, name: str) -> None:
    loaded = read(name)
    assert with_concept(loaded, "pain_score") == 0
    found = list(answers(evaluate(loaded.panel, load_pathway(), as_of=AS_OF[name])))
    assert not [answer for answer in found if "failed_therapy" in answer["reasons"]]
    assert [answer for answer in found if answer["disposition"] == "ask"]


def test_relatives_cancers_stay_with_the_relatives(read: Reader) -> None:
    events = read("fhir-ndjson/clinosim").panel.events.to_pylist()
    rows = [row for row in events if row["source_ref"].startswith("FamilyMemberHistory/")]
    assert rows
    assert {row["concept"] for row in rows} == {"family_history_cancer"}
