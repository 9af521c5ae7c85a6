"""Columns of text as what they say and where: each distinct text is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.cells import BadCell, identifier, words_of

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
MOST = 1 << 22
"""Up to so many combinations are numbered by looking each up in a list of all that could be."""

_PLAIN = r"^[!-~](?:[ -~]*[!-~])?$"
"""Visible characters of ASCII with at most blanks between them: never blank, nothing hidden, nothing to strip."""


@dataclass(frozen=True)
class Spread:
    """One outcome for each distinct text; ``places`` says which outcome each row has."""

    outcomes: Sequence[Any]
    bad: Sequence[bool]
    places: Numbers

    def coded(self, made: Callable[[Any], Any], kind: pa.DataType) -> pa.DictionaryArray:
        """A value made of each outcome, and which of them each row has; null where the text could not be typed."""
        return coded(self.places, pa.array(self._made(made), kind))

    def column(self, made: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
        """A value made of each outcome, spread over the rows."""
        return decoded(self.coded(made, kind))

    def flag(self, asked: Callable[[Any], bool]) -> Mask:
        """Whether something is true of the outcome of each row; of none that could not be typed."""
        return np.array([bool(one) for one in self._made(asked)], np.bool_).take(self.places)

    def refused(self) -> Mask:
        """Whether the text of each row could not be typed."""
        return np.array(self.bad, np.bool_).take(self.places) if any(self.bad) else np.zeros(len(self.places), np.bool_)

    def _made(self, made: Callable[[Any], Any]) -> list[Any]:
        return [None if bad else made(one) for one, bad in zip(self.outcomes, self.bad, strict=True)]


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


def coded(places: Numbers, values: pa.Array) -> pa.DictionaryArray:
    """A column that has one of the values in each row."""
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32, copy=False)), values, safe=False)


def decoded(column: pa.Array) -> pa.Array:
    """Each value written out in every row that has it."""
    if not pa.types.is_dictionary(column.type):
        return column
    values = column.dictionary
    if values.null_count == len(values):
        return pa.nulls(len(column), values.type)
    return values.take(column.indices)


def written_out(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """``decoded``, chunk by chunk."""
    return pa.chunked_array([decoded(chunk) for chunk in column.chunks], kind)


def numbers_of(column: pa.DictionaryArray) -> Numbers:
    """Which entry of its dictionary each row has."""
    return np.asarray(column.indices)


def _distinct(columns: Sequence[pa.Array]) -> tuple[list[list[str]], Numbers]:
    """The texts that stand beside each other in some row, each once, and which of them each row has.

    Each text has a number, and texts side by side are one number, as digits are. Where that would grow too large
    the combinations so far are numbered anew.
    """
    told: list[list[str]] = [[]]
    places: Numbers = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        entries = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        texts = entries.dictionary.to_pylist()
        beside = numbers_of(entries)
        if len(told) == 1:
            told, places = [[*told[0], text] for text in texts], beside
            continue
        if len(texts) == 1:
            told = [[*before, texts[0]] for before in told]
            continue
        seen, places = renumbered(places * np.int64(max(len(texts), 1)) + beside, len(told) * len(texts))
        told = [[*told[number // len(texts)], texts[number % len(texts)]] for number in seen.tolist()]
    return told, places


def renumbered(numbers: Numbers, several: int) -> tuple[Numbers, Numbers]:
    """The numbers that occur, and the place of each row's among them. ``several``: all numbers are below it."""
    if several > MOST:
        entries = pa.array(numbers).dictionary_encode()
        return np.asarray(entries.dictionary), numbers_of(entries)
    occurs = np.zeros(several, np.bool_)
    occurs[numbers] = True
    seen = np.flatnonzero(occurs)
    place = np.empty(several, np.int32)
    place[seen] = np.arange(len(seen), dtype=np.int32)
    return seen, place[numbers]


def those(rows: pa.Table, which: pa.Array | pa.ChunkedArray | Mask) -> pa.Table:
    """The rows for which ``which`` is true; mostly all of them, which then are not copied."""
    mask = pa.array(which) if isinstance(which, np.ndarray) else which
    return rows if pc.all(mask, min_count=0).as_py() else rows.filter(mask)


def stripped(column: pa.Array) -> pa.DictionaryArray:
    """Free text as ``words_of`` gives it: without the space around it, null where nothing is left."""
    entries = column.dictionary_encode()
    return coded(numbers_of(entries), _where_doubtful(entries.dictionary, words_of))


def blank(column: pa.Array) -> Mask:
    """Whether nothing is left of a text."""
    left = stripped(column)
    return _spread_mask(np.asarray(pc.is_null(left.dictionary)), left)


def identified(column: pa.Array) -> tuple[pa.DictionaryArray, Mask]:
    """The ids, each distinct one once, and in which rows ``cells.identifier`` refuses what stands there."""
    entries = column.dictionary_encode()
    sound = _where_doubtful(entries.dictionary, _identifier_or_none)
    return entries, _spread_mask(np.asarray(pc.is_null(sound)), entries)


def _identifier_or_none(text: str) -> str | None:
    try:
        return identifier(text)
    except BadCell:
        return None


def _where_doubtful(texts: pa.Array, made: Callable[[str], str | None]) -> pa.Array:
    """What ``made`` gives for each text; the many that are plainly in order it leaves as they are, unasked."""
    doubtful = np.flatnonzero(~np.asarray(pc.match_substring_regex(texts, _PLAIN)))
    if not len(doubtful):
        return texts
    asked = pa.array([made(text) for text in texts.take(pa.array(doubtful)).to_pylist()], pa.string())
    mask = np.zeros(len(texts), np.bool_)
    mask[doubtful] = True
    return pc.replace_with_mask(texts, pa.array(mask), asked)


def _spread_mask(true: Mask, column: pa.DictionaryArray) -> Mask:
    return true.take(numbers_of(column)) if true.any() else np.zeros(len(column), np.bool_)
