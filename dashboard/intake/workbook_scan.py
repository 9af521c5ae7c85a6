"""What the fast Excel reader does not tell: cells in error, formulas never calculated, cells far apart, 1904.

The sheets' XML is searched, not parsed: nothing in it is expanded or fetched.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

from dashboard.intake.limits import Limits
from dashboard.intake.report import UnusableSource

_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3}\d{1,7})"')
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*'
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*"
    rb"</(?:\w+:)?c>"
)
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_SPARSE = 2_000_000


@dataclass(frozen=True)
class Scan:
    """Cells that must not be taken for blank, by sheet: reference such as ``D2`` to what is wrong with it."""

    from_1904: bool
    unreadable: dict[str, dict[str, str]]


def scan(archive: zipfile.ZipFile, name: str, limits: Limits) -> Scan:
    """Look into the workbook before it is read.

    Raises ``UnusableSource`` for what is no workbook, declares XML entities, or spreads its cells so far
    apart that reading it would fill the memory.
    """
    for member in archive.namelist():
        if member.endswith((".xml", ".rels")) and _DECLARATION.search(archive.read(member)):
            raise UnusableSource(f"{name}: the workbook declares XML entities; save it again from Excel")
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - no declarations, see above
        rels = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        raise UnusableSource(f"{name}: not an Excel workbook (.xlsx); save it again from Excel") from None
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    from_1904, unreadable = False, {}
    for element in book.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
        elif kind == "sheet":
            sheet = element.get("name", "")
            path = str(PurePosixPath("xl") / targets.get(element.get(_REL), "").removeprefix("/xl/"))
            if path in archive.namelist():
                unreadable[sheet] = _unreadable(archive.read(path), f'{name}, sheet "{sheet}"', limits)
    return Scan(from_1904, unreadable)


def _unreadable(xml: bytes, where: str, limits: Limits) -> dict[str, str]:
    cells = _CELL.findall(xml)
    widest = max((_number(letters) for letters, _ in cells), default=0)
    deepest = max((int(row) for _, row in cells), default=0)
    if widest > limits.columns:
        raise UnusableSource(f"{where}: {widest} columns, more than the limit of {limits.columns}")
    limits.check_rows(deepest, where)
    if widest * deepest > _SPARSE + 50 * len(cells):
        raise UnusableSource(f"{where}: cells far outside the list (down to row {deepest}); delete them")
    found = {
        ref.decode(): "a formula without a saved value; save the file in Excel"
        for ref in _NO_VALUE.findall(xml)
    }
    found |= {ref.decode(): "an Excel error; mend the formula" for ref in _ERROR.findall(xml)}
    return found


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def cell_at(reference: str) -> tuple[int, int]:
    """Zero-based row and column of a reference such as ``D2``."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, _number(letters.encode()) - 1
