"""The statement as Spark SQL, in pieces.

Spark puts a named step in at every place that reads it, and plans and runs it there anew: a chain as long as ours would
be millions of steps. So a step that several others read is kept once it is long enough, and they read its rows. The
steps are those of the statement, each in exactly one piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from pathways.loading import Pathway, ProfiledPathway
from pathways.statement import statement
from pathways.steps import dated

DIALECT = "spark"
LONG = 8
"""A step that stands for so many is worth keeping where more than one reads it: fewer pieces are planned for longer,
more pieces wait for the disk more often."""


@dataclass(frozen=True)
class Piece:
    """The rows of the step ``name``, as a statement over the tables and the pieces before it."""

    name: str
    text: str


def pieces(pathway: ProfiledPathway, last: str = "answer") -> list[Piece]:
    """The statement up to ``last``, which is the last piece."""
    texts = _of_any_day(pathway.pathway, pathway.profile, last)
    return [Piece(one.name, dated(one.text, pathway.as_of)) for one in texts]


@lru_cache(maxsize=8)
def _of_any_day(pathway: Pathway, profile: str, last: str) -> tuple[Piece, ...]:
    tree = statement(pathway.in_profile(profile, date.min), last)
    return tuple(_divided({step.alias: step for step in tree.args["with_"].expressions}, last))


def _divided(steps: dict[str, exp.CTE], last: str) -> Iterator[Piece]:
    reads = {name: [table.name for table in step.find_all(exp.Table)] for name, step in steps.items()}
    readers = Counter(read for names in reads.values() for read in names)
    waiting: dict[str, exp.CTE] = {}
    stands_for: dict[str, int] = {}
    for name, step in steps.items():
        stands_for[name] = 1 + sum(stands_for.get(read, 1) for read in reads[name])
        waiting[name] = step
        if name == last or (readers[name] > 1 and stands_for[name] >= LONG):
            yield _piece(name, waiting, reads)
            del waiting[name]
            stands_for[name] = 1


def _piece(name: str, waiting: dict[str, exp.CTE], reads: dict[str, list[str]]) -> Piece:
    """A step and those it reads that are not kept; what others read as well stays for them."""
    needed = {name}
    for other in reversed(waiting):
        if other in needed:
            needed.update(reads[other])
    named = [step.copy() for other, step in waiting.items() if other in needed]
    query = exp.select(exp.Star(), copy=False).from_(exp.to_identifier(name, quoted=True), copy=False)
    query.set("with_", exp.With(expressions=named))
    return Piece(name, query.sql(dialect=DIALECT, copy=False))
