"""The columns of an exported list: the words of the screen, and the same dates and numbers for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from dashboard import patient, phrases, wording
from dashboard.documents.signs import cleaned
from dashboard.intake.mending import inert

Person = Mapping[str, Any]


class Column(NamedTuple):
    """``width`` is that of the Excel column in characters."""

    title: str
    width: int
    kind: Literal["text", "day", "number"]
    value: Callable[[Person, date], Any]


def _group(name: str, place: int) -> list[Column]:
    """State and what is to be ordered of bloods, imaging or referral."""
    title = wording.statuses().groups[name]
    return [
        Column(title, 16, "text", lambda person, _: person["orders"][place][1]),
        Column(f"{title} to order", 28, "text", lambda person, _: person["orders"][place][2]),
    ]


def _yes_or_no(person: Person, name: str) -> str:
    return "yes" if person[name] else "no"


def _snooze(person: Person, _: date) -> str:
    return person["snooze_reason"] or person["back_because"] or ""


COLUMNS: tuple[Column, ...] = (
    Column("Place", 7, "number", lambda person, _: person["place"]),
    Column("Status", 28, "text", lambda person, _: phrases.status(person)),
    Column("Patient", 26, "text", lambda person, _: person["name"] or "no name"),
    Column("Patient id", 14, "text", lambda person, _: person["patient_id"]),
    Column("Born", 12, "day", lambda person, _: _known_day(person)),
    Column("Age", 8, "text", patient.age),
    Column("Sex", 9, "text", lambda person, _: person["sex"] or "unknown"),
    Column("Next step", 36, "text", lambda person, _: phrases.next_step(person)),
    Column("Why", 44, "text", lambda person, _: phrases.why(person, short=False)),
    Column("Due", 26, "text", phrases.due),
    Column("Due date", 12, "day", lambda person, _: person["due_by"]),
    Column("Overdue", 9, "text", lambda person, _: _yes_or_no(person, "overdue")),
    Column("Reason since", 13, "day", lambda person, _: person["since"]),
    Column("Waiting days", 13, "number", phrases.waiting_days),
    *_group("bloods", 0),
    *_group("imaging", 1),
    *_group("referral", 2),
    Column("Not known", 44, "text", lambda person, _: phrases.not_known(person)),
    Column("To ask", 44, "text", lambda person, _: "; ".join(q.name for q in patient.questions(person))),
    Column("Notes", 44, "text", lambda person, _: " ".join(patient.note_lines(person))),
    Column("Pain before", 12, "number", lambda person, _: _number(person["baseline_pain"])),
    Column("Pain now", 10, "number", lambda person, _: _number(person["current_pain"])),
    Column("Site", 24, "text", lambda person, _: person["site"] or ""),
    Column("Clinician", 24, "text", lambda person, _: person["clinician"] or ""),
    Column("Owner", 24, "text", lambda person, _: person["owner"] or ""),
    Column("Snoozed until", 13, "day", lambda person, _: person["snoozed_until"]),
    Column("Why snoozed or back", 44, "text", _snooze),
    Column("Disagreement", 44, "text", lambda person, _: person["override_reason"] or ""),
)


def numbered(people: Iterable[Person]) -> Iterator[Person]:
    """Each person with the place in the list and the orders in words, worked out once for six columns."""
    for place, person in enumerate(people, start=1):
        yield {**person, "place": place, "orders": phrases.orders(person)}


@lru_cache(1 << 14)
def text(value: object) -> str:
    """A cell of text: one line, no hidden or turning signs, no formula.

    A spreadsheet whose lists are parted by semicolons would split a cell of ours at one and run what follows,
    quoted or not: each part is made inert.
    """
    return ";".join(inert(part) for part in cleaned(value).replace("\u00a0", " ").split(";"))


def _known_day(person: Person) -> date | str:
    """The birth date; of one known in part, its span in words."""
    first, last = person["birth_first"], person["birth_last"]
    return first if first is not None and first == last else patient.birth(person)


def _number(value: Any) -> float | int | None:  # noqa: ANN401
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
