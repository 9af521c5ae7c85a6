"""The whole panel as a flow: everyone, why anything is to be done, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard import wording
from dashboard.filtering import Filters, condition
from dashboard.worklist import Worklist
from pathways.answering import OUTSIDE

ACTING = {
    "emergency": "act", "urgent": "act", "escalate": "act", "investigate": "act",
    "review_results": "read", "ask": "ask", "reassess": "see", "awaiting_results": "wait",
    "other_pathway": "see", OUTSIDE: "out",
}  # fmt: skip
"""What a step asks of the team, for the colour of its bar; the others are on their way by themselves."""


@dataclass(frozen=True)
class Node:
    """``shown`` is its words without the number; ``filters`` gives exactly its people."""

    id: str
    shown: str
    people: int
    filters: Filters
    kind: str


@dataclass(frozen=True)
class Link:
    source: str
    target: str
    people: int
    filters: Filters


@dataclass(frozen=True)
class Flow:
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    @property
    def people(self) -> int:
        return self.nodes[0].people if self.nodes else 0

    def node(self, name: str) -> Node:
        return next(node for node in self.nodes if node.id == name)


def flow(people: Worklist, filters: Filters) -> Flow:
    """Only what somebody is in; nodes in the pathway's order. Nothing at all where there is nobody."""
    where, values = condition(filters)
    rows = people.query(
        f"""select coalesce(indication, '') as indication, disposition, count(*) as people,
                   min(rank) as first
        from people{where} group by all order by first""",
        values,
    )
    counts = {(row["indication"], row["disposition"]): int(row["people"]) for row in rows}
    if not counts:
        return Flow((), ())
    outside = sum(number for (_, step), number in counts.items() if step == OUTSIDE)
    inside = {pair: number for pair, number in counts.items() if pair[1] != OUTSIDE}
    nodes = [Node("all", "Everyone", sum(counts.values()), filters, "all")]
    links: list[Link] = []
    for why in _in_order(inside):
        steps = tuple(step for step in people.dispositions if (why, step) in inside)
        chosen = replace(filters, indications=(why,), dispositions=steps if why == "" else ())
        number = sum(inside[why, step] for step in steps)
        nodes.append(Node(f"why-{why}", wording.indication(why), number, chosen, "why"))
        links.append(Link("all", f"why-{why}", number, chosen))
        links += [Link(f"why-{why}", step, inside[why, step], replace(chosen, dispositions=(step,))) for step in steps]
    if outside:
        links.append(Link("all", OUTSIDE, outside, replace(filters, dispositions=(OUTSIDE,))))
    for step in people.dispositions:
        number = sum(number for (_, name), number in counts.items() if name == step)
        if number:
            shown = wording.status(step).tile(people.profile)
            kind = ACTING.get(step, "going")
            nodes.append(Node(step, shown, number, replace(filters, dispositions=(step,)), kind))
    return Flow(tuple(nodes), tuple(links))


def _in_order(inside: dict[tuple[str, str], int]) -> list[str]:
    """Indications by their most pressing person, those without one last."""
    return sorted(dict.fromkeys(why for why, _ in inside), key=lambda why: why == "")
