"""The trial of conservative therapy and the response to it."""

from __future__ import annotations

from sqlglot import exp

from pathways.events import Steps
from pathways.loading import ProfiledPathway
from pathways.steps import Part, as_of_day, literal, plus, sql


def _day(name: str, days: int) -> exp.Expr:
    return plus(exp.column(name), days)


def trial_steps(pathway: ProfiledPathway) -> Steps:
    """``trial``: start, end, days, active, complete and the kinds tried, of the newest trial."""
    therapy = pathway.rules.therapy
    length = pathway.days(therapy.length)
    both: exp.Expr = exp.true()
    if pathway.value(therapy.requires) == "physical_and_medication":
        both = exp.column("physical").and_(exp.column("medication"))
    return {
        "treatment": _treatments(pathway),
        # Where the gap to all earlier treatments is too long, a new trial begins.
        "treatment_gap": sql(
            """SELECT *, MAX(lasts_to) OVER (PARTITION BY patient_id ORDER BY start
                                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to
               FROM treatment"""
        ),
        "trial_begin": sql(
            """SELECT patient_id, MAX(start) AS trial_start FROM treatment_gap
               WHERE covered_to IS NULL OR DATE_DIFF('day', covered_to, start) > :gap GROUP BY patient_id""",
            gap=pathway.days(therapy.gap),
        ),
        "trial_span": sql(
            """SELECT treatment.patient_id, trial_begin.trial_start,
                      MAX(CASE WHEN active THEN 1 ELSE 0 END) = 1 AS therapy_active,
                      MAX(CASE WHEN end_unknown THEN 1 ELSE 0 END) = 1 AS end_unknown,
                      MAX(CASE WHEN concept IN (:physical) THEN 1 ELSE 0 END) = 1 AS physical,
                      MAX(CASE WHEN concept IN (:medication) THEN 1 ELSE 0 END) = 1 AS medication,
                      MAX(lasts_to) AS trial_end, MAX(start) AS treatment_entered_on
               FROM treatment JOIN trial_begin ON trial_begin.patient_id = treatment.patient_id
               WHERE treatment.start >= trial_begin.trial_start
               GROUP BY treatment.patient_id, trial_begin.trial_start""",
            physical=therapy.physical,
            medication=therapy.medication,
        ),
        "trial": sql(
            """SELECT *, DATE_DIFF('day', trial_start, trial_end) AS trial_days,
                      CAST(:due AS DATE) AS trial_due,
                      CASE WHEN NOT :both THEN FALSE
                           WHEN DATE_DIFF('day', trial_start, trial_end) >= :length THEN TRUE
                           WHEN end_unknown AND DATE_DIFF('day', trial_start, :as_of) >= :length THEN NULL
                           ELSE FALSE END AS complete
               FROM trial_span""",
            due=_day("trial_start", length),
            length=length,
            both=both,
            as_of=as_of_day(),
        ),
    }


def _treatments(pathway: ProfiledPathway) -> exp.Expr:
    therapy = pathway.rules.therapy
    parts: dict[str, Part] = {
        "concepts": [*therapy.physical, *therapy.medication],
        "attended": therapy.attended.concept,
        "sessions": pathway.days(therapy.attended.at_least),
        "earliest": plus(exp.column("onset", table="episode"), -pathway.days(therapy.before_onset)),
        "earliest_without_onset": pathway.first_day(therapy.without_onset),
        "as_of": as_of_day(),
    }
    return sql(
        """SELECT patient_id, concept, start, active,
                  NOT active AND end_date IS NULL AS end_unknown,
                  CASE WHEN active THEN :as_of WHEN end_date IS NULL THEN start
                       ELSE GREATEST(LEAST(end_date, :as_of), start) END AS lasts_to
           FROM (SELECT visible.patient_id, visible.concept, visible.end_date,
                        GREATEST(visible.day, episode.onset) AS start,
                        visible.status = 'active' AND (visible.end_date IS NULL OR visible.end_date > :as_of) AS active
                 FROM visible LEFT JOIN episode ON episode.patient_id = visible.patient_id
                 WHERE visible.concept IN (:concepts) AND visible.status IN ('active', 'completed', 'stopped')
                   AND (visible.concept <> :attended OR visible.value IS NULL OR visible.value >= :sessions)
                   AND visible.day >= COALESCE(:earliest, :earliest_without_onset)
                   AND (visible.end_date IS NULL OR episode.onset IS NULL OR visible.day >= episode.onset
                        OR visible.end_date >= episode.onset)) AS treated""",
        **parts,
    )


