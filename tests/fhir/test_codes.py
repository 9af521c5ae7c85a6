"""The code lists: complete, in order, and without the codes that are known to be wrong."""

from __future__ import annotations

import pytest

from pathways.codes import HERE, OWN_SYSTEM, lookup, meanings, rows, standard_code
from pathways.vocabulary import concepts
from tests.fhir.resources import ICD, LOINC, RXNORM, SNOMED

INCLUDED = [
    (SNOMED, "278860009", ("back_pain",)),
    (SNOMED, "279039007", ("back_pain",)),
    (SNOMED, "161891005", ("back_pain",)),
    (ICD, "M54.5", ("back_pain",)),
    (ICD, "M54.50", ("back_pain",)),
    (ICD, "M5459", ("back_pain",)),
    (ICD, "M54.6", ("back_pain", "thoracic_pain")),
    (ICD, "M54.41", ("back_pain", "radicular_pain")),
    (ICD, "C50.919", ("cancer_history",)),
    (ICD, "C90.00", ("cancer_history",)),
    (ICD, "Z85.46", ("cancer_history",)),
    (ICD, "C79.51", ("cancer_history",)),
    (ICD, "C41.2", ("cancer_history", "known_spinal_malignancy")),
    (ICD, "Z80.3", ("family_history_cancer",)),
    (SNOMED, "229064008", ("physiotherapy",)),
    (LOINC, "72514-3", ("pain_score",)),
    (LOINC, "38208-5", ("pain_score",)),
    (LOINC, "75893-8", ("peg_score",)),
    (LOINC, "91147-9", ("peg_score",)),
    (LOINC, "718-7", ("haemoglobin",)),
    (LOINC, "17861-6", ("calcium_total",)),
    (LOINC, "49765-1", ("calcium_total",)),
    (LOINC, "29265-6", ("calcium_adjusted",)),
    (LOINC, "46099-8", ("calcium_adjusted",)),
    (RXNORM, "856987", ("analgesic", "opioid")),
    ("http://www.whocc.no/atc", "M01AE01", ("nsaid",)),
    ("http://www.whocc.no/atc", "M03BX08", ("muscle_relaxant",)),
    ("urn:oid:2.16.840.1.113883.6.90", "M54.9", ("back_pain",)),
    ("http://snomed.info/sct/900000000000207008", "278860009", ("back_pain",)),
    ("SNOMED", "278860009", ("back_pain",)),
]
NOT_INCLUDED = [
    (SNOMED, "82423001"), (SNOMED, "1121000119107"), (SNOMED, "271594007"), (SNOMED, "78975002"),
    (SNOMED, "773513001"), (SNOMED, "52052004"), (SNOMED, "162573006"), (SNOMED, "444831000124102"),
    (SNOMED, "312681000"), (SNOMED, "89362005"), (LOINC, "24531-6"), (LOINC, "38221-8"), (LOINC, "24932-6"),
    (ICD, "C44.311"), (ICD, "Z85.828"), (RXNORM, "243670"), (SNOMED, "180256009"),
]  # fmt: skip


@pytest.mark.parametrize(("system", "code", "expected"), INCLUDED)
def test_what_a_code_means(system: str, code: str, expected: tuple[str, ...]) -> None:
    assert lookup(system, code) == expected


@pytest.mark.parametrize(("system", "code"), NOT_INCLUDED)
def test_codes_that_look_right_and_are_not(system: str, code: str) -> None:
    assert lookup(system, code) == ()
    assert meanings(system, code), "the list should say that it is left out on purpose"


def test_unknown_codes_and_systems_mean_nothing() -> None:
    assert meanings(SNOMED, "1") == ()
    assert meanings("http://example.org/local", "278860009") == ()
    assert meanings(SNOMED, "27886000") == ()


def test_every_concept_has_a_list_and_its_own_code() -> None:
    assert {path.stem for path in HERE.glob("*.csv")} == set(concepts())
    assert all(lookup(OWN_SYSTEM, name) == (name,) for name in concepts())
    assert lookup(OWN_SYSTEM, "nothing_of_ours") == ()


def test_a_hierarchy_is_only_used_where_codes_are_hierarchical() -> None:
    starred = {row.system for row in rows() if row.code.endswith("*")}
    assert starred == {"icd10cm", "atc"}


def test_displays_are_short_words_of_our_own() -> None:
    assert not [row for row in rows() if not row.display or len(row.display) > 60]


@pytest.mark.parametrize("name", [name for name in concepts() if standard_code(name)])
def test_a_code_that_we_write_means_that_concept_alone(name: str) -> None:
    system, code = standard_code(name) or ("", "")
    assert lookup(system, code) == (name,)
