"""The words of the page of queues: ``queues.yaml`` as a model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Queue(_Words):
    """``waiting`` follows the people: ``57 wait for imaging``."""

    title: str
    waiting: str
    who: str


class Sites(_Words):
    title: str
    headline: str
    undated: str
    one: str
    nameless: str
    open: str


class Ageing(_Words):
    title: str
    help: str


class HeatMap(_Words):
    title: str
    help: str
    some: str


class Longest(_Words):
    title: str
    no_date: str


class History(_Words):
    title: str
    offer: str
    button: str
    progress: str
    done: str
    flow_title: str
    flow_help: str
    waits_title: str
    waits_help: str
    undated: str
    nobody: str
    by_site: str
    together: str


class Flow(_Words):
    title: str
    help: str
    empty: str


class QueuesWords(_Words):
    purpose: str
    queues: dict[str, Queue]
    clock: str
    empty: str
    no_patients: str
    sites: Sites
    ageing: Ageing
    heat_map: HeatMap
    longest: Longest
    history: History
    flow: Flow
    data: str
    links: str


@cache
def queues() -> QueuesWords:
    text = (Path(__file__).parent / "queues.yaml").read_text(encoding="utf-8")
    return QueuesWords.model_validate(YAML(typ="safe", pure=True).load(text))