def response_steps(pathway: ProfiledPathway) -> Steps:
    """``response``: baseline, current and newest score of the trial, and whether it improved."""
    response = pathway.rules.response
    number = pathway.days
    return {
        "score": sql(
            """SELECT patient_id, day, MAX(value) AS score FROM reading WHERE concept = :score
               GROUP BY patient_id, day""",
            score=response.score,
        ),
        "score_before": sql(
            """SELECT score.patient_id,
                      MAX(CASE WHEN day >= :from_day AND day <= trial_start THEN day END) AS before_on,
                      MIN(CASE WHEN day > trial_start AND day <= :to_day THEN day END) AS after_on,
                      MAX(CASE WHEN day > trial_start THEN day END) AS newest_on
               FROM score JOIN trial ON trial.patient_id = score.patient_id GROUP BY score.patient_id""",
            from_day=_day("trial_start", -number(response.baseline_before)),
            to_day=_day("trial_start", number(response.baseline_after)),
        ),
        "score_current": sql(
            """SELECT score.patient_id, COALESCE(before_on, after_on) AS baseline_on, newest_on,
                      MAX(CASE WHEN day >= :late_enough AND day >= :recent
                                AND (COALESCE(before_on, after_on) IS NULL OR day > COALESCE(before_on, after_on))
                               THEN day END) AS current_on
               FROM score
               JOIN trial ON trial.patient_id = score.patient_id
               JOIN score_before ON score_before.patient_id = score.patient_id
               GROUP BY score.patient_id, before_on, after_on, newest_on""",
            late_enough=_day("trial_start", number(response.current_after)),
            recent=pathway.first_day(response.current_within),
        ),
    } | _improvement_steps(pathway)


def _improvement_steps(pathway: ProfiledPathway) -> Steps:
    """The scores on those days, and what they say."""
    response = pathway.rules.response
    return {
        "score_of_trial": sql(
            """SELECT score.patient_id, baseline_on, current_on, newest_on,
                      MAX(CASE WHEN day = baseline_on THEN score END) AS baseline,
                      MAX(CASE WHEN day = current_on THEN score END) AS current_score,
                      MAX(CASE WHEN day = newest_on THEN score END) AS newest
               FROM score JOIN score_current ON score_current.patient_id = score.patient_id
               GROUP BY score.patient_id, baseline_on, current_on, newest_on"""
        ),
        "relief": _relief(pathway),
        "response": sql(
            """SELECT trial.patient_id, baseline_on, current_on, newest_on, baseline, current_score, newest,
                      relief_on,
                      CASE WHEN baseline IS NULL OR current_score IS NULL THEN relief
                           ELSE 100 * (baseline - current_score) >= :percent * baseline END AS response_value,
                      baseline - current_score >= :points AS improved_by_points,
                      NOT 100 * (baseline - newest) >= :percent * baseline AS newest_not_improved
               FROM trial
               LEFT JOIN score_of_trial ON score_of_trial.patient_id = trial.patient_id
               LEFT JOIN relief ON relief.patient_id = trial.patient_id""",
            percent=pathway.number(response.improvement),
            points=pathway.number(response.points),
        ),
    }


def _relief(pathway: ProfiledPathway) -> exp.Expr:
    response = pathway.rules.response
    return sql(
        """SELECT patient_id, GREATEST(present_on, absent_on) AS relief_on,
                  CASE WHEN present_on >= COALESCE(absent_on, present_on) THEN TRUE
                       WHEN absent_on >= COALESCE(unsure_on, absent_on) THEN FALSE END AS relief
           FROM (SELECT visible.patient_id,
                        MAX(CASE WHEN status = 'present' THEN day END) AS present_on,
                        MAX(CASE WHEN status = 'absent' THEN day END) AS absent_on,
                        MAX(CASE WHEN status = 'unknown' THEN day END) AS unsure_on
                 FROM visible JOIN trial ON trial.patient_id = visible.patient_id
                 WHERE concept = :relief AND day >= :late_enough AND day >= :recent
                 GROUP BY visible.patient_id) AS answers""",
        relief=response.relief,
        late_enough=_day("trial_start", pathway.days(response.current_after)),
        recent=pathway.first_day(response.current_within),
    )


def improvement_tenths(baseline: str, current: str) -> exp.Expr:
    """Improvement in tenths of a percent, rounded towards minus infinity, in whole numbers."""
    nano = literal(1_000_000_000)
    whole = "CAST(CAST(:column AS DECIMAL(38, 9)) * :nano AS BIGINT)"
    base = sql(whole, column=exp.column(baseline), nano=nano)
    change = sql(f"({whole} - :base) * 1000", column=exp.column(current), nano=nano, base=base)
    lost = exp.Neg(this=exp.paren(change, copy=False))
    rest = sql("MOD(MOD(:lost, :base) + :base, :base)", lost=exp.paren(lost, copy=False), base=base)
    return sql(
        "CASE WHEN :base > 0 THEN CAST((:lost - :rest) / :base AS BIGINT) END",
        lost=exp.paren(lost, copy=False),
        rest=rest,
        base=base,
    )
