"""The words of the page of queues: ``queues.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class Queue(Words):
    """``waiting``, ``open`` and ``late`` follow the people: ``No patients wait for imaging``."""

    title: str
    waiting: str
    open: str
    late: str
    who: str


class Sites(Words):
    title: str
    headline: str
    headline_of_one: str
    undated: str
    one: str
    one_of_one: str
    nameless: str
    open: str


class Ageing(Words):
    title: str
    help: str


class HeatMap(Words):
    title: str
    help: str
    some: str


class Longest(Words):
    title: str
    no_date: str


class History(Words):
    title: str
    offer: str
    button: str
    progress: str
    progress_here: str
    done: str
    flow_title: str
    flow_help: str
    waits_title: str
    waits_help: str
    added_up: str
    late: str
    undated: str
    nobody: str
    by_site: str
    together: str


class Flow(Words):
    title: str
    help: str
    empty: str


class Counts(Words):
    """For somebody who may not see patients."""

    says: str
    few: str
    open: str
    over: str
    median: str
    not_told: str
    sites: str
    map: str


class QueuesWords(Words):
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
    counts: Counts
    data: str
    links: str


@cache
def queues() -> QueuesWords:
    return read("queues.yaml", QueuesWords)
