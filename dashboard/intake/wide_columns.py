"""Which columns a wide patient list may have: they follow from the concepts and ``wide.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from pathways.vocabulary import Concept, concepts

Shape = Literal["finding", "number", "answer", "treatment", "image", "referral"]


class Onset(BaseModel):
    """The column that dates the onset of an episode."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    concept: str


class WideList(BaseModel):
    """``wide.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    patient: tuple[str, ...]
    recorded_on: str
    onset: Onset
    values: dict[str, str]
    endings: dict[Shape, tuple[str, ...]]
    order: dict[str, dict[str, str]]
    template: dict[Shape, tuple[str, ...]]


@dataclass(frozen=True)
class Stem:
    """The columns that begin with one name and describe one concept. ``orders``: ending to status."""

    name: str
    concept: str
    shape: Shape
    endings: tuple[str, ...]
    orders: dict[str, str]

    def column(self, ending: str) -> str:
        """The full name of one column."""
        return self.name + ending


@cache
def wide_list() -> WideList:
    """The one description of the wide list."""
    return WideList(**YAML(typ="safe", pure=True).load(Path(__file__).with_name("wide.yaml")))


@cache
def stems() -> dict[str, Stem]:
    """Every stem by name: the concepts in their order, then the shortcuts."""
    found = {name: _stem(name, concept) for name, concept in concepts().items()}
    for name, concept_id in wide_list().values.items():
        found[name] = Stem(name, concept_id, "number", wide_list().endings["number"], {})
    return found


@cache
def places() -> dict[str, tuple[str, str]]:
    """Column name to its stem and ending."""
    return {
        stem.column(ending): (stem.name, ending)
        for stem in stems().values()
        for ending in (*stem.endings, *stem.orders)
    }


@cache
def known_columns() -> frozenset[str]:
    """Every column name the wide list reads."""
    wide = wide_list()
    return frozenset([*places(), *wide.patient, wide.recorded_on, wide.onset.column])


@cache
def template_columns() -> tuple[str, ...]:
    """The columns of the template to download, in their order."""
    wide = wide_list()
    shortcuts = set(wide.values.values())
    chosen = [*wide.patient, wide.recorded_on, wide.onset.column]
    for stem in stems().values():
        concept = concepts()[stem.concept]
        if concept.shown_only or stem.name in shortcuts:
            continue
        offered = wide.template[stem.shape]
        if stem.shape == "image" and concept.stands_for_core:
            offered = tuple(ending for ending in offered if ending != "_result")
        chosen.extend(stem.column(ending) for ending in offered)
        if concept.sessions:
            chosen.append(stem.column("_sessions"))
    return tuple(chosen)


def is_date(column: str) -> bool:
    """Whether a known column holds a date."""
    if column in (wide_list().recorded_on, wide_list().onset.column, "birth_date", "deceased_on"):
        return True
    stem, ending = places().get(column, ("", ""))
    return ending in ("_date", "_start", "_end", "_reviewed") or bool(stem and ending in stems()[stem].orders)


def _stem(name: str, concept: Concept) -> Stem:
    shape = _shape(concept)
    orders = wide_list().order["referral" if shape == "referral" else "test"]
    ordered = shape not in ("finding", "treatment")
    endings = wide_list().endings[shape]
    if concept.episode:
        endings = (*endings, "_end")
    return Stem(name, name, shape, endings, orders if ordered else {})


def _shape(concept: Concept) -> Shape:
    if concept.kind in ("finding", "treatment", "referral"):
        return concept.kind
    if concept.kind == "imaging" or concept.stands_for_core:
        return "image"
    return "answer" if concept.result_only else "number"
