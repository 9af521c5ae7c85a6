"""From which day on the record's results and orders of each test are still open: where the windows of the rules end.

The rules leave an older result unread and take an older order for lost, so nobody is asked to finish either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from sqlglot import exp

from pathways.events import Steps
from pathways.facts.results import valid_from
from pathways.loading import ProfiledPathway
from pathways.steps import sql

COLUMN = "still_open"
PARTS = ("results", "orders")


@dataclass(frozen=True)
class StillOpen:
    """Of one person the first day of each test's ``results`` and ``orders`` that are open where nobody finished them.

    A test that is not there has none.
    """

    results: Mapping[str, date] = field(default_factory=dict)
    orders: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def in_words(cls, words: str | None) -> StillOpen:
        """As the statement says it."""
        told = [word.split("=") for word in (words or "").split()]
        return cls(
            {test: date.fromisoformat(result) for test, result, _ in told},
            {test: date.fromisoformat(order) for test, _, order in told if order},
        )

    @classmethod
    def in_trace(cls, told: Mapping[str, Mapping[str, str]]) -> StillOpen:
        """As a trace says it."""
        return cls(*({test: date.fromisoformat(day) for test, day in told[part].items()} for part in PARTS))

    def for_json(self) -> dict[str, dict[str, str]]:
        return {part: {test: day.isoformat() for test, day in getattr(self, part).items()} for part in PARTS}


def open_steps(pathway: ProfiledPathway) -> Steps:
    """``told``: everything that a trace shows; of it ``still_open`` as words ``test=first result=first order``.

    In the pathway a result is open while it counts, or while an order that is asked for rests on it; an order while
    it is in progress, or is lost and asked for again; so is a preliminary result that is to be read. After the end of
    the pain both are for as long as the rules look at results then. Of nobody else is anything open.
    """
    rules = pathway.rules.eligibility
    return {
        "asked_test": sql(
            """SELECT patient_id, concept, MIN(unread_on) AS unread_on,
                      MIN(CASE WHEN state IN ('in_progress', 'due') THEN opened_on END) AS opened_on
               FROM (SELECT patient_id, concept, state, unread_on, opened_on FROM "order"
                     UNION ALL
                     SELECT "order".patient_id, answering.test, state, unread_on, opened_on
                     FROM "order" JOIN answering ON answering.concept = "order".concept) AS either
               GROUP BY patient_id, concept"""
        ),
        "open_window": _windows(pathway),
        "open_words": sql(
            """SELECT patient_id,
                      STRING_AGG(concept || '=' || CAST(results_from AS VARCHAR) || '='
                                 || COALESCE(CAST(orders_from AS VARCHAR), ''), ' ' ORDER BY concept) AS in_time,
                      STRING_AGG(concept || '=' || CAST(:after_end AS VARCHAR) || '='
                                 || COALESCE(CAST(ordered_on AS VARCHAR), ''), ' ' ORDER BY concept) AS after_end
               FROM open_window GROUP BY patient_id""",
            after_end=pathway.first_day(rules.unread_within),
        ),
        "told": sql(
            """SELECT dated.*,
                      CASE WHEN in_pathway THEN in_time
                           WHEN (eligible OR ineligible_reasons = 'no_episode') AND last_ended >= :ended
                           THEN after_end END AS still_open
               FROM dated LEFT JOIN open_words ON open_words.patient_id = dated.patient_id""",
            ended=pathway.first_day(rules.ended_recently),
        ),
        COLUMN: sql("SELECT patient_id, still_open FROM told"),
    }


def _windows(pathway: ProfiledPathway) -> exp.Expr:
    """The first days of each test in the pathway; ``ordered_on`` that of the orders that are not lost."""
    return sql(
        """SELECT test_end.patient_id, test_end.concept, test_open.opened_on AS ordered_on,
                  LEAST(:valid_from, CASE WHEN result.counts THEN result.day END,
                        asked_test.unread_on) AS results_from,
                  LEAST(test_open.opened_on, open_preliminary.day, asked_test.opened_on) AS orders_from
           FROM test_end
           LEFT JOIN result ON result.patient_id = test_end.patient_id AND result.concept = test_end.concept
           LEFT JOIN test_open ON test_open.patient_id = test_end.patient_id
                              AND test_open.concept = test_end.concept
           LEFT JOIN open_preliminary ON open_preliminary.patient_id = test_end.patient_id
                                     AND open_preliminary.concept = test_end.concept
           LEFT JOIN asked_test ON asked_test.patient_id = test_end.patient_id
                               AND asked_test.concept = test_end.concept""",
        valid_from=valid_from(pathway, "test_end"),
    )


def by_person(table: pa.Table) -> dict[str, StillOpen]:
    """Everybody of whom anything can be open, from rows with their ids and words."""
    rows = zip(table["patient_id"].to_pylist(), table[COLUMN].to_pylist(), strict=True)
    return {patient_id: StillOpen.in_words(words) for patient_id, words in rows if words}
