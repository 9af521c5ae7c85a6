"""The commands that write: invented panels, schemas, templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import AS_OF, Backstop


@pytest.mark.parametrize("form", ["csv", "parquet", "fhir"])
def test_invented_people_are_the_same_in_each_form(form: str, backstop: Backstop, tmp_path: Path) -> None:
    asked = ("generate", "--patients", 12, "--seed", 5, "--as-of", AS_OF)
    made = backstop(*asked, "--output", tmp_path / form, "--format", form)
    assert made.status == 0, made.err
    assert all(Path(line).is_file() for line in made.out.splitlines())
    assert backstop(*asked, "--output", tmp_path / "reference").status == 0
    answers = [
        backstop("evaluate", tmp_path / name, "--as-of", AS_OF, "--format", "jsonl").answers
        for name in (form, "reference")
    ]
    assert len(answers[0]) == 12
    assert answers[0] == answers[1]


def test_schemas_describe_the_pathway_files(backstop: Backstop, tmp_path: Path) -> None:
    done = backstop("schema", "--output", tmp_path / "schemas")
    assert done.status == 0
    names = [Path(line).name for line in done.out.splitlines()]
    assert names == ["pathway.schema.json", "profiles.schema.json", "sources.schema.json"]
    pathway = json.loads((tmp_path / "schemas" / "pathway.schema.json").read_text(encoding="utf-8"))
    assert pathway["additionalProperties"] is False
    assert {"criteria", "indications", "orders"} <= set(pathway["properties"])


def test_templates_load_as_they_are(backstop: Backstop, tmp_path: Path) -> None:
    done = backstop("template", "--output", tmp_path / "papers")
    assert done.status == 0, done.err
    written = [Path(line) for line in done.out.splitlines()]
    assert {path.suffix for path in written} >= {".csv", ".xlsx"}
    for path in written:
        if path.suffix in {".csv", ".xlsx"} and "dictionary" not in path.name:
            checked = backstop("check", path, "--as-of", AS_OF)
            assert "internal error" not in checked.err
            assert "unknown column" not in checked.out.lower()
