"""Tables, and the sections of ``docs/performance.md`` that a command writes.

A section stands between two marker lines that name its command; all else in the file is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"


class UnknownSection(Exception):
    """The document marks a section's beginning without its end."""


def table(head: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """A table in Markdown; the first ``left`` columns are words, the others numbers."""
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    lines = [head, rule, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" if line is not rule else f"|{'|'.join(line)}|" for line in lines)


def markers(command: str) -> tuple[str, str]:
    """The lines before and after what a command writes."""
    return f"<!-- begin: {command} -->", f"<!-- end: {command} -->"


def placed(document: str, command: str, text: str) -> str:
    """The document with this text as the section of that command: in the old one's place, else at the end.

    Raises ``UnknownSection``.
    """
    begin, end = markers(command)
    section = f"{begin}\n{text.strip()}\n{end}"
    if begin not in document:
        return f"{document.rstrip()}\n\n{section}\n"
    before, _, rest = document.partition(begin)
    if end not in rest:
        raise UnknownSection(f"{begin} has no {end} after it; put the line back")
    return before + section + rest.partition(end)[2]


def write(command: str, text: str, document: Path = DOCUMENT) -> None:
    """Put the text into the document as the command's section."""
    document.write_text(placed(document.read_text(encoding="utf-8"), command, text), encoding="utf-8")


def finish(command: str, text: str, *, wanted: bool) -> None:
    """Print what was measured and, where that is wanted, write the section."""
    print(text)
    if wanted:
        write(command, text)
