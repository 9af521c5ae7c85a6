"""A condition tree as it stands in a pathway file: a name, or all / any / not / any_recorded / at_least of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AllOf(_Node):
    """Not met if any part is not met, else unknown if any part is unknown."""

    all: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(_Node):
    """Met if any part is met, else unknown if any part is unknown."""

    any: tuple[Condition, ...] = Field(min_length=1)


class AnyRecorded(_Node):
    """Met if any part is met; unknown only if every part is unknown."""

    any_recorded: tuple[Condition, ...] = Field(min_length=1)


class NotThis(_Node):
    """The opposite; unknown stays unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    part: Condition = Field(alias="not")


class AtLeast(_Node):
    """``at_least`` names the parameter that says how many of the parts are needed."""

    at_least: str
    of: tuple[Condition, ...] = Field(min_length=1)


def _shape(value: Any) -> str:  # noqa: ANN401 - pydantic hands over whatever the file holds
    if isinstance(value, str):
        return "name"
    keys = value if isinstance(value, dict) else {type(value).__name__}
    if isinstance(value, _Node):
        keys = {"not" if isinstance(value, NotThis) else next(iter(type(value).model_fields))}
    for key in ("all", "any", "any_recorded", "not", "at_least"):
        if key in keys:
            return key
    return "all"  # reported as: unknown key, nearest valid key


Condition = Annotated[
    Annotated[str, Tag("name")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AnyRecorded, Tag("any_recorded")]
    | Annotated[NotThis, Tag("not")]
    | Annotated[AtLeast, Tag("at_least")],
    Discriminator(_shape),
]

for _model in (AllOf, AnyOf, AnyRecorded, NotThis, AtLeast):
    _model.model_rebuild()


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The parts directly under a condition; none for a name."""
    match condition:
        case AllOf(all=parts) | AnyOf(any=parts) | AnyRecorded(any_recorded=parts) | AtLeast(of=parts):
            return parts
        case NotThis(part=part):
            return (part,)
    return ()


def names_in(condition: Condition) -> Iterator[str]:
    """Every name in the tree, left to right."""
    if isinstance(condition, str):
        yield condition
    for part in parts_of(condition):
        yield from names_in(part)


def rename(condition: Condition, new: Callable[[str], str]) -> Condition:
    """The same tree with every name replaced."""
    match condition:
        case str():
            return new(condition)
        case AllOf(all=parts):
            return AllOf(all=tuple(rename(part, new) for part in parts))
        case AnyOf(any=parts):
            return AnyOf(any=tuple(rename(part, new) for part in parts))
        case AnyRecorded(any_recorded=parts):
            return AnyRecorded(any_recorded=tuple(rename(part, new) for part in parts))
        case NotThis(part=part):
            return NotThis.model_validate({"not": rename(part, new)})
        case AtLeast(at_least=count, of=parts):
            return AtLeast(at_least=count, of=tuple(rename(part, new) for part in parts))
