"""The small pieces of FHIR resources: codings, references, dates, our own extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from dashboard.intake.cells import BadCell

Resource = dict[str, Any]
Coding = tuple[str, str, str]
"""System, code, display; blank where not given."""

COLUMN_URL = "urn:backstop:column:"
"""Our extensions: a column of the contract that FHIR has no field for, as text."""
PATIENT_ID_SYSTEM = "urn:backstop:patient-id"
BLANK = "blank"  # a FHIR string cannot be empty
_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[^/?#|]+)(?:/_history/[^/]+)?$")
_HIDDEN = re.compile("[\u200b\u200c\u200d\ufeff]")


def items(resource: Resource, field: str) -> list[Resource]:
    """The objects of a list; one object counts as a list of one. Raises ``BadCell`` for anything else."""
    found = resource.get(field)
    if found is None:
        return []
    many = found if isinstance(found, list) else [found]
    for one in many:
        if not isinstance(one, dict):
            raise BadCell(field, None, "has another form than FHIR R4 gives it")
    return many


def part(resource: Resource, field: str) -> Resource:
    """The object under a name; empty when there is none. Raises ``BadCell`` when it is no object."""
    found = resource.get(field)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadCell(field, None, "has another form than FHIR R4 gives it")
    return found


def text(resource: Resource, field: str) -> str:
    """A primitive as text, blank when there is none. Raises ``BadCell`` for lists and objects."""
    found = resource.get(field)
    if type(found) is str:  # nearly always, millions of times in a load
        return found
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, (str, int)):
        return str(found)
    raise BadCell(field, None, "has another form than FHIR R4 gives it")


def codings(concept: Resource) -> list[Coding]:
    """The codings of a CodeableConcept; one without a code stands for a concept that is text alone."""
    found = [
        (text(one, "system"), text(one, "code").strip(), _shown(text(one, "display")))
        for one in items(concept, "coding")
    ]
    coded = [one for one in found if one[1]]
    if coded:
        return coded
    words = text(concept, "text") or next((one[2] for one in found if one[2]), "")
    return [("", "", words)] if words else []


def _shown(display: str) -> str:
    """A display without the signs that nobody sees."""
    return display if display.isascii() else _HIDDEN.sub("", display)


def code_word(concept: Resource) -> str:
    """The first code of a CodeableConcept, such as a status."""
    return next((code for _, code, _ in codings(concept) if code), "")


def keys(concept: Resource) -> set[str]:
    """The codings as ``system|code``."""
    return {f"{system}|{code}" for system, code, _ in codings(concept) if code}


def first(resource: Resource, *paths: str) -> str:
    """The first of these fields that has text; ``a.b`` looks inside an object."""
    for path in paths:
        if "." in path:
            outer, _, inner = path.partition(".")
            found = text(part(resource, outer), inner)
        else:
            found = text(resource, path)
        if found:
            return found
    return ""


def reference(holder: Resource, expected: str) -> str:
    """A reference as ``Type/id``; blank when there is none. ``expected`` is the type of a ``urn:uuid``."""
    return _target(text(holder, "reference"), expected)


@lru_cache(1 << 12)
def _target(written: str, expected: str) -> str:
    if not written or written.startswith("#"):
        return written
    if written.startswith("urn:"):
        return f"{expected}/{written.rpartition(':')[2]}"
    typed = _TYPED.search(written)
    return typed.group(1) if typed else ""


def contained(resource: Resource, pointer: str) -> Resource:
    """The contained resource a ``#id`` points at; empty when it is not there."""
    return next((one for one in items(resource, "contained") if f"#{text(one, 'id')}" == pointer), {})


def own_columns(resource: Resource) -> Iterator[tuple[str, str]]:
    """The contract's columns that our own extensions carry."""
    for extension in items(resource, "extension"):
        url = text(extension, "url")
        if url.startswith(COLUMN_URL):
            said = text(extension, "valueString")
            yield url.removeprefix(COLUMN_URL), "" if said == BLANK else said


def human_name(resource: Resource) -> str:
    """The official or usual name in one line."""
    names = items(resource, "name")
    known = [one for one in names if text(one, "use") in ("official", "usual")]
    chosen = next(iter([*known, *names]), {})
    if text(chosen, "text"):
        return text(chosen, "text")
    given = chosen.get("given") or []
    parts = [*(given if isinstance(given, list) else [given]), text(chosen, "family")]
    return " ".join(str(one) for one in parts if one)
