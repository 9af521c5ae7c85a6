"""Which signs the bundled fonts can draw, and text made fit to be set with them.

A document never falls back to a font of the machine: the same facts give the same bytes everywhere.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
UNPRINTABLE = "[?]"
LONGEST_WORD = 40
"""A longer word may break anywhere, or it would run off the page."""

# Controls, direction marks, separators and byte-order marks. The joiners that shape Arabic and Indic
# script (U+200C, U+200D) stay.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffc\ufffd]+")
_SPACES = re.compile(r" {2,}")
_LONG_WORD = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD},}}")
_NEVER_DRAWN = {0x200B, 0x200C, 0x200D, *range(0xFE00, 0xFE10)}


def cleaned(text: object, longest: int | None = None) -> str:
    """One line without hidden or direction-turning signs, cut to a length if one is given."""
    shown = unicodedata.normalize("NFC", _SPACES.sub(" ", _HIDDEN.sub(" ", str(text))).strip())
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def unprintable(text: str) -> list[str]:
    """The signs of a text that no bundled font has, each once."""
    return [sign for sign in dict.fromkeys(text) if not _drawn(sign)]


def printable(text: str) -> str:
    """The text with ``[?]`` for each run of signs that no font has, and long words allowed to break."""
    drawn = "".join(sign if _drawn(sign) else "\ufffd" for sign in text)
    marked = re.sub("\ufffd+", UNPRINTABLE, drawn)
    return _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), marked)


def _drawn(sign: str) -> bool:
    return ord(sign) in drawable() or ord(sign) in _NEVER_DRAWN


@cache
def drawable() -> frozenset[int]:
    """Every code point for which some bundled font has a glyph."""
    points: set[int] = set()
    for font in sorted(FONTS.glob("*.[ot]tf")):
        points |= _mapped(font.read_bytes())
    return frozenset(points)


def _mapped(font: bytes) -> set[int]:
    """The character map of a TrueType or OpenType file: its Unicode subtables in formats 4 and 12."""
    tables = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4sLLL", font, 12 + 16 * place) for place in range(tables))
    start = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    points: set[int] = set()
    for place in range(struct.unpack_from(">H", font, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * place)
        if platform in (0, 3):
            points |= _subtable(font, start + offset)
    return points


def _subtable(font: bytes, at: int) -> set[int]:
    form = struct.unpack_from(">H", font, at)[0]
    if form == 12:
        groups = struct.unpack_from(">L", font, at + 12)[0]
        found = (struct.unpack_from(">LLL", font, at + 16 + 12 * place) for place in range(groups))
        return {point for first, last, _ in found for point in range(first, last + 1)}
    return _segments(font, at) if form == 4 else set()


def _segments(font: bytes, at: int) -> set[int]:
    """Format 4: ranges of code points, each with a shift or a list of glyphs; glyph 0 is none."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    shifts = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    lists = struct.unpack_from(f">{count}H", font, at + 16 + 6 * count)
    points: set[int] = set()
    for place, (first, last, shift, offset) in enumerate(zip(starts, ends, shifts, lists, strict=True)):
        here = at + 16 + 6 * count + 2 * place
        for point in range(first, last + 1):
            glyph = struct.unpack_from(">H", font, here + offset + 2 * (point - first))[0] if offset else point
            if point != 0xFFFF and glyph and (offset or (point + shift) & 0xFFFF):
                points.add(point)
    return points
