"""However the lines stand and however little stays in memory: the same people, events, counts and reasons."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.intake import load
from dashboard.intake.fhir import spool, waiting
from dashboard.intake.panels import panels
from pathways.panel import Panel
from tests.fhir.resources import AS_OF, ICD, LOINC, OWN, SNOMED, Json, about, coded, condition, observation, patient

VISIT_END = "2026-05-02T10:30:00+01:00"
RESOURCES = [
    patient("a", identifier=[{"system": "urn:backstop:patient-id", "value": "0001"}]),
    patient("b", managingOrganization={"reference": "Organization/o"}),
    patient("c", birthDate="not a day"),
    {"resourceType": "Organization", "id": "o", "name": "Hill"},
    {"resourceType": "Practitioner", "id": "d", "name": [{"family": "Gray"}]},
    about("Encounter", "v", period={"start": "2026-05-02", "end": VISIT_END},
          participant=[{"individual": {"reference": "Practitioner/d"}}]),
    condition(ICD, "M54.50", id="c1", onsetDateTime="2026-03-01"),
    condition(OWN, "fever", id="c2", onsetDateTime="2026-05-02", abatementDateTime=VISIT_END, clinical="resolved",
              category=[coded("x", "encounter-diagnosis")], encounter={"reference": "Encounter/v"}),
    condition(OWN, "fever", id="c3", onsetDateTime="2026-05-02", abatementDateTime="2026-05-03"),
    observation(LOINC, "4537-7", id="o1", valueQuantity={"value": 60.50, "unit": "mm/h"}),
    observation(LOINC, "4537-7", id="o2", valueQuantity={"value": 60.50, "unit": "mm/h"}),
    observation(LOINC, "4537-7", id="o3", valueQuantity={"value": 1e9, "unit": "mm/h"}),
    observation(SNOMED, "nope", id="o4", valueInteger=1),
    observation(OWN, "esr", id="o5", status="entered-in-error"),
    observation(LOINC, "4537-7", id="o6", subject={"reference": "Patient/nobody"}, valueInteger=5),
    observation(LOINC, "4537-7", id="o7", subject={"reference": "Patient/c"}, valueInteger=5),
    about("Medication", "m", code=coded(OWN, "nsaid")),
    about("MedicationRequest", "r1", status="active", authoredOn="2026-04-01",
          medicationReference={"reference": "Medication/m"}, reasonReference=[{"reference": "Condition/c1"}]),
    about("MedicationRequest", "r2", status="active", authoredOn="2026-04-02",
          medicationReference={"reference": "Medication/m"}, reasonReference=[{"reference": "Condition/c2"}]),
    about("ServiceRequest", "s", status="active", intent="order", authoredOn="2026-04-03",
          code=coded(OWN, "mri_spine")),
    {"resourceType": "Appointment", "id": "p", "status": "booked", "created": "2026-04-04", "start": "2026-07-01",
     "basedOn": [{"reference": "ServiceRequest/s"}], "participant": [{"actor": {"reference": "Patient/a"}}]},
    {"resourceType": "Task", "id": "t", "status": "completed", "for": {"reference": "Patient/a"},
     "code": coded("urn:backstop:status", "reviewed"), "focus": {"reference": "Observation/o1"},
     "executionPeriod": {"end": "2026-06-10"}},
    {"resourceType": "Claim", "id": "x"},
    {"id": "of no type"},
]  # fmt: skip


def told(path: Path, bucket_rows: int | None = None) -> tuple[Any, ...]:
    """All that a load says, but for what only counts the lines of the source and which of two equal events is named."""
    if bucket_rows is None:
        loaded = load(path, as_of=AS_OF)
        people, events, report = loaded.panel.patients, loaded.panel.events, loaded.report
    else:
        with panels(path, as_of=AS_OF, bucket_rows=bucket_rows) as found:
            parts = list(found)
            report = found.report()
        assert len(parts) == len(found)
        people, events = (pa.concat_tables(tables) for tables in zip(*map(_both, parts), strict=True))
    assert report.holds()
    events = events.drop_columns(["source", "source_ref"])
    held = Counter((one.raw, one.column, one.value, one.reason, one.patient_id) for one in report.held_back)
    rows = [sorted(map(repr, table.to_pylist())) for table in (people, events)]
    return (*rows, held, sorted(report.notices), report.unmapped, report.accepted, report.blank, report.future_events)


def _both(panel: Panel) -> tuple[pa.Table, pa.Table]:
    return panel.patients, panel.events


def written(folder: str, lines: list[Json]) -> Path:
    path = Path(folder) / "a.ndjson"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


LINES = [*(json.dumps(one) for one in RESOURCES), "", '{"broken', '{"resourceType": "Observation", "id": "\\ud800"}']


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    return told(written(str(tmp_path_factory.mktemp("in-turn")), LINES))


def test_the_lines_say_something_of_every_kind(expected: tuple[Any, ...]) -> None:
    """So that the property below has something to lose."""
    people, events, held, notices, *_ = expected
    assert len(people) == 2
    assert sum(held.values()) == 6
    said = " ".join([*events, *notices])
    assert all(one in said for one in ("back_pain", "nsaid", "booked", "fever", "closed with the visit", "another"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.permutations(LINES),
    portion=st.integers(1, 9),
    in_memory=st.integers(0, 5),
    bucket_rows=st.integers(1, 20),
)
def test_neither_order_nor_memory_changes_anything(
    expected: tuple[Any, ...],
    monkeypatch: pytest.MonkeyPatch,
    lines: list[str],
    portion: int,
    in_memory: int,
    bucket_rows: int,
) -> None:
    monkeypatch.setattr(spool, "PORTION", portion)
    monkeypatch.setattr(waiting, "IN_MEMORY", in_memory)
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, lines)
        assert told(path) == expected
        assert told(path, bucket_rows) == expected
