"""From data to the bytes of a PDF, with the bundled templates and fonts and nothing else of the machine."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from dashboard.documents.signs import FONTS, UNPRINTABLE, cleaned, printable, unprintable

TEMPLATES = Path(__file__).parent / "templates"
_PAGE = re.compile(rb"/Type ?/Page\b")
_ONE_AT_A_TIME = Lock()


class Unprintable(Exception):
    """A name or id has signs that no bundled font has. ``signs`` holds them; the message names nobody."""

    def __init__(self, signs: list[str]) -> None:
        super().__init__("a name or patient id has signs that the documents' fonts do not have")
        self.signs = signs


def refuse_unprintable(*identifying: str | None) -> None:
    """Raises ``Unprintable``: a document with half a name is worse than none."""
    missing = unprintable("".join(cleaned(text) for text in identifying if text))
    if missing:
        raise Unprintable(missing)


def printed(template: str, content: dict[str, Any], made_at: datetime) -> bytes:
    """A tagged PDF/UA-1. ``content`` goes in as JSON, so that no text in it is ever read as markup."""
    ready = _printable(content)
    marked = UNPRINTABLE in json.dumps(ready | {"unprintable": ""})
    data = json.dumps(ready | {"marked": marked}, ensure_ascii=False, sort_keys=True)
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            input=TEMPLATES / template,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=["ua-1"],
            timestamp=made_at.replace(microsecond=0),
        )
    return bytes(made)


def pages(document: bytes) -> int:
    return len(_PAGE.findall(document))


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATES / "summary.typ", root=TEMPLATES, font_paths=fonts)


def _printable(value: Any) -> Any:  # noqa: ANN401
    """Every text of the content, cleaned and with what no font has marked."""
    if isinstance(value, str):
        return printable(cleaned(value))
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value
