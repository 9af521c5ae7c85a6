"""Which of our columns a strange column may stand for. Offered to a person, never applied unseen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from dashboard.intake.wide_columns import known_columns, places, stems

_ALIKE = 0.87
"""How alike two names must be: one letter more, less or other in a word of four does not pass."""


class Suggestions(BaseModel):
    """``suggestions.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    never_with: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    endings: dict[str, tuple[str, ...]]


@cache
def suggestions() -> Suggestions:
    """The other names of our columns."""
    return Suggestions(**YAML(typ="safe", pure=True).load(Path(__file__).with_name("suggestions.yaml")))


def suggest(unknown: Iterable[str], offered: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Their column to the nearest of ours, each of ours once and none that the list has already.

    A name that we know for ours comes before one that is merely alike.
    """
    free = {*offered} - {*taken}
    names = {key: column for key, column in _names().items() if column in free}
    names |= {_bare(column): column for column in free}
    found: dict[str, str] = {}
    columns = [column for column in unknown if not _says_otherwise(column)]
    for closeness in (1.0, _ALIKE):
        for theirs in columns:
            nearest = get_close_matches(_bare(theirs), names, n=1, cutoff=closeness)
            if theirs not in found and nearest and names[nearest[0]] not in found.values():
                found[theirs] = names[nearest[0]]
    return found


@cache
def _names() -> dict[str, str]:
    """Every other name, without its separators, and the column it stands for."""
    known = suggestions()
    found = {_bare(other): column for column, others in known.columns.items() for other in others}
    for column, (stem, ending) in places().items():
        if column not in known_columns():
            continue
        starts = (stem, *known.stems.get(stem, ()))
        ends = (ending, *(f"_{other}" for other in known.endings.get(ending, ())))
        for start in starts:
            for end in ends:
                found.setdefault(_bare(start + end), column)
    return found


def _says_otherwise(column: str) -> bool:
    """Whether it denies the fact, or tells it of somebody else, so that no name is near enough."""
    words = set(re.split(r"[^a-z0-9]+", column.casefold()))
    own = stems().keys() | known_columns()
    return bool(words & {*suggestions().never_with}) and column not in own


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
