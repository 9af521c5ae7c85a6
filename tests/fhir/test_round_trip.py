"""The contract's rows written as FHIR and read again say what they said."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest

from dashboard.intake import Loaded, load
from dashboard.intake.rows import Origin, PanelBuilder, Record
from pathways.panel import RESULTS, STATUSES
from pathways.vocabulary import Concept, concepts
from sample_data.fhir_writer import write_fhir
from tests.fhir.resources import AS_OF

Form = Literal["bundle", "ndjson"]
Row = dict[str, str]
PEOPLE = [
    {"patient_id": "00012", "name": "Ann Low", "birth_date": "1960-02-03", "sex": "female", "site": "Hill",
     "clinician": "Dr Gray"},
    {"patient_id": "Ä b/7", "birth_date": "1966-06-16/1967-06-15", "sex": "other", "deceased_on": "yes"},
    {"patient_id": "x.1", "birth_date": "1958-04", "sex": "male", "deceased_on": "2026-05"},
    {"patient_id": "y", "birth_date": "1958", "name": "O'Brien \"Bo\" <b>", "deceased_on": "2026-01-31"},
    {"patient_id": "z"},
]  # fmt: skip


def as_panel(patients: list[Row], events: list[Row]) -> Loaded:
    """The rows as the tables say them: the measure of the round trip."""
    builder = PanelBuilder(AS_OF, "tables")
    for number, row in enumerate(patients):
        builder.add(Record(Origin("patients", number, ""), row))
    for number, row in enumerate(events):
        builder.add(Record(Origin("events", number, ""), None, [row]))
    return builder.build()


def through_fhir(patients: list[Row], events: list[Row], folder: Path, form: Form) -> Loaded:
    path = folder / ("panel.json" if form == "bundle" else "panel")
    write_fhir(patients, events, path, form=form)
    return load(path, as_of=AS_OF)


def said(table: pa.Table) -> list[str]:
    where = [name for name in ("source", "source_ref") if name in table.column_names]
    return sorted(map(repr, table.drop_columns(where).to_pylist()))


def same(patients: list[Row], events: list[Row], folder: Path, form: Form) -> None:
    expected, found = as_panel(patients, events), through_fhir(patients, events, folder, form)
    assert not expected.report.held_back
    assert not found.report.held_back
    assert not found.report.unmapped
    assert said(found.panel.patients) == said(expected.panel.patients)
    assert said(found.panel.events) == said(expected.panel.events)


def rows_of(concept: Concept) -> list[Row]:
    """Every status with what may stand beside it, each on a day of its own."""
    found: list[Row] = []

    def add(**cells: str) -> None:
        day = {"date": f"2026-03-{len(found) % 28 + 1:02d}"}
        found.append({"patient_id": "z", "concept": concept.id, **day, **cells})

    statuses = [*STATUSES[concept.kind], "", "entered-in-error"]
    for status in statuses:
        add(status=status)
        add(status=status, recorded_at="2026-03-30T10:30:00+01:00", note="seen; said so")
        add(status=status, date="2025")
        if concept.kind == "treatment" or concept.episode or status == "booked":
            add(status=status, end_date="2026-06-30")
            add(status=status, date="2025-11", end_date="2026-04")
        for result in RESULTS.get(concept.kind, ()):
            if not concept.stands_for_core:
                add(status=status, result=result)
                add(status=status, result=result, reviewed_on="2026-06-02")
        if concept.units:
            least, most = (str(float(limit)) for limit in concept.plausible or ("1", "2"))
            add(status=status, value=most, unit=concept.unit or "")
            add(status=status, value=least)
            if concept.kind == "blood_test":
                add(status=status, value=f"<{most}", reference_low=least, reference_high=most)
                add(status=status, value=most, result="abnormal", reviewed_on="2026-05")
    for name, unit in concept.units.items():
        low, high = concept.plausible or (Decimal(1), Decimal(1))
        middle = (low + high) / 2
        given = float(Fraction(middle) / unit.scale - unit.shift)
        add(status=statuses[0], value=f"{given:.2f}", unit=name)
    return found


@pytest.mark.parametrize("concept", concepts().values(), ids=lambda concept: concept.id)
def test_every_concept_in_every_status(concept: Concept, tmp_path: Path) -> None:
    same([{"patient_id": "z"}], rows_of(concept), tmp_path, "ndjson")


@pytest.mark.parametrize("form", ["bundle", "ndjson"])
def test_people(form: Form, tmp_path: Path) -> None:
    facts = [{"patient_id": row["patient_id"], "concept": "osteoporosis", "date": "2020"} for row in PEOPLE]
    same(PEOPLE, facts, tmp_path, form)


@pytest.mark.parametrize("form", ["bundle", "ndjson"])
def test_what_may_stay_undated(form: Form, tmp_path: Path) -> None:
    undated = {"patient_id": "z", "concept": "back_pain", "date": ""}
    moment = "2026-06-01T08:00:00Z"
    rows = [
        {**undated, "status": "present"},
        {**undated, "status": "absent"},
        {**undated, "status": "present", "recorded_at": moment},
        {**undated, "status": "unknown", "recorded_at": moment},
    ]
    same([{"patient_id": "z"}], rows, tmp_path, form)


def test_a_number_that_a_binary_one_cannot_hold(tmp_path: Path) -> None:
    row = {"patient_id": "z", "concept": "sflc_ratio", "date": "2026-01-01", "value": "9876.1234567891234"}
    same([{"patient_id": "z"}], [row], tmp_path, "bundle")


def test_a_source_is_kept(tmp_path: Path) -> None:
    row = {"patient_id": "z", "concept": "fever", "date": "2026-01-01", "source": "team", "source_ref": "7"}
    (event,) = through_fhir([{"patient_id": "z"}], [row], tmp_path, "bundle").panel.events.to_pylist()
    assert (event["source"], event["source_ref"]) == ("team", "7")


def test_what_is_written_is_a_bundle_that_others_can_read(tmp_path: Path) -> None:
    rows = [
        {"patient_id": "z", "concept": "cancer_history", "date": "2015", "status": "present"},
        {
            "patient_id": "z",
            "concept": "esr",
            "date": "2026-01-01",
            "status": "final",
            "value": "60",
            "unit": "mm/h",
        },
        {"patient_id": "z", "concept": "saddle_anaesthesia", "date": "2026-01-01", "status": "absent"},
    ]
    write_fhir([{"patient_id": "z"}], rows, tmp_path / "a.json", form="bundle")
    written: dict[str, Any] = json.loads((tmp_path / "a.json").read_text())
    assert written["type"] == "collection"
    kinds = [entry["resource"]["resourceType"] for entry in written["entry"]]
    assert kinds == ["Patient", "Condition", "Observation", "Observation"]
    condition, esr, answer = (entry["resource"] for entry in written["entry"][1:])
    assert condition["code"]["coding"] == [{"system": "http://snomed.info/sct", "code": "266987004"}]
    assert condition["onsetDateTime"] == "2015"
    assert esr["valueQuantity"] == {
        "value": 60, "unit": "mm/h", "system": "http://unitsofmeasure.org", "code": "mm/h"
    }  # fmt: skip
    assert answer["valueBoolean"] is False
    assert not any("extension" in entry["resource"] for entry in written["entry"])
