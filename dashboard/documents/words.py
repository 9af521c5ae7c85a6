"""The words of the documents, read from ``wording/documents.yaml``."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from dashboard.wording.reading import Words, read

Paper = Literal["a4", "us-letter"]


class Kind(Words):
    """``file`` begins the file's name; what follows tells people apart without naming them."""

    title: str
    file: str


class Columns(Words):
    why: tuple[str, str, str, str]
    results: tuple[str, str, str]
    tried: tuple[str, str, str]


class Drawing(Words):
    pain: str
    before: str
    goal: str
    as_of: str
    trial_end: str
    tests: str
    more: str
    legend: str


class Soap(Words):
    subjective: str
    objective: str
    assessment: str
    plan: str
    no_pain: str
    pain: str
    tried: str
    absent: str
    results: str
    unknown: str
    ask: str
    order: str
    state: str
    nothing: str


class DocumentWords(Words):
    paper: dict[str, Paper]
    summary: Kind
    letter: Kind
    note: Kind
    sample: str
    no_name: str
    made: str
    record: str
    answered: str
    profile: str
    version: str
    page: str
    more: str
    unprintable: str
    urgency: dict[str, str]
    sections: dict[str, str]
    columns: Columns
    because: str
    local: str
    no_reason: str
    no_absent: str
    no_results: str
    no_course: str
    one_score: str
    no_tried: str
    no_unknown: str
    trial: str
    before_now: str
    before_only: str
    better: str
    worse: str
    same: str
    drawing: Drawing
    from_: str = Field(alias="from")
    to: str
    to_blank: str
    re: str
    salutation: str
    request: str
    request_undated: str
    request_none: str
    opened: str
    sign_fields: tuple[str, ...]
    checked: str
    soap: Soap


@cache
def words() -> DocumentWords:
    return read("documents.yaml", DocumentWords)
