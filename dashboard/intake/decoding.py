"""Bytes to text: UTF-8, UTF-16 with its mark, then cp1252 with a warning."""

from __future__ import annotations

import codecs

from dashboard.intake.report import UnusableSource

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE = 65536


def decode(content: bytes, name: str) -> tuple[str, str | None]:
    """The text of a file and a notice, if the encoding had to be taken on trust.

    Raises ``UnusableSource`` for an empty file and for what is not text.
    """
    text, notice = _decode(content, name)
    if not text.strip():
        raise UnusableSource(f"{name}: the file is empty; export the list again")
    return text, notice


def _decode(content: bytes, name: str) -> tuple[str, str | None]:
    if content.startswith(_UTF16):
        return _strictly(content, "utf-16", name), None
    sample = content[:_SAMPLE]
    if sample.count(0) * 10 > len(sample):
        raise UnusableSource(f"{name}: not a text file (or UTF-16 without its mark); save it as CSV in UTF-8")
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        text = _strictly(content, "cp1252", name)
        return text, f"{name}: not UTF-8, read as Windows text (cp1252); check names with accents"


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnusableSource(
            f"{name}: neither UTF-8, UTF-16 nor Windows text (byte {error.start}); save it as CSV in UTF-8"
        ) from None
