"""The huddle: everyone who needs a step from the practice today, the most pressing first, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard import patient, phrases, wording
from dashboard.filtering import Filters, condition
from dashboard.wording.huddle import huddle as words
from dashboard.worklist import Worklist

AWAKE = "awake"


@dataclass(frozen=True)
class Line:
    """One person, ready to read. ``when`` is how far over the date, else when it is due; ``marks`` say why somebody
    came back from a snooze, who has whom, and who disagrees."""

    token: str
    name: str
    who: str
    where: str
    status: str
    next_step: str
    why: str
    when: str
    overdue: bool
    waiting: str
    call: bool
    marks: str = ""


@dataclass(frozen=True)
class Kind:
    """How many of the people to act on have one status, and how many of those are overdue or to be called."""

    disposition: str
    people: int
    overdue: int
    call: int


@dataclass(frozen=True)
class Huddle:
    """``total`` people are on the list under these filters, ``to_act`` of them need a step today.

    ``band`` holds the emergencies, ``others`` everybody else in the pathway's order, each cut at the longest
    list that the page shows; the counts are of everyone but the ``snoozed``, who are in neither.
    """

    total: int
    to_act: int
    snoozed: int
    to_call: int
    kinds: Sequence[Kind]
    band: Sequence[Line]
    band_people: int
    others: Sequence[Line]

    @property
    def others_people(self) -> int:
        return self.to_act - self.band_people


def huddle(people: Worklist, sites: Sequence[str] = (), clinicians: Sequence[str] = ()) -> Huddle:
    """Who needs what at these sites and under these clinicians; nothing chosen is everyone."""
    band = words().band
    chosen = listed(sites, clinicians)
    kinds = _kinds(people, chosen)
    return Huddle(
        total=people.total(Filters(sites=chosen.sites, clinicians=chosen.clinicians)),
        to_act=sum(kind.people for kind in kinds),
        snoozed=people.total(replace(chosen, snoozed="snoozed")),
        to_call=sum(kind.call for kind in kinds),
        kinds=kinds,
        band=_lines(people, chosen, "disposition = ?", band),
        band_people=sum(kind.people for kind in kinds if kind.disposition == band),
        others=_lines(people, chosen, "disposition <> ?", band),
    )


def listed(sites: Sequence[str] = (), clinicians: Sequence[str] = ()) -> Filters:
    """The filters under which the worklist shows exactly the people counted here: nobody whom the team put off."""
    return Filters(need=words().listed, sites=tuple(sites), clinicians=tuple(clinicians), snoozed=AWAKE)


def _kinds(people: Worklist, chosen: Filters) -> list[Kind]:
    where, values = condition(chosen)
    call, call_values = _call()
    rows = people.query(
        f"""select disposition, count(*)::integer as people, (count(*) filter (overdue))::integer as overdue,
                   (count(*) filter ({call}))::integer as call
            from people{where} group by disposition order by min(rank)""",
        [*call_values, *values],
    )
    return [Kind(**row) for row in rows]


def _lines(people: Worklist, chosen: Filters, part: str, band: str) -> list[Line]:
    where, values = condition(chosen)
    call, call_values = _call()
    rows = people.query(
        f"select *, {call} as call from people{where} and {part} order by rank limit ?",
        [*call_values, *values, band, words().longest],
    )
    return [line(row, people.as_of) for row in rows]


def _call() -> tuple[str, list[Any]]:
    where, values = condition(Filters(need=words().called))
    return where.removeprefix(" where "), values


def line(person: Mapping[str, Any], as_of: date) -> Line:
    """One person's row. Text from the record is as it was recorded: the page makes it safe."""
    waited = phrases.waiting_days(person, as_of)
    who = (patient.age(person, as_of), person["sex"] or "sex unknown", phrases.shortened(person["patient_id"]))
    return Line(
        token=person["token"],
        name=person["name"] or "no name",
        who=", ".join(who),
        where=" · ".join(filter(None, (person["site"], person["clinician"]))),
        status=phrases.status(person),
        next_step=phrases.next_step(person),
        why=_why(person),
        when=_when(person, as_of),
        overdue=bool(person["overdue"]),
        waiting="" if waited is None else f"waiting {wording.counted(waited, 'day')}",
        call=bool(person["call"]),
        marks=phrases.marks(person),
    )


def _why(person: Mapping[str, Any]) -> str:
    """The reasons; of somebody who has none yet, what the missing answers could mean."""
    could_be = person["could_be"] and words().could_be.format(what=wording.could_be(person["could_be"]))
    return wording.upper_first("; ".join(filter(None, (phrases.why(person), could_be))))


def _when(person: Mapping[str, Any], as_of: date) -> str:
    day, _, late = phrases.due(person, as_of).partition(", ")
    if person["overdue"]:
        return late
    return f"due {late or day}" if day else ""
