"""What the concept ids of the tables mean: the CONCEPT table, else the source value where its form decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from dashboard.intake.fhir.elements import Coding
from dashboard.intake.omop.mapping import mapping
from dashboard.intake.omop.sources import whole
from pathways.codes import OWN_SYSTEM, SYSTEMS, system_named

UCUM = "UCUM"
_CHECK_ORDER = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
NO_CONCEPT = ("", "0")


class Vocabulary:
    """``known``: concept id to vocabulary, code and name, as in CONCEPT."""

    def __init__(self) -> None:
        self.known: dict[str, Coding] = {}
        self._said: dict[tuple[str, tuple[str, ...], str], tuple[Coding, ...]] = {}

    def add(self, concept_id: str, vocabulary: str, code: str, name: str) -> None:
        """One row of CONCEPT."""
        self.known[whole(concept_id)] = (vocabulary.strip(), code.strip(), name.strip())

    def coding(self, concept_id: str | None) -> Coding | None:
        """The address of the code system, code and name; None where the id is 0 or not in CONCEPT."""
        key = whole(concept_id)
        found = None if key in NO_CONCEPT else self.known.get(key)
        return (address(found[0]), found[1], found[2]) if found else None

    def codings(self, table: str, ids: tuple[str, ...], source_value: str) -> tuple[Coding, ...]:
        """All that a row says about its meaning. Where no id can be resolved: its source value, if only one
        vocabulary writes codes so, else the bare value without a system."""
        key = (table, ids, source_value)
        if key not in self._said:
            self._said[key] = self._codings(table, ids, source_value)
        return self._said[key]

    def _codings(self, table: str, ids: Iterable[str], source_value: str) -> tuple[Coding, ...]:
        found = [coding for one in ids if (coding := self.coding(one))]
        if found:
            return tuple(dict.fromkeys(found))
        value = source_value.strip()
        fitting = _fitting(table, value)
        return ((address(fitting[0]) if len(fitting) == 1 else "", value, ""),)

    def unit(self, concept_id: str | None) -> str:
        """The UCUM code of a unit; blank where the id does not lead to one."""
        found = self.known.get(whole(concept_id))
        return found[1] if found and found[0] == UCUM else ""


@lru_cache(1 << 10)
def address(vocabulary: str) -> str:
    """The address by which FHIR names a vocabulary, where we know it, else its OMOP name."""
    short = system_named(vocabulary)
    return SYSTEMS[short][0] if short else vocabulary


@lru_cache(1 << 12)
def states_facts(system: str) -> bool:
    """Whether a code of this system states a fact by itself, without an answer."""
    return system in (OWN_SYSTEM, *(address(one) for one in mapping().facts))


@lru_cache(1 << 14)
def _fitting(table: str, value: str) -> tuple[str, ...]:
    rules = mapping()
    return tuple(
        vocabulary
        for vocabulary in rules.tables[table].source_vocabularies
        if re.fullmatch(rules.forms[vocabulary], value, re.ASCII)
        and (vocabulary != "SNOMED" or _check_digit_is_right(value))
    )


def _check_digit_is_right(code: str) -> bool:
    """Verhoeff's check, which every SNOMED CT identifier passes."""
    check = 0
    for place, digit in enumerate(reversed(code)):
        number = int(digit)
        for _ in range(place % 8):
            number = _CHECK_ORDER[number]
        check = _times(check, number)
    return check == 0


def _times(one: int, other: int) -> int:
    """The product in the dihedral group of the pentagon: 0-4 turns, 5-9 reflections."""
    turn = one % 5 + (-1 if one > 4 else 1) * (other % 5)
    return turn % 5 + (5 if (one > 4) != (other > 4) else 0)
