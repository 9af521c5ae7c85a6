"""``access.yaml``: what it may say, and one line for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.rules import AccessRules, UnusableAccess, read


def test_no_file_and_an_empty_one_say_the_usual(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    assert read(path) == AccessRules()
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert read(path) == AccessRules()
    assert (AccessRules().idle_minutes, AccessRules().hours) == (15, 12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("idle_minutes: 4", "idle_minutes is from 5 to 30"),
        ("idle_minutes: 31", "idle_minutes is from 5 to 30"),
        ("idle_minutes: .nan", "idle_minutes is from 5 to 30"),
        ("hours: 0", "hours"),
        ("hours: 25", "hours"),
        ("roles: {doctors: doctor}", "doctor is no role"),
        ("rolls: {}", "rolls"),
        ("claims: {role: x}", "claims.role"),
        ("roles: [", "line"),
        ("- a list", "dictionary"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_file(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "access.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableAccess) as refused:
        read(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
