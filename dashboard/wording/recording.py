"""The words of recording what was done: ``recording.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class Kind(Words):
    """``what`` and ``day`` are labels of the form; an empty ``day`` is no field."""

    title: str
    what: str
    day: str


class Told(Words):
    """One line an action, as it is read back."""

    ordered: str
    booked: str
    performed: str
    result_seen: str
    result_said: str
    referred: str
    accepted: str
    declined: str
    overridden: str
    snoozed: str
    assigned: str
    assigned_nobody: str
    note: str
    answered: str
    pain_scored: str
    undone: str
    earlier: str


class RecordingWords(Words):
    off: str
    off_shown: str
    off_shown_before: str
    title: str
    name_ask: str
    name_use: str
    name_said: str
    name_signed_in: str
    not_yours: str
    name_frame: str
    name_change: str
    ahead: str
    kind: str
    save: str
    saved: str
    not_saved: str
    unsure: str
    conflict: str
    conflict_empty: str
    nothing_chosen: str
    no_day: str
    no_reason: str
    no_words: str
    no_score: str
    no_owner: str
    kinds: dict[str, Kind]
    words: str
    in_record: str
    results: dict[str, str]
    snooze_says: str
    done_title: str
    done_empty: str
    undo: str
    undone: str
    declared: str
    told: Told


@cache
def recording() -> RecordingWords:
    return read("recording.yaml", RecordingWords)
