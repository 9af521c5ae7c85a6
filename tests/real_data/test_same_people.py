"""The same people as FHIR, as OMOP tables and as Synthea's CSV: each loads whole, and they lead to the same answers."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_data import AS_OF
from dashboard.actions.following import followed
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel, core_bloods, profiles
from pathways import StillOpen, answers, evaluate, load_pathway
from pathways.vocabulary import concepts
from tests.real_data.checks import (
    AS_FHIR,
    AS_OMOP,
    AS_SYNTHEA,
    Described,
    Reader,
    fhir_has_the_people_described,
    fhir_holds_back_impossible_values_alone,
    fhir_is_whole,
    omop_has_the_people_described,
    omop_is_whole,
    synthea_has_the_people_described,
    synthea_is_whole,
)

pytestmark = pytest.mark.shared_data
Row = dict[str, Any]
Answers = dict[str, Row]
Facts = set[tuple[Any, ...]]

MEDICINES = {"analgesic", "corticosteroid", "nsaid", "opioid"}
FROM_THE_TRIAL = {
    "trial_days", "trial_start", "baseline_pain", "current_pain", "improvement_percent", "missing", "notes",
}  # fmt: skip

# What Synthea's export leaves out, so that FHIR knows it and the tables do not.
PLANNED_IN_CARE_PLANS = {"exercise", "heat_cold", "physiotherapy"}  # activities: a row has the plan's code alone
DRUGS_THAT_STOPPED = {"analgesic", "nsaid", "opioid"}  # FHIR says stopped, without a day; no row has a STOP
STOPPED_DRUG_DECIDES = "65f76a91-8b75-4f91-a65e-1cebc7945367"


@pytest.fixture(scope="module")
def events(read: Reader) -> Callable[[str], list[Row]]:
    """The events of a data set."""
    return cache(lambda name: read(name).panel.events.to_pylist())


@pytest.fixture(scope="module")
def answered(read: Reader) -> Callable[[str], Answers]:
    """The answers of a data set by patient."""

    def found(name: str) -> Answers:
        table = evaluate(read(name).panel, load_pathway(), as_of=AS_OF[name])
        return {answer["patient_id"]: answer for answer in answers(table)}

    return cache(found)


@pytest.mark.parametrize("name", AS_FHIR)
def test_no_record_of_fhir_is_lost(read: Reader, name: str, described: Described) -> None:
    fhir_is_whole(read(name), described[name])
    fhir_holds_back_impossible_values_alone(read(name))
    fhir_has_the_people_described(read(name), described[name])


def test_no_record_of_omop_is_lost(read: Reader, described: Described) -> None:
    omop_is_whole(read(AS_OMOP))
    assert not read(AS_OMOP).report.held_back
    omop_has_the_people_described(read(AS_OMOP), described[AS_OMOP])


def test_no_row_of_synthea_is_lost(read: Reader, described: Described) -> None:
    synthea_is_whole(read(AS_SYNTHEA))
    synthea_has_the_people_described(read(AS_SYNTHEA), described[AS_SYNTHEA])
    assert [one for one in read(AS_SYNTHEA).report.notices if one.startswith("medications.csv.gz: no row has")]


@pytest.fixture(scope="module")
def fhir_ids(root: Path) -> dict[str, str]:
    """The id of a person in OMOP to that in FHIR."""
    with gzip.open(root / AS_OMOP / "PERSON.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {row["person_id"]: row["person_source_value"] for row in csv.DictReader(file)}


def _facts(rows: Iterable[Row], ids: dict[str, str] | None, common: set[str]) -> Facts:
    """What each event says, but for the medicines and plans; the time of day is left aside."""
    columns = ("concept", "date_first", "date_last", "end_date", "status", "value", "comparator", "result")
    found = set()
    for row in rows:
        who = ids[row["patient_id"]] if ids else row["patient_id"]
        if who in common and row["concept"] not in MEDICINES and row["status"] != "planned":
            found.add((who, *(row[column] for column in columns)))
    return found


def _medicines(rows: Iterable[Row], ids: dict[str, str] | None, common: set[str]) -> Facts:
    owned = ((ids[row["patient_id"]] if ids else row["patient_id"], row) for row in rows)
    return {
        (who, row["concept"], row["date_first"]) for who, row in owned if who in common and row["concept"] in MEDICINES
    }


def test_fhir_and_omop_say_the_same_but_for_medicines_and_plans(
    read: Reader, events: Callable[[str], list[Row]], fhir_ids: dict[str, str]
) -> None:
    """OMOP has no care plans, no reason for a medicine, and here no end of one."""
    omop = read(AS_OMOP).panel
    fhir = [read(name).panel for name in AS_FHIR]
    common = {row["patient_id"] for panel in fhir for row in panel.patients.to_pylist()}
    assert len(common) == 184
    assert common <= set(fhir_ids.values())
    known = ("birth_first", "birth_last", "sex", "deceased_on")
    one = {row["patient_id"]: [row[name] for name in known] for panel in fhir for row in panel.patients.to_pylist()}
    other = {fhir_ids[row["patient_id"]]: [row[name] for name in known] for row in omop.patients.to_pylist()}
    assert {who: other[who] for who in common} == one

    fhir_rows = [row for name in AS_FHIR for row in events(name)]
    omop_rows = events(AS_OMOP)
    assert _facts(fhir_rows, None, common) == _facts(omop_rows, fhir_ids, common)
    planned = {row["concept"] for row in fhir_rows if row["status"] == "planned"}
    assert {concepts()[concept].kind for concept in planned} == {"treatment"}

    without_reason, all_medicines = _medicines(fhir_rows, None, common), _medicines(omop_rows, fhir_ids, common)
    assert without_reason < all_medicines
    given_elsewhere = sum(
        int(notice.split()[0])
        for name in AS_FHIR
        for notice in read(name).report.notices
        if "for another stated reason" in notice
    )
    assert len(all_medicines - without_reason) == given_elsewhere


def test_fhir_and_omop_lead_to_the_same_next_step(
    answered: Callable[[str], Answers], events: Callable[[str], list[Row]], fhir_ids: dict[str, str]
) -> None:
    """Only what follows from the course of a trial may differ: OMOP asks for its end."""
    fhir = {who: answer for name in AS_FHIR for who, answer in answered(name).items()}
    omop = {fhir_ids[who]: answer for who, answer in answered(AS_OMOP).items()}
    assert {fhir[who]["disposition"] for who in fhir} > {"ask", "urgent", "not_in_pathway"}
    with_medicine = {fhir_ids[row["patient_id"]] for row in events(AS_OMOP) if row["concept"] in MEDICINES}
    for who, expected in fhir.items():
        found = omop[who]
        differing = {key for key in expected if key != "patient_id" and expected[key] != found[key]}
        assert differing <= FROM_THE_TRIAL, who
        assert not differing or who in with_medicine
        changed = set(expected["missing"]) ^ set(found["missing"])
        assert changed <= {"trial_end", "pain_relief", "pain_score"}


@pytest.fixture(scope="module")
def both(answered: Callable[[str], Answers]) -> tuple[Answers, Answers]:
    """The answers by patient from FHIR (its two sets share nobody) and from Synthea's tables."""
    in_fhir = {who: answer for name in AS_FHIR for who, answer in answered(name).items()}
    in_tables = answered(AS_SYNTHEA)
    assert set(in_fhir) < set(in_tables)
    return in_fhir, {who: in_tables[who] for who in in_fhir}


