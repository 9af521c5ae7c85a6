"""Columns of text as what they say and where: each distinct text is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.cells import BadCell, words_of

MOST = 1 << 62
"""Numbers are below it: they have 63 bits."""


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
    """The texts that stand beside each other in some row, each once, and which of them each row has.

    Each text has a number, and texts side by side are one number, as digits are. Where that would grow too large
    the combinations so far are numbered anew.
    """
    told, several = [[]], 1
    places = pa.nulls(len(columns[0]), pa.int64()).fill_null(0)
    waiting: list[list[str]] = []
    for column in columns:
        coded = column.dictionary_encode()
        texts = coded.dictionary.to_pylist()
        if several * max(len(texts), 1) > MOST:
            told, places = _numbered(told, waiting, places)
            several, waiting = len(told), []
        places = pc.add(pc.multiply(places, max(len(texts), 1)), coded.indices.cast(pa.int64()))
        several *= max(len(texts), 1)
        waiting.append(texts)
    return _numbered(told, waiting, places)


def _numbered(
    told: list[list[str]], waiting: list[list[str]], numbers: pa.Array
) -> tuple[list[list[str]], pa.Array]:
    """The combinations that occur, from 0 on. ``waiting``: the texts of the last columns, which ``numbers`` combine
    with those ``told``."""
    coded = numbers.dictionary_encode()
    found = []
    for number in coded.dictionary.to_pylist():
        beside: list[str] = []
        rest = number
        for texts in reversed(waiting):
            rest, place = divmod(rest, max(len(texts), 1))
            beside.append(texts[place])
        found.append([*told[rest], *reversed(beside)])
    return found, coded.indices.cast(pa.int64())


def those(rows: pa.Table, which: pa.Array | pa.ChunkedArray) -> pa.Table:
    """The rows for which ``which`` is true; mostly all of them, which then are not copied."""
    return rows if pc.all(which, min_count=0).as_py() else rows.filter(which)


def stripped(column: pa.Array) -> pa.Array:
    """Free text as ``words_of`` gives it: without the space around it, null where nothing is left."""
    coded = column.dictionary_encode()
    texts = [words_of(text) for text in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def blank(column: pa.Array) -> pa.Array:
    """Whether nothing is left of a text."""
    coded = column.dictionary_encode()
    return pa.array([words_of(text) is None for text in coded.dictionary.to_pylist()], pa.bool_()).take(coded.indices)
