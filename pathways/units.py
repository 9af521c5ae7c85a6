"""Every number is in the unit of what it is compared with: days with days, mm/h with mm/h."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.conditions import AtLeast, Condition, parts_of
from pathways.definition import PathwayFile, Profiles, ResultCriterion
from pathways.vocabulary import concepts

RULES, NUMBERS = "pathway.yaml", "profiles.yaml"
Problem = tuple[str, tuple[str, ...], str]  # file, path of keys, what is wrong


def unit_problems(rules: PathwayFile, numbers: Profiles) -> Iterator[Problem]:
    """Parameters whose unit is not that of what they are compared with."""
    for parameter, wanted in _expected(rules):
        entry = numbers.parameters.get(parameter)
        if entry is not None and entry.unit != wanted and entry.unit.split(" ")[0] != wanted:
            yield NUMBERS, ("parameters", parameter), f"unit {entry.unit} does not fit: it is compared in {wanted}"


def _expected(rules: PathwayFile) -> Iterator[tuple[str, str]]:
    yield from ((name, "days") for name in _days(rules))
    yield rules.eligibility.adult_from, "years"
    for age in rules.ages.values():
        yield from ((name, "years") for name in (age.at_least, age.above, age.at_onset_below) if name)
    for criterion in rules.results.criteria.values():
        yield from ((name, _unit(criterion.test)) for name in _limits(criterion))
    yield rules.results.unadjusted.above, _unit(rules.results.unadjusted.test)
    for group in rules.findings:
        if group.reading:
            yield group.reading.at_least, _unit(group.reading.concept)
    yield rules.therapy.attended.at_least, _unit(rules.therapy.attended.concept)
    yield rules.weight_change.loss, _unit(rules.weight_change.concept)
    yield from ((name, "%") for name in (rules.weight_change.share, rules.response.improvement))
    yield rules.response.points, "points"
    for condition in rules.criteria.values():
        yield from _counts(condition)


def _days(rules: PathwayFile) -> Iterator[str]:
    response, change, therapy = rules.response, rules.weight_change, rules.therapy
    yield from (rules.eligibility.ended_recently, rules.eligibility.unread_within, rules.since_not_before)
    yield from (therapy.before_onset, therapy.without_onset, therapy.gap, therapy.length)
    yield from (response.baseline_before, response.baseline_after, response.current_after, response.current_within)
    yield from (response.early, change.newest_within, change.loss_within, change.share_within)
    yield from (change.stable_newest_within, change.stable_from, rules.results.kept_for, rules.gating.expired_within)
    yield from (*rules.results.valid_for.values(), *rules.order_windows.values(), *rules.lost_after.values())
    yield from rules.targets.values()
    for group in rules.findings:
        yield from (name for name in (group.valid_for,) if name != "always")
        if group.lasting:
            yield from (group.lasting.before_onset, group.lasting.without_onset)
        if group.reading:
            yield group.reading.valid_for
    for duration in rules.durations.values():
        yield from (name for name in (duration.at_least, duration.above) if name)
    for one in rules.indications.values():
        named = (one.target, one.hospital_for, one.orders_from, one.review_target, one.await_target)
        yield from (name for name in (*named, *one.target_for_sole_reason.values()) if name)


def _limits(criterion: ResultCriterion) -> list[str]:
    named = [criterion.at_least, criterion.above, criterion.below, criterion.above_reference]
    return [name for name in (*named, *(criterion.below_by_sex or {}).values()) if name]


def _counts(condition: Condition) -> Iterator[tuple[str, str]]:
    """``at least k of n``: the unit says of how many."""
    if isinstance(condition, AtLeast):
        yield condition.at_least, f"of {len(condition.of)}"
    for part in parts_of(condition):
        yield from _counts(part)


def _unit(concept: str) -> str:
    known = concepts().get(concept)
    return str(known.unit) if known else ""
