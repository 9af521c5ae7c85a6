"""The words of the Pathway page: ``pathway.yaml`` as a model."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from pydantic import Field

from dashboard.wording.reading import Words, read


class NumberWords(Words):
    """``name`` is unlike that of any other number; ``purpose`` says what it is for."""

    name: str
    purpose: str = Field(alias="for")


class NumberGroup(Words):
    title: str
    numbers: dict[str, NumberWords]


class Sign(Words):
    glyph: str
    word: str

    @property
    def shown(self) -> str:
        return f"{self.glyph} {self.word}"


class Fork(Words):
    """What holds, and the disposition that follows; ``stays`` keeps the name of its reason."""

    when: str
    then: str


class Logic(Words):
    all: str
    any: str
    any_recorded: str
    not_: str = Field(alias="not")
    at_least: str


class PathwayPage(Words):
    sections: dict[str, str]
    limits: dict[str, tuple[Decimal, Decimal]]
    steps: dict[str, Decimal]
    short_profiles: dict[str, str]
    groups: tuple[NumberGroup, ...]
    origins: dict[str, Sign]
    local_meaning: str
    differs: Sign
    same: str
    not_in_profile: str
    enters: tuple[str, ...]
    with_orders: tuple[Fork, ...]
    stays: str
    without_reason: tuple[Fork, ...]
    never_alone: str
    unknown_rule: str
    logic: Logic
    open_questions: tuple[str, ...]
    what_if_note: str


@cache
def page() -> PathwayPage:
    return read("pathway.yaml", PathwayPage)


def short_profile(name: str) -> str:
    """A profile's name for a narrow column."""
    return page().short_profiles.get(name, name)


def number_name(name: str) -> str:
    """The full name of a number; its id in plain letters where nobody named it."""
    return next((g.numbers[name].name for g in page().groups if name in g.numbers), name.replace("_", " "))
