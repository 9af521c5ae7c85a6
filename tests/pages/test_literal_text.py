"""Text from a record stays text."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.load_report import held_back_csv
from dashboard.components.safe import LONGEST, literal, safe_md
from dashboard.intake.report import HeldBack, LoadReport

HOSTILE = [
    "![x](https://evil.example/t.png)",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    ":red[Emergency] :material/warning:",
    "$x^2$ `code` **bold** ~~gone~~",
    "# Heading",
    "https://evil.example",
    "1. list",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_markdown_sign_is_left_alone(text: str) -> None:
    shown = safe_md(text)
    assert re.sub(r"\\(.)", r"\1", shown).replace("\u2060", "") == text
    assert not re.search(r"(?<!\\)[\[\]()<>!:$`*~#]", shown)


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "me@evil.example"])
def test_an_address_is_never_made_into_a_link(text: str) -> None:
    plain = re.sub(r"\\(.)", r"\1", safe_md(text))
    assert not re.search(r"https?://|www\.|@\w", plain)


@given(st.text())
def test_escaping_never_adds_lines_or_length_without_end(text: str) -> None:
    shown = safe_md(text)
    assert "\n" not in shown
    assert len(shown) <= 3 * LONGEST
    assert len(literal(text)) <= LONGEST


def test_signs_that_turn_text_around_are_taken_out() -> None:
    assert literal("Ann\u202egnp.exe\u200b") == "Ann gnp.exe"


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_held_back_cell_never_becomes_a_formula(value: str) -> None:
    record = HeldBack("bundle.json", 7, value, "value", value, "is not a number", "007")
    report = LoadReport("FHIR R4", "bundle.json", date(2026, 6, 15), 1, 0, 0, (record,))
    rows = list(csv.DictReader(io.StringIO(held_back_csv(report, "bundle.json").decode("utf-8-sig"))))
    assert len(rows) == 1
    assert rows[0]["value"] == rows[0]["raw"] == f"'{value}"
    assert (rows[0]["line"], rows[0]["patient_id"], rows[0]["reason"]) == ("7", "007", "is not a number")
