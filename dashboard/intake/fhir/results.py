"""The outcome of a test that has no number, and of an image."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.intake.fhir.context import read_codes
from dashboard.intake.fhir.elements import Resource, code_word, codings, keys
from dashboard.intake.fhir.mapping import mapping
from pathways.vocabulary import Concept


def result_of(concept: Concept, answers: list[Resource], interpretations: Sequence[Resource] = ()) -> str:
    """normal or abnormal; negative, suspicious or indeterminate; blank where nothing coded says so.

    Several codes: the gravest counts. ``answers`` are CodeableConcepts (a value, conclusion codes).
    """
    rules = mapping()
    known = rules.results.get(concept.kind, {})
    found = {key for answer in answers for key in keys(answer)}
    outcomes = {outcome for outcome, codes in known.items() if found & set(codes)}
    if concept.kind == "imaging":
        named = read_codes(tuple(one for answer in answers for one in codings(answer))).included
        if set(named) & set(rules.suspicious_concepts):
            outcomes.add("suspicious")
    elif concept.kind == "blood_test":
        words = {code_word(one) for one in interpretations}
        outcomes |= {outcome for outcome, codes in rules.interpretations.items() if words & set(codes)}
    return next((one for one in _GRAVEST_FIRST if one in outcomes), "")


_GRAVEST_FIRST = ("suspicious", "abnormal", "indeterminate", "negative", "normal")
