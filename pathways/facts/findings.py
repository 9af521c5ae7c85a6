"""Findings: present, absent or unknown, by the newest valid row; and the date since when."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from pathways.conditions import names_in
from pathways.events import Steps
from pathways.kleene import not_below
from pathways.loading import ProfiledPathway
from pathways.steps import literal, plus, sql, values


def finding_concepts(pathway: ProfiledPathway) -> list[str]:
    """Every finding with a rule of its own, in the order of the file."""
    return [concept for group in pathway.rules.findings for concept in group.concepts]


def finding_steps(pathway: ProfiledPathway, concepts: Collection[str]) -> Steps:
    """``finding``: one row per patient and concept, of these concepts."""
    return (
        {
            "finding_rule": _rules(pathway, concepts),
            "finding_row": _rows(pathway),
            "finding_newest": sql(
                """SELECT patient_id, concept,
                      MAX(CASE WHEN status = 'present' THEN day END) AS present_on,
                      MAX(CASE WHEN status = 'present' AND valid THEN day END) AS valid_present_on,
                      MAX(CASE WHEN status = 'absent' THEN day END) AS absent_on,
                      MAX(CASE WHEN status = 'unknown' THEN day END) AS unsure_on,
                      MIN(CASE WHEN status = 'present' AND starts THEN day END) AS first_on
               FROM finding_row GROUP BY patient_id, concept"""
            ),
        }
        | _changed_steps()
        | {
            "finding": _value(pathway),
        }
    )


def _changed_steps() -> Steps:
    """Of whatever was both present and absent: ``absent_on`` without the days that were present too, and since when.

    Few are; for all others the newest rows alone say both.
    """
    return {
        "finding_day": sql(
            """SELECT finding_row.patient_id, finding_row.concept, finding_row.day,
                      MAX(CASE WHEN status = 'present' THEN 1 ELSE 0 END) AS present,
                      MAX(CASE WHEN status = 'present' AND starts THEN 1 ELSE 0 END) AS starts,
                      MAX(CASE WHEN status = 'absent' THEN 1 ELSE 0 END) AS absent
               FROM finding_row
               JOIN finding_newest ON finding_newest.patient_id = finding_row.patient_id
                                  AND finding_newest.concept = finding_row.concept
               WHERE finding_newest.present_on IS NOT NULL AND finding_newest.absent_on IS NOT NULL
               GROUP BY finding_row.patient_id, finding_row.concept, finding_row.day"""
        ),
        "finding_absent": sql(
            """SELECT patient_id, concept, MAX(CASE WHEN present = 0 THEN day END) AS absent_on
               FROM finding_day WHERE absent = 1 GROUP BY patient_id, concept"""
        ),
        # The first present day after the last absent one.
        "finding_changed": sql(
            """SELECT finding_day.patient_id, finding_day.concept, finding_absent.absent_on,
                      MIN(CASE WHEN starts = 1 AND (finding_absent.absent_on IS NULL
                                                    OR finding_day.day > finding_absent.absent_on)
                               THEN finding_day.day END) AS since
               FROM finding_day
               JOIN finding_absent ON finding_absent.patient_id = finding_day.patient_id
                                  AND finding_absent.concept = finding_day.concept
               GROUP BY finding_day.patient_id, finding_day.concept, finding_absent.absent_on"""
        ),
        "finding_said": sql(
            """SELECT newest.patient_id, newest.concept, newest.present_on, newest.valid_present_on, newest.unsure_on,
                      CASE WHEN changed.patient_id IS NULL THEN newest.absent_on ELSE changed.absent_on END
                          AS absent_on,
                      newest.first_on,
                      CASE WHEN changed.patient_id IS NULL THEN newest.first_on ELSE changed.since END AS since
               FROM finding_newest AS newest
               LEFT JOIN finding_changed AS changed ON changed.patient_id = newest.patient_id
                                                   AND changed.concept = newest.concept"""
        ),
    }


def _rules(pathway: ProfiledPathway, concepts: Collection[str]) -> exp.Expr:
    rows = []
    for group in pathway.rules.findings:
        always = group.valid_for == "always"
        valid_from = None if always else pathway.first_day(group.valid_for)
        for concept in group.concepts:
            if concept in concepts:
                rows.append((concept, valid_from, group.stays_present, group.lasting is not None))
    kinds = {"concept": "VARCHAR", "valid_from": "DATE", "stays_present": "BOOLEAN", "lasting": "BOOLEAN"}
    return values(kinds, rows)


def _rows(pathway: ProfiledPathway) -> exp.Expr:
    rows: exp.Expr = sql(
        """SELECT visible.patient_id, visible.concept, visible.day, visible.status,
                  finding_rule.valid_from IS NULL OR visible.day >= finding_rule.valid_from AS valid, TRUE AS starts
           FROM visible JOIN finding_rule ON finding_rule.concept = visible.concept"""
    )
    for group in pathway.rules.findings:
        if group.reading is None:
            continue
        limit = literal(pathway.number(group.reading.at_least))
        read = sql(
            """SELECT patient_id, :finding AS concept, day, 'present' AS status, day >= :valid_from, day >= :valid_from
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
                  CASE WHEN rule.stays_present THEN newest.first_on ELSE newest.since END AS since,
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
           FROM finding_said AS newest
           JOIN finding_rule AS rule ON rule.concept = newest.concept
           LEFT JOIN episode ON episode.patient_id = newest.patient_id""",
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
