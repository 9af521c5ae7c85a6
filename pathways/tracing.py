"""What stands behind one criterion: its kind, its threshold in words, and which events decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from pathways.conditions import AtLeast, Condition, names_in, parts_of
from pathways.definition import LOCAL
from pathways.facts.findings import finding_concepts
from pathways.loading import ProfiledPathway

Row = Mapping[str, Any]
Event = Mapping[str, Any]


def kind_of(pathway: ProfiledPathway, name: str) -> str:
    """finding, stays_present, age, duration, result, trial, response, change or combined."""
    rules = pathway.rules
    if name in rules.criteria:
        return "combined"
    if any(group.stays_present and name in group.concepts for group in rules.findings):
        return "stays_present"
    kinds = {rules.therapy.criterion: "trial", rules.response.criterion: "response"}
    kinds |= {rules.weight_change.criterion: "change"}
    kinds |= dict.fromkeys(rules.results.criteria, "result") | dict.fromkeys(rules.ages, "age")
    kinds |= dict.fromkeys(rules.durations, "duration")
    return kinds.get(name, "finding")


def parameters_of(pathway: ProfiledPathway, name: str) -> list[str]:
    """The parameters whose numbers decide a criterion, the deciding ones first."""
    rules = pathway.rules
    entries: Mapping[str, object] = {**rules.results.criteria, **rules.ages, **rules.durations}
    if name in entries:
        return _named(pathway, entries[name])
    by_kind: dict[str, Callable[[], list[str]]] = {
        "trial": lambda: [rules.therapy.length, rules.therapy.gap],
        "response": lambda: [rules.response.improvement],
        "change": lambda: [rules.weight_change.loss, rules.weight_change.loss_within, rules.weight_change.share,
                           rules.weight_change.share_within],
        "combined": lambda: _counts(rules.criteria[name]),
        "finding": lambda: [group.valid_for for group in rules.findings
                            if name in group.concepts and group.valid_for != "always"],
    }  # fmt: skip
    return by_kind.get(kind_of(pathway, name), list)()


def _counts(condition: Condition) -> list[str]:
    own = [condition.at_least] if isinstance(condition, AtLeast) else []
    return own + [name for part in parts_of(condition) for name in _counts(part)]


def _named(pathway: ProfiledPathway, entry: object) -> list[str]:
    names = []
    for value in getattr(entry, "__dict__", {}).values():
        for one in value.values() if isinstance(value, dict) else [value]:
            if isinstance(one, str) and one in pathway.pathway.numbers.parameters:
                names.append(one)
    return names


def threshold(pathway: ProfiledPathway, name: str) -> str:
    """The numbers of a criterion in words, with their units."""
    parts = []
    for parameter in parameters_of(pathway, name):
        entry = pathway.parameter(parameter)
        parts.append(f"{entry.label} {pathway.value(parameter)} {entry.unit}")
    return "; ".join(parts)


def sources(pathway: ProfiledPathway, name: str) -> list[dict[str, object]]:
    """The sources of those numbers. A figure that nobody verified is not shown as sourced."""
    found: dict[str, dict[str, object]] = {}
    for parameter in parameters_of(pathway, name):
        source = pathway.parameter(parameter).source_in(pathway.profile)
        entry = pathway.pathway.sources.get(source)
        if entry is not None and entry.verified:
            found[source] = {"id": source, "title": entry.title, "year": entry.year, "link": entry.link,
                             "strength": entry.strength, "setting": entry.setting}  # fmt: skip
    return list(found.values())


def _cited(source: Mapping[str, object]) -> str:
    year = f" ({source['year']})" if source["year"] else ""
    return f"{source['title']}{year}; {source['strength']}; {source['setting']}"


def source_line(pathway: ProfiledPathway, name: str) -> str:
    """The sources in one line, or that the number is a local choice."""
    used = [pathway.parameter(one).source_in(pathway.profile) for one in parameters_of(pathway, name)]
    if not used:
        return ""
    told = [_cited(one) for one in sources(pathway, name)]
    unverified = [one for one in used if one != LOCAL and not pathway.pathway.sources[one].verified]
    if LOCAL in used:
        told.append(LOCAL)
    if unverified:
        told.append("figure not verified at its source")
    return "; ".join(told)


def evidence(pathway: ProfiledPathway, name: str, row: Row, events: list[Event]) -> list[Event]:
    """The events that decided the criterion, or the newest that were found wanting."""
    rules = pathway.rules
    kind = kind_of(pathway, name)
    if kind == "result":
        return _tests(events, rules.results.criteria[name].test, row.get(f"{name}__day"))
    if kind == "trial":
        start = row["trial_start"]
        kinds = (*rules.therapy.physical, *rules.therapy.medication)
        return [one for one in events if start and one["concept"] in kinds and _lasts_into(one, start)]
    if kind == "response":
        days = {row["baseline_on"], row["current_on"]}
        scored = [one for one in events if one["concept"] == rules.response.score and one["day"] in days]
        return scored or _on(events, rules.response.relief, row["relief_on"])
    if kind == "change":
        days = {row["weight_on"], row["compared_with"]}
        return [one for one in events if one["concept"] == rules.weight_change.concept and one["day"] in days]
    if kind == "duration" or (kind == "age" and rules.ages[name].at_onset_below):
        return _on(events, rules.episode, row["onset"])
    if kind in ("finding", "stays_present") and name in finding_concepts(pathway):
        return _findings(pathway, name, events)
    return []


def _findings(pathway: ProfiledPathway, name: str, events: list[Event]) -> list[Event]:
    concepts = [name]
    for group in pathway.rules.findings:
        if name in group.concepts and group.reading:
            concepts.append(group.reading.concept)
    newest = []
    for concept in concepts:
        days = [one["day"] for one in events if one["concept"] == concept]
        newest += _on(events, concept, max(days, default=None))
    return newest


def _tests(events: list[Event], test: str, day: date | None) -> list[Event]:
    """The counting result, and what has happened since."""
    return [one for one in events if one["concept"] == test and (day is None or one["day"] >= day)]


def _on(events: list[Event], concept: str, day: date | None) -> list[Event]:
    return [one for one in events if one["concept"] == concept and one["day"] == day]


def _lasts_into(event: Event, start: date) -> bool:
    return bool(event["day"] >= start or event["end_date"] is None or event["end_date"] >= start)


def in_reading_order(pathway: ProfiledPathway) -> Iterator[str]:
    """Every criterion of the profile once: each indication's parts, each before what it is made of."""
    rules = pathway.rules
    seen: set[str] = set()

    def walk(name: str) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        yield name
        for part in names_in(rules.criteria[name]) if name in rules.criteria else ():
            yield from walk(part)

    for indication in pathway.indications:
        for part in rules.indications[indication].parts_in(pathway.profile):
            yield from walk(part)
    for other in (
        *rules.gating.facts,
        *rules.other_pathways,
        rules.eligibility.elsewhere,
        rules.replaced.when,
    ):
        yield from walk(other)
