"""Results: what the newest counting result of each test says, since when, and what is still open."""

from __future__ import annotations

from sqlglot import exp

from pathways import vocabulary
from pathways.definition import ResultCriterion
from pathways.events import Steps
from pathways.kleene import above, below, not_below
from pathways.loading import ProfiledPathway
from pathways.steps import literal, sql, values, when

GROUPS = {"blood_test": "bloods", "imaging": "imaging", "referral": "referral"}
PANEL_ROW = next(name for name, one in vocabulary.concepts().items() if one.stands_for_core)


def test_concepts() -> list[str]:
    """Everything that can be ordered and answered."""
    return [name for name, one in vocabulary.concepts().items() if one.kind in GROUPS and name != PANEL_ROW]


def group_of(concept: str) -> str:
    """bloods, imaging or referral."""
    return GROUPS[vocabulary.concepts()[concept].kind]


def result_steps(pathway: ProfiledPathway) -> Steps:
    """``test_row`` … ``result``: one row per patient and test with its newest counting result."""
    return {
        "core_blood": values({"concept": "VARCHAR", "review_only": "BOOLEAN"}, _core(pathway)),
        "test_row": _rows(),
        "test_sex": sql(
            """SELECT test_row.*, patients.sex
               FROM test_row JOIN patients ON patients.patient_id = test_row.patient_id"""
        ),
        "test_judged": exp.select(
            exp.Star(),
            exp.alias_(_meets(pathway), "meets", copy=False),
            exp.alias_(_only_sex(pathway), "only_sex_open", copy=False),
            exp.alias_(_unadjusted(pathway), "high_unadjusted", copy=False),
            copy=False,
        ).from_("test_sex", copy=False),
        "result_row": sql(
            """SELECT *, ROW_NUMBER() OVER (
                        PARTITION BY patient_id, concept, day
                        ORDER BY CASE status WHEN 'corrected' THEN 3 WHEN 'amended' THEN 2 ELSE 1 END DESC,
                                 CASE WHEN meets OR high_unadjusted THEN 2 WHEN meets IS NULL THEN 1 ELSE 0 END DESC,
                                 CASE WHEN reviewed_on IS NULL THEN 1 ELSE 0 END DESC,
                                 CASE WHEN value IS NULL THEN 1 ELSE 0 END,
                                 CASE WHEN comparator IS NULL THEN 0 ELSE 1 END,
                                 CASE WHEN result = 'indeterminate' THEN 0 ELSE 1 END,
                                 reviewed_on, value, result, reference_high, comparator) AS place
               FROM test_judged WHERE class = 'result'"""
        ),
        "result_day": sql("SELECT * FROM result_row WHERE place = 1"),
        "result_last": sql(
            """SELECT patient_id, concept, MAX(day) AS day,
                      MAX(CASE WHEN NOT COALESCE(meets, FALSE) THEN day END) AS last_not_met
               FROM result_day GROUP BY patient_id, concept"""
        ),
        "result_since": sql(
            """SELECT result_day.patient_id, result_day.concept, MIN(result_day.day) AS since
               FROM result_day JOIN result_last ON result_last.patient_id = result_day.patient_id
                                               AND result_last.concept = result_day.concept
               WHERE result_day.meets
                 AND (result_last.last_not_met IS NULL OR result_day.day > result_last.last_not_met)
               GROUP BY result_day.patient_id, result_day.concept"""
        ),
    } | _open_steps(pathway)


