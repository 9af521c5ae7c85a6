"""The words of what the team decided about a person: ``team.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class TeamWords(Words):
    nobody: str
    with_owner: str
    owner: str
    owner_ask: str
    open: str
    open_due: str
    open_late: str
    states: dict[str, str]
    who: str
    who_declared: str
    snoozed: str
    snoozed_because: str
    back: str
    back_new: str
    back_absent: str
    back_gone: str
    back_step: str
    back_reasons: str
    back_day: str
    back_because: str
    back_day_because: str
    new: str
    gone: str
    step: str
    reasons: str
    reasons_gone: str
    preliminary: str
    pathway: str
    back_pathway: str
    indication: str
    could_be: str
    more: str
    fact: str
    fact_undated: str
    absent: str
    disagreed: str
    disagreed_because: str
    filter: str
    filter_owner: str
    filters: dict[str, str]
    orders: dict[str, str]


@cache
def team() -> TeamWords:
    return read("team.yaml", TeamWords)
