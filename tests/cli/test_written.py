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
    assert names == ["pathway.schema.json", "profiles.schema.json", "sources.schema.json", "wording.schema.json"]
    pathway = json.loads((tmp_path / "schemas" / "pathway.schema.json").read_text(encoding="utf-8"))
    assert pathway["additionalProperties"] is False
    assert {"criteria", "indications", "orders"} <= set(pathway["properties"])


def test_templates_are_lists_that_the_intake_reads(backstop: Backstop, tmp_path: Path) -> None:
    done = backstop("template", "--output", tmp_path / "papers")
    assert done.status == 0, done.err
    written = [Path(line) for line in done.out.splitlines()]
    assert {path.suffix for path in written} == {".csv", ".xlsx", ".md"}
    for path in written:
        if path.suffix != ".md":
            checked = backstop("check", path, "--as-of", AS_OF)
            assert checked.status == 0, checked.err
            assert "0 records read = 0 accepted + 0 held back + 0 blank" in checked.out


@pytest.mark.parametrize("command", ["schema", "template"])
def test_a_folder_that_cannot_be_made_is_said(command: str, backstop: Backstop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = backstop(command, "--output", tmp_path / "file" / "folder")
    assert done.status == 2
    assert done.err.startswith(f"backstop: --output {tmp_path}")
    assert done.err.count("\n") == 1
