"""The page of open questions worked out person by person over everybody, as slowly and plainly as it can be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import survey
from dashboard.answerable import possible, ways
from dashboard.asking import open_questions, settled
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel, disposition_order, the_pathway
from dashboard.survey import Group, Survey
from dashboard.worklist import Worklist

Row = Mapping[str, Any]
Led = Mapping[tuple[str, str], Sequence[Row]]
"""By person and question, what each possible answer would lead to."""


def asked(row: Row) -> list[str]:
    return list(dict.fromkeys([*row["questions"], *row["missing"]]))


def place(row: Row) -> tuple[int, int]:
    """What somebody could be comes before the place on the list."""
    could = list(the_pathway().rules.indications)
    return (could.index(row["could_be"]) if row["could_be"] else len(could), row["rank"])


@dataclass(frozen=True)
class Plain:
    """``left_out``: people of whom nothing is worked out anew."""

    held: HeldPanel
    listing: Worklist
    chosen: Filters
    left_out: Collection[str] = ()

    @property
    def rows(self) -> list[Row]:
        return sorted((row for row in self.listing.everyone(self.chosen) if asked(row)), key=place)

    @property
    def could_be(self) -> dict[str, int]:
        return dict(Counter(row["could_be"] for row in self.rows if row["could_be"]))

    def survey(self) -> Survey:
        rows = self.rows
        through, led = self._led(rows)
        names = dict.fromkeys(name for row in rows for name in asked(row))
        groups = [_group(name, [row for row in rows if name in asked(row)], led) for name in names]
        order = disposition_order()
        shown = sorted(
            (group for group in groups if group),
            key=lambda one: (
                order.index(one.worst) if one.worst else len(order), -one.certain, -one.at_best, -one.open,
            ),
        )  # fmt: skip
        out = sum(row["patient_id"] in self.left_out for row in rows[:through])
        return Survey(len(list(self.listing.everyone(self.chosen))), len(rows), through, out, tuple(shown))

    def _led(self, rows: Sequence[Row]) -> tuple[int, Led]:
        """For how many of the first it is worked out, and what came of it."""
        through = copies = 0
        wanted = {}
        for row in rows:
            mine = {
                (row["patient_id"], name): [
                    one for _, one in possible(self.held, row, name, self.listing.profile, self.listing.as_of)
                ]
                for name in open_questions(row)
            }
            copies += sum(map(len, mine.values()))
            if copies > survey.MOST_COPIES:
                break
            through += 1
            if row["patient_id"] not in self.left_out:
                wanted |= mine
        every = [one for answers in wanted.values() for one in answers]
        found = self.held.suppose(every, self.listing.profile, self.listing.as_of)
        return through, {key: [found[one].answer for one in answers] for key, answers in wanted.items()}


def _group(question: str, rows: Sequence[Row], led: Led) -> Group | None:
    """None where a broader question is open for all of them."""
    questions = the_pathway().rules.questions
    if any(question in parts and all(name in asked(row) for row in rows) for name, parts in questions.items()):
        return None
    order = disposition_order()
    after = [(row, led[row["patient_id"], question]) for row in rows if led.get((row["patient_id"], question))]
    open_still = [found for row, found in after if not settled(row)]
    worst = [
        min(order.index(one["disposition"]) for one in found)
        for row, found in after
        if any(order.index(one["disposition"]) < order.index(row["disposition"]) for one in found)
    ]
    beside = Counter(name for row in rows for name in open_questions(row) if ways(name) and name != question)
    parts = {question, *questions.get(question, ())}
    could = [place(row)[0] for row in rows if row["could_be"] and parts & set(row["questions"])]
    return Group(
        question=question,
        open=len(rows),
        gone_through=len(after),
        certain=sum(all(settled(one) for one in found) for found in open_still),
        at_best=sum(any(settled(one) for one in found) for found in open_still),
        worst=order[min(worst)] if worst else None,
        worst_people=worst.count(min(worst)) if worst else 0,
        part_of=(list(the_pathway().rules.indications)[min(could)], could.count(min(could))) if could else None,
        together=tuple((name, people) for name, people in beside.most_common(3) if 2 * people >= len(rows)),
    )
