"""A document's words as data for its template: everything already chosen, cut to a size and in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import patient, phrases, wording
from dashboard.documents import course
from dashboard.documents.facts import Facts
from dashboard.documents.words import words
from dashboard.settings import INTENDED_USE
from dashboard.trajectory import Trajectory, trajectory
from pathways.vocabulary import concepts

SENTENCE = 260
NAME = 110
"""A longer name is cut: it is a heading."""


@dataclass(frozen=True)
class Size:
    """How much of each part is shown, and how long one cell may be. Without ``lanes`` nothing is drawn."""

    criteria: int
    results: int
    tried: int
    unknown: int
    sources: int
    lanes: int
    cell: int


def shared(facts: Facts, size: Size) -> dict[str, Any]:
    """What the summary and the letter both say."""
    said = words()
    person = facts.person
    criteria, sources = _criteria(facts, size)
    return {
        "paper": said.paper.get(facts.profile, said.paper["default"]),
        "sections": said.sections,
        "columns": said.columns.model_dump(),
        "page": said.page,
        "sample": said.sample if facts.sample else "",
        "name": _cut(person["name"] or said.no_name, NAME),
        "identifiers": [[label, _cut(text, size.cell)] for label, text in patient.identity(person, facts.as_of)],
        "running": _running(facts),
        "glyph": wording.status(person["disposition"]).glyph,
        "sentence": _cut(phrases.sentence(person, facts.as_of), SENTENCE),
        "because": _cut(said.because.format(reasons=phrases.why(person, short=False)), 4 * size.cell)
        if person["reasons"]
        else "",
        "urgency": said.urgency.get(person["disposition"], ""),
        "orders": [[_cut(part, 2 * size.cell) for part in order] for order in phrases.orders(person)],
        "notes": _cut(" ".join(patient.note_lines(person)), 6 * size.cell),
        "criteria": criteria or said.no_reason,
        "sources": sources,
        "absent": _cut(wording.upper_first(absent_in_words(facts)) or said.no_absent, 6 * size.cell),
        "course": _course(facts, size),
        "trial": trial_in_words(facts),
        "results": _limited(results(facts), size.results, size.cell) or said.no_results,
        "tried": _limited(tried(facts), size.tried, size.cell) or said.no_tried,
        "unknown": _unknown(facts, size),
        "about": about(facts),
        "intended_use": INTENDED_USE,
        "unprintable": said.unprintable,
    }


def about(facts: Facts) -> list[str]:
    """Date, profile, version and time: on every document and in every note."""
    said = words()
    answered = said.answered.format(answers=wording.counted(facts.answers, "answer"))
    return [
        said.record.format(day=wording.day(facts.as_of)),
        *([answered] if facts.answers else []),
        said.profile.format(title=facts.profile_title),
        said.version.format(version=facts.version[:12]),
        said.made.format(when=facts.made),
    ]


def _running(facts: Facts) -> list[str]:
    """Name, birth date and id for the head of every page."""
    person = facts.person
    return [_cut(person["name"] or words().no_name, 60), patient.birth(person), _cut(person["patient_id"], 40)]


def _criteria(facts: Facts, size: Size) -> tuple[dict[str, Any] | None, list[str]]:
    """Reasons with their parts, then what else is met; each source once, numbered as it is first cited."""
    by_id = {criterion["id"]: criterion for criterion in facts.trace["criteria"]}
    shown = [row for row in patient.why_rows(_without_files(facts.trace)) if row.at_once]
    if not shown:
        return None, []
    numbers: dict[str, int] = {}
    rows = []
    for row in shown[: size.criteria]:
        cited = [_citation(source) for source in by_id[row.name]["sources"]]
        marks = "".join(f" [{numbers.setdefault(text, len(numbers) + 1)}]" for text in cited)
        rest = _uncited(row.source, by_id[row.name]["sources"])
        threshold = _cut("; ".join(filter(None, (row.threshold, rest))), size.cell) + marks
        verdict = f"{row.shown} since {row.since}" if row.since else row.shown
        rows.append([verdict, row.criterion, _cut(row.evidence, size.cell), threshold.strip()])
    sources = [_cut(f"[{number}] {text}", 3 * size.cell) for text, number in numbers.items()]
    kept = sources[: size.sources]
    if len(sources) > len(kept):
        kept.append(words().more.format(count=len(sources) - len(kept)))
    return _rows(rows, len(shown)), kept


def _without_files(trace: Mapping[str, Any]) -> dict[str, Any]:
    """A reader of paper has no use for the line of a file: the value and its day remain."""
    bare = {"source": None, "source_ref": None}
    told = [{**c, "evidence": [{**piece, **bare} for piece in c["evidence"]]} for c in trace["criteria"]]
    return {**trace, "criteria": told}


def _citation(source: Mapping[str, Any]) -> str:
    year = f" ({source['year']})" if source["year"] else ""
    return f"{source['title']}{year}: {source['strength']}; {source['setting']}."


def _uncited(line: str, sources: Iterable[Mapping[str, Any]]) -> str:
    """What the trace says of a threshold beyond its verified sources: a local choice, or not verified."""
    for source in sources:
        year = f" ({source['year']})" if source["year"] else ""
        line = line.replace(f"{source['title']}{year}; {source['strength']}; {source['setting']}", "")
    return "; ".join(part for part in (piece.strip() for piece in line.split(";")) if part)


def absent_in_words(facts: Facts) -> str:
    """``fever, limb weakness (10 Apr 2026)``, newest day first; only what somebody asked and recorded."""
    days: dict[date, list[str]] = {}
    for criterion in facts.trace["criteria"]:
        said_no = [piece for piece in criterion["evidence"] if piece["status"] == "absent"]
        if criterion["verdict"] == "not met" and said_no:
            day = max(date.fromisoformat(piece["date"]) for piece in said_no)
            days.setdefault(day, []).append(wording.lower_first(criterion["label"]))
    newest_first = sorted(days, reverse=True)
    return "; ".join(f"{', '.join(days[day])} ({_together(wording.day(day))})" for day in newest_first)


def _drawn_trajectory(facts: Facts) -> Trajectory:
    figures = {"needed_percent": facts.needed_percent, "trial_days": facts.trial_days}
    return trajectory(facts.events, facts.person, facts.as_of, **figures)


def _course(facts: Facts, size: Size) -> dict[str, Any] | str:
    """The drawing, or a sentence where there is no course to draw."""
    data = _drawn_trajectory(facts)
    if data.empty:
        return words().no_course
    if size.lanes == 0:
        return ""
    drawn = course.drawing(data, size.lanes)
    if drawn is not None:
        return drawn
    only = data.scores[0]
    return words().one_score.format(value=patient.number(only.value), day=wording.day(only.day))


def trial_in_words(facts: Facts) -> str:
    """How long the trial has lasted and what became of the pain, by the engine's own figures."""
    said, person = words(), facts.person
    parts = []
    if person["trial_start"] and person["trial_days"] is not None:
        days = wording.counted(person["trial_days"], "day")
        parts.append(
            said.trial.format(start=wording.day(person["trial_start"]), days=days, day=wording.day(facts.as_of))
        )
    before, now, change = person["baseline_pain"], person["current_pain"], person["improvement_percent"]
    if before is not None and now is not None and change is not None:
        form = said.same if change == 0 else said.better if change > 0 else said.worse
        told = form.format(percent=patient.number(abs(change)))
        parts.append(said.before_now.format(before=patient.number(before), now=patient.number(now), change=told))
    elif before is not None:
        parts.append(said.before_only.format(before=patient.number(before)))
    return " ".join(parts)


