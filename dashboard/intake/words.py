"""The spellings a patient list may use, read from ``words.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML


class Words(BaseModel):
    """``words.yaml``; every spelling is compared casefolded and stripped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sexes: dict[str, tuple[str, ...]]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    unknown: tuple[str, ...]
    removed: tuple[str, ...]
    earliest_year: int = Field(ge=1)
    oldest_age: int = Field(ge=1)


@cache
def words() -> Words:
    """The one list of spellings."""
    return Words(**YAML(typ="safe", pure=True).load(Path(__file__).with_name("words.yaml")))


@cache
def sex_by_word() -> dict[str, str]:
    """Spelling to one of female, male, other, unknown."""
    return {word: sex for sex, spellings in words().sexes.items() for word in spellings}


@cache
def presence_by_word() -> dict[str, str]:
    """Spelling of a yes / no / unknown cell to a finding's status."""
    found = dict.fromkeys(words().yes, "present")
    found.update(dict.fromkeys(words().no, "absent"))
    found.update(dict.fromkeys(words().unknown, "unknown"))
    return found