def _open_steps(pathway: ProfiledPathway) -> Steps:
    """What is still open of each test, and the newest counting result beside it."""
    return {
        "test_end": sql(
            """SELECT patient_id, concept, MAX(day) AS last_day,
                      MAX(CASE WHEN class = 'result' THEN day END) AS last_result,
                      MAX(CASE WHEN status = 'reviewed' THEN day END) AS last_review,
                      MAX(CASE WHEN status = 'cancelled' THEN day END) AS last_cancel
               FROM test_row GROUP BY patient_id, concept"""
        ),
        "test_cancel": sql(
            """SELECT test_row.patient_id, test_row.concept, MAX(test_row.recorded_at) AS cancelled_at
               FROM test_row JOIN test_end ON test_end.patient_id = test_row.patient_id
                AND test_end.concept = test_row.concept AND test_end.last_cancel = test_row.day
               WHERE test_row.status = 'cancelled' GROUP BY test_row.patient_id, test_row.concept"""
        ),
        # By the days of both, and on one day by their times where both have one.
        "test_review": sql(
            """SELECT test_row.patient_id, test_row.concept,
                      CASE WHEN COUNT(test_row.day) = COUNT(test_row.recorded_at)
                           THEN MAX(test_row.recorded_at) END AS reviewed_at
               FROM test_row JOIN test_end ON test_end.patient_id = test_row.patient_id
                AND test_end.concept = test_row.concept AND test_end.last_review = test_row.day
               WHERE test_row.status = 'reviewed' GROUP BY test_row.patient_id, test_row.concept"""
        ),
        "open_row": _open_rows(pathway),
        "open_preliminary": _preliminary(),
        "result": _newest(pathway),
        "test_open": sql(
            """SELECT patient_id, concept, MIN(day) AS opened_on FROM open_row
               WHERE class <> 'answer' AND alive_from >= lost_before GROUP BY patient_id, concept"""
        ),
        "result_wide": _pivot(pathway),
    }


def alternatives(pathway: ProfiledPathway) -> dict[str, str]:
    """Order -> the other test that answers it under this profile."""
    return pathway.rules.answered_by.get(pathway.profile, {})


def _core(pathway: ProfiledPathway) -> list[tuple[str, bool]]:
    """The core tests, and the tests that answer one of them: a review of the panel covers those too."""
    others = [test for order, test in alternatives(pathway).items() if order in pathway.core_bloods]
    return [(one, False) for one in pathway.core_bloods] + [(one, True) for one in others]


def _rows() -> exp.Expr:
    """Rows of tests; a row of the core panel acts as the same row on each core test, without its value."""
    return sql(
        """SELECT patient_id, concept, day, end_date, status, class, value, comparator, reference_high, result,
                  reviewed_on, recorded_at
           FROM visible WHERE concept IN (:tests)
           UNION ALL
           SELECT visible.patient_id, core_blood.concept, visible.day, visible.end_date, visible.status,
                  CASE visible.class WHEN 'result' THEN 'step' ELSE visible.class END AS class,
                  NULL, NULL, NULL, NULL, NULL, visible.recorded_at
           FROM visible CROSS JOIN core_blood
           WHERE visible.concept = :panel_row AND (visible.status = 'reviewed' OR NOT core_blood.review_only)""",
        tests=test_concepts(),
        panel_row=PANEL_ROW,
    )


def _verdict(pathway: ProfiledPathway, criterion: ResultCriterion) -> exp.Expr:
    def limit(name: str) -> exp.Expr:
        return literal(pathway.number(name))

    if criterion.result is not None:
        return sql(
            "CASE result WHEN :met THEN TRUE WHEN :against THEN FALSE END",
            met=criterion.result,
            against=criterion.against,
        )
    if criterion.below_by_sex:
        male, female = (below(limit(criterion.below_by_sex[sex])) for sex in ("male", "female"))
        return sql(
            """CASE WHEN sex = 'male' THEN :male WHEN sex = 'female' THEN :female
                    WHEN :male AND :female THEN TRUE WHEN NOT :male AND NOT :female THEN FALSE END""",
            male=exp.paren(male, copy=False),
            female=exp.paren(female, copy=False),
        )
    if criterion.above_reference is not None:
        return above(sql("COALESCE(reference_high, :limit)", limit=limit(criterion.above_reference)))
    parts = []
    if criterion.at_least is not None:
        parts.append(not_below(limit(criterion.at_least)))
    if criterion.below is not None:
        parts.append(below(limit(criterion.below)))
    if criterion.above is not None:
        parts.append(above(limit(criterion.above)))
    return exp.or_(*parts)


def _meets(pathway: ProfiledPathway) -> exp.Expr:
    case = exp.Case()
    for criterion in pathway.rules.results.criteria.values():
        case = case.when(exp.column("concept").eq(criterion.test), _verdict(pathway, criterion), copy=False)
    return case


