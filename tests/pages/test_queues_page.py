"""The page of queues from its address to what it offers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.queues import looks
from dashboard.wording.queues import queues as words
from dashboard.worklist import Worklist
from pathways.panel import Panel
from tests.pages.made_up import D, answer, failed, group, worklist

Visit = Callable[..., AppTest]


def _tile(at: AppTest, name: str) -> str:
    return next(button.label for button in at.button if button.key == f"queue-{name}")


def test_the_address_chooses_queue_and_site(app: Visit) -> None:
    everywhere, harbour = app("queues", queue="imaging"), app("queues", queue="imaging", queue_site="Harbour")
    assert not everywhere.exception
    assert not harbour.exception
    assert _tile(everywhere, "open").startswith("**24** ")
    assert _tile(everywhere, "over").startswith("**24** of 24")
    assert _tile(harbour, "open").startswith("**12** ")
    assert any("waits longest" in one.value for one in everywhere.markdown)


def test_an_address_with_an_unknown_queue_or_site_shows_the_first_queue(app: Visit) -> None:
    at = app("queues", queue="'; drop table people", queue_site="Nowhere")
    assert not at.exception
    assert _tile(at, "open").startswith("**24** ")


def test_an_empty_queue_says_why_and_what_to_do(app: Visit) -> None:
    at = app("queues", queue="review")
    assert not at.exception
    assert any("Nobody" in one.value and "Choose another queue" in one.value for one in at.info)
    assert not [button for button in at.button if button.key == "queue-open"]


def test_the_weeks_are_worked_out_when_asked_for(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[date] = []

    def earlier(panel: Panel, profile: str, as_of: date) -> Worklist:
        """Three people: one stays until today, two left at the last look, one of them from the queue of imaging."""
        taken.append(as_of)
        gone = failed(patient_id="0001", imaging=group("done"), bloods=group("in_progress"))
        ids = [failed(patient_id="0000"), gone, failed(patient_id="0002")]
        return worklist([*ids, answer(patient_id="0003")])

    monkeypatch.setattr(looks, "_worklist", earlier)
    at = app("queues", queue="imaging")
    assert not taken
    at = next(button for button in at.button if button.key == "work-out").click().run()
    assert not at.exception
    assert sorted(taken) == looks.days(D)[:-1]
    told = words().history
    assert [one.value for one in at.subheader] == [told.flow_title, told.waits_title]
    assert any("**23 in, 1 out**" in one.value for one in at.markdown)
    assert any("25 people: 24 in the queue now" in one.value for one in at.caption)
