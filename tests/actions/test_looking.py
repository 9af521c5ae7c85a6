"""Whether anything is new is told without reading the log, and only what is new is read."""

from __future__ import annotations

from dashboard.actions import models
from dashboard.actions.log import SAMPLE, ActionLog, Mark
from tests.actions.made_up import D, draft


def test_a_mark_stays_until_something_is_added_by_anybody(log: ActionLog) -> None:
    assert log.mark() == Mark()
    log.append(draft())
    mark = log.mark()
    assert mark == log.mark() != Mark()
    log.append(draft(seen=1))
    assert log.mark() != mark


def test_what_was_added_since_is_read_and_nothing_else(log: ActionLog) -> None:
    first = log.append(draft())
    mark = log.mark()
    assert log.since(mark) == ()
    added = [log.append(draft(seen=1)), log.append(draft(patient_id="0001"))]
    assert sorted(log.since(mark) or (), key=lambda one: one.version, reverse=True) == added
    assert {one.action_id for one in log.everything()} == {first.action_id, *(one.action_id for one in added)}


def test_a_log_that_was_exchanged_is_read_as_a_whole(log: ActionLog) -> None:
    log.append(draft(models.Note(on=D, words="Before.")))
    assert log.since(Mark(1, "another seal")) is None
    assert log.since(Mark(2, log.mark().seal)) is None
    assert log.since(Mark()) is None


def test_another_panel_moves_the_mark_and_adds_nothing(log: ActionLog) -> None:
    log.append(draft())
    mark = log.mark()
    other = ActionLog(log.store, log.proof, SAMPLE, log._key)
    other.append(draft())
    assert log.mark() != mark
    assert log.since(mark) == ()
