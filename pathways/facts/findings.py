"""Findings: present, absent or unknown, by the newest valid row; and the date since when."""

from __future__ import annotations

from sqlglot import exp

from pathways.conditions import names_in
from pathways.definition import FindingGroup
from pathways.events import Steps
from pathways.kleene import not_below
from pathways.loading import ProfiledPathway
from pathways.steps import literal, plus, sql, values, when


def finding_concepts(pathway: ProfiledPathway) -> list[str]:
    """Every finding with a rule of its own, in the order of the file."""
    return [concept for group in pathway.rules.findings for concept in group.concepts]


def finding_steps(pathway: ProfiledPathway) -> Steps:
    """``finding``: one row per patient and concept; ``finding_wide``: one row per patient."""
    groups = pathway.rules.findings
    return {
        "finding_rule": _rules(pathway, groups),
        "finding_row": _rows(pathway, groups),
        "finding_day": sql(
            """SELECT patient_id, concept, day,
                      MAX(CASE WHEN status = 'present' THEN 1 ELSE 0 END) AS present,
                      MAX(CASE WHEN status = 'present' AND valid THEN 1 ELSE 0 END) AS valid_present,
                      MAX(CASE WHEN status = 'present' AND (valid OR NOT reading) THEN 1 ELSE 0 END) AS starts,
                      MAX(CASE WHEN status = 'absent' THEN 1 ELSE 0 END) AS absent,
                      MAX(CASE WHEN status = 'unknown' THEN 1 ELSE 0 END) AS unsure
               FROM finding_row GROUP BY patient_id, concept, day"""
        ),
        "finding_newest": sql(
            """SELECT patient_id, concept,
                      MAX(CASE WHEN present = 1 THEN day END) AS present_on,
                      MAX(CASE WHEN valid_present = 1 THEN day END) AS valid_present_on,
                      MAX(CASE WHEN absent = 1 AND present = 0 THEN day END) AS absent_on,
                      MAX(CASE WHEN unsure = 1 THEN day END) AS unsure_on
               FROM finding_day GROUP BY patient_id, concept"""
        ),
        # The first present day after the last absent one; where it stays present, the first of all.
        "finding_since": sql(
            """SELECT finding_day.patient_id, finding_day.concept, MIN(finding_day.day) AS since
               FROM finding_day
               JOIN finding_newest ON finding_newest.patient_id = finding_day.patient_id
                                  AND finding_newest.concept = finding_day.concept
               JOIN finding_rule ON finding_rule.concept = finding_day.concept
               WHERE finding_day.starts = 1
                 AND (finding_newest.absent_on IS NULL OR finding_day.day > finding_newest.absent_on
                      OR finding_rule.stays_present)
               GROUP BY finding_day.patient_id, finding_day.concept"""
        ),
        "finding": _value(pathway),
        "finding_wide": _pivot(pathway),
    }


def _rules(pathway: ProfiledPathway, groups: tuple[FindingGroup, ...]) -> exp.Expr:
    rows = []
    for group in groups:
        always = group.valid_for == "always"
        valid_from = None if always else pathway.first_day(group.valid_for)
        for concept in group.concepts:
            rows.append((concept, valid_from, group.stays_present, group.lasting is not None))
    kinds = {"concept": "VARCHAR", "valid_from": "DATE", "stays_present": "BOOLEAN", "lasting": "BOOLEAN"}
    return values(kinds, rows)


def _rows(pathway: ProfiledPathway, groups: tuple[FindingGroup, ...]) -> exp.Expr:
    rows: exp.Expr = sql(
        """SELECT visible.patient_id, visible.concept, visible.day, visible.status, FALSE AS reading,
                  finding_rule.valid_from IS NULL OR visible.day >= finding_rule.valid_from AS valid
           FROM visible JOIN finding_rule ON finding_rule.concept = visible.concept"""
    )
    for group in groups:
        if group.reading is None:
            continue
        limit = literal(pathway.number(group.reading.at_least))
        read = sql(
            """SELECT patient_id, :finding, day, 'present', TRUE, day >= :valid_from
               FROM reading WHERE concept = :measured AND :high""",
            finding=group.concepts[0],
            measured=group.reading.concept,
            valid_from=pathway.first_day(group.reading.valid_for),
            high=not_below(limit),
        )
        rows = exp.Union(this=rows, expression=read, distinct=False)
    return rows


