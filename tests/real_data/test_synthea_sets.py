"""Synthea's CSV exports load whole; people whom FHIR holds too get the same answers from both forms."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from benchmarks.real_data import AS_OF, with_concept
from pathways import answers, evaluate, load_pathway
from tests.real_data.checks import Reader, nothing_is_lost

pytestmark = pytest.mark.shared_data
Answer = dict[str, Any]

NAMES = sorted(name for name in AS_OF if name.startswith("synthea-csv/"))
SAME_PEOPLE = "synthea-csv/tietai-lbp-derived"
IN_FHIR = ("fhir-bundles/tietai-lbp", "fhir-ndjson/tietai-lbp")

# What this export leaves out, so that FHIR knows it and the tables do not.
PLANNED_IN_CARE_PLANS = {"exercise", "heat_cold", "physiotherapy"}  # activities: a row has the plan's code alone
DRUGS_THAT_STOPPED = {"analgesic", "nsaid", "opioid"}  # FHIR says stopped, without a day; no row has a STOP
STOPPED_DRUG_DECIDES = "65f76a91-8b75-4f91-a65e-1cebc7945367"


@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_lost(read: Reader, name: str) -> None:
    report = read(name).report
    assert report.form == "Synthea CSV"
    nothing_is_lost(report)
    assert not [row for row in report.held_back if "not plausible" not in row.reason]
    assert all(row.raw and row.patient_id for row in report.held_back)


@pytest.mark.parametrize("name", NAMES)
def test_the_people_are_those_that_the_description_counts(
    read: Reader, name: str, described: dict[str, dict[str, Any]]
) -> None:
    loaded, entry = read(name), described[name]
    assert loaded.panel.patients.num_rows == entry["patients"]
    assert with_concept(loaded, "back_pain") == entry["back_pain_patients"]
    assert with_concept(loaded, "cancer_history") == entry["malignancy_patients"]
    dead = [day for day in loaded.panel.patients["deceased_on"].to_pylist() if day is not None]
    assert len(dead) == entry["deceased"]


def test_what_is_not_there_is_said(read: Reader) -> None:
    notices = read("synthea-csv/unmc-2023").report.notices
    assert "tables that are not there, so that nothing is known of them: observations" in notices
    assert with_concept(read("synthea-csv/unmc-2023"), "pain_score") == 0
    assert [one for one in read(SAME_PEOPLE).report.notices if one.startswith("medications.csv.gz: no row has")]


@pytest.fixture(scope="module")
def both(read: Reader) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """The answers by patient from FHIR (its two sets share nobody) and from the tables."""

    def answered(name: str) -> dict[str, Answer]:
        table = evaluate(read(name).panel, load_pathway(), profile="us-acp", as_of=AS_OF[name])
        return {answer["patient_id"]: answer for answer in answers(table)}

    in_fhir = {who: answer for name in IN_FHIR for who, answer in answered(name).items()}
    in_tables = answered(SAME_PEOPLE)
    assert set(in_fhir) < set(in_tables)
    return in_fhir, {who: in_tables[who] for who in in_fhir}


def test_the_same_people_get_the_same_answers(both: tuple[dict[str, Answer], dict[str, Answer]]) -> None:
    in_fhir, in_tables = both
    assert len(in_fhir) == 184
    assert {answer["disposition"] for answer in in_fhir.values()} > {"ask", "urgent", "not_in_pathway"}
    assert {who for who in in_fhir if in_fhir[who] != in_tables[who]} == {STOPPED_DRUG_DECIDES}


def test_where_a_drug_stopped_only_the_end_of_the_trial_differs(
    both: tuple[dict[str, Answer], dict[str, Answer]],
) -> None:
    """FHIR asks when the drug ended. The tables say that it goes on, and ask whether it helps."""
    known, told = (answered[STOPPED_DRUG_DECIDES] for answered in both)
    differing = {field for field in known if known[field] != told[field]}
    assert differing == {"missing", "trial_days"}
    assert set(known["missing"]) - set(told["missing"]) == {"trial_end"}
    assert set(told["missing"]) - set(known["missing"]) == {"pain_relief"}


def test_the_events_differ_only_in_what_the_tables_leave_out(read: Reader) -> None:
    """Times of the day apart: FHIR has fractions of a second. Reference ranges are not in the tables."""
    people = {who for name in IN_FHIR for who in read(name).panel.patients["patient_id"].to_pylist()}
    kept = ("patient_id", "concept", "date_first", "date_last", "end_date", "status", "value", "result")

    def said(*names: str) -> set[tuple[Any, ...]]:
        return {
            tuple(row[column] for column in kept)
            for name in names
            for row in read(name).panel.events.to_pylist()
            if row["patient_id"] in people
        }

    in_fhir, in_tables = said(*IN_FHIR), said(SAME_PEOPLE)
    only_fhir = Counter((row[1], row[5]) for row in in_fhir - in_tables)
    only_tables = Counter((row[1], row[5]) for row in in_tables - in_fhir)
    plans = {(concept, "planned") for concept in PLANNED_IN_CARE_PLANS}
    assert set(only_fhir) == plans | {(concept, "stopped") for concept in DRUGS_THAT_STOPPED}
    assert set(only_tables) == {(concept, "active") for concept in DRUGS_THAT_STOPPED}
