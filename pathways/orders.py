"""The orders of each indication, their windows, and the state of each order.

``order_row`` has one row per patient, met indication and order. It is built twice: once with the
first clocks, to see which indications had everything done and start again, and once for the answer.
"""

from __future__ import annotations

from sqlglot import exp

from pathways.criteria import verdict
from pathways.definition import Order
from pathways.events import Steps
from pathways.facts.results import alternatives, group_of
from pathways.indications import restarted, results_indication
from pathways.loading import ProfiledPathway
from pathways.steps import Part, as_of_day, column, holds, literal, plus, sql, values

ADDED = 50  # places of orders that the results indication adds, after the indication's own
SHADOW = 100  # places of tests looked at only because they spare another order


def orders_of(pathway: ProfiledPathway, indication: str) -> list[Order]:
    """The orders under this profile, with the core bloods written out."""
    lists = pathway.rules.orders[indication]
    orders = lists.get(pathway.profile, lists.get("any_profile", ()))
    found: list[Order] = []
    for order in orders:
        names = pathway.core_bloods if order.order == "core_bloods" else (order.order,)
        found += [Order(order=name, when=order.when, unless=order.unless) for name in names]
    return found


def _wanted(pathway: ProfiledPathway, order: Order) -> list[exp.Expr]:
    conditions = []
    if order.when is not None:
        conditions.append(holds(verdict(pathway, order.when)))
    if order.unless is not None:
        conditions.append(exp.Not(this=holds(verdict(pathway, order.unless))))
    return conditions


def _window(pathway: ProfiledPathway, indication: str, concept: str, own: bool) -> exp.Expr:
    """The first day on which an event counts for the order."""
    entry = pathway.rules.indications[indication]
    group = group_of(concept)
    if group != "bloods" and (entry.orders_from_results or not own):
        return exp.column("results_from")
    start = entry.orders_from if own and entry.orders_from else pathway.rules.order_windows[group]  # type: ignore[index]
    return plus(column(f"{indication}__from"), -pathway.days(start))


def _listed(pathway: ProfiledPathway, indication: str, clock: str) -> list[exp.Expr]:
    """One select per order of the indication, with those that the results indication adds."""
    entry = pathway.rules.indications[indication]
    own = [(order, True) for order in orders_of(pathway, indication)]
    results = results_indication(pathway)
    added = [(order, False) for order in orders_of(pathway, results)] if entry.escalate_joins else []
    selects = []
    for place, (order, is_own) in enumerate(own + added):
        conditions = [column(f"{indication}__indicated"), *_wanted(pathway, order)]
        if not is_own:
            conditions.append(column(f"{results}__indicated"))
        selects.append(
            _select(pathway, indication, order.order, clock, place + (0 if is_own else ADDED), conditions, is_own)
        )
    spared = pathway.rules.spared
    if added and any(order.order == spared.order for order, _ in own):
        for place, concept in enumerate(spared.by):
            conditions = [column(f"{indication}__indicated"), column(f"{results}__indicated")]
            selects.append(_select(pathway, indication, concept, clock, SHADOW + place, conditions, True))
    return selects


def _select(
    pathway: ProfiledPathway,
    indication: str,
    concept: str,
    clock: str,
    place: int,
    conditions: list[exp.Expr],
    own: bool,
) -> exp.Expr:
    replaced = pathway.rules.replaced
    name: exp.Expr = literal(concept)
    if concept == replaced.order and place < SHADOW:
        name = (
            exp.Case()
            .when(holds(verdict(pathway, replaced.when)), literal(replaced.by), copy=False)
            .else_(literal(concept), copy=False)
        )
    return (
        exp.select(
            "patient_id",
            exp.alias_(literal(indication), "indication", copy=False),
            exp.alias_(name, "concept", copy=False),
            exp.alias_(literal(place), "place", copy=False),
            exp.alias_(literal(own), "own", copy=False),
            exp.alias_(_window(pathway, indication, concept, own), "window_from", copy=False),
            copy=False,
        )
        .from_(clock, copy=False)
        .where(*conditions, copy=False)
    )


