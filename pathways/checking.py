"""What must hold between the files of a pathway: every name that is used exists."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from pathways.conditions import names_in
from pathways.definition import LOCAL, Age, Duration, Order, PathwayFile, Profiles, ResultCriterion, Source
from pathways.units import unit_problems
from pathways.vocabulary import concepts

Problem = tuple[str, tuple[str, ...], str]  # file, path of keys, what is wrong
RULES, NUMBERS = "pathway.yaml", "profiles.yaml"


def problems(rules: PathwayFile, numbers: Profiles, sources: dict[str, Source]) -> Iterator[Problem]:
    """Every broken reference, each with the file and the keys that lead to it."""
    yield from _unknown_parameters(rules, numbers)
    yield from _unknown_names(rules)
    yield from _unsourced(numbers, sources)
    yield from _profile_gaps(rules, numbers)
    yield from _structure(rules)
    yield from _results(rules)
    yield from _circles(rules)
    yield from unit_problems(rules, numbers)


def known_names(rules: PathwayFile) -> set[str]:
    """Every name a condition may use."""
    findings = {concept for group in rules.findings for concept in group.concepts}
    built = {rules.therapy.criterion, rules.response.criterion, rules.weight_change.criterion}
    return findings | built | {*rules.results.criteria, *rules.ages, *rules.durations, *rules.criteria}


def _unknown_names(rules: PathwayFile) -> Iterator[Problem]:
    names = known_names(rules)
    for place, name in _names_used(rules):
        if name not in names:
            yield RULES, place, f"{name} is not a fact or a criterion"
    for place, concept in _concepts_used(rules):
        if concept not in concepts():
            yield RULES, place, f"{concept} is not a concept"


def _concepts_used(rules: PathwayFile) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every name that must be a concept, with the keys that lead to it: a misspelt one would never be found."""
    therapy, response, results = rules.therapy, rules.response, rules.results
    lists: dict[tuple[str, ...], tuple[str, ...]] = {
        ("episode",): (rules.episode,),
        ("findings",): tuple(name for group in rules.findings for name in group.concepts),
        ("therapy", "physical"): therapy.physical,
        ("therapy", "medication"): therapy.medication,
        ("therapy", "attended"): (therapy.attended.concept,),
        ("response",): (response.score, response.relief),
        ("weight_change",): (rules.weight_change.concept,),
        ("results", "unadjusted"): (results.unadjusted.test, results.unadjusted.instead_of),
        ("replaced",): (rules.replaced.order, rules.replaced.by),
        ("spared",): (rules.spared.order, *rules.spared.by),
    }
    lists |= {("findings", str(n)): (g.reading.concept,) for n, g in enumerate(rules.findings) if g.reading}
    lists |= {("results", "criteria", name): (one.test,) for name, one in results.criteria.items()}
    lists |= {("core_bloods", profile): names for profile, names in rules.core_bloods.items()}
    lists |= {("suggested_bloods", profile): names for profile, names in rules.suggested_bloods.items()}
    lists |= {("answered_by", profile): (*one, *one.values()) for profile, one in rules.answered_by.items()}
    handed = rules.indications.items()
    lists |= {("indications", name): (one.handed_over_by,) for name, one in handed if one.handed_over_by}
    for place, names in lists.items():
        yield from ((place, name) for name in names)
    for indication, order in _orders(rules):
        if order.order != "core_bloods":
            yield ("orders", indication), order.order


def _orders(rules: PathwayFile) -> Iterator[tuple[str, Order]]:
    for indication, lists in rules.orders.items():
        yield from ((indication, order) for orders in lists.values() for order in orders)


