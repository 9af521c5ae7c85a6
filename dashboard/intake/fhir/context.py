"""What one load has learned so far: names, reasons, newest visits, and what it could not use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from dashboard.intake.fhir.elements import Coding, Resource, codings, contained, items, part, reference, text
from dashboard.intake.fhir.mapping import mapping
from pathways.codes import concepts_for, meanings


@dataclass(frozen=True, slots=True)
class Read:
    """What the codings of one CodeableConcept say, by use; ``known`` if any list has one of them."""

    included: tuple[str, ...]
    planned: tuple[str, ...]
    suspected: tuple[str, ...]
    relative: tuple[str, ...]
    known: bool


@dataclass
class Visit:
    """The newest encounter of one patient."""

    start: str
    site: str
    clinician: str


class NotYet(Exception):
    """What a resource says depends on resources that may not have been seen: ``keys`` are their ``Type/id``."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__("another resource has to be seen first")
        self.keys = keys


Told = str | list[Coding]
"""A sentence for the load report, or codings that no list knows."""


@dataclass
class Context:
    """``names``, ``codes`` and ``concepts`` go by ``Type/id``; ``remarks`` and ``unused`` become notices.

    ``whole``: every resource was seen; before that, looking another one up raises ``NotYet``. ``told`` is what the
    resource at hand brings up, until ``keep`` counts it or ``forget`` drops it. ``displays`` has the place at which
    a code was first met beside the display it had there.
    """

    as_of: date
    whole: bool = False
    told: list[Told] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, list[Coding]] = field(default_factory=dict)
    concepts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    visit_ends: dict[str, str] = field(default_factory=dict)
    unmapped: Counter[tuple[str, str]] = field(default_factory=Counter)
    displays: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)
    unused: Counter[str] = field(default_factory=Counter)

    def read(self, *coded: Resource) -> Read:
        """The concepts of one or more CodeableConcepts; codes that no list knows are counted as unmapped."""
        found = [one for concept in coded for one in codings(concept)]
        read = read_codes(tuple(found))
        if found and not read.known:
            self.told.append(found)
        return read

    def remark(self, sentence: str) -> None:
        """Something the load report must mention, counted."""
        self.told.append(sentence)

    def keep(self, place: int = 0) -> None:
        """Count what the resource at this place has brought up; without places the one that comes first is first."""
        for one in self.told:
            if isinstance(one, str):
                self.remarks[one] += 1
            else:
                self._count(one, place)
        self.told.clear()

    def forget(self) -> None:
        """The resource at hand will be read again."""
        self.told.clear()

    def _count(self, found: list[Coding], place: int) -> None:
        """Displays drift from record to record: a code is counted once under the first display in their order."""
        for system, code, display in found:
            key = (system, code) if code else ("", display)
            self.unmapped[key] += 1
            if key not in self.displays or place < self.displays[key][0]:
                self.displays[key] = (place, display)

    def given_for_another_reason(self, resource: Resource, reasons: list[Resource]) -> bool:
        """Whether the resource states a coded reason and none of them is back pain or plain pain."""
        said: list[Coding] = [one for concept in reasons for one in codings(concept)]
        for field_name in ("reasonReference", "addresses"):
            for holder in items(resource, field_name):
                said += self._codes_behind(resource, holder)
        said = [one for one in said if one[1]]
        wanted = mapping().reasons
        if any(f"{system}|{code}" in wanted.codes for system, code, _ in said):
            return False
        read = read_codes(tuple(said))
        return bool(said) and not set(read.included) & set(wanted.concepts)

    def _codes_behind(self, resource: Resource, holder: Resource) -> list[Coding]:
        pointer = reference(holder, "Condition")
        if pointer.startswith("#"):
            return codings(part(contained(resource, pointer), "code"))
        return self._codes_of(pointer) or []

    def _codes_of(self, pointer: str) -> list[Coding] | None:
        if pointer:
            self._look_up(pointer)
        return self.codes.get(pointer)

    def _look_up(self, *keys: str) -> None:
        if not self.whole:
            raise NotYet(keys)

    def visit_end(self, visit: str) -> str | None:
        """When an encounter ended, as it is written; None for one that is not there."""
        self._look_up(visit)
        return self.visit_ends.get(visit)

    def concepts_of(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The concepts of the events that these resources gave, sorted."""
        if any(keys):
            self._look_up(*keys)
        return tuple(sorted({one for key in keys for one in self.concepts.get(key, ())}))

    def medication(self, resource: Resource) -> list[Coding]:
        """The codings of a prescription's drug, written in it or in another resource."""
        inline = codings(part(resource, "medicationCodeableConcept"))
        if inline:
            return inline
        holder = part(resource, "medicationReference")
        pointer = reference(holder, "Medication")
        if pointer.startswith("#"):
            return codings(part(contained(resource, pointer), "code"))
        display = text(holder, "display")
        found = self._codes_of(pointer)
        return found if found is not None else [("", "", display)] if display else []

    def name_of(self, holder: Resource, expected: str) -> str:
        """The name of a person or place that is referred to."""
        return text(holder, "display") or self.names.get(reference(holder, expected), "")


@lru_cache(1 << 14)
def read_codes(found: tuple[Coding, ...]) -> Read:
    """What the lists say about some codings; one that excludes a concept wins over one that includes it."""
    said = [meaning for system, code, _ in found if code for meaning in meanings(system, code)]
    excluded = {meaning.concept for meaning in said if meaning.use == "exclude"}

    def by(use: str) -> tuple[str, ...]:
        every = {concept for system, code, _ in found if code for concept in concepts_for(system, code, use)}
        return tuple(sorted(every - excluded))

    return Read(by("include"), by("planned"), by("suspected"), by("relative"), bool(said))
