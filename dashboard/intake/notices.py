"""The sentences of the load report about rows that were accepted with a remark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dashboard.intake.account import Account
from dashboard.intake.numbers import measured_as
from pathways.vocabulary import concepts

WORDS = {
    "removed": "marked as entered in error and left out",
    "unused end": "have an end date that is not used (only treatments, back pain and bookings end)",
    "unkept value": "name the core bloods as a whole: their value is not kept, give it under its own test",
}


def notices_of(account: Account) -> list[str]:
    """One line per kind of remark, each with its count."""
    marks = account.marks
    lines = [
        f"{count:,} events {sentence}: {_listed(marks, word)}"
        for word, sentence in WORDS.items()
        if (count := sum(number for (mark, _), number in marks.items() if mark == word))
    ]
    assumed = {concept: number for (mark, concept), number in marks.items() if mark == "assumed unit"}
    if assumed:
        parts = (
            f"{name} {measured_as(concepts()[name]).unit} ({number:,})"
            for name, number in sorted(assumed.items())
        )
        lines.append(
            f"{sum(assumed.values()):,} values without a unit were read in the usual one: {', '.join(parts)}"
        )
    if account.repeated_events:
        lines.append(f"{account.repeated_events:,} events repeat another one exactly and were counted once")
    if account.merged:
        lines.append(
            f"{account.merged:,} patient rows repeat a patient id and were counted once{_differing(account)}"
        )
    return lines


def _listed(marks: Mapping[tuple[str, str], int], word: str) -> str:
    found = Counter({concept: number for (mark, concept), number in marks.items() if mark == word})
    return ", ".join(f"{concept} ({number:,})" for concept, number in sorted(found.items()))


def _differing(account: Account) -> str:
    if not account.differing:
        return ""
    parts = ", ".join(f"{column} ({number:,})" for column, number in sorted(account.differing.items()))
    return f"; where they differed, the first by alphabet or date was kept: {parts}"
