"""What cannot be done is refused in one line on standard error, with exit status 2 and no output."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.command_line import reading
from tests.cli.conftest import AS_OF, Backstop

REFUSED = {
    "no such command": (["evalute", "LIST"], "evalute"),
    "no such option": (["evaluate", "LIST", "--profil", "us-acp"], "--profil"),
    "no source": (["evaluate"], "SOURCE is missing"),
    "no such file": (["evaluate", "FOLDER/none.csv"], "none.csv"),
    "an empty folder": (["check", "FOLDER/empty"], "empty"),
    "an unknown profile": (["evaluate", "LIST", "--profile", "uk"], "choose from us-acp, us-acr, uk-nice"),
    "a bad date": (["evaluate", "LIST", "--as-of", "2026-02-30"], "'2026-02-30' is not a date"),
    "an unknown format": (["evaluate", "LIST", "--format", "xml"], "--format"),
    "an unknown engine": (["evaluate", "LIST", "--engine", "dask"], "--engine"),
    "Spark's address alone": (["evaluate", "LIST", "--spark-master", "local[2]"], "belongs to --engine spark"),
    "an unknown date order": (["check", "LIST", "--date-order", "year-first"], "--date-order"),
    "an output nowhere": (["evaluate", "LIST", "--output", "FOLDER/none/a.csv"], "none/a.csv"),
    "held-back nowhere": (["evaluate", "LIST", "--held-back", "FOLDER/none/h.csv"], "none/h.csv"),
    "no mapping file": (["evaluate", "LIST", "--mapping", "FOLDER/none.yaml"], "none.yaml"),
    "a mapping that is a list": (["evaluate", "LIST", "--mapping", "FOLDER/list.yaml"], "one line a column"),
    "a mapping that is no YAML": (["evaluate", "LIST", "--mapping", "FOLDER/broken.yaml"], "not a YAML file"),
    "an unknown patient": (["explain", "LIST", "12"], "no patient has this id"),
    "nobody to invent": (["generate", "--output", "FOLDER/new", "--patients", "0"], "--patients"),
    "a port out of range": (["serve", "--port", "99999"], "--port"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_line_says_what_and_where(case: str, backstop: Backstop, panel: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.yaml").write_text("- a\n- b\n", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [b\n", encoding="utf-8")
    arguments, said = REFUSED[case]
    filled = [a.replace("LIST", str(panel)).replace("FOLDER", str(tmp_path)) for a in arguments]
    done = backstop(*filled)
    assert done.status == 2
    assert done.out == ""
    assert done.err.startswith("backstop: ")
    assert done.err.count("\n") == 1
    assert said in done.err
    assert "internal error" not in done.err


def test_an_unknown_patient_is_told_nothing_of_the_others(backstop: Backstop, panel: Path) -> None:
    done = backstop("explain", panel, "9999", "--as-of", AS_OF)
    assert "9999" in done.err
    assert not [word for word in ("0012", "Moss", "Hale", "Orr") if word in done.err]


def test_a_patient_who_was_held_back_is_said_to_be(backstop: Backstop, panel_with_a_bad_row: Path) -> None:
    done = backstop("explain", panel_with_a_bad_row, "7731", "--as-of", AS_OF)
    assert done.status == 2
    assert "held back" in done.err
    assert "2150" not in done.err


def test_an_unforeseen_error_shows_no_record(
    backstop: Backstop, panel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Ada Moss, born 1960-02-01")

    monkeypatch.setattr(reading.Reading, "panels", fail)
    done = backstop("evaluate", panel)
    assert done.status == 2
    assert "internal error (RuntimeError in dashboard/command_line/" in done.err
    assert "Ada" not in done.err
    assert "1960" not in done.err
