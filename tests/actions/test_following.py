"""What is open: nothing without a date, nothing closed unread, and the same whoever enters it first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.actions import models
from dashboard.actions.following import RESULTED, Followed, followed
from dashboard.actions.records import Recorded
from dashboard.actions.refusals import ActionRefused
from dashboard.actions.rules import check, rules
from pathways.panel import EVENTS
from tests.actions.made_up import BASIS, ITO, VALE, D

TESTS = ("esr", "crp", "mri_spine")
REFERRAL = "specialist_referral"
FEW = settings(max_examples=25, deadline=None)
MEMBERS = {"bloods": ("esr", "crp")}
START = datetime(2026, 6, 1, 8, tzinfo=UTC)


def _log(actions: Sequence[models.Action]) -> list[Recorded]:
    """As if they had been added one after the other."""
    return [
        Recorded(UUID(int=n), "0012", n, action, (ITO, VALE)[n % 2], BASIS, START + timedelta(minutes=n), "")
        for n, action in enumerate(actions, 1)
    ]


def _result(concept: str, day: date, read: date | None = None, result: str | None = "abnormal") -> dict[str, Any]:
    return dict.fromkeys(EVENTS.names) | {
        "concept": concept, "status": "final", "date_first": day, "date_last": day, "result": result,
        "reviewed_on": read,
    }  # fmt: skip


def _day(ago: int) -> date:
    return D - timedelta(days=ago)


def _open(found: Followed) -> list[tuple[str, str]]:
    return [(item.concept, item.state) for item in found.items]


def _actions(days: st.SearchStrategy[int]) -> st.SearchStrategy[models.Action]:
    on = days.map(_day)
    tests = st.lists(st.sampled_from((*TESTS, "bloods")), min_size=1, max_size=3, unique=True).map(tuple)
    referral = st.just((REFERRAL,))
    return st.one_of(
        st.builds(models.Ordered, on=on, concepts=tests),
        st.builds(models.Booked, on=on, concepts=tests, appointment=st.integers(0, 60).map(lambda n: _day(-n))),
        st.builds(models.Performed, on=on, concepts=tests),
        st.builds(models.ResultSeen, on=on, concepts=tests),
        st.builds(models.ResultSeen, on=on, concepts=st.just(("mri_spine",)), result=st.just("negative")),
        st.builds(models.Answered, on=on, concept=st.sampled_from(TESTS[:2]), status=st.just("final"),
                  result=st.just("abnormal")),
        st.builds(models.Referred, on=on, concepts=referral),
        st.builds(models.Accepted, on=on, concepts=referral),
        st.builds(models.Declined, on=on, concepts=tests, reason=st.just("afraid")),
        st.builds(models.Assigned, on=on, to=st.sampled_from(("Nurse Poe", "Dr Vale"))),
        st.builds(models.Snoozed, on=on, disposition=st.just("ask"), reason=st.just("away"),
                  until=st.integers(1, 60).map(lambda n: _day(-n))),
        st.builds(models.Note, on=on, words=st.just("Rang.")),
    )  # fmt: skip


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    """Up to 12 actions, some of which undo earlier ones."""
    actions: list[models.Action] = []
    for one in draw(st.lists(_actions(st.integers(0, 12)), max_size=12)):
        actions.append(one)
        if draw(st.integers(0, 4)) == 0:
            actions.append(models.Undone(on=D, action=UUID(int=draw(st.integers(1, len(actions))))))
    return _log(actions)


results = st.lists(
    st.builds(
        _result, st.sampled_from(TESTS[:2]), st.integers(0, 12).map(_day), st.none() | st.integers(0, 3).map(_day)
    ),
    max_size=4,
)


@FEW
@given(logs(), results)
def test_nothing_is_open_without_a_date_and_somebody(log: list[Recorded], record: list[dict[str, Any]]) -> None:
    found = followed(log, record, MEMBERS)
    for item in found.items:
        assert item.due >= item.since
        assert item.state in ("ordered", "booked", "performed", RESULTED)
    keys = [(item.concept, item.state == RESULTED) for item in found.items]
    assert len(keys) == len(set(keys)), "one order and one unread result of a concept at most"
    if not record:
        assert all(item.owner for item in found.items)


@FEW
@given(logs(), results, st.randoms(use_true_random=False))
def test_folding_twice_or_in_any_order_gives_the_same(
    log: list[Recorded], record: list[dict[str, Any]], chance: random.Random
) -> None:
    once = followed(log, record, MEMBERS)
    mixed, also = list(log), list(record)
    chance.shuffle(mixed)
    chance.shuffle(also)
    assert followed(mixed, also, MEMBERS) == once == followed(log, record, MEMBERS)


@FEW
@given(st.data())
def test_a_step_entered_late_counts_on_its_day(data: st.DataObject) -> None:
    days = data.draw(st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True))
    actions = [data.draw(_actions(st.just(day))) for day in days]
    entered = data.draw(st.permutations(actions))
    one, other = (followed(_log(order), (), MEMBERS) for order in (sorted(actions, key=lambda a: a.on), entered))
    assert [(i.concept, i.state, i.since, i.due) for i in one.items] == [
        (i.concept, i.state, i.since, i.due) for i in other.items
    ]
    assert one.declined == other.declined


@FEW
@given(logs(), results)
def test_a_result_is_open_until_it_is_read(log: list[Recorded], record: list[dict[str, Any]]) -> None:
    late = _result("esr", D)
    assert ("esr", RESULTED) in _open(followed(log, [*record, late], MEMBERS)) or any(
        isinstance(one.action, models.ResultSeen) and one.action.on == D for one in log
    ) or any(row["reviewed_on"] and (row["date_last"], row["concept"]) == (D, "esr") for row in record)  # fmt: skip
    read = _log([*(one.action for one in log), models.ResultSeen(on=D, concepts=("bloods",))])
    assert ("esr", RESULTED) not in _open(followed(read, [*record, late], MEMBERS))


@FEW
@given(st.sampled_from(["snoozed", "declined"]), st.text(max_size=8))
def test_putting_off_and_declining_need_a_reason(kind: str, reason: str) -> None:
    known = rules().snooze.reasons if kind == "snoozed" else rules().decline.reasons
    if kind == "snoozed":
        made = models.Snoozed.model_construct(on=D, disposition="ask", reason=reason, words="", until=_day(-9))
    else:
        made = models.Declined.model_construct(on=D, concepts=("esr",), reason=reason, words="")
    assert reason not in known
    with pytest.raises(ActionRefused, match="reason"):
        check(made, D)


def test_the_course_of_an_order() -> None:
    ordered = models.Ordered(on=_day(30), concepts=("mri_spine",))
    booked = models.Booked(on=_day(29), concepts=("mri_spine",), appointment=_day(9))
    performed = models.Performed(on=_day(9), concepts=("mri_spine",))
    course: list[models.Action] = [ordered]
    (item,) = followed(_log(course)).items
    assert (item.state, item.since, item.due) == ("ordered", _day(30), _day(30 - 90))
    (item,) = followed(_log([*course, booked])).items
    assert (item.state, item.since, item.due) == ("booked", _day(30), _day(9))
    assert item.overdue(_day(8))
    assert not item.overdue(_day(9))
    (item,) = followed(_log([*course, booked, performed])).items
    assert (item.state, item.due) == ("performed", _day(9 - 14))
    came = [_result("mri_spine", _day(6))]
    (item,) = followed(_log([*course, booked, performed]), came).items
    assert (item.state, item.since, item.due) == (RESULTED, _day(6), _day(6 - 7))
    seen = models.ResultSeen(on=_day(1), concepts=("mri_spine",))
    assert followed(_log([*course, seen]), came).items == ()


def test_reading_an_older_result_does_not_end_a_new_order() -> None:
    again = [models.Ordered(on=_day(3), concepts=("esr",)), models.ResultSeen(on=_day(1), concepts=("esr",))]
    assert _open(followed(_log(again), [_result("esr", _day(20))])) == [("esr", "ordered")]


def test_reading_covers_what_stood_on_the_screen_and_nothing_that_came_later() -> None:
    read = _log([models.ResultSeen(on=D, concepts=("esr",), up_to={"esr": _day(6)})])
    assert followed(read, [_result("esr", _day(6))]).items == ()
    (item,) = followed(read, [_result("esr", _day(6)), _result("esr", _day(1))]).items
    assert (item.state, item.since, item.newest) == (RESULTED, _day(1), _day(1))
    early, late = (_result("esr", _day(6)) | {"recorded_at": START + timedelta(hours=hour)} for hour in (-1, 1))
    assert followed(read, [early]).items == ()
    assert _open(followed(read, [early, late | {"status": "corrected"}])) == [("esr", RESULTED)]


def test_what_is_dated_after_the_day_is_not_there_yet() -> None:
    ordered, declined = (
        models.Ordered(on=_day(9), concepts=("esr",)), models.Declined(on=D, concepts=("crp",), reason="afraid")
    )
    performed = models.Performed(on=_day(2), concepts=("esr",))
    log, record = _log([ordered, performed, declined]), [_result("mri_spine", _day(8), read=_day(1)), _result("esr", D)]
    found = followed(log, record, None, _day(5))
    assert _open(found) == [("mri_spine", RESULTED), ("esr", "ordered")]
    assert not found.declined
    assert found.version == 3
    assert _open(followed(log, record, None, D)) == [("esr", RESULTED)]
    month = _result("crp", _day(-15)) | {"date_first": _day(14)}
    assert _open(followed([], [month], None, D)) == [("crp", RESULTED)], "it is of this month, and may have come"


def test_one_result_that_says_when_it_was_read_says_nothing_of_a_newer_one() -> None:
    assert followed([], [_result("esr", _day(9), read=_day(1))]).items == ()
    assert _open(followed([], [_result("esr", _day(9), read=_day(1)), _result("esr", _day(3))])) == [("esr", RESULTED)]


def test_a_report_without_what_it_says_leaves_the_order_open() -> None:
    told = followed(_log([models.Ordered(on=_day(9), concepts=("esr",))]), [_result("esr", _day(2), result=None)])
    assert _open(told) == [("esr", "performed")]


def test_all_bloods_are_open_until_each_is_read() -> None:
    log = _log([models.Ordered(on=_day(9), concepts=("bloods",))])
    assert _open(followed(log, [], MEMBERS)) == [("crp", "ordered"), ("esr", "ordered")]
    assert _open(followed(log, [_result("esr", _day(2))], MEMBERS)) == [("esr", RESULTED), ("crp", "ordered")]


def test_who_has_it() -> None:
    ordered, assigned = models.Ordered(on=D, concepts=("esr",)), models.Assigned(on=D, to="Nurse Poe")
    assert followed(_log([ordered])).items[0].owner == "Dr Vale"
    assert followed(_log([ordered, assigned])).items[0].owner == "Nurse Poe"


def test_declined_until_asked_again() -> None:
    ordered = models.Ordered(on=_day(2), concepts=("esr",))
    declined = models.Declined(on=_day(1), concepts=("esr",), reason="afraid")
    found = followed(_log([ordered, declined]))
    assert (found.items, set(found.declined)) == ((), {"esr"})
    found = followed(_log([ordered, declined, models.Ordered(on=D, concepts=("esr",))]))
    assert (_open(found), dict(found.declined)) == ([("esr", "ordered")], {})


def test_a_referral_is_open_until_it_is_accepted() -> None:
    referred = models.Referred(on=_day(5), concepts=(REFERRAL,))
    assert _open(followed(_log([referred]))) == [(REFERRAL, "ordered")]
    assert followed(_log([referred, models.Accepted(on=_day(2), concepts=(REFERRAL,))])).items == ()
