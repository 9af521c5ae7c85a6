"""The longer texts of the Activity and About pages: ``about.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class ActivityWords(Words):
    flags_title: str
    flags_says: str
    nobody: str
    no_flags: str
    chart_title: str
    chart_says: str
    table_title: str
    findings_too: str
    table_says: str
    session_title: str
    loaded: str
    answered: str
    session_says: str
    session_nothing: str


class Section(Words):
    title: str
    lines: tuple[str, ...]


class AboutPageWords(Words):
    """``attributes`` are pairs of name and text; ``{version}`` and ``{since}`` are the pathway's."""

    lead: str
    sections: tuple[Section, ...]
    attributes_title: str
    attributes_says: str
    attributes: tuple[tuple[str, str], ...]
    versions_title: str
    evidence_title: str
    evidence_says: str
    verified: str
    unverified: str
    licences_title: str
    licences_says: str


class AboutWords(Words):
    activity: ActivityWords
    about: AboutPageWords


@cache
def about() -> AboutWords:
    return read("about.yaml", AboutWords)
