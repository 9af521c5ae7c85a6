"""How the tables of the OMOP CDM are read: ``mapping.yaml``, checked once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableRules(_Strict):
    """One table of events. ``columns``: columns of the contract to those of the table."""

    prefix: str
    columns: dict[str, str]
    source_vocabularies: tuple[str, ...]


class Mapping(_Strict):
    """``mapping.yaml``. Concept ids are text."""

    tables: dict[str, TableRules]
    forms: dict[str, str]
    facts: tuple[str, ...]
    sexes: dict[str, str]
    operators: dict[str, str]
    verification: dict[str, str]
    clinical: dict[str, str]
    given_on_the_spot: tuple[str, ...]


@cache
def mapping() -> Mapping:
    """The one mapping."""
    return Mapping(**YAML(typ="safe", pure=True).load(Path(__file__).with_name("mapping.yaml")))
