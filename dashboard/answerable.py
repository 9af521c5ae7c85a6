"""How a question can be answered on the page, and which answers can be gone through beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from dashboard import patient, wording
from dashboard.actions.corrections import ACTIVE, BIRTH_DATE, ENDED, RECORDED, SEX
from dashboard.actions.models import Course
from dashboard.actions.rules import rules
from dashboard.panel_store import HeldPanel, figures, the_pathway
from dashboard.session_answers import ABSENT, PRESENT, Answer
from pathways.panel import NUMBER, RESULT_STATUSES
from pathways.vocabulary import Concept, concepts

FINAL = RESULT_STATUSES[0]

OLDEST = 100
"""The age that stands for everyone older."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """One way to answer a question.

    ``kind``: ``finding``, ``number``, ``date`` of an onset, ``birth`` date or its ``year``, ``sex``, ``end`` of
    a ``course``.
    """

    concept: str
    kind: str
    ask: str
    unit: str | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    course: Course | None = None

    @property
    def points(self) -> range:
        """The whole points of a scale; empty where the number is no score."""
        if self.kind != "number" or not (self.unit or "").startswith("0-"):
            return range(0)
        return range(int(self.lowest or 0), int(self.highest or 0) + 1)


@lru_cache(maxsize=256)
def ways(question: str) -> tuple[Way, ...]:
    """How a question can be answered on the page; empty where the record or a result has to."""
    pathway, ask = the_pathway().rules, wording.question(question)
    if any(question in pathway.questions.get(name, ()) for name in pathway.durations):
        return (Way(pathway.episode, "date", ask),)
    if question == BIRTH_DATE:
        return Way(BIRTH_DATE, "birth", ask), Way(BIRTH_DATE, "year", ask)
    if question == SEX:
        return (Way(SEX, "sex", ask),)
    if is_end(question):
        return (Way(question, "end", ask),)
    named = (concepts().get(name) for name in pathway.questions.get(question, (question,)))
    found = [_way(concept) for concept in named if concept and concept.kind in ("finding", "measurement")]
    return tuple(sorted(found, key=lambda way: way.kind != "finding"))


def is_end(question: str) -> bool:
    """Whether it asks for the end of the therapy."""
    pathway = the_pathway().rules
    return question in pathway.questions.get(pathway.therapy.criterion, ())


def ways_of(held: HeldPanel, person: Row, question: str, profile: str, as_of: date) -> list[Way]:
    """The ways to answer it for one person: the end of therapy is that of each treatment without one."""
    if not is_end(question):
        return list(ways(question))
    return [replace(way, course=course) for way in ways(question) for course in courses(held, person, profile, as_of)]


def courses(held: HeldPanel, person: Row, profile: str, as_of: date) -> list[Course]:
    """The treatments of the trial that are over without a known end."""
    if person["trial_start"] is None:
        return []
    profiled = the_pathway().in_profile(profile, as_of)
    # What began shortly before the onset belongs to the trial, which then starts on the onset.
    earliest = person["trial_start"] - timedelta(days=profiled.days(profiled.rules.therapy.before_onset))
    return [one for one in held.courses_of(person["patient_id"]) if one.first <= as_of and one.last >= earliest]


def earliest(way: Way, as_of: date) -> date:
    """The first day that an answer can name."""
    if way.course:
        return way.course.first
    return as_of.replace(year=as_of.year - rules().longest_life_years, month=1, day=1)


def typed(number: float) -> Decimal:
    """The number as it was typed, to the last digit that a record holds: a tenth can decide whether a limit is met."""
    return Decimal(str(number)).quantize(Decimal(10) ** -NUMBER.scale).normalize()


def treatment(course: Course) -> str:
    """``Physiotherapy, begun 3 May 2026``."""
    began = wording.day(course.first)
    if course.first != course.last:
        began = f"between {began} and {wording.day(course.last)}"
    return f"{wording.concept(course.concept)}, begun {began}"


def _way(concept: Concept) -> Way:
    ask = concept.ask or wording.question(concept.id)
    if concept.kind == "finding":
        return Way(concept.id, "finding", ask)
    lowest, highest = concept.plausible or (None, None)
    return Way(concept.id, "number", ask, concept.unit, lowest, highest)


def possible(held: HeldPanel, person: Row, question: str, profile: str, as_of: date) -> list[tuple[str, Answer]]:
    """The answers that can be gone through beforehand.

    Yes and no, a score's points, an image's results, the sexes that a limit knows, the ages that a rule names,
    an end before and after the trial is long enough.
    """
    patient_id = person["patient_id"]
    known = concepts().get(question)
    if known and known.kind == "imaging":
        return [
            (result, Answer(patient_id, question, FINAL, as_of, result=result)) for result in ("suspicious", "negative")
        ]
    if question == SEX:
        return [(sex.capitalize(), Answer(patient_id, SEX, RECORDED, as_of, result=sex)) for sex in ("female", "male")]
    if question == BIRTH_DATE:
        born = _birth_dates(person, profile, as_of)
        return [(str(age), Answer(patient_id, BIRTH_DATE, RECORDED, day)) for age, day in born.items()]
    if is_end(question):
        return _ends(held, person, question, profile, as_of)
    found: list[tuple[str, Answer]] = []
    for way in ways(question):
        if way.kind == "finding":
            found += [("Yes", Answer(patient_id, way.concept, PRESENT, as_of))]
            found += [("No", Answer(patient_id, way.concept, ABSENT, as_of))]
        found += [(str(point), Answer(patient_id, way.concept, FINAL, as_of, Decimal(point))) for point in way.points]
    return found


def _birth_dates(person: Row, profile: str, as_of: date) -> dict[int, date]:
    """By age, a birth date on each side of every age that the pathway names, within what is recorded."""
    first, last = person["birth_first"] or date.min, person["birth_last"] or date.max
    ages = {0, OLDEST}
    for limit in _age_limits(profile, as_of):
        ages |= {limit - 1, limit}
    ages |= {patient.years(day, as_of) for day in (first, last) if date.min < day < date.max}
    found: dict[int, date] = {}
    for age in sorted(ages):
        day = min(max(_birthday(as_of, age), first), last)
        if patient.years(day, as_of) == age:
            found[age] = day
    return found


@cache
def _age_limits(profile: str, as_of: date) -> tuple[int, ...]:
    """The first whole year at which each age rule turns."""
    profiled = the_pathway().in_profile(profile, as_of)
    limits = [profiled.days(profiled.rules.eligibility.adult_from)]
    for age in profiled.rules.ages.values():
        limits += [profiled.days(name) for name in (age.at_least, age.at_onset_below) if name]
        limits += [profiled.days(age.above) + 1] if age.above else []
    return tuple(limits)


def _birthday(as_of: date, age: int) -> date:
    """The latest birth date of somebody of this age."""
    try:
        return as_of.replace(year=as_of.year - age)
    except ValueError:  # 29 February
        return as_of.replace(year=as_of.year - age, day=28)


def _ends(held: HeldPanel, person: Row, question: str, profile: str, as_of: date) -> list[tuple[str, Answer]]:
    """One treatment still going on, or over before or after the trial was long enough; of several, nothing."""
    found = courses(held, person, profile, as_of)
    if len(found) != 1:
        return []
    course, patient_id = found[0], person["patient_id"]
    enough = person["trial_start"] + timedelta(days=figures(profile, as_of).trial_days)
    ends = [Answer(patient_id, question, ENDED, day, course=course) for day in (enough - timedelta(days=1), enough)]
    said = (f"Ended before {wording.day(enough)}", f"Ended {wording.day(enough)} or later")
    going_on = Answer(patient_id, question, ACTIVE, as_of, course=course)
    possible_ends = [(text, end) for text, end in zip(said, ends, strict=True) if course.first <= end.day <= as_of]
    return [*possible_ends, ("Still going on", going_on)]
