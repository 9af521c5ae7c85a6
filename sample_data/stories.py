"""The stories a panel is made of, each a function that writes one person's chart."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from sample_data.chart import Chart, settings
from sample_data.people import blur_birth, introduce

Story = Callable[[Chart], None]
STORIES: dict[str, Story] = {}
DECK = 400
"""People in one deck of stories; ``shares.yaml`` counts by it."""


def story(write: Story) -> Story:
    """Adds a function to the stories under its own name."""
    STORIES[write.__name__] = write
    return write


def adult(chart: Chart, onset: int, seen: int, youngest: int = 18, oldest: int = 95, sex: str = "") -> None:
    """An adult whose back pain began ``onset`` days ago and who was last asked ``seen`` days ago."""
    introduce(chart, youngest, oldest, sex)
    chart.recorded = seen
    chart.began(onset)


def ordinary(chart: Chart, onset: int, seen: int) -> None:
    """An adult of any age, whose birth date is now and then known only in part."""
    adult(chart, onset, seen)
    blur_birth(chart)


@cache
def _in_order() -> tuple[str, ...]:
    counts = settings("shares")["stories"]
    unknown = set(counts) ^ set(STORIES)
    if unknown:
        raise ValueError(f"shares.yaml and the stories differ: {sorted(unknown)}")
    deck = tuple(name for name, count in counts.items() for _ in range(count))
    if len(deck) != DECK:
        raise ValueError(f"shares.yaml: the stories must add up to {DECK}, not {len(deck)}")
    return deck


def deal(rng: Random) -> list[Story]:
    """A shuffled deck: each story as often as ``shares.yaml`` says, in every ``DECK`` people."""
    names = list(_in_order())
    rng.shuffle(names)
    return [STORIES[name] for name in names]
