"""One panel of several decks and its answers, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest

from dashboard.intake.rows import Origin, PanelBuilder, Record
from pathways.panel import Panel
from sample_data.build import AS_OF, SEED
from sample_data.chart import Chart
from sample_data.generator import charts, events_as_text, patient_as_text
from sample_data.stories import DECK
from tests.twin import twin_evaluate

PEOPLE = 2 * DECK
PROFILES = ("us-acp", "us-acr", "uk-nice")

Answers = dict[str, dict[str, Any]]


def typed(people: Sequence[Chart]) -> Panel:
    """The people's rows as the engine sees them, without a file between. Fails if a row is held back."""
    builder = PanelBuilder(AS_OF, "generated")
    for line, chart in enumerate(people, start=2):
        builder.add(Record(Origin("generated", line, ""), patient_as_text(chart), events_as_text(chart)))
    loaded = builder.build()
    assert not loaded.report.held_back
    return loaded.panel


@pytest.fixture(scope="session")
def panel() -> list[Chart]:
    return list(charts(PEOPLE, SEED, AS_OF))


@pytest.fixture(scope="session")
def twin_answers(panel: list[Chart]) -> Callable[[str], Answers]:
    """profile -> the plain twin's answers for the panel."""
    table = typed(panel)
    return cache(lambda profile: twin_evaluate(table, profile, AS_OF))
