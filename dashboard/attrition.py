"""How many people pass each step of the pathway, and how many meet, do not meet or leave open each criterion.

Every number of a step is the total of the worklist under the filters of its address, so that a click
can never lead to another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import flow, wording
from dashboard.addresses import ONLY, Address, address
from dashboard.filtering import Filters
from dashboard.people import People, Told, each_part, untold
from dashboard.worklist import Worklist
from pathways.answering import OUTSIDE
from pathways.conditions import names_in
from pathways.engines.duckdb import run
from pathways.loading import ProfiledPathway
from pathways.tracing import in_reading_order


@dataclass(frozen=True)
class Step:
    """``people`` of ``of`` people; ``address`` is the worklist that shows exactly them."""

    title: str
    people: int
    of: int
    address: Address

    @property
    def share(self) -> str:
        return f"{self.people:,} of {self.of:,}"


@dataclass(frozen=True)
class Block:
    """Steps that are read together; ``note`` says whether a person can be in several."""

    title: str
    note: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Verdicts:
    """People by their verdict on one criterion."""

    name: str
    title: str
    met: int
    not_met: int
    unknown: int

    @property
    def people(self) -> int:
        return self.met + self.not_met + self.unknown

    def __add__(self, other: Verdicts) -> Verdicts:
        return replace(
            self,
            met=self.met + other.met,
            not_met=self.not_met + other.not_met,
            unknown=self.unknown + other.unknown,
        )


def blocks(people: Worklist, indications: Sequence[str]) -> list[Block]:
    """The whole list, then those in the pathway by reason, by what is to be done and by next step."""
    everyone = people.total()
    inside = tuple(name for name in people.dispositions if name != OUTSIDE)
    in_pathway = _step(people, "In the pathway", everyone, Filters(dispositions=inside))
    count = in_pathway.people
    outside = _step(people, wording.status(OUTSIDE).word, everyone, Filters(dispositions=(OUTSIDE,)))
    return [
        Block("Who is in the pathway", "", (in_pathway, outside)),
        Block(
            "Why people are not in it",
            "A person may have several reasons.",
            tuple(_reasons_outside(people, outside.people)),
        ),
        Block(
            "Reason to investigate",
            "Each person under the first that applies.",
            tuple(
                _step(people, wording.indication(name), count, Filters(dispositions=where, indications=(name,)))
                for name, where in (*((name, ()) for name in indications), ("", inside))
            ),
        ),
        Block("What is to be done", "A person may need several.", tuple(_orders(people, count))),
        Block(
            "Next step",
            "Each person under one.",
            tuple(
                _step(people, wording.status(name).tile(people.profile), count, Filters(dispositions=(name,)))
                for name in inside
            ),
        ),
    ]


def _reasons_outside(people: Worklist, count: int) -> Iterator[Step]:
    rows = people.query(
        "select distinct unnest(reasons) as reason from people where disposition = ? order by 1", [OUTSIDE]
    )
    for row in rows:
        filters = Filters(dispositions=(OUTSIDE,), reason=row["reason"])
        yield _step(people, wording.reason(row["reason"]), count, filters)


def _orders(people: Worklist, count: int) -> Iterator[Step]:
    yield _step(people, "Bloods to order", count, Filters(bloods_due=True))
    yield _step(people, "Imaging to order", count, Filters(imaging_due=True))
    yield _step(people, "Result to read", count, Filters(queue="review"))
    yield _step(people, ONLY["overdue"], count, Filters(overdue=True))
    yield _step(people, ONLY["something_unknown"], count, Filters(something_unknown=True))


def _step(people: Worklist, title: str, of: int, filters: Filters) -> Step:
    return Step(title, people.total(filters), of, address(filters, people.profile))


def verdicts(
    people: Worklist, panel: People, pathway: ProfiledPathway, told: Told = untold
) -> dict[str, Verdicts]:
    """Every criterion counted over the people in the pathway, in reading order. ``told`` hears how many are done."""
    listed = people.answers
    inside = listed.filter(pc.not_equal(listed["disposition"], OUTSIDE))["patient_id"]
    parts = each_part(panel, told, wide=True)
    return added(counted(run(part, pathway, last="criterion"), inside, pathway) for part in parts)


def counted(columns: pa.Table, inside: pa.ChunkedArray, pathway: ProfiledPathway) -> dict[str, Verdicts]:
    """The verdicts in ``columns``, one row a person, over those whose id is ``inside``."""
    wanted = columns.filter(pc.is_in(columns["patient_id"], inside.combine_chunks()))
    found = {}
    for name in in_reading_order(pathway):
        column = wanted[name]
        met, unknown = int(pc.sum(column).as_py() or 0), column.null_count
        found[name] = Verdicts(name, flow.label(pathway, name), met, wanted.num_rows - met - unknown, unknown)
    return found


def added(parts: Iterable[dict[str, Verdicts]]) -> dict[str, Verdicts]:
    """The counts of several slices of one panel as those of the whole."""
    total: dict[str, Verdicts] = {}
    for part in parts:
        total = {name: total[name] + one if name in total else one for name, one in part.items()}
    return total


def criteria_of(pathway: ProfiledPathway) -> dict[str, list[str]]:
    """The criteria by what they belong to, each heading in words; a criterion may stand under several."""
    rules = pathway.rules
    groups = {
        wording.indication(name): _down(pathway, rules.indications[name].parts_in(pathway.profile))
        for name in pathway.indications
    }
    groups["Must be known of everyone"] = list(rules.gating.facts)
    groups["Other pathways"] = _down(pathway, rules.other_pathways)
    return groups


def _down(pathway: ProfiledPathway, names: Iterable[str]) -> list[str]:
    """The criteria with everything they are made of, each once."""
    found: dict[str, None] = {}

    def walk(name: str) -> None:
        if name not in found:
            found[name] = None
            for part in names_in(pathway.rules.criteria[name]) if name in pathway.rules.criteria else ():
                walk(part)

    for name in names:
        walk(name)
    return list(found)
