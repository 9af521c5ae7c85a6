"""Why somebody who was put off is back, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from dashboard import amounts, wording
from dashboard.actions import models
from dashboard.actions.evidence import ABSENT, PRELIMINARY, Change, Row
from dashboard.wording.team import team as words
from pathways.vocabulary import concepts

NAMED = 2
"""Things that a row names before it says how many more there are."""

NAMED_IN_FULL = 6


def in_short(change: Change, until: date) -> str:
    """For a row: ``Back: new CRP and weight``."""
    told = words()
    if not change:
        return told.back_day.format(day=wording.day(until))
    return told.back.format(what=_what_in_short(change))


def _what_in_short(change: Change) -> str:
    told = words()
    if change.facts:
        named = list(dict.fromkeys(_what(row) for row in change.facts))
        if len(named) > NAMED:
            named = [named[0], told.more.format(number=len(named) - 1)]
        absent = change.facts[0]["status"] == ABSENT
        return (told.back_absent if absent else told.back_new).format(what=wording.listing(named))
    if change.disposition:
        return told.back_step.format(status=wording.status(change.disposition).word)
    if change.gone:
        return told.back_gone.format(what=_name(change.gone[0]))
    if change.reasons or change.reasons_gone or change.indication or change.could_be or not change.pathway:
        return told.back_reasons
    return told.back_pathway


def in_full(change: Change, said: models.Snoozed, answer: Row, *, over: bool) -> str:
    """For the person's page: every reason, each new fact with its value and day."""
    told = words()
    why = list(_why(change, said, answer))
    if over:
        return "; ".join([told.back_day_because.format(day=wording.day(said.until)), *why])
    return told.back_because.format(why="; ".join(why))


def _why(change: Change, said: models.Snoozed, answer: Row) -> Iterable[str]:
    told = words()
    if change.disposition:
        status = wording.status(change.disposition).shown(answer["indication"]).partition(" ")[2]
        yield told.step.format(status=status)
    if change.facts:
        yield told.new.format(day=wording.day(said.on), what=_some([fact(row) for row in change.facts]))
    if change.gone:
        yield told.gone.format(what=_some([_name(name) for name in change.gone]))
    if change.pathway:
        yield told.pathway.format(day=wording.day(said.on))
    if change.disposition:
        return  # whose reasons are others too, as the page says
    if change.reasons:
        yield told.reasons.format(what=_some([_reason(name) for name in change.reasons]))
    if change.reasons_gone:
        yield told.reasons_gone.format(what=_some([_reason(name) for name in change.reasons_gone]))
    if change.indication and not change.reasons:
        yield told.indication
    if change.could_be:
        yield told.could_be.format(what=wording.could_be(change.could_be))


def fact(row: Row) -> str:
    """``CRP 48 mg/L (22 Nov 2026)``."""
    concept = concepts().get(row["concept"])
    amount = amounts.amount(row, concept.unit if concept else None)
    what = " ".join(filter(None, (_what(row), amount)))
    if row["result"]:
        what = f"{what}: {row['result']}"
    when = wording.day(row["date_last"])
    return words().fact.format(what=what, day=when) if when else words().fact_undated.format(what=what)


def _what(row: Row) -> str:
    """``CRP``, ``night pain``, ``no fever``."""
    name = _name(row["concept"])
    if row["status"] == PRELIMINARY:
        return words().preliminary.format(what=name)
    return words().absent.format(what=name) if row["status"] == ABSENT else name


def _name(concept: str) -> str:
    return wording.lower_first(wording.concept(concept))


def _reason(name: str) -> str:
    return wording.lower_first(wording.reason(name))


def _some(named: Sequence[str]) -> str:
    shown = list(dict.fromkeys(named))
    left = len(shown) - NAMED_IN_FULL
    if left > 0:
        shown = [*shown[:NAMED_IN_FULL], words().more.format(number=left)]
    return ", ".join(shown)
