"""A short note to paste into the record: what is said, found, judged and planned, in plain words."""

from __future__ import annotations

from dashboard import patient, phrases, wording
from dashboard.documents.content import about, absent_in_words, results, trial_in_words, tried
from dashboard.documents.facts import Facts
from dashboard.documents.signs import cleaned
from dashboard.documents.words import words
from dashboard.settings import INTENDED_USE
from dashboard.trajectory import trajectory

_SCORES, _TRIED, _RESULTS, _ASKED = 3, 5, 6, 6
"""How many of each a note names before it says how many more there are."""


def note_text(facts: Facts) -> str:
    """Plain lines that any record system takes, in every script."""
    said, person = words(), facts.person
    who = [person["name"] or said.no_name, f"born {patient.birth(person)}", f"id {person['patient_id']}"]
    lines = [said.note.title, ", ".join(who)]
    if facts.sample:
        lines.append(said.sample)
    for letter, told in (
        (said.soap.subjective, _subjective(facts)),
        (said.soap.objective, _objective(facts)),
        (said.soap.assessment, _assessment(facts)),
        (said.soap.plan, _plan(facts)),
    ):
        lines.append(f"{letter}: {' '.join(part for part in told if part)}")
    lines += [". ".join(about(facts)) + ".", INTENDED_USE]
    return "\n".join(cleaned(line).replace("\u00a0", " ") for line in lines) + "\n"


def _subjective(facts: Facts) -> list[str]:
    said = words().soap
    data = trajectory(facts.events, facts.person, facts.as_of, needed_percent=None, trial_days=None)
    scores = [f"{patient.number(one.value)}/10 on {wording.day(one.day)}" for one in reversed(data.scores)]
    pain = said.pain.format(scores=_some(scores, _SCORES)) if scores else said.no_pain
    treatments = [f"{wording.lower_first(what)} ({when}, {detail})" for what, when, detail in tried(facts)]
    told = said.tried.format(what=_some(treatments, _TRIED)) if treatments else words().no_tried
    return [pain, trial_in_words(facts), told]


def _objective(facts: Facts) -> list[str]:
    said = words().soap
    found = [f"{test} {newest}" for test, newest, _ in results(facts)]
    absent = absent_in_words(facts)
    return [
        said.results.format(what=_some(found, _RESULTS)) if found else words().no_results,
        said.absent.format(what=absent) if absent else words().no_absent,
    ]


def _assessment(facts: Facts) -> list[str]:
    said, person = words(), facts.person
    because = said.because.format(reasons=phrases.why(person, short=False)) + "." if person["reasons"] else ""
    return [
        f"{phrases.sentence(person, facts.as_of)}.",
        because,
        patient.could_be(person) or "",
        *patient.note_lines(person),
    ]


def _plan(facts: Facts) -> list[str]:
    said = words().soap
    told = []
    for group, state, to_order in phrases.orders(facts.person):
        if to_order:
            told.append(said.order.format(group=group, what=wording.lower_first(to_order)))
        elif state != wording.statuses().order_states["not_indicated"]:
            told.append(said.state.format(group=group, state=wording.lower_first(state)))
    asked = [wording.lower_first(question.ask).rstrip("?") for question in patient.questions(facts.person)]
    if asked:
        told.append(said.ask.format(what=_some(asked, _ASKED, joint="; ")))
    return told or [said.nothing]


def _some(named: list[str], most: int, joint: str = ", ") -> str:
    shown = joint.join(named[:most])
    return f"{shown} {words().more.format(count=len(named) - most)}" if len(named) > most else shown
