"""FHIR R4 in, rows out: one resource is one record.

Resources are read once, in any order, and become rows at once. Those that need others (a patient the visits, a
prescription its reason, a task its focus) wait until everything has been seen. Neither the rows nor what waits stays in
memory where it is much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.intake.cells import BadCell
from dashboard.intake.contract_tables import EVENT_COLUMNS, PATIENT_COLUMNS
from dashboard.intake.fhir.bundles import resources_in
from dashboard.intake.fhir.conditions import from_condition, from_family_history
from dashboard.intake.fhir.context import Context, NotYet
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
from dashboard.intake.fhir.sources import Found, json_members, texts
from dashboard.intake.fhir.spool import Spool
from dashboard.intake.fhir.treatments import from_care_plan, from_medication, from_procedure
from dashboard.intake.fhir.waiting import Place, Waiting
from dashboard.intake.limits import Limits
from dashboard.intake.members import Member
from dashboard.intake.report import UnusableSource
from dashboard.intake.rows import PanelBuilder
from dashboard.intake.scratch import Scratch

Converter = Callable[[Resource, Context], list[Event]]
_FROM: dict[str, Converter] = {
    "Observation": from_observation,
    "ServiceRequest": from_service_request,
    "DiagnosticReport": from_report,
    "ImagingStudy": from_imaging_study,
    "FamilyMemberHistory": from_family_history,
    "Condition": from_condition,
    "Procedure": from_procedure,
    "MedicationRequest": from_medication,
    "MedicationStatement": from_medication,
    "CarePlan": from_care_plan,
    "Task": from_task,
    "Appointment": from_appointment,
}
_MAY_NEED_OTHERS = frozenset(
    ("Condition", "Procedure", "MedicationRequest", "MedicationStatement", "CarePlan", "Task", "Appointment")
)
_HAS_A_FOCUS = frozenset(("Task", "Appointment"))
_NAMED = ("Practitioner", "Organization", "Location")
_CODED = ("Condition", "Medication")
_LEARNED = frozenset((*_NAMED, *_CODED, "Encounter"))
_VISIT = ("status", "subject", "period", "serviceProvider", "location", "participant")
_EXPORT_LOG = {"exportId", "eventId"}

Share = Callable[[float], None]


def nobody(_: float) -> None:
    """Nobody hears which part of the bytes was read."""


TURN = 44
"""Above so many bits, which count the resources of the source, a number says in which turn a record is settled."""
HELD, HELD_LATE, PEOPLE, EVENTS, EVENTS_LATE = range(5)


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that gives no rows, and whom it is about."""

    number: int
    table: str
    line: int
    bad: BadCell
    owner: str


