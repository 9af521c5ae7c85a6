"""A pathway with other numbers, to see what they would change. The pathway it is made from stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from pathways.checking import problems
from pathways.definition import LOCAL, Parameter
from pathways.loading import Pathway
from pathways.reading import PathwayError

WHOLE = ("days", "years", "sessions", "of")
"""Units, by their first word, that are counted and never measured: a fraction would be cut off unseen."""


def with_numbers(pathway: Pathway, profile: str, numbers: Mapping[str, Decimal]) -> Pathway:
    """The pathway with other numbers under one profile, checked as a pathway that is read from its files.

    Its version says that it is altered and is the same for the same numbers; an altered number is a local
    choice, whatever source stood behind it. Numbers that change nothing give the pathway itself.
    Raises ``PathwayError`` for an unknown profile, an unknown parameter or a value it cannot have.
    """
    if profile not in pathway.numbers.profiles:
        raise PathwayError(f"unknown profile {profile!r}: the profiles are {', '.join(pathway.numbers.profiles)}")
    changed = {name: value for name, value in numbers.items() if value != _checked(pathway, profile, name, value)}
    if not changed:
        return pathway
    parameters = pathway.numbers.parameters
    altered = {name: _altered(parameters[name], profile, value) for name, value in changed.items()}
    made = pathway.numbers.model_copy(update={"parameters": {**parameters, **altered}})
    for file, keys, problem in problems(pathway.rules, made, pathway.sources):
        raise PathwayError(f"{file}: {'.'.join(keys)}: {problem}")
    return replace(pathway, numbers=made, version=f"{pathway.version}-altered-{_digest(profile, changed)}")


def is_whole(parameter: Parameter) -> bool:
    """Whether the number is counted, so that it can have no fraction."""
    return parameter.unit.split(" ")[0] in WHOLE


def _checked(pathway: Pathway, profile: str, name: str, value: Decimal) -> Decimal:
    """The number as it stands, once the new one is known to be possible."""
    parameter = pathway.numbers.parameters.get(name)
    if parameter is None:
        raise PathwayError(f"{name} is not a parameter of profiles.yaml")
    present = parameter.value_in(profile)
    if not isinstance(present, Decimal):
        raise PathwayError(f"{name} is not a number: it cannot be set to {value}")
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        raise PathwayError(f"{name}: {value} is not a number from 0 up")
    if is_whole(parameter) and value != value.to_integral_value():
        raise PathwayError(f"{name}: {value} is not a whole number of {parameter.unit}")
    return present


def _altered(parameter: Parameter, profile: str, value: Decimal) -> Parameter:
    values, sources = {**parameter.values, profile: value}, {**parameter.sources, profile: LOCAL}
    return parameter.model_copy(update={"values": values, "sources": sources})


def _digest(profile: str, changed: Mapping[str, Decimal]) -> str:
    told = "\0".join(f"{name}={value.normalize():f}" for name, value in sorted(changed.items()))
    return hashlib.sha256(f"{profile}\0{told}".encode()).hexdigest()[:8]
