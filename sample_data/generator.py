"""A practice panel of invented people, as many as wanted, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

import sample_data.stories_edges
import sample_data.stories_elsewhere
import sample_data.stories_everyday
import sample_data.stories_higher
import sample_data.stories_therapy_failed  # noqa: F401 - each module adds its stories
from sample_data.chart import EVENT_COLUMNS, PATIENT_COLUMNS, Calendar, Chart
from sample_data.people import sites
from sample_data.stories import DECK, deal


def deck(number: int, seed: int, calendar: Calendar) -> Iterator[Chart]:
    """The people of one deck. Each deck has its own random numbers, so decks can be written in any order."""
    rng = Random(seed * 1_000_003 + number)
    for place, write in enumerate(deal(rng)):
        chart = Chart(f"{number * DECK + place + 1:08d}", sites().draw(rng), calendar, rng)
        chart.story = write.__name__
        write(chart)
        yield chart


def charts(patients: int, seed: int, as_of: date) -> Iterator[Chart]:
    """The first ``patients`` people of the panel, one after another; memory does not grow."""
    calendar = Calendar(as_of)
    for number in range(-(-patients // DECK)):
        left = patients - number * DECK
        for place, chart in enumerate(deck(number, seed, calendar)):
            if place >= left:
                return
            yield chart


def generate(patients: int, seed: int, as_of: date) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """Each person's patients row and events rows as text by column name; blank means not recorded.

    A smaller panel of the same seed is the beginning of a larger one. Every ``DECK`` people hold each
    story as often as ``shares.yaml`` says.
    """
    for chart in charts(patients, seed, as_of):
        yield patient_as_text(chart), events_as_text(chart)


def patient_as_text(chart: Chart) -> dict[str, str]:
    """The patients row by column name."""
    return dict(zip(PATIENT_COLUMNS, chart.patient_row(), strict=True))


def events_as_text(chart: Chart) -> list[dict[str, str]]:
    """The events rows by column name."""
    return [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in chart.events]
