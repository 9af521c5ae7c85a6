"""A pathway and a profile as one SQL statement of named steps: sources, facts, criteria, orders, answer."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlglot import exp

from pathways.answering import answer_step, trace_step
from pathways.criteria import criterion_steps, fact_steps
from pathways.dispositions import answer_steps, chosen_steps
from pathways.events import Steps, event_steps, reading_steps
from pathways.facts.episode import episode_steps
from pathways.facts.finding_columns import finding_column_steps
from pathways.facts.findings import finding_concepts, finding_steps, used_findings
from pathways.facts.therapy import response_steps, trial_steps
from pathways.facts.weight import weight_steps
from pathways.indications import indication_steps
from pathways.loading import Pathway, ProfiledPathway
from pathways.open_windows import open_steps
from pathways.orders import order_steps, restart_steps
from pathways.panel import EVENTS, PATIENTS
from pathways.pruning import pruned
from pathways.steps import dated

TABLES = {"patients": PATIENTS.names, "events": EVENTS.names}


def steps(pathway: ProfiledPathway, *, shown: bool = False) -> Steps:
    """Every step by name, each reading only those before it; ``shown``: with the findings that no rule reads."""
    rules = pathway.rules
    readings = [rules.response.score, rules.weight_change.concept]
    readings += [group.reading.concept for group in rules.findings if group.reading]
    return {
        **event_steps(pathway),
        **reading_steps(readings),
        **episode_steps(pathway),
        **finding_steps(pathway, (finding_concepts if shown else used_findings)(pathway)),
        **finding_column_steps(pathway),
        **trial_steps(pathway),
        **response_steps(pathway),
        **weight_steps(pathway),
        **fact_steps(pathway),
        **criterion_steps(pathway),
        **indication_steps(pathway),
        **restart_steps(pathway),
        **order_steps(pathway, "clock", "", list(pathway.indications)),
        **chosen_steps(pathway),
        **answer_steps(pathway),
        "answer": answer_step(pathway),
        **open_steps(pathway),
        "trace": trace_step(pathway),
    }


def statement(pathway: ProfiledPathway, last: str = "answer") -> exp.Expr:
    """The steps up to ``last`` as one statement over the tables ``patients`` and ``events``, of any day."""
    named = []
    for name, step in pruned(steps(pathway, shown=last == "finding"), last, TABLES).items():
        alias = exp.TableAlias(this=exp.to_identifier(name, quoted=name == "order"))
        named.append(exp.CTE(this=step, alias=alias))
    query = exp.select(exp.Star(), copy=False).from_(exp.to_identifier(last, quoted=True), copy=False)
    query.set("with_", exp.With(expressions=named))
    return query


def statement_sql(
    pathway: ProfiledPathway, *, dialect: str = "duckdb", last: str = "answer", pretty: bool = True
) -> str:
    """The statement as text, laid out to be read or (``pretty=False``) to be run."""
    return dated(_of_any_day(pathway.pathway, pathway.profile, dialect, last, pretty), pathway.as_of)


@lru_cache(maxsize=16)
def _of_any_day(pathway: Pathway, profile: str, dialect: str, last: str, pretty: bool) -> str:
    """The text with marks in place of the as-of date: no step reads the day of its pathway."""
    profiled = pathway.in_profile(profile, date.min)
    return statement(profiled, last).sql(dialect=dialect, pretty=pretty, copy=False)
