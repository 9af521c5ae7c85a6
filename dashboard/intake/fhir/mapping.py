"""How the words of FHIR are read: ``mapping.yaml``, checked once."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from pathways.panel import STATUSES
from pathways.vocabulary import concepts


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Verification(_Strict):
    """Words of ``Condition.verificationStatus``."""

    never: tuple[str, ...]
    unsure: tuple[str, ...]


class Reasons(_Strict):
    """What a treatment may be given for."""

    concepts: tuple[str, ...]
    codes: tuple[str, ...]


class Family(_Strict):
    """Own concept to the one it means in a relative; relationship codes of first degree."""

    concepts: dict[str, str]
    first_degree: tuple[str, ...]


class Mapping(_Strict):
    """``mapping.yaml``. Codes are written ``system|code``."""

    verification: Verification
    stated_when_unsure: tuple[str, ...]
    closed: tuple[str, ...]
    closed_with_the_visit: tuple[str, ...]
    stays: tuple[str, ...]
    statuses: dict[str, dict[str, dict[str, str]]]
    not_orders: tuple[str, ...]
    cancelled_activity: tuple[str, ...]
    no_result_will_come: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    answer_is_the_finding: tuple[str, ...]
    interpretations: dict[str, tuple[str, ...]]
    results: dict[str, dict[str, tuple[str, ...]]]
    suspicious_concepts: tuple[str, ...]
    spine_sites: tuple[str, ...]
    spine_machines: dict[str, str]
    reasons: Reasons
    family: Family
    reviewed: tuple[str, ...]
    clinician_roles: tuple[str, ...]


TEST_KINDS = ("measurement", "blood_test", "imaging")


@cache
def mapping() -> Mapping:
    """The one mapping."""
    return Mapping(**YAML(typ="safe", pure=True).load(Path(__file__).with_name("mapping.yaml")))


def status_group(kind: str) -> str:
    """The row of the status table that a kind of concept uses."""
    return "test" if kind in TEST_KINDS else kind


@lru_cache(1 << 12)
def status_word(resource_type: str, concept_id: str, word: str) -> str | None:
    """Our status for a status word of FHIR; ``""`` for no event, None where the table does not have it."""
    group = status_group(concepts()[concept_id].kind)
    return mapping().statuses.get(resource_type, {}).get(group, {}).get(word)


@lru_cache(1 << 12)
def can_come_from(resource_type: str, concept_id: str) -> bool:
    """Whether this kind of concept is read from this kind of resource."""
    return status_group(concepts()[concept_id].kind) in mapping().statuses.get(resource_type, {})


@cache
def unknown_words() -> tuple[str, ...]:
    """Words of the status tables that are no status of ours; empty when the file is in order."""
    ours = {word for words in STATUSES.values() for word in words} | {"", "stated"}
    return tuple(
        word
        for groups in mapping().statuses.values()
        for table in groups.values()
        for word in table.values()
        if word not in ours
    )
