"""Discover, read, check and hash a pathway folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from sqlglot import exp

from pathways.checking import problems
from pathways.definition import Parameter, PathwayFile, Profiles, Source, Wording
from pathways.reading import PathwayError, line_of, read_model, read_models
from pathways.steps import as_of_day

HERE = Path(__file__).parent
DEFAULT = HERE / "back_pain"
FILES = ("pathway.yaml", "profiles.yaml", "sources.yaml", "wording.yaml")


@dataclass(frozen=True, eq=False)
class Pathway:
    """A pathway folder as read: rules, numbers, sources, words, and ``version``, a hash of all."""

    folder: Path
    rules: PathwayFile
    numbers: Profiles
    sources: dict[str, Source]
    wording: Wording
    version: str

    def in_profile(self, profile: str | None, as_of: date) -> ProfiledPathway:
        """The pathway under one profile on one day. Raises ``PathwayError`` for an unknown profile."""
        name = profile or self.numbers.default
        if name not in self.numbers.profiles:
            valid = ", ".join(self.numbers.profiles)
            raise PathwayError(f"unknown profile {name!r}: the profiles are {valid}")
        return _profiled(self, name, as_of)


@dataclass(frozen=True, eq=False)
class ProfiledPathway:
    """A pathway whose every number is decided: one profile, one as-of date."""

    pathway: Pathway
    profile: str
    as_of: date

    @property
    def rules(self) -> PathwayFile:
        return self.pathway.rules

    def parameter(self, name: str) -> Parameter:
        return self.pathway.numbers.parameters[name]

    def value(self, name: str) -> Decimal | str:
        """The value of a parameter under this profile."""
        return self.parameter(name).value_in(self.profile)

    def number(self, name: str) -> Decimal:
        value = self.value(name)
        if not isinstance(value, Decimal):
            raise PathwayError(f"profiles.yaml: parameter {name} must be a number")
        return value

    def days(self, name: str) -> int:
        """A parameter in whole days (or years, or a count)."""
        return int(self.number(name))

    def first_day(self, name: str) -> exp.Expr:
        """The first day of the window, so many days long, that ends on the as-of date."""
        return as_of_day(self.days(name))

    @property
    def core_bloods(self) -> tuple[str, ...]:
        return self.rules.core_bloods[self.profile]

    @property
    def indications(self) -> tuple[str, ...]:
        """The indications of this profile, most pressing first."""
        listed = self.rules.indications.items()
        return tuple(name for name, one in listed if not one.only_in or self.profile in one.only_in)


@lru_cache(maxsize=64)
def _profiled(pathway: Pathway, profile: str, as_of: date) -> ProfiledPathway:
    """One object per profile and day, so that its statement is compiled once."""
    return ProfiledPathway(pathway, profile, as_of)


@cache
def load_pathway(folder: Path = DEFAULT) -> Pathway:
    """Read and check a pathway folder.

    Raises ``PathwayError`` naming file, line and, for an unknown key, the nearest valid one.
    """
    rules = read_model(folder / FILES[0], PathwayFile)
    numbers = read_model(folder / FILES[1], Profiles)
    sources = read_models(folder / FILES[2], Source)
    for file, key, problem in problems(rules, numbers, sources):
        raise PathwayError(f"{file}: line {line_of(folder / file, key)}: {problem}")
    wording = read_model(folder / FILES[3], Wording)
    return Pathway(folder, rules, numbers, sources, wording, _hash(folder))


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    concepts = sorted((HERE / "concepts").glob("*.yaml"))
    for path in [*(folder / name for name in FILES), *concepts]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
