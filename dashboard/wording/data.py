"""The words of the data page: ``data.yaml`` as a model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Words):
    """``says``: one or two sentences below the title."""

    title: str
    says: str


class DataWords(_Words):
    """``groups``: of facts, in the order of the page."""

    all_well: str
    held_back: str
    mend: str
    mend_at_source: str
    unmapped: str
    future: str
    load: str
    unclear_dates: str
    mapping: str
    mapping_lacking: str
    mapping_saved: str
    completeness: str
    nobody: str
    large: str
    recency: str
    sites: str
    groups: dict[str, Named]
    facts: dict[str, str]
    segments: dict[str, str]
    blank_is_no: str
    kinds: dict[str, str]


@cache
def data_words() -> DataWords:
    text = (Path(__file__).parent / "data.yaml").read_text(encoding="utf-8")
    return DataWords.model_validate(YAML(typ="safe", pure=True).load(text))
