"""This project's answers to the questions, and with ``--whole`` everything it says of a patient.

    python -m benchmarks.peers.ours SOURCE ANSWERS [--whole]

Prints where the processor time went. The subset is the same statement, ended where the questions are answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from sqlglot import exp

from benchmarks.panels import AS_OF, NO_LIMITS
from benchmarks.peers.questions import QUESTIONS
from dashboard import settings
from dashboard.intake.panels import panels
from pathways import Panel, evaluate, load_pathway
from pathways.engines.coding import coded
from pathways.engines.duckdb import connected
from pathways.engines.numbering import Numbered
from pathways.engines.plans import Plan
from pathways.loading import ProfiledPathway
from pathways.pruning import pruned
from pathways.statement import TABLES, steps
from pathways.steps import dated


def asked_sql(pathway: ProfiledPathway) -> str:
    """The statement up to the criteria, with only what the questions need of it, as the engine hands it over."""
    columns = [exp.column(name, quoted=True) for name in ("patient_id", *QUESTIONS)]
    asked = {**steps(pathway), "asked": exp.select(*columns).from_("criterion")}
    kept = dict(pruned(_up_to_criteria(asked), "asked", TABLES))
    last = kept.pop("asked")
    assert isinstance(last, exp.Select)
    with_ = [_step(name, step) for name, step in kept.items()]
    last.set("with_", exp.With(expressions=with_))
    return dated(coded(last).sql(dialect="duckdb"), pathway.as_of)


def _step(name: str, step: exp.Expr) -> exp.CTE:
    """The events are read twice rather than kept, as in the engine."""
    kept = {"materialized": False} if name == "event" else {}
    return exp.CTE(this=step, alias=exp.TableAlias(this=exp.to_identifier(name)), **kept)


def _up_to_criteria(asked: dict[str, exp.Expr]) -> dict[str, exp.Expr]:
    names = list(asked)
    kept = names[: names.index("criterion") + 1]
    return {name: asked[name] for name in [*kept, "asked"]}


def subset(parts: Iterable[Panel], pathway: ProfiledPathway) -> Iterator[pa.Table]:
    """A column for each question, part by part; planned once."""
    plan = Plan(connected(), asked_sql(pathway), ())  # its day is written into it
    for part in parts:
        numbered = Numbered.of(part)
        yield numbered.named(plan.run(numbered, pathway.as_of))
    plan.close()


def in_words(table: pa.Table) -> pa.Table:
    """The questions as 1, 0 or nothing."""
    columns = {name: pc.cast(table[name], pa.int8()) for name in table.column_names if name in QUESTIONS}
    return pa.table({"patient_id": table["patient_id"], **columns})


@dataclass
class Spent:
    """Seconds of processor time by what they were spent on."""

    seconds: dict[str, float] = field(default_factory=lambda: {"start": time.process_time()})
    _last: float = field(default_factory=time.process_time)

    def on(self, what: str) -> None:
        """All since the last call."""
        now = time.process_time()
        self.seconds[what] = self.seconds.get(what, 0.0) + now - self._last
        self._last = now

    def loading(self, parts: Iterable[Panel]) -> Iterator[Panel]:
        """The parts; what it takes until each is there is loading, all else evaluating, planning included."""
        self.on("evaluate")
        for part in parts:
            self.on("load")
            yield part
            self.on("evaluate")
        self.on("load")


def main(arguments: Sequence[str]) -> None:
    settings.look_for_garbage_seldom()
    source, file, whole = Path(arguments[0]), Path(arguments[1]), "--whole" in arguments
    as_of = date.fromisoformat(AS_OF)
    pathway = load_pathway().in_profile(None, as_of)
    spent = Spent()
    with panels(source, as_of=as_of, limits=NO_LIMITS) as parts:
        spent.on("load")
        loaded = spent.loading(parts)
        if whole:
            several = len(parts) > 1
            found = [evaluate(part, pathway.pathway, as_of=as_of, again=several) for part in loaded]
        else:
            found = list(subset(loaded, pathway))
    spent.on("evaluate")
    if not whole:
        written = pa.concat_tables([in_words(one) for one in found])
        pa.csv.write_csv(written, file, pa.csv.WriteOptions(quoting_style="none"))
    print(json.dumps(spent.seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
