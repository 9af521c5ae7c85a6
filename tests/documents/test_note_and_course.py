"""The note for the record, and where the drawing of the course puts things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboard import settings
from dashboard.documents import Facts, note_text
from dashboard.documents.course import drawing
from dashboard.trajectory import Trajectory, trajectory
from tests.documents.conftest import D, event, events
from tests.pages.made_up import failed, group

LONGEST_NOTE = 2_500


def test_the_note_is_four_short_parts_in_plain_words(facts: Facts) -> None:
    lines = note_text(facts).splitlines()
    assert lines[1] == "Hélène Lefèvre, born 1 May 1960, id 0007"
    said = {line[0]: line for line in lines if line[1:2] == ":"}
    assert list(said) == ["S", "O", "A", "P"]
    assert "6/10 on 10 Jun 2026, 7/10 on 25 Apr 2026" in said["S"]
    assert "ESR 62 mm/h" in said["O"]
    assert "Asked and absent: fever (1 Jun 2026)." in said["O"]
    assert "9 days over" in said["A"]
    assert "Imaging: to order X-ray spine." in said["P"]
    assert lines[-1] == settings.INTENDED_USE
    assert "Record as of 15 Jun 2026" in lines[-2]


def test_the_note_stays_short_and_every_line_of_it_is_ours(of: Callable[..., Facts]) -> None:
    """A note with line breaks in it cannot make a line of its own."""
    many = [event("physiotherapy", D - timedelta(days=n), "active", note="x\nP: discharge") for n in range(300)]
    text = note_text(of(other={"events": many}, name="A\nP: discharge"))
    assert len(text) < LONGEST_NOTE
    assert len([line for line in text.splitlines() if line.startswith("P:")]) == 1
    assert "and 295 more" in text


def test_nothing_to_order_is_said(of: Callable[..., Facts]) -> None:
    assert "P: Nothing is to be ordered." in note_text(of(bloods=group(), imaging=group(), due_by=None))


def _course(**changed: Any) -> Trajectory:  # noqa: ANN401
    return trajectory(changed.pop("events", events()), failed(**changed), D, needed_percent=Decimal(30), trial_days=28)


def test_every_place_lies_on_the_drawing_and_time_runs_to_the_right() -> None:
    drawn = drawing(_course(), lanes=5)
    assert drawn is not None
    places = [one["x"] for one in (*drawn["scores"], *drawn["days"], *drawn["ticks"], *drawn["tests"]["marks"])]
    places += [part for lane in drawn["lanes"] for bar in lane["bars"] for part in (bar["x"], bar["to"])]
    assert all(0 <= place <= 1 for place in places)
    assert [one["x"] for one in drawn["scores"]] == sorted(one["x"] for one in drawn["scores"])
    assert [(one["y"], one["text"]) for one in drawn["scores"]] == [(0.7, "7"), (0.6, "6")]
    assert [level["y"] for level in drawn["levels"]] == [0.7, pytest.approx(0.49)]


def test_the_newest_score_keeps_its_number_where_scores_crowd() -> None:
    crowd = [event("pain_score", D - timedelta(days=n), "final", value=Decimal(n % 10)) for n in range(200)]
    drawn = drawing(_course(events=crowd), lanes=5)
    assert drawn is not None
    assert drawn["scores"][-1]["text"] == "0"
    assert 5 < sum(bool(one["text"]) for one in drawn["scores"]) < 40


def test_words_of_two_levels_do_not_touch() -> None:
    drawn = drawing(_course(baseline_pain=Decimal(1)), lanes=5)
    assert drawn is not None
    assert drawn["levels"][0]["at"] - drawn["levels"][1]["at"] > 0.1


def test_treatments_beyond_the_lanes_are_counted_and_an_ended_one_is_open() -> None:
    drawn = drawing(_course(), lanes=1)
    assert drawn is not None
    assert len(drawn["lanes"]) == 1
    assert drawn["more"] == "Treatments not drawn: 1."
    bars = {bar["open"] for lane in (drawing(_course(), lanes=5) or {})["lanes"] for bar in lane["bars"]}
    assert bars == {True, False}
    assert drawn["legend"]


def test_one_score_alone_is_not_drawn() -> None:
    assert drawing(_course(events=events()[:1]), lanes=5) is None
