"""Runs the statement here, in DuckDB, embedded."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from pathways.answering import ANSWERS, GROUPS, LISTS, ineligible_reason
from pathways.engines.any_day import of_any_day
from pathways.engines.coding import coded, give
from pathways.engines.numbering import Numbered
from pathways.engines.plans import Plan, Plans
from pathways.loading import Pathway, ProfiledPathway
from pathways.panel import Panel
from pathways.statement import statement
from pathways.steps import dated

# Nothing is downloaded; and pulling projections up through so wide a plan costs more than it saves.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "disabled_optimizers": "projection_pullup",
}
FEW = 20_000
"""Up to so many people a plan is kept: beyond, planning is little of the time, and memory is wanted elsewhere."""
INTERRUPTED = "Query interrupted"
_plans = Plans()
atexit.register(_plans.close)


def connected() -> duckdb.DuckDBPyConnection:
    """A database of its own in memory.

    In a process that it takes for an interactive one the database would draw a progress bar into standard
    output, between the answers; that can only be told to a connection.
    """
    connection = duckdb.connect(":memory:", config=SETTINGS)
    connection.execute("SET enable_progress_bar = false")
    return connection


def run(panel: Panel, pathway: ProfiledPathway, last: str = "answer", *, again: bool = False) -> pa.Table:
    """The rows of one step of the statement over the panel, in the order of their patient ids. ``again``: the plan is
    kept, however many the people are, because more panels follow."""
    numbered = Numbered.of(panel)
    run_it = _run_planned if again or panel.patients.num_rows <= FEW else _run_once
    with _interruptible():
        return numbered.named(run_it(numbered, pathway, last))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C in the middle of a statement is Ctrl-C: the database makes an error of its own of it."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from None
        raise


def _tree(pathway: Pathway, profile: str, last: str) -> exp.Expr:
    """As the database runs it: with codes, and the events read twice rather than kept beside themselves."""
    tree = coded(statement(pathway.in_profile(profile, date.min), last))
    next(step for step in tree.find_all(exp.CTE) if step.alias == "event").set("materialized", False)
    return tree


@lru_cache(maxsize=16)
def _text(pathway: Pathway, profile: str, last: str) -> str:
    """With marks in place of the day."""
    return _tree(pathway, profile, last).sql(dialect="duckdb", copy=False)


@lru_cache(maxsize=16)
def _text_of_any_day(pathway: Pathway, profile: str, last: str) -> tuple[str, Sequence[int]]:
    tree, before = of_any_day(_tree(pathway, profile, last))
    return tree.sql(dialect="duckdb", copy=False), before


def _run_planned(panel: Numbered, pathway: ProfiledPathway, last: str) -> pa.Table:
    text, before = _text_of_any_day(pathway.pathway, pathway.profile, last)
    plan = _plans.take(text) or Plan(connected(), text, before)
    try:
        found = plan.run(panel, pathway.as_of)
    except BaseException:
        plan.close()
        raise
    _plans.give_back(plan)
    return found


def _run_once(panel: Numbered, pathway: ProfiledPathway, last: str) -> pa.Table:
    text = dated(_text(pathway.pathway, pathway.profile, last), pathway.as_of)
    with connected() as connection:
        give(connection, panel.patients, panel.events)
        # Into a table first: a relation would plan so long a statement several times over.
        connection.execute(f"CREATE TEMP TABLE rows AS {text}")
        return connection.sql("FROM rows").to_arrow_table()


def evaluate(panel: Panel, pathway: ProfiledPathway, *, again: bool = False) -> pa.Table:
    """One row per patient with the columns of ``ANSWERS``, sorted by patient id. ``again``: as in ``run``."""
    return shaped(run(panel, pathway, again=again), pathway)


def shaped(table: pa.Table, pathway: ProfiledPathway) -> pa.Table:
    """The columns of the last step as ``ANSWERS``: words become lists, groups become objects."""
    reasons = type(pathway.rules.eligibility.reasons).model_fields
    wordings = {code: ineligible_reason(pathway, code) for code in reasons}
    made: dict[str, pa.Array | pa.ChunkedArray] = {}
    for field in ANSWERS:
        if field.name in GROUPS:
            made[field.name] = _group(table, field.name)
        elif field.name in LISTS:
            made[field.name] = _split(table.column(field.name), wordings if field.name == "reasons" else {})
        elif field.name == "improvement_percent":
            tenths = table.column("improvement_tenths").cast(pa.decimal128(19, 0))
            made[field.name] = pc.multiply(tenths, pa.scalar("0.1").cast(pa.decimal128(2, 1))).cast(field.type)
        else:
            made[field.name] = table.column(field.name).cast(field.type)
    return pa.table(made, schema=ANSWERS)


def _split(words: pa.ChunkedArray, wordings: Mapping[str, str]) -> pa.Array:
    """Words in one text as a list, each in its wording if it has one; empty text is an empty list."""
    coded = words.combine_chunks().dictionary_encode()
    lists = [[wordings.get(word, word) for word in text.split()] for text in coded.dictionary.to_pylist()]
    return pa.array(lists, pa.list_(pa.string())).take(coded.indices)


def _group(table: pa.Table, name: str) -> pa.Array:
    state = table.column(f"{name}_state").combine_chunks()
    due = _split(table.column(f"{name}_due"), {})
    return pa.StructArray.from_arrays([state, due], fields=list(ANSWERS.field(name).type))
