"""The wait estimate against a worked example in print, and where it must not be fooled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.queues.kaplan_meier import kaplan_meier

# Weeks in remission on 6-mercaptopurine (Freireich et al., Blood 1963); a plus is somebody still in remission.
FREIREICH = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
DAYS = [int(one.rstrip("+")) for one in FREIREICH.split()]
LEFT = [not one.endswith("+") for one in FREIREICH.split()]


@pytest.mark.parametrize(
    ("day", "at_risk", "share"),
    [
        (6, 21, 0.857),
        (7, 17, 0.807),
        (10, 15, 0.753),
        (13, 12, 0.690),
        (16, 11, 0.627),
        (22, 7, 0.538),
        (23, 6, 0.448),
    ],
)
def test_the_published_example(day: int, at_risk: int, share: float) -> None:
    curve = kaplan_meier(DAYS, LEFT)
    step = next(step for step in curve.steps if step.day == day)
    assert step.at_risk == at_risk == curve.at_risk(day)
    assert step.waiting == pytest.approx(share, abs=0.0005)


def test_greenwoods_error_and_the_median_of_the_example() -> None:
    curve = kaplan_meier(DAYS, LEFT)
    assert [step.day for step in curve.steps] == [6, 7, 10, 13, 16, 22, 23]
    assert curve.steps[0].error == pytest.approx(0.0764, abs=0.00005)
    assert curve.steps[-1].error == pytest.approx(0.1346, abs=0.0005)
    assert curve.median == 23
    assert (curve.people, curve.left, len(curve.censored)) == (21, 9, 12)


def test_the_range_of_the_example_is_the_log_log_one() -> None:
    first = kaplan_meier(DAYS, LEFT).steps[0]
    assert first.low == pytest.approx(0.620, abs=0.001)
    assert first.high == pytest.approx(0.952, abs=0.001)


def test_without_anybody_still_waiting_it_is_the_share_of_longer_waits() -> None:
    curve = kaplan_meier([1, 2, 2, 5], [True] * 4)
    assert [step.waiting for step in curve.steps] == pytest.approx([0.75, 0.25, 0.0])
    assert curve.steps[-1].low is None
    assert curve.steps[-1].high is None
    assert curve.median == 2


def test_people_still_waiting_lengthen_the_wait_that_finished_ones_show() -> None:
    finished_alone = kaplan_meier([10, 20], [True, True])
    with_the_others = kaplan_meier([10, 20, 60, 60, 60], [True, True, False, False, False])
    assert finished_alone.median == 10
    assert with_the_others.median is None
    assert with_the_others.at(20) == pytest.approx(0.6)


def test_somebody_watched_from_day_40_says_nothing_about_day_10() -> None:
    curve = kaplan_meier([10, 20, 50], [True, False, True], [0, 0, 40])
    assert [(step.day, step.at_risk) for step in curve.steps] == [(10, 2), (50, 1)]
    assert curve.at(10) == pytest.approx(0.5)
    assert [curve.at_risk(day) for day in (0, 10, 30, 45)] == [2, 2, 0, 1]


def test_nobody_and_nobody_gone() -> None:
    assert kaplan_meier([], []).steps == ()
    still = kaplan_meier([0, 3], [False, False])
    assert (still.median, still.at(3), still.at_risk(0), still.last_day) == (None, 1.0, 2, 3)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60))
def test_the_share_only_falls_and_its_range_holds_it(people: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier([day for day, _ in people], [left for _, left in people])
    shares = [1.0, *(step.waiting for step in curve.steps)]
    assert shares == sorted(shares, reverse=True)
    for step in curve.steps:
        assert 0 <= step.waiting <= 1
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.waiting <= step.high <= 1
    assert curve.at_risk(0) == curve.people == curve.left + len(curve.censored)