def _only_sex(pathway: ProfiledPathway) -> exp.Expr:
    """True where the value would decide if only the sex were known."""
    case = exp.Case()
    for criterion in pathway.rules.results.criteria.values():
        if criterion.below_by_sex:
            male, female = (below(literal(pathway.number(criterion.below_by_sex[sex]))) for sex in ("male", "female"))
            case = case.when(
                exp.column("concept").eq(criterion.test),
                sql(
                    "sex NOT IN ('male', 'female') AND :male IS NOT NULL AND :female IS NOT NULL",
                    male=exp.paren(male, copy=False),
                    female=exp.paren(female, copy=False),
                ),
                copy=False,
            )
    return case.else_(exp.false(), copy=False)


def _unadjusted(pathway: ProfiledPathway) -> exp.Expr:
    """Above the limit of the adjusted test, or above the row's own reference."""
    limit = literal(pathway.number(pathway.rules.results.unadjusted.above))
    high = exp.or_(above(limit), above(exp.column("reference_high")))
    return sql(
        "concept = :test AND :high", test=pathway.rules.results.unadjusted.test, high=exp.paren(high, copy=False)
    )


def _open_rows(pathway: ProfiledPathway) -> exp.Expr:
    """Steps without a result since and not cancelled; ``class`` is 'answer' for accepted and seen."""
    lost = exp.Case()
    for group, name in pathway.rules.lost_after.items():
        members = [one for one in test_concepts() if group_of(one) == group]
        lost = lost.when(
            sql("test_row.concept IN (:members)", members=members),
            literal(pathway.first_day(name)),
            copy=False,
        )
    return sql(
        """SELECT test_row.patient_id, test_row.concept, test_row.day, test_row.status,
                  CASE WHEN test_row.status IN ('accepted', 'seen') THEN 'answer' ELSE test_row.class END AS class,
                  CASE WHEN test_row.status = 'booked' THEN COALESCE(test_row.end_date, test_row.day)
                       ELSE test_row.day END AS alive_from,
                  :lost AS lost_before
           FROM test_row
           JOIN test_end ON test_end.patient_id = test_row.patient_id AND test_end.concept = test_row.concept
           LEFT JOIN test_cancel ON test_cancel.patient_id = test_row.patient_id
                                AND test_cancel.concept = test_row.concept
           WHERE test_row.class IN ('step', 'preliminary') AND test_row.status <> 'reviewed'
             AND (test_row.status = 'seen'
                  OR NOT COALESCE(test_row.day < test_end.last_cancel
                                  OR (test_row.day = test_end.last_cancel
                                      AND (test_row.recorded_at IS NULL
                                           OR test_cancel.cancelled_at > test_row.recorded_at)), FALSE))
             AND (test_end.last_result IS NULL OR test_end.last_result < test_row.day)""",
        lost=lost,
    )


def _preliminary() -> exp.Expr:
    """A preliminary result that is the newest row of its test and would be suspicious or abnormal."""
    return sql(
        """SELECT test_judged.patient_id, test_judged.concept, MAX(test_judged.day) AS day,
                  MAX(CASE WHEN test_judged.meets THEN test_judged.day END) AS meets_day
           FROM test_judged
           JOIN open_row ON open_row.patient_id = test_judged.patient_id
            AND open_row.concept = test_judged.concept AND open_row.day = test_judged.day
            AND open_row.status = 'preliminary'
           JOIN test_end ON test_end.patient_id = test_judged.patient_id
            AND test_end.concept = test_judged.concept AND test_end.last_day = test_judged.day
           WHERE test_judged.class = 'preliminary'
             AND (test_judged.meets OR test_judged.result IN ('abnormal', 'suspicious'))
             AND test_judged.reviewed_on IS NULL
             AND (test_end.last_review IS NULL OR test_end.last_review < test_judged.day)
           GROUP BY test_judged.patient_id, test_judged.concept"""
    )


def _recent(pathway: ProfiledPathway, table: str) -> exp.Expr:
    """Still valid; or an abnormal result of this episode that stays until there is a newer one."""
    results = pathway.rules.results
    return sql(
        """:day >= :valid_from
           OR COALESCE(:meets AND :concept IN (:kept) AND :day >= :kept_from
                       AND (episode.onset IS NULL OR :day >= episode.onset), FALSE)""",
        day=exp.column("day", table=table),
        meets=exp.column("meets", table=table),
        concept=exp.column("concept", table=table),
        valid_from=valid_from(pathway, table),
        kept=[results.criteria[name].test for name in results.kept],
        kept_from=pathway.first_day(results.kept_for),
    )