def order_steps(pathway: ProfiledPathway, clock: str, prefix: str, indications: list[str]) -> Steps:
    """``<prefix>order``: one row per patient, indication and order with its state, from the given clocks."""
    selects = [select for name in indications for select in _listed(pathway, name, clock)]
    union = selects[0]
    for select in selects[1:]:
        union = exp.Union(this=union, expression=select, distinct=False)
    listed, asked, judged = f"{prefix}order_listed", f"{prefix}order_asked", f"{prefix}order_judged"
    return (
        {
            listed: union,
            # An order is asked once; one that the indication has itself keeps that indication's window.
            asked: sql(
                f"""SELECT patient_id, indication, concept, MIN(place) AS place,
                       MAX(CASE WHEN own AND place < {SHADOW} THEN 1 ELSE 0 END) = 1 AS own,
                       COALESCE(MIN(CASE WHEN own AND place < {SHADOW} THEN window_from END),
                                MIN(CASE WHEN place < {SHADOW} THEN window_from END), MIN(window_from)) AS window_from,
                       MIN(place) >= {SHADOW} AS shadow
                FROM {listed} GROUP BY patient_id, indication, concept"""
            ),
            judged: _states(asked),
        }
        | _placed(pathway, prefix)
        | _settled(pathway, prefix)
    )


def answering_tests(pathway: ProfiledPathway) -> exp.Expr:
    """The other test that answers an order, as a constant table."""
    rows: list[tuple[Part, ...]] = list(alternatives(pathway).items()) or [(None, None)]
    return values({"concept": "VARCHAR", "test": "VARCHAR"}, rows)


def _states(asked: str) -> exp.Expr:
    """What the events of the window say of each order, before the hospital's share is known."""
    return sql(
        f"""SELECT patient_id, indication, concept, place, own, shadow, window_from,
                   MAX(result_key) % 2 = 0 AS was_read, MAX(result_on) AS result_on,
                   MAX(preliminary_on) AS preliminary_on, MAX(answered_on) AS answered_on,
                   MIN(opened_on) AS opened_on, MAX(alive_on) AS alive_on, MAX(lost_before) AS lost_before
            FROM (SELECT wanted.*,
                         CASE WHEN result.day >= window_from THEN
                              DATE_DIFF('day', CAST('1900-01-01' AS DATE), result.day) * 64
                              + CASE result.status WHEN 'corrected' THEN 3 WHEN 'amended' THEN 2 ELSE 1 END * 16
                              + CASE WHEN result.meets THEN 2 WHEN result.meets IS NULL THEN 1 ELSE 0 END * 4
                              + CASE WHEN result.was_read THEN 0 ELSE 1 END END AS result_key,
                         CASE WHEN result.day >= window_from THEN result.day END AS result_on,
                         CASE WHEN open_preliminary.day >= window_from THEN open_preliminary.day END AS preliminary_on,
                         CASE WHEN open_row.class = 'answer' THEN open_row.day END AS answered_on,
                         CASE WHEN open_row.class <> 'answer' THEN open_row.day END AS opened_on,
                         CASE WHEN open_row.class <> 'answer' THEN open_row.alive_from END AS alive_on,
                         open_row.lost_before
                  FROM (SELECT {asked}.*, concept AS test FROM {asked}
                        UNION ALL
                        SELECT {asked}.*, answering.test
                        FROM {asked} JOIN answering ON answering.concept = {asked}.concept) AS wanted
                  LEFT JOIN result ON result.patient_id = wanted.patient_id AND result.concept = wanted.test
                  LEFT JOIN open_preliminary ON open_preliminary.patient_id = wanted.patient_id
                                            AND open_preliminary.concept = wanted.test
                  LEFT JOIN open_row ON open_row.patient_id = wanted.patient_id AND open_row.concept = wanted.test
                                    AND open_row.day >= window_from) AS seen
            GROUP BY patient_id, indication, concept, place, own, shadow, window_from"""
    )


def _placed(pathway: ProfiledPathway, prefix: str) -> Steps:
    """The state of each order; the hospital's own orders after a hand-over are never due."""
    name, entry = next((name, one) for name, one in pathway.rules.indications.items() if one.handed_over_by)
    return {
        f"{prefix}order_handed": sql(
            f"""SELECT patient_id, indication, MAX(answered_on) AS handed_on FROM {prefix}order_judged
                WHERE indication = :hospital AND concept = :handover GROUP BY patient_id, indication""",
            hospital=name,
            handover=entry.handed_over_by,
        ),
        f"{prefix}order_placed": sql(
            f"""SELECT judged.*,
                       CASE WHEN judged.own AND judged.concept <> :handover THEN handed.handed_on END AS handed_on,
                       CASE WHEN answered_on IS NOT NULL THEN 'done'
                            WHEN preliminary_on IS NOT NULL THEN 'to_review'
                            WHEN result_on IS NOT NULL AND was_read THEN 'done'
                            WHEN result_on IS NOT NULL THEN 'to_review'
                            WHEN own AND concept <> :handover AND DATE_DIFF('day', handed.handed_on, :as_of) > :days
                                 THEN 'done'
                            WHEN own AND concept <> :handover AND handed.handed_on IS NOT NULL THEN 'in_progress'
                            WHEN alive_on >= lost_before THEN 'in_progress'
                            ELSE 'due' END AS state
                FROM {prefix}order_judged AS judged
                LEFT JOIN {prefix}order_handed AS handed ON handed.patient_id = judged.patient_id
                                                        AND handed.indication = judged.indication""",
            handover=entry.handed_over_by,
            as_of=as_of_day(),
            days=pathway.days(entry.hospital_for or ""),
        ),
    }


