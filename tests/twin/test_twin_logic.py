"""The twin's own three-valued logic, all nine rows of each table."""

from __future__ import annotations

import pytest

from .logic import Part, all_of, any_of, any_recorded, at_least, negated

T, F, U = True, False, None

TABLE = [  # a, b, all, any, any_recorded, at least 2
    (T, T, T, T, T, T),
    (T, U, U, T, T, U),
    (T, F, F, T, T, F),
    (U, T, U, T, T, U),
    (U, U, U, U, U, U),
    (U, F, F, U, F, F),
    (F, T, F, T, T, F),
    (F, U, F, U, F, F),
    (F, F, F, F, F, F),
]


def part(verdict: bool | None, day: int = 0) -> Part:
    return Part("part", verdict, day if verdict else None, ("question",))


@pytest.mark.parametrize(("a", "b", "both", "either", "recorded", "two"), TABLE)
def test_tables(a: bool, b: bool, both: bool, either: bool, recorded: bool, two: bool) -> None:
    assert all_of("", part(a), part(b)).verdict is both
    assert any_of("", part(a), part(b)).verdict is either
    assert any_recorded("", part(a), part(b)).verdict is recorded
    assert at_least(2, "", part(a), part(b)).verdict is two


@pytest.mark.parametrize(("verdict", "opposite"), [(T, F), (F, T), (U, U)])
def test_not(verdict: bool | None, opposite: bool | None) -> None:
    assert negated(part(verdict)).verdict is opposite


def test_dates() -> None:
    parts = (part(T, 5), part(T, 3), part(U), part(T, 9))
    assert any_of("", *parts).since == 3
    assert any_recorded("", *parts).since == 3
    assert at_least(2, "", *parts).since == 5
    assert all_of("", part(T, 5), part(T, 9), negated(part(F))).since == 9


def test_only_the_unknown_parts_are_asked_each_once() -> None:
    unknown = all_of("", Part("a", U, None, ("x", "y")), Part("b", T, 1, ("z",)), Part("c", U, None, ("y", "w")))
    assert unknown.asks == ("x", "y", "w")
    assert any_of("", Part("a", T, 1), Part("b", U, None, ("x",))).asks == ()
