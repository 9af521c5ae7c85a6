"""Observations: numbers, results, and yes / no answers."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from dashboard.intake.cells import BadCell
from dashboard.intake.fhir.context import Context, Told
from dashboard.intake.fhir.elements import Resource, code_word, codings, first, items, keys, own_columns, part, text
from dashboard.intake.fhir.events import REMOVED, Event, clock, status_of, usable, where_and_noted
from dashboard.intake.fhir.mapping import mapping
from dashboard.intake.fhir.results import result_of
from dashboard.intake.words import presence_by_word
from pathways.vocabulary import Concept, Unit

TYPE = "Observation"
_PERIOD = ("effectivePeriod.start", "effectivePeriod.end")
_DECIMALS = Decimal("1e-15")  # a binary number written out in full says no more than this


_PASSING = frozenset(
    ("id", "meta", "text", "identifier", "subject", "encounter", "performer", "effectiveDateTime", "effectiveInstant",
     "effectivePeriod", "issued", "note")
)  # fmt: skip
"""What differs from one observation to the next that says the same."""


class _Said(NamedTuple):
    """What an observation says, whosever and of whatever day: the cells of each row and our own extensions, what it
    brings up for the load report, and why it has to be held back."""

    rows: tuple[tuple[Event, Event], ...]
    told: tuple[Told, ...]
    bad: BadCell | None = None


def from_observation(resource: Resource, context: Context) -> list[Event]:
    """The observation itself and each of its components, under the same date and status."""
    said = _said({name: value for name, value in resource.items() if name not in _PASSING})
    context.told += said.told
    if said.bad is not None:
        raise BadCell(said.bad.column, said.bad.value, said.bad.reason)
    if not said.rows:
        return []
    where = where_and_noted(resource)
    dated: Event | None = None
    rows: list[Event] = []
    for cells, own in said.rows:
        if cells.get("status") == REMOVED:
            rows.append({**cells, **where, **own})
        else:
            dated = dated if dated is not None else _dated(resource)
            rows.append({**cells, **dated, **where, **own})
    return rows


def _dated(resource: Resource) -> Event:
    when = first(resource, "effectiveDateTime", "effectiveInstant", *_PERIOD)
    issued = text(resource, "issued")
    cells = {"date": when or issued}
    if recorded := clock(issued):
        cells["recorded_at"] = recorded
    return cells


def _said(resource: Resource) -> _Said:
    """Each is read once: most observations say what others have said before, of other people or days."""
    key = marshal.dumps(resource, _NO_REFERENCES)
    found = _SAID.get(key)
    if found is None:
        if len(_SAID) >= MOST_SAID:
            _SAID.clear()
        found = _SAID[key] = _read(resource)
    return found


_NO_REFERENCES = 2
"""The form of ``marshal`` in which equal content gives equal bytes, whatever objects it shares."""
MOST_SAID = 1 << 14
_SAID: dict[bytes, _Said] = {}


def _read(resource: Resource) -> _Said:
    context = Context(date.min)
    rows: list[tuple[Event, Event]] = []
    try:
        for holder, coded, answers_itself in _parts(resource):
            read = context.read(*coded)
            for concept in usable(TYPE, read.included, context):
                status = status_of(resource, TYPE, concept, context)
                if status is not None:
                    cells = (
                        {"status": REMOVED} if status == REMOVED else _cells(holder, concept, status, answers_itself)
                    )
                    cells["concept"] = concept.id
                    given = {name: value for name, value in cells.items() if value}
                    rows.append((given, dict(own_columns(resource))))
    except BadCell as bad:
        return _Said((), tuple(context.told), bad)
    return _Said(tuple(rows), tuple(context.told))


def _parts(resource: Resource) -> Iterator[tuple[Resource, list[Resource], bool]]:
    """Each part that can say something, its codes, and whether its value names the finding."""
    coded = part(resource, "code")
    if keys(coded) & set(mapping().answer_is_the_finding):
        yield resource, items(resource, "valueCodeableConcept") or [coded], True
    elif _has_value(resource) or not (items(resource, "component") or items(resource, "hasMember")):
        yield resource, [coded], False
    for component in items(resource, "component"):
        yield component, [part(component, "code")], False


def _has_value(holder: Resource) -> bool:
    return any(name.startswith("value") for name in holder) or "dataAbsentReason" in holder


def _cells(holder: Resource, concept: Concept, status: str, answers_itself: bool) -> Event:
    if concept.kind == "finding":
        answer = "present" if answers_itself else _answer(holder, concept)
        return {"status": answer if status == "stated" else status}
    cells = _measured(holder, concept)
    if not cells.get("value") and not cells.get("result"):
        gone = code_word(part(holder, "dataAbsentReason")) in mapping().no_result_will_come
        status = "cancelled" if gone else status
    return {**cells, "status": status}


def _answer(holder: Resource, concept: Concept) -> str:
    if part(holder, "dataAbsentReason"):
        return "unknown"
    said = holder.get("valueBoolean")
    if isinstance(said, bool):
        return "present" if said else "absent"
    coded = part(holder, "valueCodeableConcept")
    found = keys(coded)
    for status, known in mapping().answers.items():
        if found & set(known):
            return status
    from_words = presence_by_word().get(
        (first(holder, "valueString", "valueInteger") or text(coded, "text")).strip().casefold()
    )
    if from_words:
        return from_words
    if not _has_value(holder):
        return "unknown"
    shown = first(holder, "valueString", "valueInteger") or next((one[1] for one in codings(coded)), "")
    raise BadCell("value", shown, f"is no answer to {concept.id}; answer yes, no or unknown")


def _measured(holder: Resource, concept: Concept) -> Event:
    quantity = part(holder, "valueQuantity")
    cells: Event = {}
    for form in ("valueRange", "valueRatio", "valueSampledData"):
        if form in holder:
            raise BadCell("value", None, f"{concept.id} needs one number, not a {form.removeprefix('value')}")
    if concept.units and not concept.result_only:
        number = _number(text(quantity, "value"))
        said = f"{text(quantity, 'comparator')}{number}" if number else ""
        cells["value"] = said or first(holder, "valueString", "valueInteger")
        cells["unit"] = _unit_text(quantity, concept) if cells["value"] else ""
        cells |= _range(holder, quantity, concept)
    if not cells.get("value"):
        answer = part(holder, "valueCodeableConcept")
        cells["result"] = result_of(concept, [answer], items(holder, "interpretation"))
    return cells


def _number(written: str) -> str:
    try:
        number = Decimal(written)
        return f"{number.quantize(_DECIMALS):f}" if len(written.partition(".")[2]) > 15 else written
    except InvalidOperation:
        return written


def _unit_text(quantity: Resource, concept: Concept) -> str:
    """The code where it is one that we know, else the printed unit, else whatever there is."""
    written = [text(quantity, "code"), text(quantity, "unit")]
    return next((unit for unit in written if unit and concept.find_unit(unit)), written[0] or written[1])


def _range(holder: Resource, quantity: Resource, concept: Concept) -> Event:
    """The reference range, where it is in the unit of the value."""
    ranges = items(holder, "referenceRange")
    normal = [one for one in ranges if code_word(part(one, "type")) in ("", "normal")]
    if not normal:
        return {}
    cells: Event = {}
    unit = _known_unit(quantity, concept)
    for name, side in (("reference_low", "low"), ("reference_high", "high")):
        limit = part(normal[0], side)
        if text(limit, "value") and (not _has_unit(limit) or _known_unit(limit, concept) == unit):
            cells[name] = text(limit, "value")
    return cells


def _has_unit(quantity: Resource) -> bool:
    return bool(text(quantity, "code") or text(quantity, "unit"))


def _known_unit(quantity: Resource, concept: Concept) -> Unit | None:
    return concept.find_unit(_unit_text(quantity, concept))