def _names_used(rules: PathwayFile) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every name of a fact or a criterion, with the keys that lead to it."""
    for key, names in (("facts", rules.gating.facts), ("expired", rules.gating.expired)):
        yield from ((("gating", key), name) for name in names)
    yield from ((("other_pathways",), name) for name in rules.other_pathways)
    yield from ((("questions", name), name) for name in rules.questions)
    yield ("eligibility", "elsewhere"), rules.eligibility.elsewhere
    yield ("replaced", "when"), rules.replaced.when
    for criterion, condition in rules.criteria.items():
        yield from ((("criteria", criterion), name) for name in names_in(condition))
    for indication, entry in rules.indications.items():
        for profile in ("", *entry.in_profile):
            yield from ((("indications", indication), part) for part in entry.parts_in(profile))
    for indication, order in _orders(rules):
        trees = [tree for tree in (order.when, order.unless) if tree is not None]
        yield from ((("orders", indication), name) for tree in trees for name in names_in(tree))


# The fields of a pathway file whose value is the name of a parameter, or a mapping to such names.
PARAMETER_FIELDS = frozenset(
    [
        "valid_for",
        "before_onset",
        "without_onset",
        "gap",
        "length",
        "requires",
        "at_least",
        "above",
        "below",
        "above_reference",
        "at_onset_below",
        "below_by_sex",
        "target",
        "target_for_sole_reason",
        "targets",
        "hospital_for",
        "orders_from",
        "review_target",
        "await_target",
        "adult_from",
        "ended_recently",
        "unread_within",
        "baseline_before",
        "baseline_after",
        "current_after",
        "current_within",
        "improvement",
        "points",
        "early",
        "newest_within",
        "loss",
        "loss_within",
        "share",
        "share_within",
        "stable_newest_within",
        "stable_from",
        "kept_for",
        "expired_within",
        "since_not_before",
        "order_windows",
        "lost_after",
    ]
)


def _parameters_used(entry: object) -> Iterator[tuple[str, str]]:
    """(field, parameter) pairs of one entry and everything below it."""
    if isinstance(entry, BaseModel):
        for name in entry.model_fields_set:
            value = getattr(entry, name)
            if name in PARAMETER_FIELDS and isinstance(value, str | dict):
                named = value.values() if isinstance(value, dict) else [value]
                yield from ((name, one) for one in named if one != "always")
            else:
                yield from _parameters_used(value)
    elif isinstance(entry, dict | tuple):
        for value in entry.values() if isinstance(entry, dict) else entry:
            yield from _parameters_used(value)


def _unknown_parameters(rules: PathwayFile, numbers: Profiles) -> Iterator[Problem]:
    for section in PathwayFile.model_fields:
        for field, parameter in _parameters_used(PathwayFile.model_construct(**{section: getattr(rules, section)})):
            if parameter not in numbers.parameters:
                yield RULES, (section, field), f"{parameter} is not a parameter of {NUMBERS}"


def _unsourced(numbers: Profiles, sources: dict[str, Source]) -> Iterator[Problem]:
    for name, parameter in numbers.parameters.items():
        for profile in numbers.profiles:
            if parameter.value is None and profile not in parameter.values:
                yield NUMBERS, ("parameters", name), f"no value for the profile {profile}"
            if (source := parameter.source_in(profile)) != LOCAL and source not in sources:
                yield NUMBERS, ("parameters", name), f"source {source} is not in sources.yaml"


def _profile_gaps(rules: PathwayFile, numbers: Profiles) -> Iterator[Problem]:
    if numbers.default not in numbers.profiles:
        yield NUMBERS, ("default",), f"{numbers.default} is not one of the profiles {', '.join(numbers.profiles)}"
    for key, lists in (("core_bloods", rules.core_bloods), ("suggested_bloods", rules.suggested_bloods)):
        for profile in sorted(numbers.profiles.keys() ^ lists.keys()):
            yield RULES, (key,), f"profile {profile} must stand both here and in {NUMBERS}"
    for name in rules.gating.while_could_be:
        if name not in rules.indications:
            yield RULES, ("gating", "while_could_be"), f"{name} is not an indication"
    for name, entry in rules.indications.items():
        if bool(entry.any) == bool(entry.all):
            yield RULES, ("indications", name), "give exactly one of any and all"
        for profile in entry.only_in or numbers.profiles:
            orders = rules.orders.get(name, {})
            if profile not in orders and "any_profile" not in orders:
                yield RULES, ("orders",), f"no orders for {name} under {profile}"
    for name, age in rules.ages.items():
        if sum(limit is not None for limit in _limits(age)) != 1:
            yield RULES, ("ages", name), "give exactly one limit"


def _structure(rules: PathwayFile) -> Iterator[Problem]:
    """What the orders need to be worked out at all."""
    for section in ("order_windows", "lost_after"):
        for group in ("bloods", "imaging", "referral"):
            if group not in getattr(rules, section):
                yield RULES, (section,), f"no entry for {group}"
    indications = rules.indications.values()
    for field in ("handed_over_by", "orders_from_results"):
        if sum(bool(getattr(one, field)) for one in indications) != 1:
            yield RULES, ("indications",), f"exactly one indication must have {field}"
    if not any(one.starts_again == "after_orders" for one in indications):
        yield RULES, ("indications",), "one indication must start again after_orders"
    for name, one in rules.indications.items():
        if bool(one.handed_over_by) != bool(one.hospital_for):
            yield RULES, ("indications", name), "handed_over_by and hospital_for go together"
        if bool(one.handed_over_by) != (one.starts_again == "after_handover"):
            yield RULES, ("indications", name), "handed_over_by goes with starts_again: after_handover"
        if one.escalate_joins and one.orders_from_results:
            yield RULES, ("indications", name), "the orders from results cannot join themselves"
    if not any(one.escalate_joins for one in indications):
        yield RULES, ("indications",), "one indication must have escalate_joins"
    if not any(group.lasting for group in rules.findings):
        yield RULES, ("findings",), "one group must be lasting"


def _results(rules: PathwayFile) -> Iterator[Problem]:
    """Every result criterion can be decided, and every kind of result has a time for which it is valid."""
    for kind in ("blood_test", "imaging"):
        if kind not in rules.results.valid_for:
            yield RULES, ("results", "valid_for"), f"no entry for {kind}"
    for name, criterion in rules.results.criteria.items():
        place = ("results", "criteria", name)
        limits = (criterion.at_least, criterion.above, criterion.below, criterion.above_reference)
        if not any((*limits, criterion.below_by_sex, criterion.result)):
            yield RULES, place, "give a limit or a result"
        if criterion.below_by_sex is not None and set(criterion.below_by_sex) != {"male", "female"}:
            yield RULES, place, "below_by_sex needs male and female"


def _circles(rules: PathwayFile) -> Iterator[Problem]:
    """A criterion that is, through others, a part of itself."""
    for criterion in rules.criteria:
        reached: set[str] = set()
        waiting = [criterion]
        while waiting:
            parts = rules.criteria.get(waiting.pop())
            fresh = set(names_in(parts)) - reached if parts is not None else set()
            reached |= fresh
            waiting += fresh
        if criterion in reached:
            yield RULES, ("criteria", criterion), f"{criterion} is defined by itself"


def _limits(entry: Age | Duration | ResultCriterion) -> list[str | None]:
    return [getattr(entry, name) for name in type(entry).model_fields]
