"""How complete each fact is: of the people on the pathway, for how many it is known, and how not.

The engine says whether a fact counts as known on the day; here the people are only counted. What is not
known was never recorded, or recorded as unknown, or recorded so that it no longer counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import embedded, wording
from dashboard.embedded import Database
from dashboard.people import People, Told, each_part, untold
from dashboard.wording.data import data_words
from dashboard.worklist import Worklist
from pathways.answering import OUTSIDE
from pathways.engines.duckdb import run
from pathways.facts.findings import finding_concepts, used_findings
from pathways.loading import Pathway, ProfiledPathway
from pathways.panel import Panel
from pathways.vocabulary import concepts

MONTHS, MONTH = 12, 30
"""Recent events are counted in so many spans of so many days, to show a gap; no rule reads them."""

_COUNTED = """
select f.concept,
       count(*) filter (f.value) as yes, count(*) filter (not f.value) as no,
       count(*) filter (f.value is null and n.unsure_on >= coalesce(f.answered_on, n.unsure_on)) as unsure,
       count(*) filter (f.value is null and f.answered_on is not null
                        and (n.unsure_on is null or n.unsure_on < f.answered_on)) as outdated
from people join finding f using (patient_id) left join unsure n using (patient_id, concept)
group by f.concept
"""
_UNSURE = """
select patient_id, concept, max(least(date_last, $as_of)) as unsure_on from events
where status = 'unknown' and date_first <= $as_of group by patient_id, concept
"""
_SEEN = """
select distinct patient_id, concept from events where coalesce(date_first, $as_of) <= $as_of
"""
_RECENCY = """
select k.kind, count(*) as events, count(distinct e.patient_id) as people,
       max(least(e.date_last, $as_of)) as last,
       list(date_diff('day', e.date_last, $as_of) // $month) filter (
           date_diff('day', e.date_last, $as_of) between 0 and $month * $months - 1) as spans
from events e join kinds k using (concept)
where e.date_first <= $as_of group by k.kind
"""
_ANSWERED = ("yes", "no", "unsure", "outdated")
_LACKED = """
select count(distinct patient_id) from people join seen using (patient_id) join answers using (patient_id)
where list_contains($parts, concept) and list_contains(missing, $name)
"""
_PERSON = """
select count(*) filter (p.birth_first is not null) as birth_date,
       count(*) filter (p.sex <> 'unknown') as sex,
       count(*) filter (e.onset is not null) as onset,
       count(*) filter (a.trial_start is not null) as treated,
       count(*) filter (a.trial_start is not null and a.baseline_pain is not null) as before,
       count(*) filter (a.trial_start is not null and a.current_pain is not null) as now,
       count(*) filter (w.patient_id is not null) as weighed
from people a join patients p using (patient_id) left join episode e using (patient_id)
left join (select distinct patient_id from seen where concept = $weight) w using (patient_id)
"""


@dataclass(frozen=True)
class Fact:
    """People by what is known of one fact. ``yes`` and ``no`` are answers, ``recorded`` any other value;
    ``to_ask`` is the count of the worklist under ``question=name``, 0 where nothing hangs on it now."""

    name: str
    label: str
    of: int
    yes: int = 0
    no: int = 0
    recorded: int = 0
    outdated: int = 0
    unsure: int = 0
    to_ask: int = 0
    blank_is_no: bool = False

    @property
    def known(self) -> int:
        return self.yes + self.no + self.recorded

    @property
    def blank(self) -> int:
        return self.of - self.known - self.outdated - self.unsure

    @property
    def share(self) -> float:
        return self.known / self.of if self.of else 0.0


@dataclass(frozen=True)
class Recency:
    """Events of one kind up to the day. ``months``: how many in each of the last spans, oldest first."""

    kind: str
    events: int
    people: int
    last: date | None
    months: tuple[int, ...]


@dataclass(frozen=True)
class SiteShare:
    """What is asked of everyone, at one site: answers known of answers wanted; ``unknown`` people who lack any."""

    site: str | None
    people: int
    known: int
    wanted: int


@dataclass(frozen=True)
class Completeness:
    """``groups``: what matters most first, in each the least known first. ``of``: people on the pathway."""

    of: int
    on_list: int
    groups: Mapping[str, Sequence[Fact]]
    kinds: Sequence[Recency]
    sites: Sequence[SiteShare]


@dataclass
class _Counts:
    """What was counted of some people, to be added up: nobody is in two parts."""

    of: int = 0
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    made_of: Counter[str] = field(default_factory=Counter)
    person: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    months: Counter[tuple[str, int]] = field(default_factory=Counter)
    last: dict[str, date] = field(default_factory=dict)


def completeness(
    panel: People, people: Worklist, pathway: Pathway, told: Told = untold
) -> Completeness:
    """Counted from the panel and its answers under the worklist's profile and day; ``told`` hears of how many."""
    profiled = pathway.in_profile(people.profile, people.as_of)
    counts = _Counts()
    for part in each_part(panel, told):
        _count(part, people.answers, profiled, people.as_of, counts)
    groups = _Counting(profiled, counts, _asked(people)).groups()
    return Completeness(counts.of, people.total(), groups, _recency(counts), _sites(people, profiled))


