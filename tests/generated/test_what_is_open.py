"""Nothing that an answer rests on is missing from what is open, however the records of people look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dashboard.actions.following import RESULTED, followed
from dashboard.panel_store import core_bloods
from pathways import StillOpen, load_pathway, trace
from pathways.facts.results import group_of

from .adversarial import adversarial_panel
from .comparing import PROFILES

D = date(2026, 6, 15)
PATIENTS = 500
GROUPS = ("bloods", "imaging", "referral")


@pytest.fixture(scope="module", params=PROFILES)
def people(request: pytest.FixtureRequest) -> list[tuple[dict[str, Any], set[tuple[str, bool]], set[tuple[str, bool]]]]:
    """Each answer with the group of everything open, and whether it is a result: as listed, and with no window."""
    panel = adversarial_panel(11, PATIENTS, D)
    traced = trace(panel, load_pathway(), request.param, as_of=D)
    still = traced.still_open(panel.patients["patient_id"].to_pylist())
    records: dict[str, list[dict[str, Any]]] = {}
    for row in panel.events.to_pylist():
        records.setdefault(row["patient_id"], []).append(row)
    core = core_bloods(request.param, D)

    def open_of(patient_id: str, windows: StillOpen | None) -> set[tuple[str, bool]]:
        items = followed((), records.get(patient_id, ()), core, D, windows).items
        return {(group_of(item.concept), item.state == RESULTED) for item in items}

    return [
        (answer, open_of(name, still.get(name, StillOpen())), open_of(name, None))
        for answer in traced.answers.to_pylist()
        for name in [answer["patient_id"]]
    ]


def asked(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((group, answer[group]["state"]) for group in GROUPS)


def test_a_result_that_is_to_be_read_is_open(people: Any) -> None:  # noqa: ANN401
    to_read = [(a, g, found) for a, found, _ in people for g, state in asked(a) if state == "to_review"]
    assert len(to_read) > 5
    assert not [(a["patient_id"], g) for a, g, found in to_read if not {(g, True), (g, False)} & found]


def test_an_order_that_is_waited_for_is_open(people: Any) -> None:  # noqa: ANN401
    """But the hospital's own, once it has the person: nobody recorded those."""
    waiting = [
        (a, g, found)
        for a, found, every in people
        for g, state in asked(a)
        if state == "in_progress" and not (a["indication"] == "emergency" and a["disposition"] != "emergency")
    ]
    assert len(waiting) > 5
    assert not [(a["patient_id"], g) for a, g, found in waiting if (g, False) not in found]


def test_an_order_that_is_lost_and_asked_for_again_is_open(people: Any) -> None:  # noqa: ANN401
    lost = [(a, found) for a, found, _ in people if "order_lost" in a["notes"]]
    assert lost
    assert not [a["patient_id"] for a, found in lost if not any((g, False) in found for g in GROUPS)]


def test_much_that_nobody_asks_for_is_not(people: Any) -> None:  # noqa: ANN401
    assert all(found <= every for _, found, every in people)
    assert sum(found != every for _, found, every in people) > PATIENTS / 20
    assert not [found for a, found, _ in people if found and "deceased" in a["reasons"]]
