"""Files, folders and zips; broken lines; references in all their forms."""

from __future__ import annotations

import gzip
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dashboard.intake import Limits, UnusableSource, load
from dashboard.intake.fhir import looks_like_fhir
from tests.fhir.resources import AS_OF, ICD, LOINC, Json, condition, observation, patient, quantity

PEOPLE = [patient("a"), patient("b")]
FACTS = [
    condition(ICD, "M54.50", id="c1", onsetDateTime="2026-03-01"),
    observation(LOINC, "4537-7", id="o1", valueQuantity=quantity(60, "mm/h")),
    observation(LOINC, "72514-3", id="o2", valueInteger=7),
]
ALL = [*PEOPLE, *FACTS]


def bundle(resources: list[Any]) -> bytes:
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}).encode()


def lines(resources: list[Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def said(source: Path) -> list[str]:
    loaded = load(source, as_of=AS_OF)
    assert loaded.report.holds()
    assert not loaded.report.held_back
    tables = loaded.panel.patients, loaded.panel.events.drop_columns(["source"])
    return sorted(repr(row) for table in tables for row in table.to_pylist())


def as_bundle(folder: Path) -> Path:
    (folder / "all.json").write_bytes(bundle(ALL))
    return folder / "all.json"


def as_packed_bundle(folder: Path) -> Path:
    (folder / "all.json.gz").write_bytes(gzip.compress(bundle(ALL)))
    return folder / "all.json.gz"


def as_one_list(folder: Path) -> Path:
    (folder / "all.ndjson").write_bytes(b"\xef\xbb\xbf" + lines(ALL))
    return folder / "all.ndjson"


def as_folder(folder: Path) -> Path:
    for kind in ("Condition", "Observation", "Patient"):
        chosen = [one for one in ALL if one["resourceType"] == kind]
        (folder / f"{kind}.000.ndjson.gz").write_bytes(gzip.compress(lines(chosen)))
    return folder


def as_folder_of_bundles(folder: Path) -> Path:
    (folder / "Ann Müller_1.json").write_bytes(bundle([ALL[0], *FACTS]))
    (folder / "b.json").write_bytes(bundle([ALL[1]]))
    return folder


def as_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("out/Observation.ndjson", lines(FACTS[1:]))
        archive.writestr("out/Condition.ndjson.gz", gzip.compress(lines(FACTS[:1])))
        archive.writestr("out/Patient.ndjson", lines(PEOPLE))
    return folder / "all.zip"


FORMS = [as_bundle, as_packed_bundle, as_one_list, as_folder, as_folder_of_bundles, as_zip]


@pytest.mark.parametrize("form", FORMS[1:])
def test_every_form_says_the_same(tmp_path: Path, form: Json) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    source = form(tmp_path / "other")
    assert looks_like_fhir(source)
    assert said(source) == said(as_bundle(tmp_path / "one"))


def test_the_order_of_resources_means_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(lines(ALL))
    expected = said(path)
    for seed in range(5):
        path.write_bytes(lines(random.Random(seed).sample(ALL, len(ALL))))
        assert said(path) == expected


REFERENCES = ["Patient/a", "urn:uuid:a", "https://example.org/fhir/Patient/a", "Patient/a/_history/3"]


@pytest.mark.parametrize("written", REFERENCES)
def test_references(tmp_path: Path, written: str) -> None:
    fact = condition(ICD, "M54.50", onsetDateTime="2026-03-01")
    fact["subject"] = {"reference": written}
    path = tmp_path / "a.json"
    path.write_bytes(bundle([patient("a"), fact]))
    assert load(path, as_of=AS_OF).panel.events["patient_id"].to_pylist() == ["a"]


def test_a_bundle_address_that_is_not_the_id(tmp_path: Path) -> None:
    fact = condition(ICD, "M54.50", onsetDateTime="2026-03-01")
    fact["subject"] = {"reference": "urn:uuid:77"}
    entries = [
        {"fullUrl": "urn:uuid:77", "resource": patient("a")},
        {"fullUrl": "urn:uuid:78", "resource": fact},
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    loaded = load(path, as_of=AS_OF)
    assert loaded.panel.events["patient_id"].to_pylist() == ["a"]
    assert loaded.panel.events["source_ref"].to_pylist() == ["Condition/c1"]


BROKEN = [
    {"resourceType": "Observation", "id": "x", "code": "ESR"},
    {"id": "x"},
    "text",
    None,
    {**observation(LOINC, "4537-7", id="x"), "status": ["final"]},
    {
        **observation(LOINC, "4537-7", id="x", valueQuantity=quantity(4, "mm/h")),
        "subject": {"reference": "Patient/z"},
    },
]


@pytest.mark.parametrize("wrong", BROKEN)
def test_one_wrong_entry_holds_back_itself_alone(tmp_path: Path, wrong: Json) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(bundle([*ALL[:3], wrong, *ALL[3:]]))
    loaded = load(path, as_of=AS_OF)
    assert loaded.report.holds()
    assert loaded.report.accepted == len(ALL)
    (held,) = loaded.report.held_back
    assert held.line == 4
    path.write_bytes(bundle(ALL))
    assert sorted(map(repr, loaded.panel.events.to_pylist())) == sorted(
        map(repr, load(path, as_of=AS_OF).panel.events.to_pylist())
    )


def test_one_broken_line_holds_back_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(lines(ALL[:3]) + b'{"resourceType": "Obs\n\n\xff\xfe{}\n[NaN]\n' + lines(ALL[3:]))
    report = load(path, as_of=AS_OF).report
    assert report.holds()
    assert [held.line for held in report.held_back] == [4, 6, 7]
    assert report.held_back[0].raw == '{"resourceType": "Obs'
    assert (report.accepted, report.blank) == (len(ALL), 1)


def test_a_broken_bundle_in_a_folder_leaves_the_others(tmp_path: Path) -> None:
    as_folder_of_bundles(tmp_path)
    (tmp_path / "broken.json").write_text('{"resourceType": "Bundle", "entry": [')
    report = load(tmp_path, as_of=AS_OF).report
    assert [held.table for held in report.held_back] == ["broken.json"]
    assert report.accepted == len(ALL)


@pytest.mark.parametrize("content", ['{"resourceType": "Bundle", "entry": [', '{"resourceType": "Bundle"}'])
def test_nothing_to_read_is_unusable(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(UnusableSource, match=r"a\.json"):
        load(path, as_of=AS_OF)


def test_json_that_is_not_fhir(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"patients": []}')
    assert not looks_like_fhir(path)
    with pytest.raises(UnusableSource, match="not FHIR"):
        load(path, as_of=AS_OF)


@pytest.mark.parametrize(
    "limits",
    [Limits(bytes=300), Limits(rows=3), Limits(ratio=1, bytes=1 << 22)],
    ids=["bytes", "rows", "ratio"],
)
def test_limits_hold(tmp_path: Path, limits: Limits) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(lines(ALL) + b" " * (3 << 20)))
    with pytest.raises(UnusableSource):
        load(path, as_of=AS_OF, limits=limits)


def test_a_packed_file_that_ends_too_early_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(lines(ALL) * 50)[:-20])
    with pytest.raises(UnusableSource, match="damaged"):
        load(path, as_of=AS_OF)


def test_the_log_of_an_export_is_said_and_not_read(tmp_path: Path) -> None:
    as_folder(tmp_path)
    (tmp_path / "log.ndjson").write_text('{"exportId": "1", "eventId": "kickoff"}\n')
    report = load(tmp_path, as_of=AS_OF).report
    assert not report.held_back
    assert any("log.ndjson" in notice for notice in report.notices)


def test_resources_without_a_use_are_accepted_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(
        lines([*ALL, {"resourceType": "Claim", "id": "1"}, {"resourceType": "Claim", "id": "2"}])
    )
    report = load(path, as_of=AS_OF).report
    assert report.accepted == len(ALL) + 2
    assert any("Claim 2" in notice for notice in report.notices)
