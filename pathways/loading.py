"""Discover, read, check and hash a pathway folder."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pathways.checking import problems
from pathways.definition import Parameter, PathwayFile, Profiles, Source, Wording
from pathways.steps import before

HERE = Path(__file__).parent
DEFAULT = HERE / "back_pain"
FILES = ("pathway.yaml", "profiles.yaml", "sources.yaml", "wording.yaml")
Model = TypeVar("Model", bound=BaseModel)


class PathwayError(ValueError):
    """A pathway file that cannot be used: one line with file, line, and how to mend it."""


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
    changed: dict[str, Decimal | str] = field(default_factory=dict)

    @property
    def rules(self) -> PathwayFile:
        return self.pathway.rules

    def parameter(self, name: str) -> Parameter:
        return self.pathway.numbers.parameters[name]

    def value(self, name: str) -> Decimal | str:
        """The value of a parameter under this profile."""
        return self.changed.get(name, self.parameter(name).value_in(self.profile))

    def number(self, name: str) -> Decimal:
        value = self.value(name)
        if not isinstance(value, Decimal):
            raise PathwayError(f"profiles.yaml: parameter {name} must be a number")
        return value

    def days(self, name: str) -> int:
        """A parameter in whole days (or years, or a count)."""
        return int(self.number(name))

    def first_day(self, name: str) -> date:
        """The first day of the window, so many days long, that ends on the as-of date."""
        return before(self.as_of, self.days(name))

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
    rules = _read(folder / FILES[0], PathwayFile)
    numbers = _read(folder / FILES[1], Profiles)
    sources = _read_sources(folder / FILES[2])
    for file, key, problem in problems(rules, numbers, sources):
        raise PathwayError(f"{file}: line {_line_of(folder / file, key)}: {problem}")
    wording = _read(folder / FILES[3], Wording)
    return Pathway(folder, rules, numbers, sources, wording, _hash(folder))


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    concepts = sorted((HERE / "concepts").glob("*.yaml"))
    for path in [*(folder / name for name in FILES), *concepts]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _document(path: Path) -> Any:  # noqa: ANN401 - a YAML document may be anything
    try:
        return YAML(typ="rt", pure=True).load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise PathwayError(f"{path.name}: not found in the pathway folder {path.parent.name}") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PathwayError(f"{path.name}: line {line}: not valid YAML: {getattr(error, 'problem', error)}") from None


def _read(path: Path, model: type[Model]) -> Model:
    document = _document(path)
    try:
        return model.model_validate(_plain(document))
    except ValidationError as error:
        raise PathwayError(_first_problem(path, document, error, model)) from None


def _read_sources(path: Path) -> dict[str, Source]:
    document = _document(path)
    try:
        return TypeAdapter(dict[str, Source]).validate_python(_plain(document))
    except ValidationError as error:
        raise PathwayError(_first_problem(path, document, error, Source)) from None


def _plain(document: Any) -> Any:  # noqa: ANN401
    return YAML(typ="safe", pure=True).load(_dump(document))


def _dump(document: Any) -> str:  # noqa: ANN401
    from io import StringIO

    text = StringIO()
    YAML(typ="rt", pure=True).dump(document, text)
    return text.getvalue()


def _first_problem(path: Path, document: Any, error: ValidationError, model: type[BaseModel]) -> str:  # noqa: ANN401
    found = error.errors()  # a misspelt key also leaves the right one missing; the misspelling says more
    problem = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    keys = list(problem["loc"])
    where = f"{path.name}: line {_line(document, keys)}"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {'.'.join(str(key) for key in keys)}: {problem['msg']}"
    near = difflib.get_close_matches(str(keys[-1]), sorted(_known_keys(model)), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{where}: unknown key {keys[-1]}{hint}"


def _known_keys(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    objects = [schema, *schema.get("$defs", {}).values()]
    return {key for one in objects for key in one.get("properties", {})}


def _line(document: Any, keys: list[Any]) -> int:  # noqa: ANN401
    """The line of the deepest key of the path that the document has."""
    line, node = 1, document
    for key in keys:
        marks = getattr(node, "lc", None)
        if marks is None or marks.data is None or key not in marks.data:
            continue
        line, node = marks.data[key][0] + 1, node[key]
    return line


def _line_of(path: Path, key: tuple[str, ...]) -> int:
    return _line(_document(path), list(key))
