"""How a question can be answered, and where each answer would lead.

Every status shown for an answer that nobody has given yet is the engine's, evaluated for a copy of the
person with that answer added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from dashboard import phrases, wording
from dashboard.panel_store import HeldPanel, the_pathway
from dashboard.session_answers import ABSENT, PRESENT, Answer
from pathways.panel import RESULT_STATUSES
from pathways.vocabulary import Concept, concepts

FINAL = RESULT_STATUSES[0]
TO_ASK = "ask"
"""The disposition that a settled person has left."""

IN_RECORD = "Put it in the record and load the list again."
AWAITED = "A result decides this: there is nothing to ask."

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """One way to answer a question: ``kind`` is ``finding``, ``number`` or ``date``."""

    concept: str
    kind: str
    ask: str
    unit: str | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None

    @property
    def points(self) -> range:
        """The whole points of a scale; empty where the number is no score."""
        if self.kind != "number" or not (self.unit or "").startswith("0-"):
            return range(0)
        return range(int(self.lowest or 0), int(self.highest or 0) + 1)


class Outcome(NamedTuple):
    """``said`` is what is answered, ``then`` the engine's answer of the person in that case."""

    said: str
    then: Row


@cache
def ways(question: str) -> tuple[Way, ...]:
    """How a question can be answered on the page; empty where the record or a result has to."""
    rules = the_pathway().rules
    if any(question in rules.questions.get(name, ()) for name in rules.durations):
        return (Way(rules.episode, "date", wording.question(question)),)
    named = (concepts().get(name) for name in rules.questions.get(question, (question,)))
    found = [_way(concept) for concept in named if concept and concept.kind in ("finding", "measurement")]
    return tuple(sorted(found, key=lambda way: way.kind != "finding"))


def _way(concept: Concept) -> Way:
    ask = concept.ask or wording.question(concept.id)
    if concept.kind == "finding":
        return Way(concept.id, "finding", ask)
    lowest, highest = concept.plausible or (None, None)
    return Way(concept.id, "number", ask, concept.unit, lowest, highest)


def not_here(question: str) -> str:
    """What to do about a question that the page cannot take an answer to."""
    known = concepts().get(question)
    return AWAITED if known and known.kind in ("blood_test", "imaging", "referral") else IN_RECORD


def possible(patient_id: str, question: str, as_of: date) -> list[tuple[str, Answer]]:
    """The answers that can be gone through beforehand: yes and no, a score's points, an image's results."""
    known = concepts().get(question)
    if known and known.kind == "imaging":
        return [
            (result, Answer(patient_id, question, FINAL, as_of, result=result)) for result in ("suspicious", "negative")
        ]
    found: list[tuple[str, Answer]] = []
    for way in ways(question):
        if way.kind == "finding":
            found += [("Yes", Answer(patient_id, way.concept, PRESENT, as_of))]
            found += [("No", Answer(patient_id, way.concept, ABSENT, as_of))]
        found += [(str(point), Answer(patient_id, way.concept, FINAL, as_of, Decimal(point))) for point in way.points]
    return found


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
    wanted = {question: possible(person["patient_id"], question, as_of) for question in questions}
    found = held.suppose((answer for pairs in wanted.values() for _, answer in pairs), profile, as_of)
    return {
        question: [Outcome(said, found[answer].answer) for said, answer in pairs] for question, pairs in wanted.items()
    }


def worked_out(held: HeldPanel, person: Row, questions: Iterable[str], profile: str, as_of: date) -> bool:
    """Whether ``outcomes`` would have to evaluate nothing."""
    answers = [answer for name in questions for _, answer in possible(person["patient_id"], name, as_of)]
    return held.supposed(answers, profile, as_of)


def then(person: Row, outcome: Row) -> str:
    """Where an answer leads: the status, and that it stays the same or what is still open."""
    shown = phrases.status(outcome)
    left = len(open_questions(outcome))
    if settled(outcome):
        return shown if outcome["disposition"] != person["disposition"] else f"{shown}, settled"
    still = f"{wording.counted(left, 'question')} left" if left else ""
    return ", ".join(filter(None, (shown, still)))


def in_runs(person: Row, found: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Neighbouring answers that lead to the same, as one: ``0 to 4`` and where it leads."""
    runs: list[tuple[str, str, str]] = []
    for said, row in found:
        where = then(person, row)
        if runs and runs[-1][2] == where and said.isdigit():
            runs[-1] = (runs[-1][0], said, where)
        else:
            runs.append((said, said, where))
    return [(first if first == last else f"{first} to {last}", where) for first, last, where in runs]


def settled(answer: Row) -> bool:
    """Nothing worse is possible by what is not known, and the next step is not to ask."""
    return answer["could_be"] is None and answer["disposition"] != TO_ASK


def covering(questions: Iterable[str]) -> set[str]:
    """The broader questions of which these are a part."""
    wanted = set(questions)
    return {name for name, parts in the_pathway().rules.questions.items() if wanted & set(parts)}


def is_episode(concept: str) -> bool:
    """Whether an answer is the beginning of the complaint itself."""
    return concept == the_pathway().rules.episode