def _settled(pathway: ProfiledPathway, prefix: str) -> Steps:
    """Without the orders that another image spares, and with the dates behind each state."""
    spared = pathway.rules.spared
    return {
        f"{prefix}order_sparing": sql(
            f"""SELECT patient_id, indication,
                       CASE WHEN MIN(CASE WHEN shadow THEN 1 ELSE 0 END) = 1
                            THEN MAX(DATE_DIFF('day', window_from, COALESCE(result_on, preliminary_on))) END AS slack
                FROM {prefix}order_placed
                WHERE concept IN (:sparing) AND (NOT shadow OR state IN ('done', 'to_review'))
                GROUP BY patient_id, indication""",
            sparing=spared.by,
        ),
        f"{prefix}order": sql(
            f"""SELECT placed.patient_id, placed.indication, concept, place, own, state,
                       sparing.slack AS spared_slack,
                       CASE WHEN own THEN DATE_DIFF('day', window_from, COALESCE(answered_on, result_on)) END AS slack,
                       result_on, was_read,
                       state = 'due' AND opened_on IS NOT NULL AS lost, opened_on,
                       CASE WHEN state = 'done' THEN COALESCE(answered_on, result_on, handed_on) END AS done_on,
                       CASE WHEN state = 'to_review'
                            THEN LEAST(preliminary_on, CASE WHEN NOT was_read THEN result_on END) END AS unread_on,
                       CASE WHEN state = 'in_progress' THEN COALESCE(handed_on, opened_on) END AS waiting_from
                FROM {prefix}order_placed AS placed
                LEFT JOIN {prefix}order_sparing AS sparing ON sparing.patient_id = placed.patient_id
                                                          AND sparing.indication = placed.indication
                WHERE NOT shadow
                  AND NOT (concept = :spared AND sparing.patient_id IS NOT NULL AND placed.indication IN (:joined))""",
            spared=spared.order,
            joined=[one for one in pathway.indications if pathway.rules.indications[one].escalate_joins],
        ),
    }


def restart_steps(pathway: ProfiledPathway) -> Steps:
    """``clock``: the indications, with the clocks of those that had everything done started again."""
    again = [name for name in pathway.indications if pathway.rules.indications[name].starts_again == "after_orders"]
    finished = sql(
        """SELECT patient_id, indication, MAX(done_on) AS finished_on,
                  COALESCE(LEAST(MIN(slack), MIN(spared_slack)), 0) AS slack
           FROM first_order
           GROUP BY patient_id, indication
           HAVING MIN(CASE WHEN state = 'done' THEN 1 ELSE 0 END) = 1"""
    )
    selects: list[exp.Expr] = [exp.Star(except_=[exp.to_identifier(f"{name}__from", quoted=True) for name in again])]
    source = exp.select("indication.*", copy=False).from_("indication", copy=False)
    for name in again:
        done = f"finished_{name}"
        source = source.select(
            exp.column("finished_on", table=done).as_(done),
            exp.alias_(
                sql(
                    "CAST(:start + :slack * INTERVAL 1 DAY AS DATE)",
                    start=column(f"{name}__from"),
                    slack=exp.column("slack", table=done),
                ),
                f"covered_{name}",
                copy=False,
            ),
            copy=False,
        ).join(
            "finished",
            on=f"{done}.patient_id = indication.patient_id AND {done}.indication = '{name}'",
            join_type="left",
            join_alias=done,
            copy=False,
        )
        selects.append(
            exp.alias_(
                restarted(pathway, name, exp.column(done), exp.column(f"covered_{name}")),
                f"{name}__from",
                quoted=True,
                copy=False,
            )
        )
    steps = {"answering": answering_tests(pathway)} | order_steps(pathway, "indication", "first_", again)
    return steps | {
        "finished": finished,
        "clock_base": source,
        "clock": exp.select(*selects, copy=False).from_("clock_base", copy=False),
    }
