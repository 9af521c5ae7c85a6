"""A command rewrites its own section of the document and nothing else.

What must never happen: that a measurement overwrites words that somebody wrote.
"""

from __future__ import annotations

import pytest

from benchmarks import machine, processes, sections

WRITTEN = "# Performance\n\nWritten by hand.\n"


def test_a_section_comes_at_the_end_first_and_is_replaced_in_its_place() -> None:
    once = sections.placed(WRITTEN, "a", "one")
    twice = sections.placed(sections.placed(once, "b", "other"), "a", "two")
    assert once == WRITTEN + "\n<!-- begin: a -->\none\n<!-- end: a -->\n"
    assert twice == WRITTEN + "\n<!-- begin: a -->\ntwo\n<!-- end: a -->\n\n<!-- begin: b -->\nother\n<!-- end: b -->\n"


def test_a_section_without_an_end_is_not_guessed() -> None:
    with pytest.raises(sections.UnknownSection, match="end: a"):
        sections.placed("<!-- begin: a -->\nmine\n", "a", "two")


def test_a_table_has_its_words_left_and_its_numbers_right() -> None:
    assert sections.table(("name", "s"), [("ours", 1)]) == "| name | s |\n|---|---:|\n| ours | 1 |"


def test_the_machine_is_described() -> None:
    told = machine.described()
    assert f"{machine.cores()} cores of " in told
    assert "duckdb" in told


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(processes.Failed, match="exit 3: no such panel"):
        processes.run(["sh", "-c", "echo no such panel >&2; exit 3"])


def test_the_time_and_the_words_of_a_program_are_kept() -> None:
    spent = processes.run(["sh", "-c", "echo done"])
    assert spent.printed == "done\n"
    assert spent.seconds >= 0
    assert spent.memory > 0
