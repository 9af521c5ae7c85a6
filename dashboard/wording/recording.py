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
    result_valued: str
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


class Refusals(Words):
    """Why something is not saved."""

    not_saved: str
    unsure: str
    conflict: str
    conflict_empty: str


class AnswerWords(Refusals):
    """Answers given in place."""

    kept: str
    unnamed: str
    nobody: str
    waiting: str
    decide: str
    save_all: str
    save_one: str
    saved: str
    saved_some: str
    take_back: str
    not_taken_back: str
    contested: str
    here: str
    here_title: str


class RecordingWords(Refusals):
    off: str
    off_shown: str
    off_shown_before: str
    off_typed: str
    scarce: str
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
    saved_by: str
    quicker: str
    nothing_chosen: str
    no_day: str
    no_reason: str
    no_words: str
    no_score: str
    no_owner: str
    no_value: str
    not_storable: str
    value: str
    value_of: str
    kinds: dict[str, Kind]
    words: str
    in_record: str
    results: dict[str, str]
    snooze_says: str
    done_title: str
    done_empty: str
    undo: str
    undone: str
    replaced: str
    declared: str
    told: Told
    answers: AnswerWords


@cache
def recording() -> RecordingWords:
    return read("recording.yaml", RecordingWords)
