"""The same people as bundles and as Bulk Data lines get the same answers."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_data import AS_OF
from dashboard.intake import load
from pathways import answers, evaluate, load_pathway

pytestmark = pytest.mark.shared_data
BUNDLES = "fhir-bundles/tietai-lbp"
PEOPLE = 6


def _patients(files: list[Path]) -> set[str]:
    found = set()
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            found |= {json.loads(line)["id"] for line in file}
    return found


def test_nobody_is_in_both_published_forms(root: Path) -> None:
    """So the second form has to be written here."""
    in_lines = _patients(sorted((root / "fhir-ndjson/tietai-lbp").glob("Patient.*")))
    in_bundles = {
        row.removesuffix(".json.gz").rpartition("_")[2]
        for row in map(str, (root / BUNDLES).glob("*.json.gz"))
    }
    assert in_bundles
    assert not {who for who in in_lines if who[:8] in in_bundles}


def _rewritten(value: Any, types: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """References of a bundle as Bulk Data writes them."""
    if isinstance(value, list):
        return [_rewritten(one, types) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _rewritten(inner, types) for name, inner in value.items()}
    target = found.get("reference")
    if isinstance(target, str) and target.startswith("urn:uuid:"):
        number = target.removeprefix("urn:uuid:")
        found["reference"] = f"{types.get(number, 'Practitioner')}/{number}"
    return found


def _as_lines(bundles: list[Path], folder: Path) -> None:
    by_type: dict[str, list[str]] = defaultdict(list)
    for path in bundles:
        resources = [entry["resource"] for entry in json.loads(gzip.decompress(path.read_bytes()))["entry"]]
        types = {resource["id"]: resource["resourceType"] for resource in resources}
        for resource in resources:
            by_type[resource["resourceType"]].append(json.dumps(_rewritten(resource, types)))
    for kind, lines in by_type.items():
        (folder / f"{kind}.000.ndjson.gz").write_bytes(gzip.compress("\n".join(lines).encode(), 1))


@pytest.fixture(scope="module")
def both_forms(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same people as a folder of bundles and as a folder of lines."""
    with_back_pain = [
        path
        for path in sorted((root / BUNDLES).glob("*.json.gz"))
        if b'"278860009"' in gzip.decompress(path.read_bytes())
    ][:PEOPLE]
    assert len(with_back_pain) == PEOPLE
    bundles, lines = tmp_path_factory.mktemp("bundles"), tmp_path_factory.mktemp("lines")
    for path in with_back_pain:
        shutil.copy(path, bundles)
    _as_lines(with_back_pain, lines)
    return bundles, lines


def test_the_same_people_get_the_same_answers(both_forms: tuple[Path, Path]) -> None:
    as_of, pathway = AS_OF[BUNDLES], load_pathway()
    bundles, lines = (load(folder, as_of=as_of).panel for folder in both_forms)
    assert bundles.patients.num_rows == PEOPLE
    for one, other in ((bundles.patients, lines.patients), (bundles.events, lines.events)):
        columns = [name for name in one.column_names if name != "source"]
        assert sorted(map(repr, one.select(columns).to_pylist())) == sorted(
            map(repr, other.select(columns).to_pylist())
        )
    first, second = (list(answers(evaluate(panel, pathway, as_of=as_of))) for panel in (bundles, lines))
    assert first == second
    assert {answer["disposition"] for answer in first} != {"not_in_pathway"}
