"""The words of the data page: ``data.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class Named(Words):
    """``says``: one or two sentences below the title."""

    title: str
    says: str


class DataWords(Words):
    """``groups``: of facts, in the order of the page."""

    all_well: str
    held_back: str
    mend: str
    mend_at_source: str
    rows_not_here: str
    unmapped: str
    future: str
    load: str
    nobody_left: str
    unclear_dates: str
    mapping: str
    mapping_lacking: str
    mapping_saved: str
    completeness: str
    nobody: str
    silent: str
    silent_do: str
    not_written_down: str
    large: str
    recency: str
    sites: str
    groups: dict[str, Named]
    facts: dict[str, str]
    segments: dict[str, str]
    blank_is_no: str
    kinds: dict[str, str]


@cache
def data_words() -> DataWords:
    return read("data.yaml", DataWords)
