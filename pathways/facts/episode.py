"""Whether the episode is active, since when, and when the last one ended."""

from __future__ import annotations

from pathways.events import Steps
from pathways.loading import ProfiledPathway
from pathways.steps import as_of_day, sql


def episode_steps(pathway: ProfiledPathway) -> Steps:
    """``episode``: active, onset (null when no active row has a date) and last_ended, per patient."""
    return {
        "episode_row": sql(
            """SELECT patient_id, day, end_date, status FROM visible
               WHERE concept = :episode AND status IN ('present', 'absent')""",
            episode=pathway.rules.episode,
        ),
        "episode_day": sql(
            """SELECT patient_id, day, MAX(CASE WHEN status = 'present' THEN 1 ELSE 0 END) AS present
               FROM episode_row WHERE day IS NOT NULL GROUP BY patient_id, day"""
        ),
        # A day that also has a present row does not end anything.
        "episode_over": sql(
            """SELECT patient_id, MAX(day) AS over_on FROM episode_day WHERE present = 0 GROUP BY patient_id"""
        ),
        "episode_state": sql(
            """SELECT episode_row.patient_id, episode_row.day,
                      CASE WHEN episode_row.end_date <= :as_of THEN episode_row.end_date END AS ended,
                      CASE WHEN episode_over.over_on > episode_row.day THEN episode_over.over_on END AS over_on
               FROM episode_row LEFT JOIN episode_over ON episode_over.patient_id = episode_row.patient_id
               WHERE episode_row.status = 'present'""",
            as_of=as_of_day(),
        ),
        "episode": sql(
            """SELECT patient_id,
                      MAX(CASE WHEN ended IS NULL AND over_on IS NULL THEN 1 ELSE 0 END) = 1 AS active,
                      MIN(CASE WHEN ended IS NULL AND over_on IS NULL THEN day END) AS onset,
                      MAX(GREATEST(ended, over_on)) AS last_ended
               FROM episode_state GROUP BY patient_id"""
        ),
    }
