"""Rows of OMOP tables in the shape of FHIR resources, so that both forms share every decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from dashboard.intake.cells import BadCell
from dashboard.intake.fhir.conditions import from_condition
from dashboard.intake.fhir.context import Context, read_codes
from dashboard.intake.fhir.elements import Coding, Resource
from dashboard.intake.fhir.events import Event
from dashboard.intake.fhir.observations import from_observation
from dashboard.intake.fhir.treatments import from_medication, from_procedure
from dashboard.intake.omop.mapping import mapping
from dashboard.intake.omop.sources import Cells, whole
from dashboard.intake.omop.vocabulary import NO_CONCEPT, Vocabulary, states_facts

_NUMBER = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(\d[\d.eE+-]*)", re.ASCII)
_MIDNIGHT = re.compile(r"00:00(:00(\.0+)?)?")
_ENDS_FILLED = "drug exposures end where they begin, without a supply: read as an end that is not known"

Converter = Callable[[Cells, Sequence[Coding], Vocabulary, Context], list[Event]]


def moment(cells: Cells, name: str) -> str:
    """The day of ``<name>_date``, with the time of ``<name>_datetime`` where that has one of the same day."""
    day, full = cells.get(f"{name}_date", "").strip(), cells.get(f"{name}_datetime", "").strip()
    clock = full[11:]
    if full[:10] != (day or full)[:10] or not clock or _MIDNIGHT.fullmatch(clock):
        return day or full[:10]
    return f"{full[:10]}T{clock}"


def at_midnight(when: str) -> str:
    """The same with a time, so that two ends known only by their day can be the same moment."""
    return when if not when or "T" in when else f"{when}T00:00:00"


def _concept(codings: Sequence[Coding]) -> Resource:
    return {"coding": [{"system": a, "code": b, "display": c} for a, b, c in codings]}


def condition(cells: Cells, codings: Sequence[Coding], _: Vocabulary, context: Context) -> list[Event]:
    """A row of CONDITION_OCCURRENCE; every diagnosis was made in its visit."""
    status = whole(cells.get("condition_status_concept_id"))
    ended = moment(cells, "condition_end")
    visit = f"Encounter/{whole(cells.get('visit_occurrence_id'))}"
    closed_then = context.visit_ends.get(visit) == at_midnight(ended)
    resource: Resource = {
        "resourceType": "Condition",
        "code": _concept(codings),
        "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
        "encounter": {"reference": visit},
        "onsetDateTime": moment(cells, "condition_start"),
        "recordedDate": moment(cells, "condition_start"),
        "abatementDateTime": at_midnight(ended) if closed_then else ended,
        "verificationStatus": _word(mapping().verification.get(status)),
        "clinicalStatus": _word(mapping().clinical.get(status)),
    }
    return from_condition(resource, context)


def _word(code: str | None) -> Resource:
    return {"coding": [{"code": code}]} if code else {}


def observation(cells: Cells, codings: Sequence[Coding], vocabulary: Vocabulary, context: Context) -> list[Event]:
    """A row of OBSERVATION: a fact by itself, or a question with its answer."""
    answer = vocabulary.coding(cells.get("value_as_concept_id"))
    named = bool(answer and read_codes((answer,)).included)
    said = _has_number(cells) or whole(cells.get("value_as_concept_id")) not in NO_CONCEPT or _words(cells)
    if named or (not said and any(states_facts(system) for system, _, _ in codings)):
        when = moment(cells, "observation")
        stated = {"onsetDateTime": when, "recordedDate": when, "code": _concept(codings)}
        return from_condition({"resourceType": "Condition", **stated}, context)
    return _measured("observation", cells, codings, vocabulary, context)


def measurement(cells: Cells, codings: Sequence[Coding], vocabulary: Vocabulary, context: Context) -> list[Event]:
    """A row of MEASUREMENT."""
    return _measured("measurement", cells, codings, vocabulary, context)


def _measured(
    table: str, cells: Cells, codings: Sequence[Coding], vocabulary: Vocabulary, context: Context
) -> list[Event]:
    when = moment(cells, table)
    resource: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": _concept(codings),
        "effectiveDateTime": when[:10],
        "issued": when,
    }
    if _has_number(cells):
        number = cells["value_as_number"].strip()
        resource["valueQuantity"] = {
            "value": number,
            "comparator": _comparator(cells, number),
            "code": vocabulary.unit(cells.get("unit_concept_id")),
            "unit": _printed_unit(cells, vocabulary),
        }
        resource["valueString"] = whole(number)
        ends = {"low": {"value": cells.get("range_low", "")}, "high": {"value": cells.get("range_high", "")}}
        resource["referenceRange"] = [ends]
    concept_id = whole(cells.get("value_as_concept_id"))
    if concept_id not in NO_CONCEPT:
        answer = vocabulary.coding(concept_id)
        words = _words(cells) or f"concept {concept_id}"
        resource["valueCodeableConcept"] = _concept([answer]) if answer else {"text": words}
    elif not _has_number(cells) and _words(cells):
        resource["valueString"] = _words(cells)
    return from_observation(resource, context)


def _has_number(cells: Cells) -> bool:
    return bool(cells.get("value_as_number", "").strip())


def _words(cells: Cells) -> str:
    """What the source wrote, where no column has it as a number or concept: in MEASUREMENT only a number."""
    written = cells.get("value_as_string", "").strip() or cells.get("value_source_value", "").strip()
    if "measurement_concept_id" in cells and not _NUMBER.fullmatch(written):
        return ""
    return written


def _comparator(cells: Cells, number: str) -> str:
    """The operator; without one, that of a source value which has the same number."""
    operator = whole(cells.get("operator_concept_id"))
    if operator not in NO_CONCEPT:
        if operator not in mapping().operators:
            raise BadCell(
                "operator_concept_id",
                operator,
                "is no operator of the CDM; use that of =, <, <=, > or >=, or 0",
            )
        return mapping().operators[operator]
    found = _NUMBER.fullmatch(cells.get("value_source_value", "").strip())
    try:
        same = found is not None and Decimal(found.group(2)) == Decimal(number)
    except ArithmeticError:
        return ""
    return (found.group(1) or "") if found and same else ""


def _printed_unit(cells: Cells, vocabulary: Vocabulary) -> str:
    """The source's unit; a unit that is given but cannot be read must not pass for none."""
    printed = cells.get("unit_source_value", "").strip()
    concept_id = whole(cells.get("unit_concept_id"))
    if printed or concept_id in NO_CONCEPT or vocabulary.unit(concept_id):
        return printed
    return f"concept {concept_id}"


