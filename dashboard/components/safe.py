"""Text from a record, made literal for the places that read markdown."""

from __future__ import annotations

import re

LONGEST = 300
"""Signs of one text of a record that a page shows."""

SENTENCE = 1500
"""Signs of what a page says of a person in the pathway's own words: no list of questions is cut off."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&^=\"'/])")
_ADDRESS = re.compile(r"(?i)(https?:|ftp:|www(?=\.)|@)")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def safe_md(text: object, longest: int = LONGEST) -> str:
    """The text with every markdown sign escaped, on one line, without invisible or turning signs."""
    shown = _UNSEEN.sub(" ", str(text)).strip()
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    # Addresses are made into links after the escapes are undone: a word joiner keeps them text.
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub("\\1\u2060", shown))


def literal(text: object) -> str:
    """For places that show text as it is: invisible and direction-changing signs go, length is bounded."""
    shown = _UNSEEN.sub(" ", str(text)).strip()
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
