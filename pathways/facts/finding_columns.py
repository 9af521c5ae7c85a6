"""Findings side by side: one row per patient, a column per finding that some rule reads.

A panel has far more answers than people, and most of them are "absent". So the verdicts come out of one pass in
which each finding is one bit of a number, and the dates out of a second over the few rows that a date is read of.
"""

from __future__ import annotations

from sqlglot import exp

from pathways.events import Steps
from pathways.facts.findings import used_findings
from pathways.loading import ProfiledPathway
from pathways.steps import Part, literal, sql, values, when

BITS = 60
"""Findings in one number: it stays positive in a signed one of 64 bits."""


def finding_column_steps(pathway: ProfiledPathway) -> Steps:
    """``finding_wide``: per finding its verdict, ``__since`` where met, ``__day`` where asked for, ``__expired``."""
    used = used_findings(pathway)
    numbers = [used[first : first + BITS] for first in range(0, len(used), BITS)]
    return {
        "finding_bit": _bits(numbers),
        "finding_verdict": _verdicts(len(numbers)),
        "finding_date": _dates(pathway),
        "finding_wide": _side_by_side(pathway, numbers),
    }


def _bits(numbers: list[list[str]]) -> exp.Expr:
    """The bit of each finding in its number; 0 in the others."""
    kinds = {"concept": "VARCHAR"} | {f"bit_{number}": "BIGINT" for number in range(len(numbers))}
    rows: list[tuple[Part, ...]] = [
        (concept, *(1 << place if own == number else 0 for own in range(len(numbers))))
        for number, concepts in enumerate(numbers)
        for place, concept in enumerate(concepts)
    ]
    return values(kinds, rows)


def _verdicts(count: int) -> exp.Expr:
    cells = [
        exp.alias_(sql(f"BIT_OR(CASE WHEN {verdict} THEN bit_{number} END)"), f"{title}_{number}", copy=False)
        for number in range(count)
        for verdict, title in (("finding.value", "met"), ("NOT finding.value", "not_met"))
    ]
    return (
        exp.select("finding.patient_id", *cells, copy=False)
        .from_("finding", copy=False)
        .join("finding_bit", on="finding_bit.concept = finding.concept", copy=False)
        .group_by("finding.patient_id", copy=False)
    )


def _dates(pathway: ProfiledPathway) -> exp.Expr:
    """A day is read where the verdict is unknown, or where another rule asks for the finding by name."""
    cells: list[exp.Expr] = [sql("patient_id")]
    for concept in used_findings(pathway):
        here = exp.column("concept").eq(concept)
        dates = {
            "since": when(exp.and_(here, sql("value")), sql("since")),
            "day": when(here, sql("answered_on")),
        }
        if concept in pathway.rules.gating.expired:
            dates["expired"] = when(here, sql("expired"))
        cells += [exp.alias_(exp.Max(this=one), f"{concept}__{title}", quoted=True) for title, one in dates.items()]
    asked = list(dict.fromkeys(name for listed in pathway.rules.questions.values() for name in listed))
    return (
        exp.select(*cells, copy=False)
        .from_("finding", copy=False)
        .where(sql("value IS NULL OR value OR concept IN (:asked)", asked=asked), copy=False)
        .group_by("patient_id", copy=False)
    )


def _side_by_side(pathway: ProfiledPathway, numbers: list[list[str]]) -> exp.Expr:
    unrecorded = {concept: group.unrecorded for group in pathway.rules.findings for concept in group.concepts}
    cells: list[exp.Expr] = [exp.column("patient_id", table="patients")]
    for number, concepts in enumerate(numbers):
        for place, concept in enumerate(concepts):
            verdict = sql(
                f"CASE WHEN met_{number} & :bit <> 0 THEN TRUE WHEN not_met_{number} & :bit <> 0 THEN FALSE END",
                bit=literal(1 << place),
            )
            if unrecorded[concept] == "absent":
                verdict = exp.func("COALESCE", verdict, exp.false())
            cells.append(exp.alias_(verdict, concept, quoted=True, copy=False))
    cells.append(sql("finding_date.* EXCLUDE (patient_id)"))
    joined = exp.select(*cells, copy=False).from_("patients", copy=False)
    for other in ("finding_verdict", "finding_date"):
        joined = joined.join(other, on=f"{other}.patient_id = patients.patient_id", join_type="left", copy=False)
    return joined
