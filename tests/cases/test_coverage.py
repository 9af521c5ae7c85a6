"""The cases prove every sentence of the register, and the register knows every sentence they name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pathways.cases import CaseFileError, load_cases, load_register

from .people import PROFILES, cases

CASES = cases()
REGISTER = load_register()
ENOUGH = 120


def test_every_sentence_is_proved_by_a_case() -> None:
    named = {sentence for case in CASES for sentence in case.tests}
    assert sorted(set(REGISTER.sentences) - named) == []


def test_every_case_names_sentences_of_the_register() -> None:
    unknown = {(case.source, s) for case in CASES for s in case.tests if s not in REGISTER.sentences}
    assert unknown == set()


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= ENOUGH


def test_case_names_are_unique() -> None:
    twice = [name for name, count in Counter(case.name for case in CASES).items() if count > 1]
    assert twice == []


def test_cases_name_known_profiles() -> None:
    assert {name for case in CASES for name in case.profiles} <= {*PROFILES, "all"}


def test_every_sentence_is_one_plain_sentence() -> None:
    odd = [key for key, text in REGISTER.sentences.items() if not text.endswith(".") or not text[:1].isupper()]
    assert odd == []


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("conept: esr", "cases.yaml, line 9: unknown key conept; nearest is concept"),
        ("concept: esr, dat: 2026-06-01", "cases.yaml, line 9: unknown key dat; nearest is date"),
        ("concept: esr, concept: crp", "cases.yaml, line 9: concept stands twice"),
    ],
)
def test_a_mistyped_key_is_refused_with_its_line(tmp_path: Path, written: str, wrong: str) -> None:
    _write(tmp_path, f"- {{{written}}}", "2.result.esr")
    with pytest.raises(CaseFileError, match=f"^{wrong}$"):
        load_cases(tmp_path)


def test_an_unknown_sentence_is_refused_with_the_nearest(tmp_path: Path) -> None:
    _write(tmp_path, "- {concept: esr}", "2.result.esrr")
    with pytest.raises(CaseFileError, match=r"line 6: no sentence 2.result.esrr; nearest is 2.result.esr$"):
        load_cases(tmp_path)


def _write(folder: Path, event: str, sentence: str) -> None:
    register = "shorthand: {pain_since: back_pain, cleared_on: [fever]}\nsentences: {2.result.esr: A rule.}\n"
    (folder / "sentences.yaml").write_text(register, encoding="utf-8")
    (folder / "cases").mkdir()
    lines = [
        "about: one case",
        "as_of: 2026-06-15",
        "profile: all",
        "patient: {birth_date: 1986-03-10}",
        "cases:",
        "- name: One",
        f"  tests: [{sentence}]",
        "  events:",
        f"    {event}",
        "  expect: {disposition: self_care}",
    ]
    (folder / "cases" / "cases.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
