"""One table as it stands in its file: a header, and physical rows with their line and raw text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, overload

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.report import UnusableSource

ADDED_COLUMNS = (
    "held_back_table",
    "held_back_line",
    "held_back_column",
    "held_back_value",
    "held_back_reason",
    "held_back_raw",
)
"""What the download of held-back rows adds; ignored when such a file comes back mended."""

MENDED = "held_back_reason"
"""The one by which such a file is known."""


FIRST_LINE = 2
"""The header stands in line 1."""

PORTION = 100_000


class Problem(NamedTuple):
    """Why one physical row cannot be used."""

    column: str
    value: str
    reason: str


class RawRow(NamedTuple):
    """``cells`` has one text per header column, unless ``problem`` says why the row cannot be used.

    ``raw`` is blank where the source has no lines of text.
    """

    line: int
    raw: str
    cells: list[str]
    problem: Problem | None = None

    def says_nothing(self) -> bool:
        """Whether every cell is blank."""
        return not "".join(self.cells).strip()

    def cell(self, columns: Sequence[str], name: str) -> str | None:
        """The cell under a column, as far as the row has one."""
        index = columns.index(name) if name in columns else len(self.cells)
        return self.cells[index] if index < len(self.cells) else None


class ColumnRows(Sequence[RawRow]):
    """The rows of a source that comes as columns, made as they are asked for. ``texts``: a column each, no nulls.
    ``places``: which rows of the source they are, counted from 0, where they are not all of them."""

    def __init__(self, texts: Sequence[pa.ChunkedArray], places: pa.Array | None = None) -> None:
        self.texts = list(texts)
        self._places = places

    def __len__(self) -> int:
        return len(self.texts[0]) if self.texts else 0

    def __iter__(self) -> Iterator[RawRow]:
        for begun in range(0, len(self), PORTION):
            columns = [text.slice(begun, PORTION).to_pylist() for text in self.texts]
            lines = self.lines(pa.arange(begun, min(begun + PORTION, len(self)))).to_pylist()
            for line, cells in zip(lines, map(list, zip(*columns, strict=True)), strict=True):
                yield RawRow(line, "", cells)

    @overload
    def __getitem__(self, at: int) -> RawRow: ...
    @overload
    def __getitem__(self, at: slice) -> list[RawRow]: ...
    def __getitem__(self, at: int | slice) -> RawRow | list[RawRow]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        line = FIRST_LINE + (at if self._places is None else self._places[at].as_py())
        return RawRow(line, "", [text[at].as_py() for text in self.texts])

    def lines(self, rows: pa.Array) -> pa.Array:
        """In which lines of the source these rows stand."""
        places = rows if self._places is None else self._places.take(rows)
        return pc.add(places.cast(pa.int64()), pa.scalar(FIRST_LINE, pa.int64()))


@dataclass
class RawTable:
    """``columns`` are the names of the contract (or the source's own, where it has no such name), lower case.

    ``serials_from_1904``: the workbook counts its days from 1904. Raises ``UnusableSource`` when two columns
    have one name.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[RawRow]
    notices: list[str] = field(default_factory=list)
    serials_from_1904: bool = False

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for column in self.columns:
            if column and column in seen:
                raise UnusableSource(f'{self.name}: two columns are named "{column}"; rename or remove one')
            seen.add(column)

    def require(self, *columns: str) -> None:
        """Raises ``UnusableSource`` when a column is missing."""
        for column in columns:
            if column not in self.columns:
                raise UnusableSource(f'{self.name}: there is no column "{column}"; name one so, or map one to it')

    @property
    def mended(self) -> bool:
        """Whether this is a download of held-back rows that has come back."""
        return MENDED in self.columns

    def unused(self, known: frozenset[str]) -> list[str]:
        """The columns that say something and that nobody reads."""
        return [name for name in self.columns if name and name not in known and name not in ADDED_COLUMNS]


def column_name(text: str, mapping: Mapping[str, str] | None = None) -> str:
    """A header cell as a column name: mapped, else lower case with underscores for spaces and hyphens."""
    stripped = text.strip()
    plain = stripped.casefold().replace(" ", "_").replace("-", "_")
    for theirs, ours in (mapping or {}).items():
        if theirs.strip().casefold() in (stripped.casefold(), plain):
            return ours.strip()
    return plain