def results(facts: Facts) -> list[list[str]]:
    """One row a test, the newest first: its newest row, and up to two earlier ones."""
    found: dict[str, list[patient.TimelineRow]] = {}
    for row in patient.timeline(_of_kinds(facts, "blood_test", "imaging"), facts.as_of):
        found.setdefault(row.what, []).append(row)
    told = {name: [f"{row.detail} ({_together(row.day)})" for row in rows] for name, rows in found.items()}
    return [[name, lines[0], "; ".join(lines[1:3])] for name, lines in told.items()]


def tried(facts: Facts) -> list[list[str]]:
    """Every treatment, newest first; what never counts for the rules is told in plain words."""
    rows = patient.timeline(_of_kinds(facts, "treatment"), facts.as_of)
    return [[row.what, row.day, row.detail] for row in rows]


def _of_kinds(facts: Facts, *kinds: str) -> list[Mapping[str, Any]]:
    known = concepts()
    return [event for event in facts.events if event["concept"] in known and known[event["concept"]].kind in kinds]


def _unknown(facts: Facts, size: Size) -> dict[str, Any]:
    questions = patient.questions(facts.person)
    items = [_cut(question.ask, size.cell) for question in questions[: size.unknown]]
    if len(questions) > len(items):
        items.append(words().more.format(count=len(questions) - len(items)))
    lead = _cut(patient.could_be(facts.person) or "", 3 * size.cell)
    return {"lead": lead or ("" if items else words().no_unknown), "items": items}


def _limited(rows: list[list[str]], most: int, longest: int) -> dict[str, Any] | None:
    return _rows([[_cut(cell, longest) for cell in row] for row in rows[:most]], len(rows)) if rows else None


def _rows(rows: list[list[str]], total: int) -> dict[str, Any]:
    left_out = total - len(rows)
    return {"rows": rows, "more": words().more.format(count=left_out) if left_out else ""}


def _together(text: str) -> str:
    """Not broken at the end of a line."""
    return text.replace(" ", "\u00a0")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
