"""The text of the records that were held back, read from the source again: only those few are needed at the end."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dashboard.intake.fhir.bundles import resources_in
from dashboard.intake.fhir.sources import Found, texts
from dashboard.intake.limits import Limits
from dashboard.intake.members import Member
from dashboard.intake.report import HeldBack

Numbered = tuple[int, HeldBack]


def with_texts(
    held: Sequence[Numbered], files: Sequence[Member], limits: Limits, first_in: Mapping[tuple[str, int], int]
) -> list[Numbered]:
    """The records, each with its own text. Their numbers count the resources of the source in their order; ``first_in``
    has the number of the first one in each line that holds several."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for _, one in held:
        wanted[one.table].add(one.line)
    found: dict[tuple[str, int, int], str] = {}
    for member in files:
        lines = wanted.get(member.name)
        if lines:
            for text in texts(member, limits, lines):
                if text is not None:
                    found.update(_in(text, lines))
    completed = []
    for number, one in held:
        line = one.table, one.line
        raw = found.get((*line, number - first_in[line] if line in first_in else 0), one.raw)
        completed.append((number, replace(one, raw=raw)))
    return completed


def _in(text: Found, lines: set[int]) -> Iterator[tuple[tuple[str, int, int], str]]:
    """By table, line and which one in the line."""
    if text.problem:
        yield (text.table, text.line, 0), text.raw
        return
    for which, (place, resource) in enumerate(resources_in(text.value)):
        if place is None and text.raw:
            yield (text.table, text.line, 0), text.raw
        elif text.raw:
            yield (text.table, text.line, which), as_text(resource)
        elif (line := place or text.line) in lines:
            yield (text.table, line, 0), as_text(resource)


def as_text(resource: object) -> str:
    """A resource that has no line of its own, in one line."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