def drug(cells: Cells, codings: Sequence[Coding], _: Vocabulary, context: Context) -> list[Event]:
    """A row of DRUG_EXPOSURE."""
    began, ended = moment(cells, "drug_exposure_start"), _drug_end(cells)
    days = whole(cells.get("days_supply"))
    supplied = days.isdigit() and int(days) > 0
    if not ended and not supplied and cells.get("drug_exposure_end_date"):
        context.remark(_ENDS_FILLED)
    future = ended[:10] > context.as_of.isoformat()
    resource: Resource = {
        "resourceType": "MedicationRequest",
        "status": "active" if future else "completed",
        "medicationCodeableConcept": _concept(codings),
        "effectivePeriod": {"start": began[:10], "end": ended},
        "authoredOn": began,
        "dispenseRequest": {
            "expectedSupplyDuration": {"value": days if supplied else "", "unit": "d"},
            "numberOfRepeatsAllowed": whole(cells.get("refills")),
        },
    }
    return from_medication(resource, context)


def _drug_end(cells: Cells) -> str:
    """The end; blank where it only fills the column, which the CDM does not allow to stay empty."""
    stated = cells.get("verbatim_end_date", "").strip()
    ended = cells.get("drug_exposure_end_date", "").strip()
    if stated or ended != cells.get("drug_exposure_start_date", "").strip():
        return stated or ended
    one_day = whole(cells.get("days_supply")) == "1"
    on_the_spot = whole(cells.get("drug_type_concept_id")) in mapping().given_on_the_spot
    return ended if one_day or on_the_spot else ""


def procedure(cells: Cells, codings: Sequence[Coding], _: Vocabulary, context: Context) -> list[Event]:
    """A row of PROCEDURE_OCCURRENCE; without an end it was over on its day."""
    began = moment(cells, "procedure")[:10]
    resource: Resource = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": _concept(codings),
        "performedPeriod": {"start": began, "end": cells.get("procedure_end_date", "").strip() or began},
    }
    return from_procedure(resource, context)


CONVERTERS: dict[str, Converter] = {
    "condition_occurrence": condition,
    "measurement": measurement,
    "observation": observation,
    "drug_exposure": drug,
    "procedure_occurrence": procedure,
}
