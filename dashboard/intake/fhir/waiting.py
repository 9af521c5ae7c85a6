"""Resources that cannot be read before all others were seen: some in memory, the others in a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dashboard.intake.fhir.elements import Resource
from dashboard.intake.fhir.sources import as_read

IN_MEMORY = 2_000
"""So many stay in memory."""


class Place(NamedTuple):
    """Where a resource stands; ``number`` counts the resources in the order of the source."""

    number: int
    table: str
    line: int


class Waiting:
    """Resources with their places, in the order in which they were added. ``file`` gives a path to write to."""

    def __init__(self, file: Callable[[], Path]) -> None:
        self._file = file
        self._kept: list[tuple[Place, Resource]] = []
        self._path: Path | None = None
        self._writer: BinaryIO | None = None

    def add(self, place: Place, resource: Resource) -> None:
        """One more; the first stay in memory."""
        if len(self._kept) < IN_MEMORY:
            self._kept.append((place, resource))
            return
        if self._writer is None:
            self._path = self._file()
            self._writer = self._path.open("wb")
        self._writer.write(json.dumps([*place, resource], separators=(",", ":")).encode() + b"\n")

    def __iter__(self) -> Iterator[tuple[Place, Resource]]:
        """None can be added any more."""
        yield from self._kept
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._path is not None:
            with self._path.open("rb") as file:
                for line in file:
                    number, table, where, resource = as_read(line.decode())
                    yield Place(number, table, where), resource
