"""``backstop evaluate``: answers alone on standard output, the load told on standard error."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlglot

from dashboard import settings
from tests.cli.conftest import AS_OF, LIST, Backstop

KEYS = [
    "patient_id", "disposition", "indication", "reasons", "could_be", "questions", "missing",
    "since", "due_by", "overdue", "bloods", "imaging", "referral",
    "trial_days", "trial_start", "baseline_pain", "current_pain", "improvement_percent", "notes",
]  # fmt: skip
LISTS = ("reasons", "questions", "missing", "notes")
GROUPS = ("bloods", "imaging", "referral")


def test_one_object_a_patient_with_exactly_the_keys_of_an_answer(backstop: Backstop, panel: Path) -> None:
    done = backstop("evaluate", panel, "--as-of", AS_OF, "--format", "jsonl")
    assert done.status == 0, done.err
    assert set(done.answers) == {"0012", "=2+3", "Å-9"}
    for answer in done.answers.values():
        assert list(answer) == KEYS
        assert all(isinstance(answer[key], list) for key in LISTS)
        assert all(list(answer[group]) == ["state", "due"] for group in GROUPS)
        assert isinstance(answer["overdue"], bool)
    assert done.answers["0012"]["baseline_pain"] == 7
    assert done.answers["Å-9"]["indication"] == "urgent"


def test_the_load_and_the_safety_words_go_to_standard_error(backstop: Backstop, panel: Path) -> None:
    done = backstop("evaluate", panel, "--as-of", AS_OF, "--format", "jsonl")
    assert done.err.splitlines()[0] == "3 records read = 3 accepted + 0 held back + 0 blank"
    assert settings.INTENDED_USE in done.err
    assert f"as of {AS_OF}" in done.err
    assert not [word for word in ("Ada", "Moss", "Hale", "0012", "1960") if word in done.err]


def test_csv_and_parquet_say_the_same_as_json(backstop: Backstop, panel: Path, tmp_path: Path) -> None:
    asked = ("evaluate", panel, "--as-of", AS_OF, "--format")
    answers = backstop(*asked, "jsonl").answers
    rows = list(csv.DictReader(io.StringIO(backstop(*asked, "csv").out)))
    assert [row["patient_id"].removeprefix("'") for row in rows] == list(answers)
    for row, answer in zip(rows, answers.values(), strict=True):
        assert row["disposition"] == answer["disposition"]
        assert row["reasons"].split() == answer["reasons"]
        assert row["bloods_state"] == answer["bloods"]["state"]
        assert row["imaging_due"].split() == answer["imaging"]["due"]
        assert (row["due_by"] or None) == answer["due_by"]
        assert row["overdue"] == str(answer["overdue"]).lower()
    file = tmp_path / "answers.parquet"
    assert backstop(*asked, "parquet", "--output", file).status == 0
    table = pq.read_table(file)
    assert table.column_names == KEYS
    assert table["patient_id"].to_pylist() == list(answers)
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert about["as_of"] == AS_OF
    assert about["profile"] == "us-acp"
    assert about["pathway_version"]
    assert about["intended_use"] == settings.INTENDED_USE


def test_a_spreadsheet_runs_nothing_of_a_csv(backstop: Backstop, panel: Path) -> None:
    done = backstop("evaluate", panel, "--as-of", AS_OF, "--format", "csv")
    ids = [row["patient_id"] for row in csv.DictReader(io.StringIO(done.out))]
    assert sorted(ids) == ["'=2+3", "0012", "Å-9"]


def test_a_held_back_record_is_kept_named_and_changes_the_exit_status(
    backstop: Backstop, panel: Path, panel_with_a_bad_row: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "held.csv"
    asked = ("--as-of", AS_OF, "--format", "jsonl")
    done = backstop("evaluate", panel_with_a_bad_row, *asked, "--held-back", kept)
    assert done.status == 1
    assert done.err.startswith("4 records read = 3 accepted + 1 held back + 0 blank\n")
    assert "2150" not in done.err
    assert "Dee" not in done.err
    (row,) = csv.DictReader(kept.open(encoding="utf-8"))
    assert row["held_back_line"] == "5"
    assert row["patient_id"] == "7731"
    assert row["held_back_column"] == "birth_date"
    assert row["held_back_value"] == "2150-01-01"
    assert "Dee Ash" in row["held_back_raw"]
    assert done.out == backstop("evaluate", panel, *asked).out
    assert backstop("evaluate", panel_with_a_bad_row, *asked, "--allow-held-back").status == 0


def test_a_mended_record_takes_its_place(
    backstop: Backstop, panel_with_a_bad_row: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "held.csv"
    asked = ("check", panel_with_a_bad_row, "--as-of", AS_OF)
    assert backstop(*asked, "--held-back", kept).status == 1
    kept.write_text(kept.read_text(encoding="utf-8").replace("2150-01-01", "1950-01-01", 1), encoding="utf-8")
    mended = backstop(*asked, "--mended", kept)
    assert mended.status == 0, mended.out
    assert "4 records read = 4 accepted + 0 held back + 0 blank" in mended.out


def test_without_a_date_the_day_is_today(
    backstop: Backstop, panel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSTOP_AS_OF", AS_OF)
    given = backstop("evaluate", panel, "--as-of", AS_OF, "--format", "jsonl")
    assert backstop("evaluate", panel, "--format", "jsonl") == given
    monkeypatch.setenv("BACKSTOP_AS_OF", "soon")
    refused = backstop("evaluate", panel)
    assert refused.status == 2
    assert refused.err.startswith("backstop: BACKSTOP_AS_OF: 'soon' is not a date")


def test_a_column_mapping_is_followed(backstop: Backstop, panel: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(LIST.replace("patient_id", "MRN").replace("onset_date", "Began"), encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("MRN: patient_id\nBegan: onset_date\n", encoding="utf-8")
    asked = ("--as-of", AS_OF, "--format", "jsonl")
    assert (
        backstop("evaluate", theirs, *asked, "--mapping", mapping).out
        == backstop("evaluate", panel, *asked).out
    )


def test_a_stated_date_order_is_followed(backstop: Backstop, panel: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(LIST.replace("2026-06-10", "10/06/2026"), encoding="utf-8")
    asked = ("--as-of", AS_OF, "--format", "jsonl")
    by_day = backstop("evaluate", theirs, *asked, "--date-order", "day-first")
    assert by_day.out == backstop("evaluate", panel, *asked).out
    assert backstop("evaluate", theirs, *asked).status == 2


def test_the_statement_can_be_read(backstop: Backstop) -> None:
    done = backstop("evaluate", "--show-sql", "--as-of", AS_OF)
    assert done.status == 0
    assert sqlglot.parse_one(done.out, read="duckdb")
    assert AS_OF in done.out
    assert done.out.count("\n") > 100, "laid out over lines, to be read"


def test_timing_says_where_the_time_goes(backstop: Backstop, panel: Path) -> None:
    done = backstop("evaluate", panel, "--as-of", AS_OF, "--format", "jsonl", "--timing")
    told = done.err.split("where the time goes: 3 patients,")[1]
    assert [line.split("  ")[1] for line in told.splitlines()[1:]] == [
        "plain read", "read and type", "evaluate", "write", "together",
    ]  # fmt: skip
    assert len(done.answers) == 3


def test_a_failed_run_leaves_what_stood_there(backstop: Backstop, tmp_path: Path) -> None:
    output = tmp_path / "answers.csv"
    output.write_text("yesterday's answers\n", encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert backstop("evaluate", empty, "--output", output).status == 2
    assert output.read_text(encoding="utf-8") == "yesterday's answers\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "empty.csv"]
