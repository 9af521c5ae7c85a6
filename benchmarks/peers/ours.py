"""This project's answers to the questions, and with ``--whole`` everything it says of a patient.

    python -m benchmarks.peers.ours SOURCE ANSWERS [--whole]

Prints where the processor time went. The subset is the same statement, ended where the questions are answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from sqlglot import exp

from benchmarks.panels import AS_OF
from benchmarks.peers.questions import QUESTIONS
from benchmarks.whole_run import NO_LIMITS
from dashboard import settings
from dashboard.intake import load
from pathways import Panel, evaluate, load_pathway
from pathways.engines.duckdb import connected
from pathways.loading import ProfiledPathway
from pathways.pruning import pruned
from pathways.statement import TABLES, steps
from pathways.steps import dated


def asked_sql(pathway: ProfiledPathway) -> str:
    """The statement up to the criteria, with only what the questions need of it."""
    columns = [exp.column(name, quoted=True) for name in ("patient_id", *QUESTIONS)]
    asked = {**steps(pathway), "asked": exp.select(*columns).from_("criterion")}
    kept = dict(pruned(_up_to_criteria(asked), "asked", TABLES))
    last = kept.pop("asked")
    with_ = [exp.CTE(this=step, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, step in kept.items()]
    last.set("with_", exp.With(expressions=with_))
    return dated(last.sql(dialect="duckdb"), pathway.as_of)


def _up_to_criteria(asked: dict[str, exp.Expr]) -> dict[str, exp.Expr]:
    names = list(asked)
    kept = names[: names.index("criterion") + 1]
    return {name: asked[name] for name in [*kept, "asked"]}


def subset(panel: Panel, pathway: ProfiledPathway) -> pa.Table:
    """A column for each question."""
    with connected() as connection:
        connection.register("patients", panel.patients)
        connection.register("events", panel.events)
        connection.execute(f"CREATE TEMP TABLE asked AS {asked_sql(pathway)}")
        return connection.sql("FROM asked").to_arrow_table()


def write_answers(table: pa.Table, file: Path) -> None:
    """The questions as 1, 0 or nothing."""
    columns = {name: pc.cast(table[name], pa.int8()) for name in table.column_names if name in QUESTIONS}
    written = pa.table({"patient_id": table["patient_id"], **columns})
    pa.csv.write_csv(written, file, pa.csv.WriteOptions(quoting_style="none"))


def main(arguments: Sequence[str]) -> None:
    settings.look_for_garbage_seldom()
    as_of = date.fromisoformat(AS_OF)
    pathway = load_pathway().in_profile(None, as_of)
    started = time.process_time()
    panel = load(Path(arguments[0]), as_of=as_of, limits=NO_LIMITS).panel
    loaded = time.process_time()
    if "--whole" in arguments:
        evaluate(panel, pathway.pathway, as_of=as_of)
    else:
        table = subset(panel, pathway)
    evaluated = time.process_time()
    if "--whole" not in arguments:
        write_answers(table, Path(arguments[1]))
    print(json.dumps({"start": started, "load": loaded - started, "evaluate": evaluated - loaded}))


if __name__ == "__main__":
    main(sys.argv[1:])
