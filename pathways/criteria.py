"""Condition trees as three-valued columns, and the date since when each is met.

A criterion is a column of met, not met or unknown, one entry per patient. ``<name>__since`` is null
unless it is met. ``<name>__could`` stands beside a criterion that depends on results: the same tree
in which a result criterion counts as not met when its test has neither a counting result nor an
order in progress, because the pathway never asks for a test that no indication calls for.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from pathways import kleene
from pathways.conditions import AllOf, AnyOf, AnyRecorded, AtLeast, Condition, NotThis, names_in, parts_of
from pathways.events import Steps
from pathways.facts.ages import Columns, adult, age_columns
from pathways.facts.findings import used_findings
from pathways.facts.results import result_steps
from pathways.loading import ProfiledPathway
from pathways.steps import column, earliest, holds, latest, sql, when


def verdict(pathway: ProfiledPathway, condition: Condition, suffix: dict[str, str] | None = None) -> exp.Expr:
    """The condition as an expression over the columns of its names (``suffix``: another column for a name)."""
    match condition:
        case str():
            return column(condition + (suffix or {}).get(condition, ""))
        case NotThis(part=part):
            return exp.Not(this=exp.paren(verdict(pathway, part, suffix), copy=False))
    parts = [_enclosed(verdict(pathway, part, suffix)) for part in parts_of(condition)]
    match condition:
        case AllOf():
            return kleene.all_of(parts)
        case AnyOf():
            return kleene.any_of(parts)
        case AnyRecorded():
            return kleene.any_recorded(parts)
        case AtLeast(at_least=count):
            return kleene.at_least(pathway.days(count), parts)
    raise AssertionError(condition)


def _enclosed(part: exp.Expr) -> exp.Expr:
    return part if isinstance(part, exp.Column | exp.Case) else exp.paren(part, copy=False)


def since(pathway: ProfiledPathway, condition: Condition) -> exp.Expr:
    """When the condition became met: any takes the earliest of its met parts, all the latest, at least k the k-th.

    A negated part carries no date.
    """
    match condition:
        case str():
            return column(f"{condition}__since")
        case NotThis():
            return exp.cast(exp.null(), "DATE")
    dates = [since(pathway, part) for part in parts_of(condition) if not isinstance(part, NotThis)]
    match condition:
        case AnyOf() | AnyRecorded():
            return earliest(dates)
        case AllOf():
            return when(verdict(pathway, condition), latest(dates))
        case AtLeast(at_least=count):
            return when(verdict(pathway, condition), _kth(pathway.days(count), dates))
    raise AssertionError(condition)


def _kth(count: int, dates: list[exp.Expr]) -> exp.Expr:
    """The earliest of the dates by which ``count`` of them have come."""
    reached = []
    for one in dates:
        come = " + ".join(f"CASE WHEN :d{i} <= :one THEN 1 ELSE 0 END" for i in range(len(dates)))
        enough = sql(f"({come}) >= :count", one=one, count=count, **{f"d{i}": d for i, d in enumerate(dates)})
        reached.append(when(enough, one))
    return earliest(reached)


@lru_cache(maxsize=8)
def depends_on_results(pathway: ProfiledPathway) -> set[str]:
    """The names that have a ``__could`` column."""
    found = set(pathway.rules.results.criteria)
    for name in _in_order(pathway):
        if any(part in found for part in names_in(pathway.rules.criteria[name])):
            found.add(name)
    return found


def could_suffix(pathway: ProfiledPathway) -> dict[str, str]:
    return dict.fromkeys(depends_on_results(pathway), "__could")


@lru_cache(maxsize=8)
def _in_order(pathway: ProfiledPathway) -> list[str]:
    """The named criteria, each after those it is made of."""
    criteria, ordered = pathway.rules.criteria, []

    def visit(name: str) -> None:
        if name in ordered or name not in criteria:
            return
        for part in names_in(criteria[name]):
            visit(part)
        ordered.append(name)

    for name in criteria:
        visit(name)
    return ordered


def fact_steps(pathway: ProfiledPathway) -> Steps:
    """``fact``: one row per patient with every leaf of the condition trees."""
    return result_steps(pathway) | {
        "entered": _entered(pathway),
        "joined": sql(
            """SELECT patients.*, COALESCE(episode.active, FALSE) AS episode_active, episode.onset,
                      episode.last_ended, finding_wide.* EXCLUDE (patient_id),
                      trial.* EXCLUDE (patient_id), response.* EXCLUDE (patient_id),
                      trial.patient_id IS NOT NULL AS treated,
                      weight_change.value AS weight_value, weight_change.since AS weight_since,
                      weight_change.newest_on AS weight_on, weight_change.compared_with,
                      weight_change.at_threshold, entered.* EXCLUDE (patient_id),
                      result_wide.* EXCLUDE (patient_id)
               FROM patients
               LEFT JOIN episode ON episode.patient_id = patients.patient_id
               LEFT JOIN finding_wide ON finding_wide.patient_id = patients.patient_id
               LEFT JOIN trial ON trial.patient_id = patients.patient_id
               LEFT JOIN response ON response.patient_id = patients.patient_id
               LEFT JOIN weight_change ON weight_change.patient_id = patients.patient_id
               LEFT JOIN entered ON entered.patient_id = patients.patient_id
               LEFT JOIN result_wide ON result_wide.patient_id = patients.patient_id"""
        ),
        "fact": _facts(pathway),
    }


def _entered(pathway: ProfiledPathway) -> exp.Expr:
    """The newest entry of what is not a finding of the pathway, at any age, to date a question."""
    rules = pathway.rules
    return sql(
        """SELECT patient_id,
                  MAX(CASE WHEN concept = :score AND class = 'result' THEN day END) AS score_entered_on,
                  MAX(CASE WHEN concept = :measured AND class = 'result' THEN day END) AS weight_entered_on,
                  MAX(CASE WHEN concept IN (:readings) AND class = 'result' THEN day END) AS reading_entered_on,
                  MAX(CASE WHEN concept = :relief AND status <> 'unknown' THEN day END) AS relief_entered_on,
                  MAX(CASE WHEN concept = :attended AND value < :sessions THEN 1 ELSE 0 END) = 1 AS not_attended
           FROM visible GROUP BY patient_id""",
        score=rules.response.score,
        measured=rules.weight_change.concept,
        readings=[group.reading.concept for group in rules.findings if group.reading],
        relief=rules.response.relief,
        attended=rules.therapy.attended.concept,
        sessions=pathway.days(rules.therapy.attended.at_least),
    )


def _measured(pathway: ProfiledPathway) -> Columns:
    """The criteria that are computed by a step of their own."""
    rules = pathway.rules
    complete, lost = rules.therapy.criterion, rules.weight_change.criterion
    return {
        rules.response.criterion: exp.column("response_value"),
        complete: sql("CASE WHEN treated THEN complete ELSE FALSE END"),
        f"{complete}__since": sql("CASE WHEN complete THEN trial_due END"),
        lost: exp.column("weight_value"),
        f"{lost}__since": sql("CASE WHEN weight_value THEN weight_since END"),
    }


def _facts(pathway: ProfiledPathway) -> exp.Expr:
    stored = [f"{name}__since" for name in (*used_findings(pathway), *pathway.rules.results.criteria)]
    made = age_columns(pathway) | _measured(pathway)
    dates: Columns = {name: column(name) for name in stored}
    dates |= {name: expression for name, expression in made.items() if name.endswith("__since")}
    selects = [exp.alias_(one, name, quoted=True, copy=False) for name, one in made.items() if name not in dates]
    for name, expression in dates.items():  # no date is before the onset
        cut = when(
            sql(":one IS NOT NULL", one=exp.paren(expression, copy=False)),
            latest([expression, exp.column("onset")]),
        )
        selects.append(exp.alias_(cut, name, quoted=True, copy=False))
    for name in pathway.rules.results.criteria:
        never = sql(
            ":value IS NULL AND :day IS NULL AND NOT COALESCE(:awaited, FALSE)",
            value=column(name),
            day=column(f"{name}__day"),
            awaited=column(f"{name}__awaited"),
        )
        could = exp.Case().when(never, exp.false(), copy=False).else_(column(name), copy=False)
        selects.append(exp.alias_(could, f"{name}__could", quoted=True, copy=False))
    selects.append(exp.alias_(adult(pathway), "adult", copy=False))
    star = exp.Star(except_=[exp.to_identifier(name, quoted=True) for name in stored])
    return exp.select(star, *selects, copy=False).from_("joined", copy=False)


def criterion_steps(pathway: ProfiledPathway) -> Steps:
    """``criterion``: the named criteria, layer upon layer, each a column beside the facts."""
    criteria, suffix = pathway.rules.criteria, could_suffix(pathway)
    depth: dict[str, int] = {}
    for name in _in_order(pathway):
        depth[name] = 1 + max((depth.get(part, 0) for part in names_in(criteria[name])), default=0)
    steps: Steps = {}
    below = "fact"
    for level in range(1, max(depth.values()) + 1):
        selects: list[exp.Expr] = [exp.Star()]
        for name in (name for name in criteria if depth[name] == level):
            condition = criteria[name]
            selects.append(exp.alias_(verdict(pathway, condition), name, quoted=True, copy=False))
            if name in suffix:
                selects.append(
                    exp.alias_(verdict(pathway, condition, suffix), f"{name}__could", quoted=True, copy=False)
                )
            selects.append(exp.alias_(since(pathway, condition), f"{name}__since", quoted=True, copy=False))
        step = "criterion" if level == max(depth.values()) else f"criterion_{level}"
        steps[step] = exp.select(*selects, copy=False).from_(below, copy=False)
        below = step
    return steps


def met(name: str) -> exp.Expr:
    """True where the named criterion is met, false where it is not met or unknown."""
    return holds(column(name))
