"""Where the rows of each person stand in a panel, so that a few people are found without reading everybody's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


class Places:
    """The rows of two tables by the ids in the first column of both; the first has each of them once.

    Made in one pass over the ids; some 12 bytes for each row of the second table where it is not in their order.
    """

    def __init__(self, ids: pa.ChunkedArray, of_rows: pa.ChunkedArray) -> None:
        self._person = pc.sort_indices(ids)
        self._ids = ids.take(self._person).combine_chunks()
        whose = pc.index_in(of_rows, value_set=self._ids).combine_chunks()
        numbers = np.asarray(whose.fill_null(len(self._ids)))
        self._row: npt.NDArray[np.int64] | None = None
        if np.any(numbers[1:] < numbers[:-1]):
            self._row = np.argsort(numbers, kind="stable")
            numbers = numbers[self._row]
        self._starts = np.searchsorted(numbers, np.arange(len(self._ids) + 1))

    def of(self, wanted: Iterable[str]) -> tuple[pa.Array, pa.Array]:
        """The rows of these people in the two tables; whoever is not there has none."""
        numbers = list(self._numbers(set(wanted)))
        rows = [np.arange(self._starts[one], self._starts[one + 1]) for one in numbers]
        found = np.concatenate(rows) if rows else np.arange(0)
        if self._row is not None:
            found = np.sort(self._row[found])
        persons = np.sort(np.asarray(self._person.take(pa.array(numbers, pa.int64()))))
        return pa.array(persons, pa.int64()), pa.array(found, pa.int64())

    def _numbers(self, wanted: set[str]) -> Iterator[int]:
        """In the order of the ids."""
        for name in sorted(wanted):
            place = bisect_left(range(len(self._ids)), name, key=lambda one: self._ids[one].as_py())
            if place < len(self._ids) and self._ids[place].as_py() == name:
                yield place
