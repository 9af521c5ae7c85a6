"""How long a finding is valid: on its last day it counts, a day later it does not. Windows hold both their ends."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random

from pathways import Panel, load_pathway
from pathways.engines.duckdb import run
from pathways.facts.findings import used_findings
from pathways.loading import ProfiledPathway
from tests.generated.sheet import Person, panel_of

AS_OF = date(2026, 6, 15)
LONG_AGO = 3650


def under_test() -> ProfiledPathway:
    return load_pathway().in_profile("us-acp", AS_OF)


def findings() -> dict[str, int | None]:
    """Each finding that a rule reads, and for how many days it is valid; None: it does not expire by itself."""
    pathway = under_test()
    valid = {
        concept: None if group.valid_for == "always" or group.lasting else pathway.days(group.valid_for)
        for group in pathway.rules.findings
        for concept in group.concepts
    }
    return {concept: valid[concept] for concept in used_findings(pathway)}


def ages(days: int | None) -> tuple[int, int]:
    """The last age in days at which it counts, and the next."""
    return (LONG_AGO - 1, LONG_AGO) if days is None else (days, days + 1)


def panel() -> Panel:
    people = []
    for concept, days in findings().items():
        for age in ages(days):
            person = Person(f"{concept} {age}", Random(0), AS_OF)
            person.events = [row("back_pain", LONG_AGO), row(concept, age)]
            people.append(person)
    return panel_of(people)


def row(concept: str, age: int) -> dict[str, object]:
    day = AS_OF - timedelta(days=age)
    return {"concept": concept, "date_first": day, "date_last": day, "status": "present"}


@cache
def verdicts() -> dict[str, dict[str, bool | None]]:
    return {person["patient_id"]: person for person in run(panel(), under_test(), last="trace").to_pylist()}


def test_a_finding_counts_on_its_last_day() -> None:
    last = {concept: verdicts()[f"{concept} {ages(days)[0]}"][concept] for concept, days in findings().items()}
    assert not {concept for concept, verdict in last.items() if verdict is not True}


def test_a_day_later_it_is_unknown_or_what_unrecorded_means() -> None:
    unrecorded = {
        concept: False if group.unrecorded == "absent" else None
        for group in under_test().rules.findings
        for concept in group.concepts
    }
    expected = {concept: True if days is None else unrecorded[concept] for concept, days in findings().items()}
    next_day = {concept: verdicts()[f"{concept} {ages(days)[1]}"][concept] for concept, days in findings().items()}
    assert next_day == expected