def _value(pathway: ProfiledPathway) -> exp.Expr:
    lasting = next(group.lasting for group in pathway.rules.findings if group.lasting)
    return sql(
        """SELECT newest.patient_id, newest.concept, newest.present_on, newest.absent_on,
                  finding_since.since,
                  GREATEST(newest.present_on, newest.absent_on) AS answered_on,
                  CASE WHEN rule.stays_present AND newest.present_on IS NOT NULL THEN TRUE
                       WHEN rule.lasting AND newest.present_on >= COALESCE(:floor, :floor_without_onset)
                            AND (newest.absent_on IS NULL OR newest.present_on >= newest.absent_on) THEN TRUE
                       WHEN newest.valid_present_on >= COALESCE(newest.absent_on, newest.valid_present_on) THEN TRUE
                       WHEN newest.absent_on >= COALESCE(rule.valid_from, newest.absent_on)
                            AND newest.absent_on >= COALESCE(newest.present_on, newest.absent_on)
                            AND newest.absent_on >= COALESCE(newest.unsure_on, newest.absent_on)
                            AND (NOT rule.lasting OR episode.onset IS NULL OR newest.absent_on >= episode.onset)
                            THEN FALSE END AS value,
                  COALESCE(newest.present_on < rule.valid_from AND newest.present_on >= :asked_again_from
                           AND (newest.absent_on IS NULL OR newest.present_on > newest.absent_on), FALSE) AS expired
           FROM finding_newest AS newest
           JOIN finding_rule AS rule ON rule.concept = newest.concept
           LEFT JOIN episode ON episode.patient_id = newest.patient_id
           LEFT JOIN finding_since ON finding_since.patient_id = newest.patient_id
                                  AND finding_since.concept = newest.concept""",
        floor=plus(exp.column("onset", table="episode"), -pathway.days(lasting.before_onset)),
        floor_without_onset=pathway.first_day(lasting.without_onset),
        asked_again_from=pathway.first_day(pathway.rules.gating.expired_within),
    )


def used_findings(pathway: ProfiledPathway) -> list[str]:
    """The findings that some rule reads; the others are only shown."""
    rules = pathway.rules
    trees = [*rules.criteria.values(), rules.eligibility.elsewhere, rules.replaced.when]
    trees += [
        part
        for orders in rules.orders.values()
        for one in orders.values()
        for order in one
        for part in (order.when, order.unless)
        if part is not None
    ]
    names = {name for tree in trees for name in names_in(tree)}
    for indication in rules.indications.values():
        for profile in pathway.pathway.numbers.profiles:
            names |= set(indication.parts_in(profile))
    names |= {*rules.gating.facts, *rules.gating.expired}
    names |= {asked for names_asked in rules.questions.values() for asked in names_asked}
    return [concept for concept in finding_concepts(pathway) if concept in names]


def _pivot(pathway: ProfiledPathway) -> exp.Expr:
    gating = pathway.rules.gating
    unrecorded = {c: group.unrecorded for group in pathway.rules.findings for c in group.concepts}
    selects: list[exp.Expr] = [exp.column("patient_id", table="patients")]
    for concept in used_findings(pathway):
        here = exp.EQ(this=exp.column("concept", table="finding"), expression=literal(concept))
        value: exp.Expr = exp.Max(this=when(here, exp.column("value", table="finding")))
        if unrecorded[concept] == "absent":
            value = exp.func("COALESCE", value, exp.false())
        met = exp.and_(here, exp.column("value", table="finding"))
        cells = {
            "": value,
            "__since": exp.Max(this=when(met, exp.column("since", table="finding"))),
            "__day": exp.Max(this=when(here, exp.column("answered_on", table="finding"))),
        }
        if concept in gating.expired:
            cells["__expired"] = exp.Max(this=when(here, exp.column("expired", table="finding")))
        selects += [exp.alias_(cell, f"{concept}{suffix}", quoted=True, copy=False) for suffix, cell in cells.items()]
    return (
        exp.select(*selects, copy=False)
        .from_("patients", copy=False)
        .join("finding", on="finding.patient_id = patients.patient_id", join_type="left", copy=False)
        .group_by(exp.column("patient_id", table="patients"), copy=False)
    )