def _count(part: Panel, answers: pa.Table, profiled: ProfiledPathway, as_of: date, counts: _Counts) -> None:
    with embedded.opened() as database:
        theirs = answers.filter(pc.is_in(answers["patient_id"], part.patients["patient_id"].combine_chunks()))
        database.register("answers", theirs)
        database.register("patients", part.patients)
        database.register("events", part.events)
        kinds = {"concept": list(concepts()), "kind": [concept.kind for concept in concepts().values()]}
        database.register("kinds", pa.table(kinds))
        for step in ("finding", "episode"):
            database.register(step, run(part, profiled, last=step))
        database.execute(
            "create temp table people as select patient_id, trial_start, baseline_pain, current_pain "
            "from answers where disposition <> $outside",
            {"outside": OUTSIDE},
        )
        for name, rows in (("seen", _SEEN), ("unsure", _UNSURE)):
            database.execute(f"create temp table {name} as {rows}", {"as_of": as_of})
        counts.of += int(embedded.rows(database.execute("select count(*) as n from people"))[0]["n"])
        for row in embedded.rows(database.execute(_COUNTED)):
            counts.findings.update({(row["concept"], name): row[name] for name in _ANSWERED})
        counts.person.update(
            embedded.rows(database.execute(_PERSON, {"weight": profiled.rules.weight_change.concept}))[0]
        )
        _count_made_of(database, profiled, counts)
        _count_recent(database, as_of, counts)


def _count_made_of(database: Database, profiled: ProfiledPathway, counts: _Counts) -> None:
    """Of each question that several records settle together: people with any of them whose answer lacks it."""
    for name, every in profiled.rules.questions.items():
        row = database.execute(
            _LACKED, {"parts": [part for part in every if part in concepts()], "name": name}
        ).fetchone()
        counts.made_of[name] += int(row[0]) if row else 0


def _count_recent(database: Database, as_of: date, counts: _Counts) -> None:
    for row in embedded.rows(database.execute(_RECENCY, {"as_of": as_of, "month": MONTH, "months": MONTHS})):
        kind = row["kind"]
        counts.kinds.update({(kind, "events"): row["events"], (kind, "people"): row["people"]})
        counts.months.update((kind, back) for back in row["spans"] or [])
        counts.last[kind] = max(counts.last.get(kind, row["last"]), row["last"])


class _Counting:
    """The facts of a panel, group by group."""

    def __init__(self, profiled: ProfiledPathway, counts: _Counts, asked: Mapping[str, int]) -> None:
        self.profiled, self.counts, self.asked = profiled, counts, asked
        self.findings = {name for name, _ in counts.findings}
        self.taken_as_no = {
            name for group in profiled.rules.findings if group.unrecorded == "absent" for name in group.concepts
        }

    def groups(self) -> dict[str, list[Fact]]:
        gating = self.profiled.rules.gating
        used = used_findings(self.profiled)
        named = {
            "everyone": list(gating.facts),
            "again": [name for name in gating.expired if name not in gating.facts],
        }
        rest = [name for name in finding_concepts(self.profiled) if name not in {*gating.facts, *gating.expired}]
        named["sometimes"] = [name for name in rest if name in used]
        named["shown"] = [name for name in rest if name not in used]
        found = {group: [self.fact(name) for name in names] for group, names in named.items()}
        ordered = {"everyone": found["everyone"], "person": self.person(), **found}
        return {group: sorted(facts, key=_least_known) for group, facts in ordered.items() if facts}

    def fact(self, name: str) -> Fact:
        rules = self.profiled.rules
        if name in rules.questions and name not in self.findings:
            return self._made_of(name)
        counted = {part: self.counts.findings[name, part] for part in _ANSWERED}
        return self._made(name, blank_is_no=name in self.taken_as_no, **counted)

    def _made_of(self, name: str) -> Fact:
        """A fact that several records settle together: known unless the answers miss it."""
        recorded = self.counts.of - self.asked.get(name, 0)
        return self._made(name, recorded=recorded, outdated=self.counts.made_of[name])

    def person(self) -> list[Fact]:
        """What is not a finding: who the person is, when the pain began, the scores, the weight."""
        rules, own, row = self.profiled.rules, data_words().facts, self.counts.person
        facts = [self._made(name, recorded=row[name]) for name in ("birth_date", "sex", "onset")]
        treated = {"of": row["treated"]}
        facts.append(self._made("pain_before", own["pain_before"], recorded=row["before"], **treated))
        facts.append(self._made(rules.response.score, own["pain_now"], recorded=row["now"], **treated))
        return [*facts, self._made(rules.weight_change.concept, own["weighed"], recorded=row["weighed"])]

    def _made(self, name: str, label: str | None = None, **counts: Any) -> Fact:  # noqa: ANN401
        values: dict[str, Any] = {"of": self.counts.of, "to_ask": self.asked.get(name, 0)} | counts
        return Fact(name, label or wording.unknown(name), **values)


def _least_known(fact: Fact) -> tuple[bool, float]:
    return fact.blank_is_no, fact.share


def _asked(people: Worklist) -> dict[str, int]:
    """People for whom each question would settle something: the totals of the worklist under ``question=``."""
    rows = people.query(
        "select name, count(*) as people from (select unnest(list_distinct(list_concat(questions, missing))) as name "
        "from people) group by name"
    )
    return {row["name"]: int(row["people"]) for row in rows}


def _recency(counts: _Counts) -> list[Recency]:
    found = []
    for kind in data_words().kinds:
        months = tuple(counts.months[kind, back] for back in reversed(range(MONTHS)))
        events, people = counts.kinds[kind, "events"], counts.kinds[kind, "people"]
        found.append(Recency(kind, events, people, counts.last.get(kind), months))
    return found


def _sites(people: Worklist, profiled: ProfiledPathway) -> list[SiteShare]:
    """The least complete site first; no rows where there is only one."""
    facts = list(profiled.rules.gating.facts)
    rows = people.query(
        "select site, count(*) as people, sum(len(list_intersect(missing, ?)))::bigint as unknown from people "
        "where disposition <> ? group by site",
        [facts, OUTSIDE],
    )
    found = [
        SiteShare(row["site"], row["people"], (wanted := row["people"] * len(facts)) - row["unknown"], wanted)
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.known / one.wanted, one.site or "")) if len(found) > 1 else []
