"""What is open, where each answer would lead, and what was answered.

Every status shown for an answer that nobody has given yet is the engine's, evaluated for a copy of the
person with that answer added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from dashboard import patient, phrases, wording
from dashboard.actions.corrections import ACTIVE, BIRTH_DATE, ENDED
from dashboard.answerable import OLDEST, Row, possible
from dashboard.panel_store import HeldPanel, the_pathway
from dashboard.session_answers import ABSENT, PRESENT, UNKNOWN, Answer
from pathways.vocabulary import concepts

TO_ASK = "ask"
"""The disposition that a settled person has left."""

IN_RECORD = "Put it in the record and load the list again."
SAID = {PRESENT: "Yes", ABSENT: "No", UNKNOWN: "Cannot say"}

AWAITED = "A result decides this: there is nothing to ask."


class Outcome(NamedTuple):
    """``said`` is what is answered, ``then`` the engine's answer of the person in that case."""

    said: str
    then: Row


def not_here(question: str) -> str:
    """What to do about a question that the page cannot take an answer to."""
    known = concepts().get(question)
    return AWAITED if known and known.kind in ("blood_test", "imaging", "referral") else IN_RECORD


def open_questions(person: Row) -> list[str]:
    """What to ask of one person, what could mean something worse first, each fact once."""
    names = list(dict.fromkeys([*person["questions"], *person["missing"]]))
    parts = the_pathway().rules.questions
    covered = {part for name in names if name in parts for part in parts[name]}
    return [name for name in names if name not in covered] if covered else names


def outcomes(
    held: HeldPanel, person: Row, questions: Iterable[str], profile: str, as_of: date
) -> dict[str, list[Outcome]]:
    """What each possible answer to each question would lead to, in one evaluation."""
    wanted = {question: possible(held, person, question, profile, as_of) for question in questions}
    found = held.suppose((answer for pairs in wanted.values() for _, answer in pairs), profile, as_of)
    return {
        question: [Outcome(said, found[answer].answer) for said, answer in pairs] for question, pairs in wanted.items()
    }


def worked_out(held: HeldPanel, person: Row, questions: Iterable[str], profile: str, as_of: date) -> bool:
    """Whether ``outcomes`` would have to evaluate nothing."""
    answers = [answer for name in questions for _, answer in possible(held, person, name, profile, as_of)]
    return held.supposed(answers, profile, as_of)


def then(person: Row, outcome: Row) -> str:
    """Where an answer leads: the status, and that it stays the same or what is still open."""
    shown = phrases.status(outcome)
    left = len(open_questions(outcome))
    if settled(outcome):
        return shown if outcome["disposition"] != person["disposition"] else f"{shown}, settled"
    still = f"{wording.counted(left, 'question')} left" if left else ""
    return ", ".join(filter(None, (shown, still)))


def in_runs(person: Row, found: Sequence[Outcome], *, ages: bool = False) -> list[tuple[str, str]]:
    """Neighbouring answers that lead to the same, as one: ``0 to 4`` and where it leads; ``Age 18 to 49`` for ages."""
    runs: list[tuple[str, str, str]] = []
    for said, row in found:
        where = then(person, row)
        if runs and runs[-1][2] == where and said.isdigit():
            runs[-1] = (runs[-1][0], said, where)
        else:
            runs.append((said, said, where))
    spoken = _age if ages else _span
    return [(spoken(first, last), where) for first, last, where in runs]


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _age(first: str, last: str) -> str:
    if int(first) == 0:
        return "Any age" if int(last) == OLDEST else f"Under {int(last) + 1}"
    return f"Age {first} and over" if int(last) == OLDEST else f"Age {_span(first, last)}"


def settled(answer: Row) -> bool:
    """Nothing worse is possible by what is not known, and the next step is not to ask."""
    return answer["could_be"] is None and answer["disposition"] != TO_ASK


def covering(questions: Iterable[str]) -> set[str]:
    """The broader questions of which these are a part."""
    wanted = set(questions)
    return {name for name, parts in the_pathway().rules.questions.items() if wanted & set(parts)}


def is_always_asked(question: str) -> bool:
    """Whether it is open for everyone of whom it is not known, whatever else is."""
    gating = the_pathway().rules.gating
    return question in (*gating.facts, *gating.expired)


def told(answer: Answer) -> str:
    """``Fever: No``, ``Pain score: 4``, ``Back pain since 3 May 2026``, ``Physiotherapy: ended 3 May 2026``."""
    name = wording.concept(answer.course.concept if answer.course else answer.concept)
    day = wording.day(answer.day)
    if answer.course:
        return f"{name}: still going on" if answer.status == ACTIVE else f"{name}: ended {day}"
    if answer.value is not None:
        return f"{name}: {patient.number(answer.value)}"
    if answer.concept == the_pathway().rules.episode:
        return f"{name} since {day}"
    if answer.concept == BIRTH_DATE:
        return f"{name}: {f'in {answer.day.year}' if answer.last else day}"
    return f"{name}: {answer.result or SAID[answer.status]}"


def is_of_its_day(answer: Answer) -> bool:
    """Whether the day of an answer is the day on which it was given."""
    if answer.concept == the_pathway().rules.episode or answer.of_person():
        return False
    return answer.status != ENDED
