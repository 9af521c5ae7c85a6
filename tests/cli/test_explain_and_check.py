"""``backstop explain`` shows one patient's reasons; ``backstop check`` the account of a load."""

from __future__ import annotations

import json
from pathlib import Path

from dashboard import settings
from tests.cli.conftest import AS_OF, Backstop


def test_the_trace_in_words_fits_a_screen_and_gives_the_evidence(backstop: Backstop, panel: Path) -> None:
    done = backstop("explain", panel, "Å-9", "--as-of", AS_OF)
    assert done.status == 0, done.err
    assert done.out.startswith("Patient Å-9 · as of 15 Jun 2026 · ")
    assert "⚠ Urgent" in done.out
    assert "What is met" in done.out
    assert "What is not known" in done.out
    assert "list.csv" in done.out, "the evidence names the file it came from"
    assert " ".join(settings.INTENDED_USE.split()) in " ".join(done.out.split())
    assert max(map(len, done.out.splitlines())) <= 100
    assert done.out.count("\n") <= 60
    assert not [word for word in ("Orr", "Ada", "0012") if word in done.out]


def test_the_whole_trace_as_json_agrees_with_evaluate(backstop: Backstop, panel: Path) -> None:
    trace = json.loads(backstop("explain", panel, "0012", "--as-of", AS_OF, "--format", "json").out)
    answers = backstop("evaluate", panel, "--as-of", AS_OF, "--format", "jsonl").answers
    assert trace["answer"] == answers["0012"]
    assert trace["as_of"] == AS_OF
    assert {criterion["verdict"] for criterion in trace["criteria"]} <= {"met", "not met", "unknown"}
    assert trace["criteria"]


def test_every_disposition_of_a_panel_can_be_told(backstop: Backstop, panel: Path) -> None:
    for profile in ("us-acp", "us-acr", "uk-nice"):
        for patient in ("0012", "=2+3"):
            done = backstop("explain", panel, patient, "--as-of", AS_OF, "--profile", profile)
            assert done.status == 0, done.err
            assert f"({profile})" in done.out


def test_the_load_report_stands_on_standard_output(backstop: Backstop, panel_with_a_bad_row: Path) -> None:
    done = backstop("check", panel_with_a_bad_row, "--as-of", AS_OF)
    assert done.status == 1
    assert "4 records read = 3 accepted + 1 held back + 0 blank" in done.out
    assert "birth_date" in done.out
    assert "(first: line 5)" in done.out
    assert "2150" not in done.out
    assert done.err == ""
    assert backstop("check", panel_with_a_bad_row, "--as-of", AS_OF, "--allow-held-back").status == 0