def valid_from(pathway: ProfiledPathway, table: str) -> exp.Expr:
    """The first day on which a result of the row's test is still valid."""
    valid_for = pathway.rules.results.valid_for
    concept = exp.column("concept", table=table)
    case = exp.Case()
    for name, parameter in valid_for.items():
        if name in vocabulary.concepts():
            case = case.when(concept.copy().eq(name), literal(pathway.first_day(parameter)), copy=False)
    for kind in ("imaging",):
        members = sql(":concept IN (:members)", concept=concept, members=vocabulary.of_kind(kind))
        case = case.when(members, literal(pathway.first_day(valid_for[kind])), copy=False)
    return case.else_(literal(pathway.first_day(valid_for["blood_test"])), copy=False)


def _newest(pathway: ProfiledPathway) -> exp.Expr:
    """The newest counting result of each test, whether somebody read it, and whether it still counts."""
    return sql(
        """SELECT newest.*, :recent AS counts
           FROM (SELECT result_day.*, result_since.since,
                        result_day.reviewed_on IS NOT NULL
                        OR COALESCE(test_end.last_review > result_day.day, FALSE)
                        OR (COALESCE(test_end.last_review = result_day.day, FALSE)
                            AND NOT COALESCE(test_review.reviewed_at < result_day.recorded_at, FALSE)) AS was_read
                 FROM result_day
                 JOIN test_end ON test_end.patient_id = result_day.patient_id
                              AND test_end.concept = result_day.concept AND test_end.last_result = result_day.day
                 LEFT JOIN test_review ON test_review.patient_id = result_day.patient_id
                                      AND test_review.concept = result_day.concept
                 LEFT JOIN result_since ON result_since.patient_id = result_day.patient_id
                                       AND result_since.concept = result_day.concept) AS newest
           LEFT JOIN episode ON episode.patient_id = newest.patient_id""",
        recent=_recent(pathway, "newest"),
    )


def _pivot(pathway: ProfiledPathway) -> exp.Expr:
    """One row per patient; for each result criterion its verdict and what could_be needs to know of it."""
    selects: list[exp.Expr] = [exp.column("patient_id", table="test_end")]
    for name, criterion in pathway.rules.results.criteria.items():
        here = exp.column("concept", table="test_end").eq(criterion.test)
        counting = exp.and_(here, sql("result.counts"))
        met = exp.and_(here, sql("result.counts AND result.meets"))
        cells = {
            name: when(counting, sql("result.meets")),
            f"{name}__since": when(met, sql("result.since")),
            f"{name}__day": when(counting, sql("result.day")),
            f"{name}__read": when(counting, sql("result.was_read")),
            f"{name}__indeterminate": when(counting, sql("result.result = 'indeterminate'")),
            f"{name}__only_sex": when(counting, sql("result.only_sex_open")),
            f"{name}__awaited": when(here, sql("test_open.opened_on IS NOT NULL")),
            f"{name}__preliminary": when(here, sql("open_preliminary.meets_day")),
        }
        selects += [exp.alias_(exp.Max(this=cell), title, quoted=True, copy=False) for title, cell in cells.items()]
    bare = pathway.rules.results.unadjusted
    for title, concept, value in (
        ("unadjusted__high", bare.test, "result.high_unadjusted"),
        ("unadjusted__counts", bare.test, "result.counts"),
        ("adjusted__counts", bare.instead_of, "result.value IS NOT NULL"),
    ):
        cell = when(sql("test_end.concept = :concept AND result.counts", concept=concept), sql(value))
        selects.append(exp.alias_(exp.Max(this=cell), title, quoted=True, copy=False))
    joined = exp.select(*selects, copy=False).from_("test_end", copy=False)
    for other in ("result", "test_open", "open_preliminary"):
        on = f"{other}.patient_id = test_end.patient_id AND {other}.concept = test_end.concept"
        joined = joined.join(other, on=on, join_type="left", copy=False)
    return joined.group_by(exp.column("patient_id", table="test_end"), copy=False)
