"""Patients and their events, wherever the events are: all in memory, or on disk and read when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import pyarrow as pa

from pathways.panel import Panel

AT_ONCE = 20_000
"""People who are worked on together where that is everybody: of so many the engine keeps its plan, and every column."""


class People(Protocol):
    """What a panel is, but that nobody can ask for everybody's events at once. A ``Panel`` is one."""

    @property
    def patients(self) -> pa.Table:
        """Everybody, as in ``pathways.panel.PATIENTS``."""
        ...

    def part(self, patient_ids: Iterable[str]) -> Panel:
        """These people alone."""
        ...

    def parts(self, most: int) -> Iterator[Panel]:
        """Everybody, about so many people at a time."""
        ...


Told = Callable[[int], None]
"""Hears of how many people something is done, and may end it by raising."""


def untold(_done: int) -> None:
    """Nobody waits for it."""


def each_part(people: People, told: Told = untold, *, wide: bool = False) -> Iterator[Panel]:
    """Everybody, some people at a time; a panel in memory whole, unless hundreds of columns are wanted (``wide``)."""
    done = 0
    for part in [people] if isinstance(people, Panel) and not wide else people.parts(AT_ONCE):
        yield part
        done += part.patients.num_rows
        told(done)
