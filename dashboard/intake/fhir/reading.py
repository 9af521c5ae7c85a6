"""FHIR R4 in, records out: one resource is one record.

Resources are read once, in any order. Those that need others (a patient or a diagnosis its visits, a
prescription its reason, a task its focus) wait until everything has been seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.intake.cells import BadCell
from dashboard.intake.fhir.bundles import resources_in
from dashboard.intake.fhir.conditions import from_condition, from_family_history
from dashboard.intake.fhir.context import Context
from dashboard.intake.fhir.elements import Resource, codings, human_name, items, part, reference, text
from dashboard.intake.fhir.events import Event
from dashboard.intake.fhir.observations import from_observation
from dashboard.intake.fhir.orders import (
    from_appointment,
    from_imaging_study,
    from_report,
    from_service_request,
    from_task,
)
from dashboard.intake.fhir.people import from_patient, note_visit, patient_id
from dashboard.intake.fhir.sources import json_members, texts
from dashboard.intake.fhir.treatments import from_care_plan, from_medication, from_procedure
from dashboard.intake.limits import Limits
from dashboard.intake.members import Member
from dashboard.intake.report import Origin, UnusableSource
from dashboard.intake.rows import PanelBuilder, Record

Converter = Callable[[Resource, Context], list[Event]]
_AT_ONCE: dict[str, Converter] = {
    "Observation": from_observation,
    "ServiceRequest": from_service_request,
    "DiagnosticReport": from_report,
    "ImagingStudy": from_imaging_study,
    "FamilyMemberHistory": from_family_history,
}
_AT_THE_END: dict[str, Converter] = {
    "Condition": from_condition,
    "Procedure": from_procedure,
    "MedicationRequest": from_medication,
    "MedicationStatement": from_medication,
    "CarePlan": from_care_plan,
    "Task": from_task,
    "Appointment": from_appointment,
}
_NAMED = ("Practitioner", "Organization", "Location")
_CODED = ("Condition", "Medication")
_EXPORT_LOG = {"exportId", "eventId"}


@dataclass(slots=True)
class _Kept:
    """A resource that waits, with its place."""

    origin: Origin
    resource: Resource


@dataclass
class _Load:
    builder: PanelBuilder
    limits: Limits
    context: Context
    ids: dict[str, str] = field(default_factory=dict)
    patients: list[_Kept] = field(default_factory=list)
    visits: list[Resource] = field(default_factory=list)
    waiting: list[_Kept] = field(default_factory=list)
    unowned: list[tuple[Origin, str, list[Event]]] = field(default_factory=list)
    count: int = 0
    broken: str = ""


def read_fhir(source: Path, builder: PanelBuilder, limits: Limits) -> None:
    """Hand every resource of a file, folder or zip to the builder. Raises ``UnusableSource``."""
    builder.form = builder.form or "FHIR R4"
    load = _Load(builder, limits, Context(builder.as_of))
    files, others = json_members(source, limits)
    if others:
        builder.note(f"{others} files are neither JSON nor NDJSON and were not read")
    for member in files:
        _read_member(member, load)
    if not load.count:
        wrong = load.broken or "has no FHIR resource; give a Bundle (.json) or NDJSON files"
        raise UnusableSource(f"{source.name}: {wrong}")
    _finish(load)


def _read_member(member: Member, load: _Load) -> None:
    for found in texts(member, load.limits):
        if found is None:
            load.builder.blank()
        elif found.problem:
            load.broken = load.broken or found.problem
            load.builder.hold(Origin(found.table, found.line, found.raw), "resource", "", found.problem)
        elif found.line == 1 and isinstance(found.value, dict) and found.value.keys() >= _EXPORT_LOG:
            load.builder.note(f"{member.name} is the log of an export, not data, and was not read")
            return
        else:
            for place, resource in resources_in(found.value):
                line = found.line if place is None or found.raw else place
                origin = Origin(found.table, line, found.raw if place is None else "")
                load.count += 1
                load.limits.check_rows(load.count, member.name)
                _take(origin, resource, load)


def _take(origin: Origin, resource: object, load: _Load) -> None:
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(resource, dict) or not isinstance(kind, str) or not kind:
        bad = BadCell("resourceType", None, "is missing; every FHIR resource names its type")
        _hold(origin, resource, load, bad)
        return
    try:
        _learn(kind, resource, load)
        if kind == "Patient":
            load.ids[f"Patient/{text(resource, 'id')}"] = patient_id(resource)
            load.patients.append(_Kept(origin, resource))
        elif kind in _AT_THE_END:
            load.waiting.append(_Kept(origin, resource))
        else:
            _convert(origin, kind, resource, load)
    except BadCell as bad:
        _hold(origin, resource, load, bad)


def _learn(kind: str, resource: Resource, load: _Load) -> None:
    key = f"{kind}/{text(resource, 'id')}"
    if kind in _NAMED:
        name = resource.get("name")
        load.context.names[key] = name if isinstance(name, str) else human_name(resource)
    elif kind in _CODED:
        load.context.codes[key] = codings(part(resource, "code"))
    elif kind == "Encounter":
        load.context.visit_ends[key] = text(part(resource, "period"), "end")
        load.visits.append({name: resource[name] for name in _VISIT if name in resource})


_VISIT = ("status", "subject", "period", "serviceProvider", "location", "participant")


def _convert(origin: Origin, kind: str, resource: Resource, load: _Load) -> None:
    """Raises ``BadCell`` where the resource has to be held back."""
    converter = _AT_ONCE.get(kind) or _AT_THE_END.get(kind)
    if converter is None:
        if kind not in _NAMED and kind not in ("Encounter", "Medication"):
            load.context.unused[kind] += 1
        load.builder.add(Record(Origin(origin.table, origin.line, "")))
        return
    rows = converter(resource, load.context)
    if not rows:
        load.builder.add(Record(Origin(origin.table, origin.line, "")))
        return
    load.context.concepts[f"{kind}/{text(resource, 'id')}"] = tuple(sorted({row["concept"] for row in rows}))
    load.unowned.append((_with_raw(origin, resource), _owner(resource), rows))


def _patient_key(resource: Resource) -> str:
    if resource.get("resourceType") == "Patient":
        return f"Patient/{text(resource, 'id')}"
    return _owner(resource)


def _owner(resource: Resource) -> str:
    holder = part(resource, "subject") or part(resource, "patient") or part(resource, "for")
    if holder:
        return reference(holder, "Patient")
    actors = [reference(part(one, "actor"), "Patient") for one in items(resource, "participant")]
    return next((actor for actor in actors if actor.startswith("Patient/")), "")


def _with_raw(origin: Origin, resource: object) -> Origin:
    if origin.raw:
        return origin
    return Origin(origin.table, origin.line, json.dumps(resource, ensure_ascii=False, separators=(",", ":")))


def _hold(origin: Origin, resource: object, load: _Load, bad: BadCell) -> None:
    owner = ""
    if isinstance(resource, dict):
        with suppress(BadCell):
            owner = _patient_key(resource)
    named = load.ids.get(owner, owner.partition("/")[2]) or None
    load.builder.hold(_with_raw(origin, resource), bad.column, bad.value, bad.reason, named)


def _finish(load: _Load) -> None:
    for kept in load.waiting:
        try:
            _convert(kept.origin, text(kept.resource, "resourceType"), kept.resource, load)
        except BadCell as bad:
            _hold(kept.origin, kept.resource, load, bad)
    _add_patients(load)
    for origin, owner, rows in load.unowned:
        mine = load.ids.get(owner, owner.partition("/")[2])
        load.builder.add(Record(origin, None, [{**row, "patient_id": mine} for row in rows]))
    _report(load)


def _add_patients(load: _Load) -> None:
    for visit in load.visits:
        try:
            note_visit(visit, reference(part(visit, "subject"), "Patient"), load.context)
        except BadCell:
            load.context.remark("visits are not in the form of FHIR R4 and give no site or clinician")
    for kept in load.patients:
        try:
            row = from_patient(kept.resource, load.context)
        except BadCell as bad:
            _hold(kept.origin, kept.resource, load, bad)
            continue
        newest = load.context.visits.get(f"Patient/{text(kept.resource, 'id')}")
        if newest:
            row["site"] = row["site"] or newest.site
            row["clinician"] = row["clinician"] or newest.clinician
        load.builder.add(Record(_with_raw(kept.origin, kept.resource), row))


def _report(load: _Load) -> None:
    context = load.context
    for sentence, number in sorted(context.remarks.items()):
        load.builder.note(f"{number} {sentence}")
    if context.unused:
        listed = ", ".join(f"{kind} {number}" for kind, number in sorted(context.unused.items()))
        total = sum(context.unused.values())
        load.builder.note(f"{total} resources have no use here and were left aside: {listed}")
    for (system, code), number in context.unmapped.items():
        display = context.displays[system, code]
        text_alone = not system and display == code
        for _ in range(number):
            load.builder.unmapped(system, "" if text_alone else code, display)
