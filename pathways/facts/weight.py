"""Measured loss of weight: the newest weight against each earlier one."""

from __future__ import annotations

from pathways.events import Steps
from pathways.loading import ProfiledPathway
from pathways.steps import Part, sql


def weight_steps(pathway: ProfiledPathway) -> Steps:
    """``weight_change``: value, since, day, the earlier day it was compared with, and at_threshold."""
    change = pathway.rules.weight_change
    number = pathway.number
    limits: dict[str, Part] = {
        "loss": number(change.loss),
        "loss_within": pathway.days(change.loss_within),
        "share": number(change.share),
        "share_within": pathway.days(change.share_within),
        "stable_from": pathway.days(change.stable_from),
    }
    return {
        "weight_day": sql(
            """SELECT patient_id, day, MIN(value) AS low FROM reading
               WHERE concept = :concept GROUP BY patient_id, day""",
            concept=change.concept,
        ),
        "weight_pair": sql(
            """SELECT later.patient_id, later.day, earlier.day AS earlier_day,
                      later.low, earlier.value AS high, DATE_DIFF('day', earlier.day, later.day) AS apart
               FROM weight_day AS later JOIN reading AS earlier
                 ON earlier.patient_id = later.patient_id AND earlier.concept = :concept
                AND earlier.day < later.day
               WHERE later.day >= :newest_from""",
            concept=change.concept,
            newest_from=pathway.first_day(change.newest_within),
        ),
        "weight_compared": sql(
            """SELECT patient_id, day,
                      MAX(CASE WHEN (high - low > :loss AND apart <= :loss_within)
                                 OR (100 * (high - low) > :share * high AND apart <= :share_within)
                               THEN earlier_day END) AS lost_from,
                      MAX(CASE WHEN apart >= :stable_from AND apart <= :share_within
                               THEN earlier_day END) AS comparable_from,
                      MAX(CASE WHEN (high - low = :loss AND apart <= :loss_within)
                                 OR (100 * (high - low) = :share * high AND apart <= :share_within)
                               THEN 1 ELSE 0 END) AS at_threshold
               FROM weight_pair GROUP BY patient_id, day""",
            **limits,
        ),
    } | _newest_steps(pathway)


def _newest_steps(pathway: ProfiledPathway) -> Steps:
    """What the newest of them says, and since when."""
    change = pathway.rules.weight_change
    return {
        "weight_newest": sql(
            """SELECT patient_id, MAX(day) AS newest_on FROM weight_day
               WHERE day >= :newest_from GROUP BY patient_id""",
            newest_from=pathway.first_day(change.newest_within),
        ),
        "weight_since": sql(
            """SELECT patient_id, MIN(day) AS since FROM weight_compared
               WHERE lost_from IS NOT NULL GROUP BY patient_id"""
        ),
        "weight_change": sql(
            """SELECT weight_newest.patient_id, newest_on,
                      COALESCE(lost_from, comparable_from) AS compared_with,
                      at_threshold = 1 AS at_threshold, weight_since.since,
                      CASE WHEN lost_from IS NOT NULL THEN TRUE
                           WHEN comparable_from IS NOT NULL AND newest_on >= :stable_newest_from THEN FALSE
                      END AS value
               FROM weight_newest
               LEFT JOIN weight_compared ON weight_compared.patient_id = weight_newest.patient_id
                                        AND weight_compared.day = weight_newest.newest_on
               LEFT JOIN weight_since ON weight_since.patient_id = weight_newest.patient_id""",
            stable_newest_from=pathway.first_day(change.stable_newest_within),
        ),
    }
