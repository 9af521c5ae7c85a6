"""The words of signing in and of being refused: ``access.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class Reason(Words):
    title: str
    says: str


class SignInsWords(Words):
    title: str
    says: str
    nobody: str
    local: str
    row: str
    since: str
    you: str
    end: str
    ended: str
    not_ended: str


class AccessWords(Words):
    title: str
    about: str
    sign_in: str
    again: str
    how: str
    over: str
    not_saved: str
    changed: str
    not_saved_changed: str
    not_ended: str
    why: dict[str, Reason]
    failed: Reason
    sign_out: str
    somebody: str
    all_sites: str
    no_sites: str
    refused_title: str
    refused: str
    refused_ask: str
    to_first: str
    no_people: str
    beyond: str
    beyond_says: str
    beyond_own: str
    warning: str
    ends: str
    stay: str
    sign_ins: SignInsWords


@cache
def access() -> AccessWords:
    return read("access.yaml", AccessWords)
