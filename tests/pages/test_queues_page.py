"""The page of queues from its address to what it offers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import queues_view
from dashboard.queues import looks, now
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


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([1], "One person waits, at **Mill**: 40 days so far."),
        ([2], "All of them are at **Mill**: half have waited 30 days or more, the longest 40 days."),
        ([1, 5], "**Mill** waits longest: its one person has waited 40 days."),
        ([2, 5], "**Mill** waits longest: half of its 2 have waited 30 days or more, the longest 40 days."),
    ],
)
def test_one_person_is_not_half_of_anybody(people: list[int], said: str) -> None:
    found = [now.Site("Mill", now.Summary(number, 0, 40 if number == 1 else 30, 40, number)) for number in people]
    assert queues_view.waits_longest(found) == said


def test_an_address_with_an_unknown_queue_or_site_shows_the_first_queue(app: Visit) -> None:
    at = app("queues", queue="'; drop table people", queue_site="Nowhere")
    assert not at.exception
    assert _tile(at, "open").startswith("**24** ")


def test_an_empty_queue_says_why_and_what_to_do(app: Visit) -> None:
    at = app("queues", queue="review")
    assert not at.exception
    assert any("No patients have a result" in one.value and "Choose another queue" in one.value for one in at.info)
    assert not [button for button in at.button if button.key == "queue-open"]


def test_the_weeks_are_worked_out_when_asked_for(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[date] = []

    def earlier(panel: Panel, profile: str, as_of: date) -> Worklist:
        """One stays until today; one, who waited for long when the weeks began, left; one has left before."""
        taken.append(as_of)
        gone = failed(patient_id="0001", since=D - timedelta(days=200))
        before = failed(patient_id="0003", imaging=group("done"), bloods=group("in_progress"))
        found = worklist([failed(patient_id="0000"), gone, before, answer(patient_id="0002")])
        found.as_of = as_of
        return found

    monkeypatch.setattr(looks, "_worklist", earlier)
    at = app("queues", queue="imaging")
    assert not taken
    at = next(button for button in at.button if button.key == "work-out").click().run()
    assert not at.exception
    assert sorted(taken) == looks.days(D)[:-1]
    told = words().history
    assert [one.value for one in at.subheader] == [told.flow_title, told.waits_title]
    assert any("**23 in, 1 out**" in one.value for one in at.markdown)
    assert _told(at, "{} people: {} in the queue now, {} left within {} weeks") == [25, 24, 1, 12]
    assert _told(at, "Watched from day 0 of the wait: {}.") == [24]
    assert _told(at, "in the queue already when the {} weeks began: {}.") == [12, 1]
    assert _at_risk_on_day_0(at) == 24


def test_people_without_a_date_make_up_the_difference_to_the_queue(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def earlier(panel: Panel, profile: str, as_of: date) -> Worklist:
        return worklist([failed(patient_id="0001", since=None)])

    found = looks.of
    monkeypatch.setattr(looks, "_worklist", earlier)
    monkeypatch.setattr(looks, "of", lambda people: _undated(found(people), "0005"))
    at = app("queues", queue="imaging")
    at = next(button for button in at.button if button.key == "work-out").click().run()
    assert not at.exception
    assert _tile(at, "open").startswith("**24** ")
    assert _told(at, "{} people: {} in the queue now, {} left") == [23, 23, 0]
    assert _told(at, "Not in the curve: {} people without a date to count from, {} of them in the queue now") == [2, 1]
    assert _at_risk_on_day_0(at) == 23


def _undated(look: looks.Look, patient_id: str) -> looks.Look:
    waiting = {queue: {name: None if name == patient_id else day for name, day in people.items()}
               for queue, people in look.waiting.items()}  # fmt: skip
    return looks.Look(look.as_of, waiting)


def _told(at: AppTest, sentence: str) -> list[int]:
    """The numbers that the page has where the sentence has braces."""
    pattern = re.escape(sentence).replace(r"\{\}", r"([\d,]+)")
    found = [match for one in at.caption for match in re.finditer(pattern, one.value)]
    assert len(found) == 1, [one.value for one in at.caption]
    return [int(number.replace(",", "")) for number in found[0].groups()]


def _at_risk_on_day_0(at: AppTest) -> int:
    """Under the curves, all lines together."""
    traces = [trace for chart in at.get("plotly_chart") for trace in json.loads(chart.proto.spec)["data"]]
    return sum(int(trace["text"][0]) for trace in traces if trace.get("mode") == "text")
