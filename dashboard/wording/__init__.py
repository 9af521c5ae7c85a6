"""The words, glyphs and dates the screen uses, read from the YAML files beside this module.

Nothing clinical is decided here; an id without words falls back to its own letters, so that nothing
is hidden because nobody has named it yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from pydantic import Field

from dashboard.wording.reading import Words, read
from pathways.answering import GROUPS
from pathways.vocabulary import concepts

PLURALS = {"person": "people", "entry": "entries"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Status(Words):
    """One disposition. ``next_bare`` and ``sentence_bare`` stand in where there is nothing to fill in."""

    glyph: str
    word: str
    word_when: dict[str, str] = Field(default_factory=dict)
    word_in: dict[str, str] = Field(default_factory=dict)
    next: str
    next_bare: str | None = None
    sentence: str
    sentence_bare: str | None = None
    why_bare: str = ""
    groups: tuple[str, ...] = GROUPS

    def shown(self, indication: str | None = None) -> str:
        """Glyph and word of one patient's status."""
        return f"{self.glyph} {self.word_when.get(indication or '', self.word)}"

    def word_under(self, profile: str) -> str:
        """The word of everyone with this status under a profile, by which an address names them too."""
        return self.word_in.get(profile, self.word)

    def tile(self, profile: str) -> str:
        """Glyph and word of everyone with this status under a profile."""
        return f"{self.glyph} {self.word_under(profile)}"


class Verdict(Words):
    glyph: str
    word: str


class Statuses(Words):
    statuses: dict[str, Status]
    order_states: dict[str, str]
    verdicts: dict[str, Verdict]
    groups: dict[str, str]


class Unknown(Words):
    label: str
    ask: str | None = None


class SelfCare(Words):
    for_: tuple[str, ...] = Field(alias="for")
    title: str
    do: tuple[str, ...]
    come_back_now: tuple[str, ...]
    come_back_soon: tuple[str, ...]


class PathwayWords(Words):
    could_be: dict[str, str]
    indications: dict[str, str]
    reasons: dict[str, str]
    other_pathways: dict[str, str]
    always_asked: str
    waited_for: str
    unknowns: dict[str, Unknown]
    notes: dict[str, str]
    treatments_title: str
    treatments_in_words: dict[str, str]
    self_care: SelfCare


class DataAge(Words):
    amber_after_hours: int
    red_after_hours: int


class Doing(Words):
    """``title`` says what is done, ``why`` what for; ``how_far`` where that is not counted in people."""

    title: str
    why: str
    how_far: str = ""


class Working(Words):
    how_far: str
    begins: str
    waits: str
    meanwhile: str
    list: Doing
    criteria: Doing
    flags: Doing
    known: Doing
    what_if: Doing
    history: Doing
    orders: Doing


class Screen(Words):
    sample: str
    sample_name: str
    sample_age: str
    few: str
    nobody_signed_in: str
    stale: str
    stale_do: str
    data_age: DataAge
    chart_filters: dict[str, str]
    queues: dict[str, str]
    working: Working


@cache
def statuses() -> Statuses:
    return read("status.yaml", Statuses)


@cache
def pathway_words() -> PathwayWords:
    return read("back_pain.yaml", PathwayWords)


@cache
def screen() -> Screen:
    return read("screen.yaml", Screen)


def status(disposition: str) -> Status:
    """The words of a disposition; of an unnamed one, its id with a neutral glyph."""
    found = statuses().statuses.get(disposition)
    return found or Status(
        glyph="·", word=_plain(disposition), next=_plain(disposition), sentence=_plain(disposition)
    )


def reason(name: str) -> str:
    """A reason, criterion or concept in words."""
    return pathway_words().reasons.get(name) or concept(name)


def indication(name: str | None) -> str:
    """Why anything is to be done; None and ``""`` are people without an indication."""
    return pathway_words().indications.get(name or "", _plain(name or ""))


def concept(name: str) -> str:
    found = concepts().get(name)
    return found.label if found else _plain(name)


def unknown(name: str) -> str:
    """What is not known, as a noun."""
    found = pathway_words().unknowns.get(name)
    return found.label if found else reason(name)


def question(name: str) -> str:
    """The question that settles an unknown."""
    found = pathway_words().unknowns.get(name)
    if found and found.ask:
        return found.ask
    known = concepts().get(name)
    return known.ask if known and known.ask else f"{unknown(name)}?"


def could_be(name: str) -> str:
    """For after ``could be``: ``an emergency``."""
    return pathway_words().could_be.get(name) or lower_first(_plain(name))


def profile(name: str) -> str:
    """The title that the pathway gives a profile."""
    from pathways import load_pathway

    found = load_pathway().numbers.profiles.get(name)
    return found.title if found else name


def note(name: str) -> str:
    return pathway_words().notes.get(name, _plain(name))


def day(value: date | None, missing: str = "") -> str:
    """``12 Jun 2026``, the same in every locale."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value else missing


def counted(number: int, noun: str) -> str:
    """``1 day``, ``9 days``, ``1,204 people``."""
    return f"{number:,} {noun if number == 1 else PLURALS.get(noun, f'{noun}s')}"


def listing(items: Iterable[str], last: str = "and") -> str:
    """``a, b and c``; ``last`` is the word before the last."""
    words = list(items)
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def lower_first(text: str) -> str:
    """For the middle of a sentence; abbreviations (MRI, ESR, X-ray) keep their capitals."""
    head = text.split(maxsplit=1)[0] if text else ""
    if head == "A":
        return f"a{text[1:]}"
    return text if len(head) < 2 or not head[1:].islower() or "-" in head[:2] else text[0].lower() + text[1:]


def upper_first(text: str) -> str:
    """For the beginning of a line."""
    return text[:1].upper() + text[1:]


def _plain(name: str) -> str:
    return upper_first(name.replace("_", " "))
