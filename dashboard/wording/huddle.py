"""Whom the huddle lists, and its words: ``huddle.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class People(Words):
    """Those with a status; of them the overdue ones, or those who could be something, where that is given."""

    status: str
    overdue: bool | None = None
    could_be: tuple[str, ...] = ()


class Need(Words):
    title: str
    people: tuple[People, ...]


class TourStep(Words):
    """``page`` is the address of the page it tells of."""

    title: str
    says: str
    page: str | None = None


class Tour(Words):
    title: str
    next: str
    back: str
    away: str
    later: str
    again: str
    steps: tuple[TourStep, ...]


class HuddleWords(Words):
    """``listed`` and ``called`` are keys of ``needs``, ``band`` is a status."""

    needs: dict[str, Need]
    listed: str
    called: str
    band: str
    longest: int
    purpose: str
    to_act: str
    to_call: str
    snoozed: str
    band_says: str
    band_empty: str
    called_says: str
    others_title: str
    more: str
    nobody: str
    nobody_chosen: str
    no_patients: str
    could_be: str
    tour: Tour


@cache
def huddle() -> HuddleWords:
    return read("huddle.yaml", HuddleWords)
