"""Every FHIR data set loads whole, and says of its people what its own description counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from benchmarks.real_data import AS_OF, with_concept
from dashboard.actions.following import followed
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel, core_bloods, profiles
from pathways import StillOpen, answers, evaluate, load_pathway
from tests.real_data.checks import Reader, nobody_has_back_pain, nothing_is_lost

pytestmark = pytest.mark.shared_data
NAMES = sorted(name for name in AS_OF if name.startswith("fhir-"))
NOBODY_WITH_BACK_PAIN = ("fhir-bundles/smart-generated-sample-data", "fhir-bundles/intersystems")
NOBODY_READS = "fhir-ndjson/tietai-lbp"
NO_PAIN_SCORES = ("fhir-ndjson/clinosim", "fhir-ndjson/smart-bulk-10")


@pytest.mark.parametrize("name", NAMES)
def test_no_record_is_lost(read: Reader, name: str, described: dict[str, dict[str, Any]]) -> None:
    report = read(name).report
    nothing_is_lost(report)
    read_in = sum(described[name].get("resources", {}).values())
    assert read_in == 0 or report.records_read >= read_in


@pytest.mark.parametrize("name", NAMES)
def test_only_impossible_values_are_held_back(read: Reader, name: str) -> None:
    held = read(name).report.held_back
    assert not [row for row in held if row.column != "value" or "not plausible" not in row.reason]
    assert all(row.raw and row.patient_id for row in held)


@pytest.mark.parametrize("name", NAMES)
def test_the_people_are_those_that_the_description_counts(
    read: Reader, name: str, described: dict[str, dict[str, Any]]
) -> None:
    loaded, entry = read(name), described[name]
    assert loaded.panel.patients.num_rows == entry["patients"]
    assert with_concept(loaded, "back_pain") == entry["back_pain_patients"]


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


def test_where_nobody_records_that_results_are_read_only_those_in_time_are_open(read: Reader) -> None:
    loaded, day, profile = read(NOBODY_READS), AS_OF[NOBODY_READS], next(iter(profiles()))
    records: dict[str, list[dict[str, Any]]] = {}
    for row in loaded.panel.events.to_pylist():
        records.setdefault(row["patient_id"], []).append(row)
        assert row["status"] != "reviewed"
        assert row["reviewed_on"] is None
    core, long_ago = core_bloods(profile, day), day - timedelta(days=3650)
    unread = {name: followed((), record, core, day).items for name, record in records.items()}
    assert sum(any(item.since < long_ago for item in items) for items in unread.values()) > len(records) / 2

    held = HeldPanel(NOBODY_READS, loaded.panel, loaded.report, day)
    people = held.worklist(profile, day)
    windows = held.still_open(profile, day, list(records))
    listed = {
        name: items
        for name, record in records.items()
        if (items := followed((), record, core, day, windows.get(name, StillOpen())).items)
    }
    pathway = load_pathway().in_profile(profile, day)
    longest = max(pathway.days(name) for name in pathway.rules.results.valid_for.values())
    assert 0 < len(listed) < len(records) / 10
    assert all(item.since >= day - timedelta(days=longest) for items in listed.values() for item in items)
    assert {row["patient_id"] for row in people.everyone(Filters(orders="open"))} == set(listed)
    late = {name for name, items in listed.items() if any(item.overdue(day) for item in items)}
    assert {row["patient_id"] for row in people.everyone(Filters(orders="late"))} == late
    for name in listed:
        assert StillOpen.in_trace(held.trace(name, profile, day)["still_open"]) == windows[name]
