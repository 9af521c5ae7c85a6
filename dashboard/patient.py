"""One patient's page as plain data: who, why, what is not known, the trajectory and the timeline.

Everything here comes from the trace that ``pathways.explain`` gives and from the patient's own events;
no verdict, threshold or date is worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import amounts, phrases, wording
from pathways.vocabulary import concepts

Event = Mapping[str, Any]
number = amounts.number
_SAYS_NO = ("absent", "unknown", "cancelled")
MOST_EVIDENCE = 4
"""Events named beside a criterion; the timeline has them all."""

_VERDICT_ORDER = {"met": 0, "unknown": 1, "not met": 2}


@dataclass(frozen=True)
class WhyRow:
    """One criterion. ``verdict`` is ``met``, ``not met`` or ``unknown``; ``at_once``: met, or part of a reason."""

    verdict: str
    shown: str
    criterion: str
    evidence: str
    since: str
    threshold: str
    source: str
    at_once: bool
    name: str = ""


@dataclass(frozen=True)
class Question:
    """What is not known, the question that settles it, and what asking is good for."""

    name: str
    ask: str
    because: str


@dataclass(frozen=True)
class TimelineRow:
    day: str
    what: str
    detail: str
    source: str


def identity(person: Mapping[str, Any], as_of: date) -> list[tuple[str, str]]:
    """Label and text of each identifier, in the order in which they are read aloud."""
    return [
        ("Born", birth(person)),
        ("Patient id", person["patient_id"]),
        ("Age", age(person, as_of)),
        ("Sex", person["sex"] or "unknown"),
        ("Site", person["site"] or "not recorded"),
        ("Clinician", person["clinician"] or "not recorded"),
    ]


def birth(person: Mapping[str, Any]) -> str:
    first, last = person["birth_first"], person["birth_last"]
    if first is None or last is None:
        return "not recorded"
    return wording.day(first) if first == last else f"{wording.day(first)} to {wording.day(last)}"


def age(person: Mapping[str, Any], as_of: date) -> str:
    """Completed years on the as-of date: ``54``, ``53–54`` for a partial birth date, ``not known``."""
    first, last = person["birth_first"], person["birth_last"]
    if first is None or last is None:
        return "not known"
    oldest, youngest = years(first, as_of), years(last, as_of)
    return str(oldest) if oldest == youngest else f"{youngest}–{oldest}"


def years(born: date, as_of: date) -> int:
    """Completed years."""
    return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


def why_rows(trace: Mapping[str, Any]) -> list[WhyRow]:
    """Every criterion of the trace: the reasons with their parts, then met, not known and not met."""
    verdicts = wording.statuses().verdicts
    criteria = {criterion["id"]: criterion for criterion in trace["criteria"]}
    reasons = [name for name in trace.get("answer", {}).get("reasons") or () if name in criteria]
    named = [part for name in reasons for part in (name, *(criteria[name].get("parts") or ()))]
    leading = {name: place for place, name in enumerate(dict.fromkeys(named))}
    rows = {
        name: WhyRow(
            verdict=criterion["verdict"],
            shown=f"{verdicts[criterion['verdict']].glyph} {verdicts[criterion['verdict']].word}",
            criterion=_label(criterion),
            evidence=_evidence(criterion, criteria),
            since=wording.day(_date(criterion.get("since"))),
            threshold=_flat(criterion.get("threshold")),
            source=_flat(criterion.get("source")),
            at_once=criterion["verdict"] == "met" or name in leading,
            name=name,
        )
        for name, criterion in criteria.items()
    }
    ordered = sorted(rows, key=lambda name: (leading.get(name, len(leading)), _VERDICT_ORDER[rows[name].verdict]))
    return [rows[name] for name in ordered]


def _label(criterion: Mapping[str, Any]) -> str:
    return str(criterion.get("label") or wording.reason(criterion["id"]))


def _evidence(criterion: Mapping[str, Any], criteria: Mapping[str, Mapping[str, Any]]) -> str:
    """The events; of a combined criterion the parts that made it so; else what would settle it."""
    pieces = criterion.get("evidence") or ()
    if pieces:
        newest_first = sorted(pieces, key=lambda one: str(one.get("date") or one.get("date_last") or ""), reverse=True)
        told = [phrases.cut(evidence_line(piece)) for piece in newest_first[:MOST_EVIDENCE]]
        left = len(pieces) - len(told)
        return "; ".join([*told, f"{left} earlier in the timeline"] if left else told)
    alike = [criteria[part] for part in criterion.get("parts") or () if part in criteria]
    named = [wording.lower_first(_label(part)) for part in alike if part["verdict"] == criterion["verdict"]]
    if named and criterion["verdict"] == "met":
        return f"By {wording.listing(named)}"
    if criterion["verdict"] == "unknown":
        return f"Not known: {wording.listing(named)}" if named else _flat(criterion.get("would_change"))
    return ""


def evidence_line(piece: Mapping[str, Any]) -> str:
    """``ESR 62 mm/h, final, 3 May 2026 (labs.csv line 12)``."""
    known = concepts().get(piece["concept"])
    amount = amounts.amount(piece, piece.get("unit") or (known.unit if known else None))
    parts = [" ".join(filter(None, (wording.concept(piece["concept"]), amount)))]
    result = piece.get("result") if piece.get("result") != piece.get("date") else None
    parts += [text for text in (result, _status_word(piece)) if text]
    when = wording.day(_date(piece.get("date") or piece.get("date_last")), "no date")
    return f"{', '.join([*parts, when])}{_origin(piece, bracket=True)}"


def questions(answer: Mapping[str, Any]) -> list[Question]:
    """What to ask: first what could mean something worse, then the other missing facts."""
    names = list(dict.fromkeys([*answer["questions"], *answer["missing"]]))
    worse = f"Could be {wording.could_be(answer['could_be'])}" if answer["could_be"] else ""
    return [
        Question(
            wording.unknown(name),
            wording.question(name),
            worse if worse and name in answer["questions"] else wording.pathway_words().always_asked,
        )
        for name in names
    ]


def could_be(answer: Mapping[str, Any]) -> str | None:
    """One sentence on what the unknowns could turn out to be."""
    if answer["could_be"] is None:
        return None
    name = wording.could_be(answer["could_be"])
    asked = wording.listing(wording.lower_first(wording.unknown(q)) for q in answer["questions"])
    return f"This could be {name}: it depends on {asked}." if asked else f"This could be {name}."


def timeline(events: Iterable[Event], as_of: date) -> list[TimelineRow]:
    """Every event up to the as-of date, newest first, what is absent after the rest; undated last."""
    past = [event for event in events if event["date_first"] is None or event["date_first"] <= as_of]
    past.sort(key=lambda event: event["status"] in _SAYS_NO)
    past.sort(key=lambda event: (event["date_first"] or date.min, event["date_last"] or date.min), reverse=True)
    return [
        TimelineRow(_span(event, as_of), wording.concept(event["concept"]), _detail(event), _origin(event))
        for event in past
    ]


def treatments_in_words(events: Iterable[Event], as_of: date) -> list[str]:
    """Treatments that are shown but never used by the rules: a line each, however often it was given."""
    explained = wording.pathway_words().treatments_in_words
    given: dict[str, list[Event]] = {}
    for event in events:
        if event["concept"] in explained and event["date_first"] and event["date_first"] <= as_of:
            given.setdefault(event["concept"], []).append(event)
    return [f"{explained[concept]} ({_given(times, as_of)})" for concept, times in given.items()]


def _given(times: Sequence[Event], as_of: date) -> str:
    states = ", ".join(dict.fromkeys(filter(None, map(_status_word, times))))
    if len(times) == 1:
        return f"{states}, {_span(times[0], as_of)}" if states else _span(times[0], as_of)
    days = [event["date_first"] for event in times]
    first, last = min(days), max(days)
    when = wording.day(first) if first == last else f"{wording.day(first)} to {wording.day(last)}"
    return ", ".join(filter(None, (f"{len(times)} times", when, states)))


def self_care_shown(answer: Mapping[str, Any]) -> bool:
    return answer["disposition"] in wording.pathway_words().self_care.for_


def note_lines(answer: Mapping[str, Any]) -> list[str]:
    return [wording.note(name) for name in answer["notes"]]


def headline(answer: Mapping[str, Any], as_of: date) -> str:
    """Glyph and sentence."""
    return f"{wording.status(answer['disposition']).glyph} {phrases.sentence(answer, as_of)}"


def _status_word(piece: Mapping[str, Any]) -> str:
    return str(piece.get("status") or "").replace("_", " ")


def _origin(piece: Mapping[str, Any], *, bracket: bool = False) -> str:
    text = " ".join(str(part) for part in (piece.get("source"), piece.get("source_ref")) if part)
    return f" ({phrases.shortened(text)})" if bracket and text else text


def _span(event: Event, as_of: date) -> str:
    first, last = event["date_first"], event["date_last"]
    if first is None:
        return "no date"
    start = wording.day(first) if first == last else f"{wording.day(first)} to {wording.day(last)} (day not known)"
    end = event["end_date"]
    if end is None or end == first == last:
        return start
    return f"{start} – {wording.day(end)}{' (planned)' if end > as_of else ''}"


def _detail(event: Event) -> str:
    known = concepts().get(event["concept"])
    parts = [amounts.amount(event, known.unit if known else None), event["result"], _status_word(event)]
    if event["reviewed_on"]:
        parts.append(f"read {wording.day(event['reviewed_on'])}")
    parts.append(event["note"])
    return ", ".join(str(part) for part in parts if part)


def _date(value: object) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None


def _flat(value: object) -> str:
    """Text of a threshold or source that may be a string, a mapping or a list of them."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(filter(None, (_flat(part) for part in value.values())))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(filter(None, (_flat(part) for part in value)))
    return str(value)
