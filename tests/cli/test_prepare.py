"""``backstop prepare``: a panel that is opened again is the panel that was read."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboard import panel_store
from dashboard.intake.prepared import keeping, manifest
from pathways.panel import EVENTS, PATIENTS
from tests.cli.conftest import AS_OF, LIST, UNREADABLE, Backstop

MORE = "".join(f"P{number:03},Eve Ash,1960-02-01,female,2026-05-01,,no,,,,,,2026-06-10\n" for number in range(30))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST + UNREADABLE + MORE, encoding="utf-8")
    return path


@pytest.fixture
def prepared(source: Path, tmp_path: Path, backstop: Backstop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In row groups of a few people."""
    monkeypatch.setattr(keeping, "PEOPLE", 7)
    folder = tmp_path / "prepared"
    done = backstop("prepare", source, "--output", folder, "--as-of", AS_OF)
    assert done.status == 1
    assert done.err.startswith("34 records read = 33 accepted + 1 held back + 0 blank\n")
    return folder


def test_a_prepared_panel_gives_the_same_answers_and_report(
    backstop: Backstop, source: Path, prepared: Path, tmp_path: Path
) -> None:
    """Whole and in parts, and without being told the day."""
    held = [tmp_path / "held", tmp_path / "held again"]
    whole = backstop("evaluate", source, "--as-of", AS_OF, "--format", "jsonl", "--held-back", held[0])
    assert len(whole.answers) == 33
    for rows in (1000, 40):
        again = backstop("evaluate", prepared, "--format", "jsonl", "--held-back", held[1], "--bucket-rows", rows)
        assert again == whole
        assert held[0].read_bytes() == held[1].read_bytes()
    assert backstop("check", prepared) == backstop("check", source, "--as-of", AS_OF)


def test_it_has_exactly_the_columns_of_a_panel_in_the_order_of_its_people(prepared: Path) -> None:
    patients, events = (pq.ParquetFile(prepared / f"{name}.parquet") for name in ("patients", "events"))
    assert patients.schema_arrow.equals(PATIENTS)
    assert events.schema_arrow.equals(EVENTS)
    ids = patients.read()["patient_id"].to_pylist()
    assert ids == sorted(ids, key=str.encode)
    assert patients.num_row_groups == events.num_row_groups == 5
    for group in range(5):
        told = set(events.read_row_group(group)["patient_id"].to_pylist())
        assert told <= set(patients.read_row_group(group)["patient_id"].to_pylist())
    assert set(events.read()["source_ref"].to_pylist()) > {"list.csv, line 2"}


def test_the_dashboard_opens_it_for_its_day(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_PANEL", str(prepared))
    held = panel_store.opening()
    assert held.people == 33
    assert held.as_of.isoformat() == AS_OF
    assert len(held.report.held_back) == 1


@pytest.mark.parametrize("name", ["patients.parquet", "events.parquet", "report.json"])
def test_a_file_that_was_changed_or_is_gone_is_found(name: str, prepared: Path, backstop: Backstop) -> None:
    path = prepared / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    refused = backstop("evaluate", prepared)
    assert (refused.status, refused.out) == (2, "")
    assert f"prepared: {name} was changed since the panel was prepared; prepare it again" in refused.err
    path.unlink()
    assert f"{name} is gone" in backstop("check", prepared).err


def test_another_version_or_day_is_refused(prepared: Path, backstop: Backstop, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = backstop("evaluate", prepared, "--as-of", "2026-06-16")
    assert refused.status == 2
    assert f"prepared for {AS_OF}, not for 2026-06-16" in refused.err
    with monkeypatch.context() as other:
        other.setattr(manifest, "vocabulary_in_use", lambda: "other concepts")
        assert "another version" in backstop("evaluate", prepared).err
    said = json.loads((prepared / manifest.NAME).read_text(encoding="utf-8"))
    other_form, no_day = said | {"form": 99}, said | {"as_of": "soon"}
    for wrong, words in ((other_form, "another version"), (no_day, "damaged"), ([], "damaged")):
        (prepared / manifest.NAME).write_text(json.dumps(wrong), encoding="utf-8")
        assert words in backstop("evaluate", prepared).err


def test_how_to_read_its_source_is_asked_when_it_is_prepared(prepared: Path, backstop: Backstop) -> None:
    refused = backstop("evaluate", prepared, "--date-order", "day-first")
    assert refused.status == 2
    assert "is prepared already" in refused.err
    assert "is prepared already" in backstop("prepare", prepared, "--output", prepared.with_name("again")).err


def test_what_stood_there_stays_unless_it_is_a_prepared_panel(
    prepared: Path, source: Path, backstop: Backstop, tmp_path: Path
) -> None:
    assert backstop("prepare", source, "--output", prepared, "--as-of", "2026-06-14").status == 1
    assert manifest.read_manifest(prepared).as_of.isoformat() == "2026-06-14"
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.doc").touch()
    refused = backstop("prepare", source, "--output", other, "--as-of", AS_OF)
    assert refused.status == 2
    assert "holds other files" in refused.err
    assert [path.name for path in other.iterdir()] == ["thesis.doc"]
    broken = tmp_path / "list2.csv"
    broken.touch()
    assert backstop("prepare", broken, "--output", tmp_path / "new", "--as-of", AS_OF).status == 2
    assert not [path for path in tmp_path.iterdir() if "new" in path.name]


def test_a_panel_of_nobody_is_prepared(backstop: Backstop, tmp_path: Path) -> None:
    nobody = tmp_path / "nobody.csv"
    nobody.write_text(LIST.splitlines()[0] + "\n", encoding="utf-8")
    assert backstop("prepare", nobody, "--output", tmp_path / "prepared", "--as-of", AS_OF).status == 0
    done = backstop("evaluate", tmp_path / "prepared", "--format", "jsonl")
    assert (done.status, done.out) == (0, "")
