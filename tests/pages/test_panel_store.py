"""A panel is evaluated once for each profile and date, whoever asks, and a trace is not worked out twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from dashboard import panel_store
from dashboard.intake import LoadReport
from dashboard.panel_store import MOST_LISTS, Evaluated, HeldPanel
from pathways.panel import Panel
from tests.pages.conftest import answers_of, panel
from tests.pages.made_up import D, worklist


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldPanel:
    asked: list[tuple[str, date]] = []

    def evaluated(panel: Panel, profile: str, as_of: date) -> Evaluated:
        asked.append((profile, as_of))
        return Evaluated(worklist(answers_of(panel), panel.patients.to_pylist()))

    def traced(panel: Panel, profile: str, as_of: date, patient_id: str) -> dict[str, Any]:
        asked.append((patient_id, as_of))
        return {"patients": panel.patients["patient_id"].to_pylist(), "criteria": []}

    monkeypatch.setattr(panel_store, "_evaluate", evaluated)
    monkeypatch.setattr(panel_store, "trace", traced)
    made = HeldPanel("made up", panel(), LoadReport("tables", "x", D, 0, 0, 0), D)
    made.asked = asked  # type: ignore[attr-defined]
    return made


def test_many_readers_at_once_evaluate_once(held: HeldPanel) -> None:
    with ThreadPoolExecutor(8) as readers:
        lists = list(readers.map(lambda _: held.worklist("us-acp", D), range(16)))
    assert len(set(map(id, lists))) == 1
    assert held.asked == [("us-acp", D)]  # type: ignore[attr-defined]


def test_many_readers_at_once_read_the_same_page(held: HeldPanel) -> None:
    people = held.worklist("us-acp", D)
    with ThreadPoolExecutor(8) as readers:
        totals = set(readers.map(lambda _: people.total(), range(32)))
    assert totals == {held.people}


def test_only_so_many_lists_are_kept(held: HeldPanel) -> None:
    for number in range(MOST_LISTS + 2):
        held.worklist("us-acp", D + timedelta(days=number))
    held.worklist("us-acp", D)
    assert held.asked.count(("us-acp", D)) == 2  # type: ignore[attr-defined]
    assert len(held._lists) == MOST_LISTS


def test_a_trace_sees_one_person_and_is_kept(held: HeldPanel) -> None:
    first, second = held.trace("0007", "us-acp", D), held.trace("0007", "us-acp", D)
    assert first is second
    assert first["patients"] == ["0007"]
    assert held.asked == [("0007", D)]  # type: ignore[attr-defined]


def test_the_figures_of_a_profile_are_the_pathways() -> None:
    lengths = {name: panel_store.figures(name, D).trial_days for name in panel_store.profiles()}
    assert lengths == {"us-acp": 28, "us-acr": 42, "uk-nice": 42}
    assert {panel_store.figures(name, D).needed_percent for name in lengths} == {30}


def test_the_default_profile_comes_first() -> None:
    assert next(iter(panel_store.profiles())) == "us-acp"
