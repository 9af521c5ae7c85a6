"""What stood behind a disposition when somebody put it off or disagreed with it, and what has changed since.

Facts are results, measurements and findings: what the record and the team say of the body. Ordering, booking,
performing and reading are none, nor is the number of days that have passed. The engine's answer stands beside them,
because it also tells what no single fact does, such as a treatment that ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from dashboard.actions.models import Evidence, Fact, Overridden, Snoozed
from pathways.panel import RESULT_STATUSES, RESULTS, STATUSES
from pathways.vocabulary import Concept, concepts

Row = Mapping[str, Any]
"""An answer of the engine, or a row of ``EVENTS``."""

FINDING, MEASUREMENT = "finding", "measurement"
KINDS = (FINDING, MEASUREMENT, *RESULTS)
PRESENT, ABSENT, UNKNOWN = STATUSES[FINDING]
PRELIMINARY = "preliminary"
DIGEST = 16
"""Signs of a digest: told apart are the few hundred facts of one person."""

_NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Change:
    """What is another than it was. Empty where the facts are the same, however many days have passed.

    ``disposition`` is the one of now; ``facts`` are the rows that are new, the newest first and what is absent last;
    ``gone`` are concepts of which something is no longer in the record; ``indication`` whether it is another;
    ``could_be`` what the unknown could now mean, where it could mean something else before; ``pathway`` whether
    its version is another, so that the same reasons may call for something else.
    """

    disposition: str | None = None
    facts: tuple[Row, ...] = ()
    gone: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    reasons_gone: tuple[str, ...] = ()
    indication: bool = False
    could_be: str | None = None
    pathway: bool = False

    def __bool__(self) -> bool:
        return self != Change()

    @property
    def first(self) -> date | None:
        """The day from which the new facts can be seen; None where no fact with a day is new."""
        return min((row["date_first"] for row in self.facts if row["date_first"]), default=None)


def evidence(answer: Row, events: Iterable[Row], as_of: date) -> Evidence:
    """What stands behind this answer, to be kept with what is decided on it."""
    return Evidence(
        indication=answer["indication"],
        reasons=tuple(sorted(answer["reasons"])),
        could_be=answer["could_be"],
        facts=tuple(Fact(concept=name, digest=digest) for name, digest in sorted(facts(events, as_of))),
    )


def facts(events: Iterable[Row], as_of: date) -> dict[tuple[str, str], Row]:
    """Every fact of one person up to a day, by concept and digest, with the row that says it.

    Of a finding only what was said last is a fact, whenever it was said: a list that says the same again every
    morning says nothing new. A treatment is none: what follows from it is in the answer.
    """
    found: dict[tuple[str, str], Row] = {}
    findings: dict[str, list[Row]] = {}
    for event in events:
        concept = concepts().get(event["concept"])
        if concept is None or concept.kind not in KINDS or _to_come(event, as_of):
            continue
        if concept.kind == FINDING and not concept.episode:
            findings.setdefault(concept.id, []).append(event)
        elif _says_something(concept, event):
            found[concept.id, _digest(concept, event)] = event
    for name, said in findings.items():
        last = max(map(_when, said))
        latest = [event for event in said if _when(event) == last]
        statuses = sorted({event["status"] for event in latest} - {UNKNOWN})
        if statuses:
            found[name, " or ".join(statuses)] = latest[0]
    return found


def changed(
    said: Snoozed | Overridden, answer: Row, events: Iterable[Row], as_of: date, *, same_profile: bool
) -> Change:
    """What is another than when this was said.

    Under another profile only the disposition and the facts are compared: the rest follows from its rules.
    """
    disposition = answer["disposition"] if answer["disposition"] != said.disposition else None
    before = said.evidence
    if before is None:
        return Change(disposition=disposition)
    now, known = facts(events, as_of), {(fact.concept, fact.digest) for fact in before.facts}
    new = {fact: row for fact, row in now.items() if fact not in known}
    gone = {fact[0] for fact in known if fact not in now} - {fact[0] for fact in new}
    found = Change(disposition=disposition, facts=_newest_first(new.values()), gone=tuple(sorted(gone)))
    if not same_profile:
        return found
    was, is_ = set(before.reasons), set(answer["reasons"])
    another = answer["could_be"] != before.could_be
    return Change(
        disposition=found.disposition,
        facts=found.facts,
        gone=found.gone,
        reasons=tuple(sorted(is_ - was)),
        reasons_gone=tuple(sorted(was - is_)),
        indication=answer["indication"] != before.indication,
        could_be=answer["could_be"] if another else None,
    )


def _newest_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Of one day results before findings; what is said to be absent stands last, whatever its day."""
    found = sorted(rows, key=lambda row: (concepts()[row["concept"]].kind == FINDING, str(row["concept"])))
    found.sort(key=lambda row: _when(row)[0], reverse=True)
    return tuple(sorted(found, key=lambda row: bool(row["status"] == ABSENT)))


def _to_come(event: Row, as_of: date) -> bool:
    return event["date_first"] is not None and event["date_first"] > as_of


def _when(event: Row) -> tuple[date, datetime]:
    return event["date_last"] or date.min, event["recorded_at"] or _NO_TIME


def _says_something(concept: Concept, event: Row) -> bool:
    if concept.kind == FINDING:
        return bool(event["status"] != UNKNOWN)
    reported = event["status"] in (*RESULT_STATUSES, PRELIMINARY)
    return reported and (event["value"], event["result"]) != (None, None)


def _digest(concept: Concept, event: Row) -> str:
    """The same for the same thing said, from whichever file or line, and however a number is written."""
    told = [concept.id, *(_plain(event[name]) for name in ("date_first", "date_last"))]
    if concept.kind == FINDING:
        told += [event["status"], _plain(event["end_date"])]
    else:
        told += [_plain(event[name]) for name in _RESULT]
        told += [PRELIMINARY] * (event["status"] == PRELIMINARY)  # the final one may say the same, and is new
    text = json.dumps(told, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]


_RESULT: Sequence[str] = ("value", "comparator", "reference_low", "reference_high", "result")


def _plain(value: Any) -> str | None:  # noqa: ANN401 - a date, a number or a word
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value is None else str(value)