class Reader:
    """What one source says, resource by resource: the rows of its ``people`` and ``events``, and what is ``held``.

    ``ids`` has the patients whose id is not that of their resource, ``first_in`` the number of the first resource of
    every line that holds several.
    """

    def __init__(self, builder: PanelBuilder, limits: Limits, scratch: Scratch, share: Share) -> None:
        self.builder = builder
        self.people = Spool(sorted(PATIENT_COLUMNS), scratch.file)
        self.events = Spool(sorted(EVENT_COLUMNS - {"patient_id"}), scratch.file)
        self.held: list[Held] = []
        self.ids: dict[str, str] = {}
        self.first_in: dict[tuple[str, int], int] = {}
        self._limits, self._share = limits, share
        self._context = Context(builder.as_of)
        self._patients, self._visits, self._waiting = (Waiting(scratch.file) for _ in range(3))
        self._focuses: set[str] = set()
        self._count = 0
        self._broken = ""

    def read(self, source: Path) -> Sequence[Member]:
        """Every resource of a file, folder or zip; the files that were read. Raises ``UnusableSource``."""
        files, others = json_members(source, self._limits)
        if others:
            self.builder.note(f"{others} files are neither JSON nor NDJSON and were not read")
        sizes = [member.size for member in files]
        for place, member in enumerate(files):
            self._read_member(member, sum(sizes[:place]), max(1, sum(sizes)))
        if not self._count:
            wrong = self._broken or "has no FHIR resource; give a Bundle (.json) or NDJSON files"
            raise UnusableSource(f"{source.name}: {wrong}")
        self._finish()
        return files

    def patient_of(self, owner: str) -> str:
        """The patient id behind a reference ``Patient/id``."""
        return self.ids.get(owner, owner.partition("/")[2])

    def _read_member(self, member: Member, before: int, whole: int) -> None:
        counted = self.builder.counted
        for found in texts(member, self._limits, passed=lambda bytes_: self._share((before + bytes_) / whole)):
            if found is None:
                self.builder.blank()
            elif found.problem:
                self._broken = self._broken or found.problem
                self._hold(
                    HELD, Place(counted(), found.table, found.line), None, BadCell("resource", "", found.problem)
                )
            elif found.line == 1 and isinstance(found.value, dict) and found.value.keys() >= _EXPORT_LOG:
                self.builder.note(f"{member.name} is the log of an export, not data, and was not read")
                return
            else:
                self._read_text(found)

    def _read_text(self, found: Found) -> None:
        value = found.value
        if isinstance(value, dict) and value.get("resourceType") != "Bundle":
            several: Iterable[tuple[int | None, object]] = ((None, value),)
        else:
            several = resources_in(value)
        for place, resource in several:
            number = self.builder.counted()
            line = found.line if place is None or found.raw else place
            if place is not None and found.raw:
                self.first_in.setdefault((found.table, line), number)
            self._count += 1
            if not self._limits.streamed:
                self._limits.check_rows(self._count, found.table)
            self._take(Place(number, found.table, line), resource)

    def _take(self, place: Place, resource: object) -> None:
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(kind, str) or not kind:
            bad = BadCell("resourceType", None, "is missing; every FHIR resource names its type")
            self._hold(HELD, place, resource, bad)
            return
        try:
            key = f"{kind}/{text(resource, 'id')}"
            if kind in _LEARNED:
                self._learn(kind, key, resource, place)
            if kind == "Patient":
                mine = patient_id(resource)
                if mine != key.partition("/")[2] or key in self.ids:
                    self.ids[key] = mine
                self._patients.add(place, resource)
                return
        except BadCell as bad:
            self._hold(HELD, place, resource, bad)
            return
        if kind in _FROM:
            self._convert(place, kind, key, resource)
        else:
            if kind not in _LEARNED:
                self._context.unused[kind] += 1
            self.builder.account.accepted += 1

    def _learn(self, kind: str, key: str, resource: Resource, place: Place) -> None:
        context = self._context
        if kind in _NAMED:
            name = resource.get("name")
            context.names[key] = name if isinstance(name, str) else human_name(resource)
        elif kind in _CODED:
            context.codes[key] = codings(part(resource, "code"))
        else:
            context.visit_ends[key] = text(part(resource, "period"), "end")
            self._visits.add(place, {name: resource[name] for name in _VISIT if name in resource})

    def _convert(self, place: Place, kind: str, key: str, resource: Resource) -> None:
        context, late = self._context, kind in _MAY_NEED_OTHERS
        turn = late << TURN | place.number
        try:
            rows = _FROM[kind](resource, context)
            owner = _owner(resource) if rows else ""
        except NotYet as missing:
            context.forget()
            if kind in _HAS_A_FOCUS:
                self._focuses.update(missing.keys)
            self._waiting.add(place, resource)
            return
        except BadCell as bad:
            context.keep(turn)
            self._hold(HELD_LATE if late else HELD, place, resource, bad)
            return
        if context.told:
            context.keep(turn)
        if not rows:
            self.builder.account.accepted += 1
            return
        number = (EVENTS_LATE if late else EVENTS) << TURN | place.number
        self.events.add(number, place.table, place.line, owner, rows)
        if context.whole or not all(row["source_ref"] == key for row in rows):
            context.concepts[key] = tuple(sorted({row["concept"] for row in rows}))
        elif context.concepts:
            context.concepts.pop(key, None)

    def _finish(self) -> None:
        self._context.whole = True
        self._find_focuses()
        for last in (False, True):
            for place, resource in self._waiting:
                kind = text(resource, "resourceType")
                if (kind in _HAS_A_FOCUS) is last:
                    self._convert(place, kind, f"{kind}/{text(resource, 'id')}", resource)
        self._find_newest_visits()
        for place, resource in self._patients:
            self._add_patient(place, resource)
        _tell(self._context, self.builder)

    def _find_focuses(self) -> None:
        """What the resources said to which some task or appointment refers."""
        if self._focuses:
            found = self.events.values_of("concept", "source_ref", self._focuses)
            self._context.concepts = {key: tuple(sorted(ids)) for key, ids in found.items()} | self._context.concepts

    def _find_newest_visits(self) -> None:
        context = self._context
        for place, visit in self._visits:
            try:
                note_visit(visit, reference(part(visit, "subject"), "Patient"), context)
            except BadCell:
                context.remark("visits are not in the form of FHIR R4 and give no site or clinician")
                context.keep(place.number)

    def _add_patient(self, place: Place, resource: Resource) -> None:
        try:
            row = from_patient(resource, self._context)
        except BadCell as bad:
            self._hold(PEOPLE, place, resource, bad)
            return
        newest = self._context.visits.get(f"Patient/{text(resource, 'id')}")
        if newest:
            row["site"] = row["site"] or newest.site
            row["clinician"] = row["clinician"] or newest.clinician
        number = PEOPLE << TURN | place.number
        self.people.add(number, place.table, place.line, row["patient_id"], [row])

    def _hold(self, turn: int, place: Place, resource: object, bad: BadCell) -> None:
        owner = ""
        if isinstance(resource, dict):
            with suppress(BadCell):
                owner = _patient_key(resource)
        self.held.append(Held(turn << TURN | place.number, place.table, place.line, bad, owner))


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


def _tell(context: Context, builder: PanelBuilder) -> None:
    for sentence, number in sorted(context.remarks.items()):
        builder.note(f"{number} {sentence}")
    if context.unused:
        listed = ", ".join(f"{kind} {number}" for kind, number in sorted(context.unused.items()))
        total = sum(context.unused.values())
        builder.note(f"{total} resources have no use here and were left aside: {listed}")
    in_turn = sorted(context.unmapped.items(), key=lambda pair: context.displays[pair[0]][0])
    for (system, code), number in in_turn:
        display = context.displays[system, code][1]
        text_alone = not system and display == code
        builder.unmapped(system, "" if text_alone else code, display, number)
