"""One answer in plain words: status, next step, why, when due, what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard import wording
from dashboard.filtering import TARGETS, WAITED
from dashboard.wording.huddle import huddle
from dashboard.wording.team import team
from pathways.answering import GROUPS

_SHORT = 2
"""How many things a list row names before it says how many more there are."""

_LONGEST = 200
_LONG_NAME = re.compile(r"\b([0-9a-f]{8})-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
"""Made by a machine (RFC 9562): nobody reads one aloud, and its first eight signs are enough to tell two apart."""


def shortened(text: str) -> str:
    """The text with the ids of machines cut to their beginning, for places where a list is read."""
    return _LONG_NAME.sub(r"\1…", text)


def cut(text: str) -> str:
    """One text of a record inside a longer one: a source can write as much as it likes."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def status(answer: Mapping[str, Any]) -> str:
    """Glyph and word."""
    return wording.status(answer["disposition"]).shown(answer["indication"])


def next_step(answer: Mapping[str, Any]) -> str:
    """What to do next, short enough for a row."""
    words = wording.status(answer["disposition"])
    return wording.upper_first(_filled(words.next, words.next_bare, _pieces(answer, short=True)))


def sentence(answer: Mapping[str, Any], as_of: date) -> str:
    """One sentence: ``Failed conservative therapy: bloods due 12 Jun 2026, 9 days over``."""
    words = wording.status(answer["disposition"])
    what = _filled(words.sentence, words.sentence_bare, _pieces(answer, short=False))
    name = words.shown(answer["indication"]).removeprefix(words.glyph).strip()
    when = due(answer, as_of)
    joint = " " if what.endswith(" due") else ", due "
    return f"{name}: {what}{joint}{when}" if when else f"{name}: {what}"


def due(answer: Mapping[str, Any], as_of: date) -> str:
    """``12 Jun 2026, 9 days over``; empty without a due date."""
    by = answer["due_by"]
    if by is None:
        return ""
    over = (as_of - by).days
    if over > 0:
        return f"{wording.day(by)}, {wording.counted(over, 'day')} over"
    return (
        f"{wording.day(by)}, today" if over == 0 else f"{wording.day(by)}, in {wording.counted(-over, 'day')}"
    )


def waiting_days(answer: Mapping[str, Any], as_of: date) -> int | None:
    """Days since the reason to act began."""
    since = answer["since"]
    return None if since is None else int((as_of - since).days)


def why(answer: Mapping[str, Any], *, short: bool = True) -> str:
    """The reasons in words; without one, what the status itself says."""
    if not answer["reasons"]:
        return wording.status(answer["disposition"]).why_bare
    named = [wording.reason(name) for name in answer["reasons"]]
    named[1:] = map(wording.lower_first, named[1:])
    return _some(named, short=short)


def not_known(answer: Mapping[str, Any]) -> str:
    """What is missing, short enough for a row; what could mean something worse comes first."""
    worse = [_lower(name) for name in answer["questions"]] if answer["could_be"] else []
    rest = [name for name in map(_lower, answer["missing"]) if name not in worse]
    if answer["could_be"] is None:
        return wording.upper_first(_some(rest, short=True))
    could = f"Could be {wording.could_be(answer['could_be'])}"
    more = len(worse) + len(rest) - 1
    if not worse:
        return could
    return f"{could}: {worse[0]} and {more} more" if more else f"{could}: {worse[0]}"


def _lower(unknown: str) -> str:
    return wording.lower_first(wording.unknown(unknown))


def marks(answer: Mapping[str, Any]) -> str:
    """What the team decided, short enough for a row: ``Back: new CRP; with Dr Ito``."""
    owner = answer["owner"] and team().with_owner.format(name=cut(answer["owner"]))
    return "; ".join(filter(None, (snooze(answer), owner, answer["overridden"])))


def snooze(answer: Mapping[str, Any]) -> str:
    """``Snoozed until 12 Jul 2026``, or that somebody is back and because of what; empty for most."""
    until = answer["snoozed_until"]
    return team().snoozed.format(day=wording.day(until)) if until else answer["back"] or ""


def orders(answer: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(group, state, what is still to order) of bloods, imaging and referral."""
    names = wording.statuses()
    shown = []
    for group in GROUPS:
        state = answer[group]["state"]
        to_order = wording.listing(wording.concept(name) for name in answer[group]["due"])
        shown.append((names.groups[group], names.order_states.get(state, state), to_order))
    return shown


def _pieces(answer: Mapping[str, Any], *, short: bool) -> dict[str, str]:
    lower = wording.lower_first
    to_order: list[str] = []
    for group in wording.status(answer["disposition"]).groups:
        tests = [lower(wording.concept(name)) for name in answer[group]["due"]]
        to_order += ["bloods"] if group == "bloods" and tests else tests
    asked = [_lower(name) for name in (answer["missing"] or answer["questions"])]
    return {
        "due": wording.listing(to_order),
        "unread": wording.listing(_in_state(answer, "to_review")),
        "open": wording.listing(_in_state(answer, "in_progress")),
        "asked": _some(asked, short=short, joined=True),
        "answers": wording.counted(len(asked), "answer") if asked else "",
        "reason": lower_reason(answer),
    }


def lower_reason(answer: Mapping[str, Any]) -> str:
    elsewhere = wording.pathway_words().other_pathways
    named = [elsewhere.get(name) or wording.reason(name) for name in answer["reasons"]]
    return wording.listing(wording.lower_first(text) if place else text for place, text in enumerate(named))


def _in_state(answer: Mapping[str, Any], state: str) -> list[str]:
    return [wording.lower_first(wording.statuses().groups[g]) for g in GROUPS if answer[g]["state"] == state]


def _some(named: list[str], *, short: bool, joined: bool = False) -> str:
    if short and len(named) > _SHORT:
        return f"{', '.join(named[:_SHORT])} and {len(named) - _SHORT} more"
    return wording.listing(named) if joined else ", ".join(named)


def _filled(template: str, bare: str | None, pieces: Mapping[str, str]) -> str:
    needed = [name for name in pieces if "{" + name + "}" in template]
    if bare is not None and any(not pieces[name] for name in needed):
        return bare
    return template.format(**pieces)


def chart_filter(key: str, value: str) -> str:
    """A filter that came from a chart, in words: ``Waiting for imaging``."""
    titles = wording.screen().chart_filters
    return titles[key].format(name=_chart_value(key, value))


def _chart_value(key: str, value: str) -> str:
    if key == "queue":
        return wording.screen().queues.get(value, value)
    if key == "need":
        needs = huddle().needs
        return wording.lower_first(needs[value].title) if value in needs else value
    if key == "orders":
        return team().orders.get(value, value)
    if key == "target":
        return TARGETS[value].title if value in TARGETS else value
    if key == "waited":
        return WAITED[value].title if value in WAITED else value
    if key == "question":
        return wording.lower_first(wording.unknown(value))
    return wording.lower_first(wording.indication(value) if key == "indication" else wording.reason(value))
