"""The codes by which other systems name a concept: one list per concept in ``codes/<concept>.csv``.

A row has ``system, code, display, use, checked``. A code that ends with ``*`` stands for everything below it;
of two rows of one list that fit, the longer decides. ``use`` is one of

- ``include``: a record with this code is about the concept;
- ``exclude``: it is not, although a public list or a word in it says so;
- ``planned``: it plans or refers to the treatment, which is not the treatment;
- ``suspected``: the thing is suspected, not established;
- ``relative``: it counts when a close relative has it.

``checked`` says where the code was checked. Displays are our own short words, not those of the code systems.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pathways.vocabulary import concepts

HERE = Path(__file__).parent / "codes"
COLUMNS = ["system", "code", "display", "use", "checked"]
USES = ("include", "exclude", "planned", "suspected", "relative")
OWN_SYSTEM = "urn:backstop:concept"
"""Our own code system: its codes are the concept ids, so any concept can be said in any format."""

SYSTEMS: dict[str, tuple[str, ...]] = {
    "snomed": ("http://snomed.info/sct", "2.16.840.1.113883.6.96"),
    "icd10cm": (
        "http://hl7.org/fhir/sid/icd-10-cm",
        "2.16.840.1.113883.6.90",
        # The international edition shares the three- and four-character codes that the lists use.
        "http://hl7.org/fhir/sid/icd-10",
        "2.16.840.1.113883.6.3",
        "icd10",
    ),
    "icd9cm": ("http://hl7.org/fhir/sid/icd-9-cm", "2.16.840.1.113883.6.103"),
    "loinc": ("http://loinc.org", "2.16.840.1.113883.6.1"),
    "rxnorm": ("http://www.nlm.nih.gov/research/umls/rxnorm", "2.16.840.1.113883.6.88"),
    "atc": ("http://www.whocc.no/atc", "2.16.840.1.113883.6.73"),
    "cpt": ("http://www.ama-assn.org/go/cpt", "2.16.840.1.113883.6.12", "cpt4"),
}
"""Each system's short name, its address in FHIR first, then its other names."""

_DOTLESS = ("icd10cm", "icd9cm")  # written with and without the dot


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code says about one concept."""

    concept: str
    use: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a code list."""

    concept: str
    system: str
    code: str
    display: str
    use: str
    checked: str


@cache
def rows() -> tuple[Row, ...]:
    """Every line of every list. Raises ``ValueError`` for a line that is not in order."""
    found: list[Row] = []
    for path in sorted(HERE.glob("*.csv")):
        found.extend(_rows_of(path))
    return tuple(found)


def _rows_of(path: Path) -> list[Row]:
    if path.stem not in concepts():
        raise ValueError(f"{path.name}: there is no concept {path.stem}")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise ValueError(f"{path.name}: the header must be {','.join(COLUMNS)}")
        lines = [Row(path.stem, **line) for line in reader]
    seen: set[tuple[str, str]] = set()
    for row in lines:
        if row.system not in SYSTEMS or row.use not in USES or not row.checked:
            raise ValueError(f"{path.name}: {row.system} {row.code}: unknown system or use, or not checked")
        if (row.system, row.code) in seen:
            raise ValueError(f"{path.name}: {row.system} {row.code} is listed twice")
        seen.add((row.system, row.code))
    return lines


@lru_cache(1 << 12)
def system_named(name: str) -> str | None:
    """The short name of a code system given by its address, OID or short name; None if it is not known.

    SNOMED CT addresses that name an edition count as SNOMED CT.
    """
    wanted = name.strip().casefold().removeprefix("urn:oid:").rstrip("/")
    for system, names in SYSTEMS.items():
        if wanted == system or wanted in names:
            return system
        if system == "snomed" and wanted.startswith(names[0] + "/"):
            return system
    return None


@lru_cache(1 << 16)
def meanings(system: str, code: str) -> tuple[Meaning, ...]:
    """Everything the lists say about a code, sorted by concept; empty when no list knows it."""
    if system.strip() == OWN_SYSTEM:
        return (Meaning(code, "include"),) if code in concepts() else ()
    short = system_named(system)
    if short is None:
        return ()
    wanted = _plain(short, code)
    table = _index().get(short, {})
    best: dict[str, str] = {}
    for length in range(1, len(wanted) + 1):
        best.update(table.get(wanted[:length] + "*", {}))
    best.update(table.get(wanted, {}))
    return tuple(Meaning(concept, use) for concept, use in sorted(best.items()))


def lookup(system: str, code: str) -> tuple[str, ...]:
    """The concepts a code stands for; empty when no list includes it. ``system``: as in ``system_named``."""
    return concepts_for(system, code, "include")


def concepts_for(system: str, code: str, use: str) -> tuple[str, ...]:
    """The concepts whose list has the code under this use."""
    return tuple(meaning.concept for meaning in meanings(system, code) if meaning.use == use)


@cache
def standard_code(concept: str) -> tuple[str, str] | None:
    """The address and code to write for a concept: one that says neither less nor more than the concept,
    from ``standard_codes.csv``; None where no such code was checked."""
    with (HERE.parent / "standard_codes.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["concept"] == concept:
                return SYSTEMS[line["system"]][0], line["code"]
    return None


def _plain(system: str, code: str) -> str:
    plain = code.strip().upper()
    return plain.replace(".", "") if system in _DOTLESS else plain


@cache
def _index() -> dict[str, dict[str, dict[str, str]]]:
    table: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows():
        by_code = table.setdefault(row.system, {})
        by_code.setdefault(_plain(row.system, row.code), {})[row.concept] = row.use
    return table
