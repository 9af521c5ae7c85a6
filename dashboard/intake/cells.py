"""One cell of text that says something the contract does not allow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

CACHED = 1 << 16

# C0 and C1 controls, line and paragraph separators, zero-width and bidirectional marks, BOM, U+FFFD: an id
# that carries one looks like another id on screen.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]")


_SPECIAL = re.compile('[,"\n\r]')


class BadCell(Exception):
    """``reason`` says what is wrong and how to mend it; ``value`` is shown on the load page, never logged."""

    def __init__(self, column: str, value: str | None, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.value = value or ""
        self.reason = reason


def blank(text: str | None) -> bool:
    """Whether a cell says nothing."""
    return not text or text.isspace()


@lru_cache(CACHED)
def identifier(text: str | None) -> str:
    """A patient id, character for character."""
    if blank(text):
        raise BadCell("patient_id", text, "the patient id is blank")
    if _HIDDEN.search(text):
        raise BadCell("patient_id", text, "the patient id has a control or invisible character; retype it")
    return text


def as_line(cells: Sequence[str]) -> str:
    """Cells as one line of CSV: the raw text of a row that never was a line."""
    return ",".join(_quoted(cell) if _SPECIAL.search(cell) else cell for cell in cells)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def words_of(text: str | None) -> str | None:
    """Free text without surrounding space; None when blank."""
    if text is None:
        return None
    return text.strip() or None
