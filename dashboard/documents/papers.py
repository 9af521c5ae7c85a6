"""The one-page summary and the referral letter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dashboard import phrases, wording
from dashboard.documents.content import Size, shared
from dashboard.documents.facts import Facts
from dashboard.documents.printing import pages, printed, refuse_unprintable
from dashboard.documents.words import words
from pathways.answering import GROUPS

_SUMMARY = (
    Size(criteria=10, results=10, tried=8, unknown=8, sources=8, lanes=6, cell=170),
    Size(criteria=8, results=8, tried=7, unknown=7, sources=7, lanes=5, cell=150),
    Size(criteria=7, results=6, tried=6, unknown=6, sources=6, lanes=5, cell=130),
    Size(criteria=6, results=5, tried=5, unknown=5, sources=6, lanes=4, cell=130),
    Size(criteria=5, results=4, tried=4, unknown=4, sources=5, lanes=4, cell=110),
    Size(criteria=4, results=4, tried=3, unknown=3, sources=4, lanes=3, cell=90),
    Size(criteria=3, results=3, tried=2, unknown=2, sources=3, lanes=2, cell=60),
    Size(criteria=2, results=2, tried=1, unknown=1, sources=2, lanes=1, cell=40),
    Size(criteria=1, results=1, tried=1, unknown=1, sources=1, lanes=0, cell=30),
)
_LETTER = (
    Size(criteria=16, results=24, tried=16, unknown=12, sources=12, lanes=8, cell=240),
    Size(criteria=12, results=14, tried=10, unknown=10, sources=8, lanes=6, cell=160),
    Size(criteria=8, results=8, tried=8, unknown=8, sources=6, lanes=5, cell=130),
    Size(criteria=6, results=6, tried=5, unknown=5, sources=4, lanes=4, cell=90),
    Size(criteria=4, results=3, tried=3, unknown=3, sources=3, lanes=3, cell=50),
    Size(criteria=2, results=2, tried=1, unknown=1, sources=2, lanes=0, cell=30),
)
"""From the fullest to the least that is worth a page; the first that fits is taken."""


def summary_pdf(facts: Facts) -> bytes:
    """One page whatever the record holds. Raises ``Unprintable``."""
    return _fitted(facts, "summary.typ", _SUMMARY, 1, lambda _: {"title": words().summary.title})


def letter_pdf(facts: Facts) -> bytes:
    """A referral letter of at most two pages, to be addressed, signed and sent by a person. Raises ``Unprintable``."""
    return _fitted(facts, "letter.typ", _LETTER, 2, lambda size: _letter(facts, size))


def _fitted(
    facts: Facts, template: str, sizes: Sequence[Size], most: int, own: Callable[[Size], dict[str, Any]]
) -> bytes:
    """The fullest document that stays within its pages."""
    refuse_unprintable(facts.person["name"], facts.person["patient_id"])
    made = b""
    for size in sizes:
        made = printed(template, shared(facts, size) | own(size), facts.made_at)
        if pages(made) <= most:
            break
    return made


def _letter(facts: Facts, size: Size) -> dict[str, Any]:
    said, person = words(), facts.person
    sender = [person["clinician"], person["site"], wording.day(facts.made_at.date())]
    return {
        "title": said.letter.title,
        "from": [said.from_, *(text[: size.cell] for text in sender if text)],
        "to": said.to,
        "to_blank": said.to_blank,
        "re": said.re,
        "salutation": said.salutation,
        "request": request(facts),
        "opened": _opened(facts),
        "sign_fields": list(said.sign_fields),
        "checked": said.checked,
    }


def request(facts: Facts) -> str:
    """What is asked of the reader: the referral and the images that are due, and until when."""
    said, person = words(), facts.person
    due = [*person["referral"]["due"], *person["imaging"]["due"]]
    if not due:
        return said.request_none
    what = wording.listing(wording.lower_first(wording.concept(name)) for name in due)
    when = phrases.due(person, facts.as_of)
    return said.request.format(what=what, when=when) if when else said.request_undated.format(what=what)


def _opened(facts: Facts) -> str:
    """Orders that exist already, so that nothing is ordered twice."""
    shown = [f"{group.lower()} ({state.lower()})" for group, state, _ in _in_hand(facts)]
    return words().opened.format(what=wording.listing(shown)) if shown else ""


def _in_hand(facts: Facts) -> list[tuple[str, str, str]]:
    states = [facts.person[group]["state"] for group in GROUPS]
    told = phrases.orders(facts.person)
    return [order for order, state in zip(told, states, strict=True) if state in ("in_progress", "to_review", "done")]
