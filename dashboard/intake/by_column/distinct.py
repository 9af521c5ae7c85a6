"""Columns of text as what they say and where: each distinct text is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.cells import BadCell, words_of


@dataclass(frozen=True)
class Spread:
    """One outcome for each distinct text; ``places`` says which outcome each row has."""

    outcomes: Sequence[Any]
    bad: Sequence[bool]
    places: pa.Array

    def column(self, made: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
        """A value made of each outcome, spread over the rows; null where the text could not be typed."""
        values = [None if bad else made(one) for one, bad in zip(self.outcomes, self.bad, strict=True)]
        return pa.array(values, kind).take(self.places)

    def refused(self) -> pa.Array:
        """Whether the text of each row could not be typed."""
        return pa.array(list(self.bad), pa.bool_()).take(self.places)


def spread(typed: Callable[..., Any], *columns: pa.Array) -> Spread:
    """What ``typed`` makes of the texts of these columns, row by row, called once for each that differs."""
    outcomes: list[Any] = []
    bad: list[bool] = []
    told, places = _distinct(columns)
    for texts in told:
        try:
            outcomes.append(typed(*texts))
            bad.append(False)
        except BadCell:
            outcomes.append(None)
            bad.append(True)
    return Spread(outcomes, bad, places)


def _distinct(columns: Sequence[pa.Array]) -> tuple[list[list[str]], pa.Array]:
    """The texts that stand beside each other in some row, each once, and which of them each row has."""
    told: list[list[str]] = [[]]
    places = pa.array([0] * len(columns[0]), pa.int64())
    for column in columns:
        coded = column.dictionary_encode()
        texts = coded.dictionary.to_pylist()
        size = pa.scalar(max(len(texts), 1), pa.int64())
        keys = pc.add(pc.multiply(places, size), coded.indices.cast(pa.int64())).dictionary_encode()
        said = [divmod(key, size.as_py()) for key in keys.dictionary.to_pylist()]
        told = [[*told[before], texts[text]] for before, text in said]
        places = keys.indices.cast(pa.int64())
    return told, places


def stripped(column: pa.Array) -> pa.Array:
    """Free text as ``words_of`` gives it: without the space around it, null where nothing is left."""
    coded = column.dictionary_encode()
    texts = [words_of(text) for text in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)
