"""A small patient list, and the command line run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dashboard import cli

AS_OF = "2026-06-15"
LIST = """\
patient_id,name,birth_date,sex,onset_date,cancer_history,fever,physiotherapy_start,baseline_pain,\
baseline_pain_date,current_pain,current_pain_date,recorded_on
0012,Ada Moss,1960-02-01,female,2026-04-01,no,no,2026-04-10,7,2026-04-09,7,2026-06-10,2026-06-10
=2+3,Ben Hale,1990-05-05,male,2026-06-01,no,no,,,,,,2026-06-10
Å-9,"Cy ""Z"" Orr",1955-01-01,male,2026-05-01,yes,,,,,,,2026-06-10
"""
UNREADABLE = "7731,Dee Ash,2150-01-01,female,2026-05-01,no,no,,,,,,2026-06-10\n"
"""One more row, with a birth after the as-of date: held back."""


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The JSON Lines of standard output by patient id."""
        return {answer["patient_id"]: answer for answer in map(json.loads, self.out.splitlines())}


Backstop = Callable[..., Outcome]


@pytest.fixture
def backstop(capfdbinary: pytest.CaptureFixture[bytes]) -> Backstop:
    def run(*arguments: object) -> Outcome:
        status = cli.run([str(argument) for argument in arguments])
        captured = capfdbinary.readouterr()
        return Outcome(status, captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.fixture
def panel_with_a_bad_row(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_text(LIST + UNREADABLE, encoding="utf-8")
    return path