def test_fhir_and_synthea_give_the_same_answers(both: tuple[Answers, Answers]) -> None:
    in_fhir, in_tables = both
    assert len(in_fhir) == 184
    assert {answer["disposition"] for answer in in_fhir.values()} > {"ask", "urgent", "not_in_pathway"}
    assert {who for who in in_fhir if in_fhir[who] != in_tables[who]} == {STOPPED_DRUG_DECIDES}


def test_where_a_drug_stopped_only_the_end_of_the_trial_differs(both: tuple[Answers, Answers]) -> None:
    """FHIR asks when the drug ended. The tables say that it goes on, and ask whether it helps."""
    known, told = (answered[STOPPED_DRUG_DECIDES] for answered in both)
    differing = {field for field in known if known[field] != told[field]}
    assert differing == {"missing", "trial_days"}
    assert set(known["missing"]) - set(told["missing"]) == {"trial_end"}
    assert set(told["missing"]) - set(known["missing"]) == {"pain_relief"}


def test_events_differ_only_in_what_the_tables_leave_out(read: Reader, events: Callable[[str], list[Row]]) -> None:
    """Times of the day apart: FHIR has fractions of a second. Reference ranges are not in the tables."""
    people = {who for name in AS_FHIR for who in read(name).panel.patients["patient_id"].to_pylist()}
    kept = ("patient_id", "concept", "date_first", "date_last", "end_date", "status", "value", "result")

    def said(*names: str) -> Facts:
        return {
            tuple(row[column] for column in kept)
            for name in names
            for row in events(name)
            if row["patient_id"] in people
        }

    in_fhir, in_tables = said(*AS_FHIR), said(AS_SYNTHEA)
    only_fhir = Counter((row[1], row[5]) for row in in_fhir - in_tables)
    only_tables = Counter((row[1], row[5]) for row in in_tables - in_fhir)
    plans = {(concept, "planned") for concept in PLANNED_IN_CARE_PLANS}
    assert set(only_fhir) == plans | {(concept, "stopped") for concept in DRUGS_THAT_STOPPED}
    assert set(only_tables) == {(concept, "active") for concept in DRUGS_THAT_STOPPED}


def test_where_nobody_records_that_results_are_read_only_those_in_time_are_open(read: Reader) -> None:
    name = AS_FHIR[1]
    loaded, day, profile = read(name), AS_OF[name], next(iter(profiles()))
    records: dict[str, list[dict[str, Any]]] = {}
    for row in loaded.panel.events.to_pylist():
        records.setdefault(row["patient_id"], []).append(row)
        assert row["status"] != "reviewed"
        assert row["reviewed_on"] is None
    core, long_ago = core_bloods(profile, day), day - timedelta(days=3650)
    unread = {person: followed((), record, core, day).items for person, record in records.items()}
    assert sum(any(item.since < long_ago for item in items) for items in unread.values()) > len(records) / 2

    held = HeldPanel(name, loaded.panel, loaded.report, day)
    people = held.worklist(profile, day)
    windows = held.still_open(profile, day, list(records))
    listed = {
        person: items
        for person, record in records.items()
        if (items := followed((), record, core, day, windows.get(person, StillOpen())).items)
    }
    pathway = load_pathway().in_profile(profile, day)
    longest = max(pathway.days(name) for name in pathway.rules.results.valid_for.values())
    assert 0 < len(listed) < len(records) / 10
    assert all(item.since >= day - timedelta(days=longest) for items in listed.values() for item in items)
    assert {row["patient_id"] for row in people.everyone(Filters(orders="open"))} == set(listed)
    late = {person for person, items in listed.items() if any(item.overdue(day) for item in items)}
    assert {row["patient_id"] for row in people.everyone(Filters(orders="late"))} == late
    for person in listed:
        assert StillOpen.in_trace(held.trace(person, profile, day)["still_open"]) == windows[person]
