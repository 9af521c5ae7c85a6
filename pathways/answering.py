"""The last step: each key of the answer as a column, and the answer as a plain object."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlglot import exp

from pathways.conditions import AllOf
from pathways.facts.therapy import improvement_tenths
from pathways.indications import results_indication
from pathways.loading import ProfiledPathway
from pathways.steps import as_of_day, column, holds, literal, sql, when, words

OUTSIDE = "not_in_pathway"
"""The disposition of everybody whom the rules leave alone."""

GROUPS = ("bloods", "imaging", "referral")
LISTS = ("reasons", "questions", "missing", "notes")
KEYS = (
    "patient_id", "disposition", "indication", "reasons", "could_be", "questions", "missing", "since", "due_by",
    "overdue", "bloods", "imaging", "referral", "trial_days", "trial_start", "baseline_pain", "current_pain",
    "improvement_percent", "notes",
)  # fmt: skip


def answer_step(pathway: ProfiledPathway) -> exp.Expr:
    """One row per patient; lists are words in one text, a group is two columns."""
    inside = exp.column("in_pathway")
    columns: dict[str, exp.Expr] = {
        "patient_id": sql("patient_id"),
        "disposition": sql("disposition"),
        "indication": when(inside, exp.column("own")),
        "reasons": _reasons(pathway),
        "could_be": sql("could_be"),
        "questions": sql("questions"),
        "missing": exp.Case().when(inside, sql("missing"), copy=False).else_(literal(""), copy=False),
        "since": sql("since"),
        "due_by": sql("due_by"),
        "overdue": sql("COALESCE(due_by < :as_of, FALSE)", as_of=as_of_day()),
    }
    for group in GROUPS:
        columns[f"{group}_state"] = _group_state(group)
        columns[f"{group}_due"] = (
            exp.Case()
            .when(sql("in_pathway AND own IS NOT NULL"), exp.column(f"{group}__due_list"), copy=False)
            .else_(literal(""), copy=False)
        )
    columns |= {
        "trial_days": when(inside, sql("CAST(trial_days AS INTEGER)")),
        "trial_start": when(inside, sql("trial_start")),
        "baseline_pain": when(inside, sql("baseline")),
        "current_pain": when(inside, sql("current_score")),
        "improvement_tenths": when(inside, improvement_tenths("baseline", "current_score")),
        "notes": exp.Case().when(inside, _notes(pathway), copy=False).else_(literal(""), copy=False),
    }
    return exp.select(*(exp.alias_(one, name, copy=False) for name, one in columns.items()), copy=False).from_(
        "dated", copy=False
    )


def trace_step(pathway: ProfiledPathway) -> exp.Expr:
    """The answer, each column under ``answer__``, beside every column it was made of."""
    answer = [exp.alias_(one.this, f"answer__{one.alias}", copy=False) for one in answer_step(pathway).expressions]
    return exp.select(*answer, exp.Star(), copy=False).from_("dated", copy=False)


def _group_state(group: str) -> exp.Expr:
    case = exp.Case()
    case = case.when(sql("NOT eligible"), literal("not_indicated"), copy=False)
    if group != "referral":
        case = case.when(
            sql(f"COALESCE(read_after_end, FALSE) AND after_end_{group}"), literal("to_review"), copy=False
        )
    case = case.when(sql("COALESCE(read_after_end, FALSE)"), literal("not_indicated"), copy=False)
    if group != "referral":
        case = case.when(
            sql(f"own IS NULL AND disposition = 'review_results' AND unread_{group}"),
            literal("to_review"),
            copy=False,
        )
    for state in ("due", "to_review", "in_progress", "done"):
        case = case.when(exp.column(f"{group}__{state}"), literal(state), copy=False)
    return case.else_(literal("not_indicated"), copy=False)


def _reasons(pathway: ProfiledPathway) -> exp.Expr:
    """Met parts of the indication, then those of the results indication; or why not in the pathway."""
    rules = pathway.rules
    results = results_indication(pathway)
    items: list[tuple[exp.Expr, str]] = []
    for name in pathway.indications:
        own = holds(sql("own = :name", name=name))
        entry = rules.indications[name]
        full = isinstance(entry.condition_in(pathway.profile), AllOf)
        items += [
            (own if full else exp.and_(own, holds(column(part))), part) for part in entry.parts_in(pathway.profile)
        ]
    joined = exp.and_(sql("own IS NOT NULL"), holds(column(f"{results}__indicated")))
    items += [
        (exp.and_(joined, holds(column(part))), part) for part in rules.indications[results].parts_in(pathway.profile)
    ]
    items += [
        (exp.and_(sql("disposition = 'other_pathway'"), holds(column(name))), name) for name in rules.other_pathways
    ]
    return (
        exp.Case()
        .when(sql("disposition = 'not_in_pathway'"), sql("ineligible_reasons"), copy=False)
        .when(sql("in_pathway"), words(items), copy=False)
        .else_(literal(""), copy=False)
    )


def _notes(pathway: ProfiledPathway) -> exp.Expr:
    rules = pathway.rules
    early = pathway.days(rules.response.early)
    conditions = {
        "discordant": sql(
            "baseline IS NOT NULL AND current_score IS NOT NULL AND response_value <> improved_by_points"
        ),
        "worse": sql("newest > baseline"),
        "not_improving_early": sql("therapy_active AND trial_days >= :early AND newest_not_improved", early=early),
        "weight_at_threshold": sql("at_threshold"),
        "order_lost": sql("own IS NOT NULL AND any_lost"),
        "calcium_not_adjusted": sql("unadjusted__counts AND NOT COALESCE(adjusted__counts, FALSE)"),
        "calcium_total_high": sql("unadjusted__counts AND unadjusted__high"),
        "physiotherapy_not_attended": sql("not_attended"),
        "one_kind_of_therapy": sql("treated AND physical <> medication"),
    }
    return words([(exp.paren(condition, copy=False), note) for note, condition in conditions.items()])


def ineligible_reason(pathway: ProfiledPathway, name: str) -> str:
    """The wording of a reason for not being in the pathway."""
    return str(getattr(pathway.rules.eligibility.reasons, name))


_GROUP = pa.struct([("state", pa.string()), ("due", pa.list_(pa.string()))])
ANSWERS = pa.schema(
    [
        (key, kind)
        for key, kind in zip(
            KEYS,
            [pa.string(), pa.string(), pa.string(), pa.list_(pa.string()), pa.string(), pa.list_(pa.string()),
             pa.list_(pa.string()), pa.date32(), pa.date32(), pa.bool_(), _GROUP, _GROUP, _GROUP, pa.int32(),
             pa.date32(), pa.decimal128(18, 9), pa.decimal128(18, 9), pa.decimal128(21, 1), pa.list_(pa.string())],
            strict=True,
        )
    ]
)  # fmt: skip


def answers(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Each row as a plain object for JSON: dates as ISO text, whole numbers as int, unknown as None."""
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield {key: _plain(value) for key, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
