"""The first steps of the statement: the events that exist on the as-of date, and readings among them."""

from __future__ import annotations

from sqlglot import exp

from pathways.loading import ProfiledPathway
from pathways.panel import ORDER_STATUSES, RESULT_STATUSES
from pathways.steps import as_of_day, sql

Steps = dict[str, exp.Expr]


def event_steps(pathway: ProfiledPathway) -> Steps:
    """``event``: what is known on the day; ``visible``: without rows that a later entry of the day replaced."""
    return {
        "event": sql(
            """SELECT patient_id, concept, status,
                      CASE WHEN concept = :episode THEN date_first ELSE LEAST(date_last, :as_of) END AS day,
                      end_date, value, comparator, reference_high, result,
                      CASE WHEN reviewed_on <= :as_of THEN reviewed_on END AS reviewed_on,
                      recorded_at,
                      CASE WHEN status IN (:steps) THEN 'step'
                           WHEN status = 'preliminary' THEN 'preliminary'
                           WHEN status IN (:results) AND value IS NULL AND result IS NULL THEN 'step'
                           WHEN status IN (:results) THEN 'result'
                           ELSE 'state' END AS class
               FROM events
               WHERE date_first IS NULL OR date_first <= :as_of""",
            episode=pathway.rules.episode,
            as_of=as_of_day(),
            steps=[one for one in ORDER_STATUSES if one != "preliminary"] + ["reviewed", "accepted", "seen"],
            results=RESULT_STATUSES,
        ),
        # Of two entries of one concept and day the later recorded wins, but unknown never replaces present.
        "replaced": sql(
            """SELECT patient_id, concept, day, class, MAX(recorded_at) AS latest,
                      MAX(CASE WHEN status <> 'unknown' THEN recorded_at END) AS latest_answer
               FROM event
               WHERE recorded_at IS NOT NULL AND class <> 'step'
               GROUP BY patient_id, concept, day, class"""
        ),
        "visible": sql(
            """SELECT event.*
               FROM event LEFT JOIN replaced
                 ON replaced.patient_id = event.patient_id AND replaced.concept = event.concept
                AND replaced.day = event.day AND replaced.class = event.class
               WHERE replaced.latest IS NULL OR event.recorded_at >= replaced.latest
                  OR (event.status = 'present'
                      AND (replaced.latest_answer IS NULL OR event.recorded_at >= replaced.latest_answer))"""
        ),
    }


def reading_steps(concepts: list[str]) -> Steps:
    """``reading``: final measurements; on one day corrected replaces amended replaces final."""
    return {
        "reading_rank": sql(
            """SELECT patient_id, concept, day, value, comparator,
                      CASE status WHEN 'corrected' THEN 3 WHEN 'amended' THEN 2 ELSE 1 END AS standing
               FROM visible
               WHERE concept IN (:concepts) AND class = 'result' AND value IS NOT NULL""",
            concepts=concepts,
        ),
        "reading_best": sql(
            """SELECT patient_id, concept, day, MAX(standing) AS standing
               FROM reading_rank GROUP BY patient_id, concept, day"""
        ),
        "reading": sql(
            """SELECT reading_rank.*
               FROM reading_rank JOIN reading_best
                 ON reading_best.patient_id = reading_rank.patient_id
                AND reading_best.concept = reading_rank.concept
                AND reading_best.day = reading_rank.day AND reading_best.standing = reading_rank.standing"""
        ),
    }
