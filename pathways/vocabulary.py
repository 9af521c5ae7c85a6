"""The concepts an event may carry: kind, words, units and plausible range, read from ``concepts/*.yaml``.

The codes by which other systems name a concept stand beside it in ``codes/<concept>.csv``
(see ``codes.py``).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from ruamel.yaml import YAML

Kind = Literal["finding", "measurement", "blood_test", "treatment", "imaging", "referral"]
HERE = Path(__file__).parent / "concepts"
_QUANTUM = Decimal("1e-9")


class Unit(BaseModel):
    """One accepted unit: canonical = (given + shift) * scale, computed exactly."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scale: Fraction = Fraction(1)
    shift: Fraction = Fraction(0)
    aliases: tuple[str, ...] = ()

    @field_validator("scale", "shift", mode="before")
    @classmethod
    def _exactly_as_written(cls, number: object) -> Fraction:
        return Fraction(str(number))

    def convert(self, value: Decimal) -> Decimal:
        """The value in the canonical unit, to nine decimals."""
        exact = (Fraction(value) + self.shift) * self.scale
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_QUANTUM)


class Concept(BaseModel):
    """One id of the concept list. ``unit`` is None for what carries no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Kind
    label: str
    ask: str | None = None
    unit: str | None = None
    units: dict[str, Unit] = Field(default_factory=dict)
    plausible: tuple[Decimal, Decimal] | None = None  # in the canonical unit, both ends allowed
    result_only: bool = False
    stands_for_core: bool = False
    sessions: bool = False
    episode: bool = False  # has an onset and an end: may be undated, may carry an end date
    exact: bool = False  # a number with a comparator says too little: held back
    shown_only: bool = False

    def find_unit(self, text: str | None) -> Unit | None:
        """The accepted unit spelled so (case ignored); blank is the canonical one; None if not accepted."""
        if not text or not text.strip():
            return self.units.get(self.unit or "")
        wanted = text.strip().casefold()
        for name, unit in self.units.items():
            if wanted == name.casefold() or wanted in (alias.casefold() for alias in unit.aliases):
                return unit
        return None


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by id, in the order of the files."""
    found: dict[str, Concept] = {}
    for path in sorted(HERE.glob("*.yaml")):
        document = YAML(typ="safe", pure=True).load(path)
        for name, entry in document["concepts"].items():
            if name in found:
                raise ValueError(f"{path.name}: concept {name} is defined twice")
            found[name] = Concept(id=name, kind=document["kind"], **entry)
    return found


def of_kind(kind: Kind) -> tuple[str, ...]:
    """The ids of one kind."""
    return tuple(name for name, concept in concepts().items() if concept.kind == kind)
