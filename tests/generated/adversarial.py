"""Panels meant to break the engine: stories whose dates sit on the edges of windows, mutated, and noise."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from pathways.panel import RESULTS, STATUSES, Panel
from pathways.vocabulary import Concept, concepts

from .courses import clock, outcome
from .plots import born, pain, years_before
from .sheet import Event, Person, panel_of
from .stories import STORIES

AS_OF = (date(2026, 6, 15), date(2024, 2, 29), date(2026, 3, 1), date(2026, 2, 28), date(2025, 12, 31))


def adversarial_panel(seed: int, patients: int, as_of: date) -> Panel:
    """The same panel for the same arguments: some pure noise, the rest stories, most of them mutated."""
    rng = Random(f"{seed} {as_of}")
    stories = [story for story, share in STORIES for _ in range(share)]
    people = []
    for number in range(patients):
        person = Person(f"{number:06d}", rng, as_of)
        person.sex = person.pick("female", "male", "female", "male", "other", "unknown")
        story = noise if rng.random() < 0.08 else rng.choice(stories)
        story(person)
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            rng.choice(MUTATIONS)(person)
        people.append(person)
    return panel_of(people)


def noise(person: Person) -> None:
    """Any concept, any status, any edge."""
    if person.chance(0.8):
        pain(person)
    born(person, 1, 100)
    for _ in range(person.rng.randint(0, 30)):
        noise_row(person)


def noise_row(person: Person) -> None:
    concept = person.rng.choice(list(concepts().values()))
    status = person.pick(*STATUSES[concept.kind])
    day = person.edge() if person.chance(0.8) else person.ago(person.rng.randint(-3, 900))
    event = person.add(concept.id, day, status)
    if (
        (concept.kind in ("treatment", "finding") and person.chance(0.3) and concept.kind == "treatment")
        or (concept.id == "back_pain" and person.chance(0.4))
        or (status == "booked" and person.chance(0.7))
    ):
        event["end_date"] = max(day, person.edge())
    if concept.kind in ("measurement", "blood_test", "imaging") and status not in ("reviewed", "cancelled"):
        _cells(person, concept, event)
    if concept.sessions and person.chance(0.5):
        event["value"] = person.number("0", "1", "5")


def _cells(person: Person, concept: Concept, event: Event) -> None:
    if person.chance(0.15):
        return
    if concept.kind in RESULTS and concept.id != "bloods":
        event |= outcome(person, concept.id, bad=person.chance(0.5))
    elif concept.plausible is not None:
        low, high = concept.plausible
        event["value"] = person.number("36.6", "38") if concept.id == "temperature" else (low + high) / 4
    if event["status"] in ("final", "amended", "corrected", "preliminary") and person.chance(0.4):
        event["reviewed_on"] = max(person.edge(), event["date_last"])


def _some(person: Person) -> Event | None:
    return person.rng.choice(person.events) if person.events else None


def drop_row(person: Person) -> None:
    event = _some(person)
    if event is not None:
        person.events.remove(event)


def move_row(person: Person) -> None:
    event = _some(person)
    if event is None or event["date_last"] is None:
        return
    step = timedelta(days=person.pick(-1, 1, -1, 1, -14, -90, 90))
    for name in ("date_first", "date_last", "end_date", "reviewed_on"):
        if event.get(name) is not None:
            event[name] += step


def put_on_edge(person: Person) -> None:
    event = _some(person)
    if event is None or event["date_last"] is None or event.get("end_date") or event.get("reviewed_on"):
        return
    event["date_first"] = event["date_last"] = person.edge()


def change_status(person: Person) -> None:
    event = _some(person)
    if event is None:
        return
    event["status"] = person.pick(*STATUSES[concepts()[event["concept"]].kind])
    if event["status"] in ("reviewed", "cancelled"):
        for name in ("value", "result", "comparator", "reviewed_on"):
            event.pop(name, None)


def repeat_row(person: Person) -> None:
    event = _some(person)
    if event is not None:
        person.events.append(dict(event))


def rival_row(person: Person) -> None:
    """The same concept and day once more, with another status, perhaps recorded at another time."""
    event = _some(person)
    if event is None or event["date_last"] is None:
        return
    person.events.append(dict(event))
    change_status(person)
    for row in (event, person.events[-1]):
        if person.chance(0.5):
            row["recorded_at"] = clock(row["date_last"], person.pick(8, 12, 12, 16))
    person.events[-1]["status"] = person.pick(*STATUSES[concepts()[event["concept"]].kind])
    if person.events[-1]["status"] in ("reviewed", "cancelled"):
        for name in ("value", "result", "comparator", "reviewed_on"):
            person.events[-1].pop(name, None)


def partial_date(person: Person) -> None:
    """Only the month, or only the year, is known."""
    event = _some(person)
    if event is None or event["date_last"] is None:
        return
    day: date = event["date_last"]
    if person.chance(0.7):
        first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    else:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    event["date_first"], event["date_last"] = first, last


def partial_end(person: Person) -> None:
    events = [event for event in person.events if event.get("end_date") is not None]
    if events:
        event = person.rng.choice(events)
        end = event["end_date"]
        event["end_date"] = end.replace(day=monthrange(end.year, end.month)[1])


def undate_pain(person: Person) -> None:
    for event in person.events:
        if event["concept"] == "back_pain":
            event["date_first"] = event["date_last"] = None
            return


def more_pain(person: Person) -> None:
    status = person.pick("present", "present", "absent", "unknown")
    day = person.edge(person.today)
    event = person.add("back_pain", day, status)
    if status == "present" and person.chance(0.5):
        event["end_date"] = max(day, person.edge(person.today))


def unanswer(person: Person) -> None:
    """The same question again, the answer not known or another."""
    findings = [event for event in person.events if concepts()[event["concept"]].kind == "finding"]
    if findings:
        event = person.rng.choice(findings)
        if event["date_last"] is not None:
            day = event["date_last"] + timedelta(days=person.pick(-1, 0, 1, 10, -10))
            person.add(event["concept"], day, person.pick("unknown", "unknown", "absent", "present"))


def ask_again(person: Person) -> None:
    """One of the earlier answers is older than it counts."""
    findings = [event for event in person.events if concepts()[event["concept"]].kind == "finding"]
    if findings and (event := person.rng.choice(findings))["date_last"] is not None:
        event["date_first"] = event["date_last"] = person.ago(person.pick(90, 91, 365, 366, 730, 731))


def change_person(person: Person) -> None:
    draw = person.rng.random()
    if draw < 0.3:
        person.sex = person.pick("female", "male", "other", "unknown")
    elif draw < 0.8:
        born(person)
    elif draw < 0.9:
        person.birth = None
    else:
        person.birth = (years_before(person.today, 18) + timedelta(days=person.pick(0, 1)),) * 2


def leave_value_out(person: Person) -> None:
    events = [event for event in person.events if event.get("value") is not None or event.get("result")]
    if events:
        event = person.rng.choice(events)
        for name in ("value", "result", "comparator"):
            event.pop(name, None)


def compare(person: Person) -> None:
    events = [event for event in person.events if event.get("value") is not None]
    if events:
        event = person.rng.choice(events)
        if event["concept"] not in ("pain_score", "weight", "physiotherapy"):
            event["comparator"] = person.pick("<", "<=", ">", ">=")


def time_rows(person: Person) -> None:
    for event in person.events:
        if event["date_last"] is not None and person.chance(0.3):
            event["recorded_at"] = clock(event["date_last"], person.pick(8, 12, 16))


MUTATIONS: tuple[Callable[[Person], None], ...] = (
    drop_row,
    move_row,
    move_row,
    put_on_edge,
    change_status,
    repeat_row,
    rival_row,
    rival_row,
    partial_date,
    partial_date,
    partial_end,
    undate_pain,
    more_pain,
    unanswer,
    unanswer,
    ask_again,
    change_person,
    leave_value_out,
    compare,
    time_rows,
    noise_row,
    noise_row,
)
