"""The reasons to act: verdict, the date that starts each clock, and which clocks start again."""

from __future__ import annotations

from sqlglot import exp

from pathways.conditions import AllOf, names_in
from pathways.criteria import could_suffix, since, verdict
from pathways.events import Steps
from pathways.loading import ProfiledPathway
from pathways.steps import column, earliest, holds, latest, literal, plus, sql, when


def _part_since(pathway: ProfiledPathway, indication: str, part: str) -> exp.Expr:
    """When a part became met, not more than the limit ago unless the indication says so."""
    became = since(pathway, part)
    if pathway.rules.indications[indication].since_from == "onset":
        return became
    limit = literal(pathway.first_day(pathway.rules.since_not_before))
    return when(sql(":one IS NOT NULL", one=became), latest([became, limit]))


def first_since(pathway: ProfiledPathway, indication: str) -> exp.Expr:
    """The date that starts the clock, before it starts again."""
    entry = pathway.rules.indications[indication]
    dates = [_part_since(pathway, indication, part) for part in entry.parts_in(pathway.profile)]
    if isinstance(entry.condition_in(pathway.profile), AllOf):
        return when(verdict(pathway, entry.condition_in(pathway.profile)), latest(dates))
    return earliest(dates)


def restarted(pathway: ProfiledPathway, indication: str, finished: exp.Expr, covered_to: exp.Expr) -> exp.Expr:
    """The clock, started again by the parts that became met after everything was answered.

    In turn: the earliest such part whose own windows the answers no longer cover; where they cover
    all of them, the latest. ``covered_to`` is the last day whose windows the answers cover.
    """
    entry = pathway.rules.indications[indication]
    uncovered, covered = [], []
    for part in entry.parts_in(pathway.profile):
        became = _part_since(pathway, indication, part)
        after = sql(":became > :finished", became=exp.paren(became, copy=False), finished=finished)
        beyond = sql(
            ":became > :covered_to",
            became=exp.paren(became, copy=False),
            covered_to=exp.paren(covered_to, copy=False),
        )
        uncovered.append(when(exp.and_(after, beyond), became))
        covered.append(when(after, became))
    return exp.func("COALESCE", earliest(uncovered), latest(covered), first_since(pathway, indication))


def results_since(pathway: ProfiledPathway) -> exp.Expr:
    """The latest date of the results that make the results indication met."""
    name = results_indication(pathway)
    entry = pathway.rules.indications[name]
    criteria = pathway.rules.criteria
    leads = set(could_suffix(pathway))  # the names that depend on results
    dates: list[exp.Expr] = []
    limit = literal(pathway.first_day(pathway.rules.since_not_before))

    def walk(part: str, under: list[exp.Expr]) -> None:
        if part in pathway.rules.results.criteria:
            became = column(f"{part}__since")
            shown = exp.and_(*(holds(one) for one in under), sql(":one IS NOT NULL", one=became))
            dates.append(when(shown, latest([became, limit])))
            return
        for inner in names_in(criteria[part]):
            if inner in leads:
                walk(inner, [*under, column(part)])

    for part in entry.parts_in(pathway.profile):
        if part in leads:
            walk(part, [])
    return latest(dates)


def results_indication(pathway: ProfiledPathway) -> str:
    return next(name for name, one in pathway.rules.indications.items() if one.orders_from_results)


def indication_steps(pathway: ProfiledPathway) -> Steps:
    """``indication``: beside the criteria, for each indication its verdict, what it could be, and since."""
    suffix = could_suffix(pathway)
    selects: list[exp.Expr] = [sql("criterion.*")]
    for name in pathway.indications:
        entry = pathway.rules.indications[name]
        condition = entry.condition_in(pathway.profile)
        selects.append(exp.alias_(verdict(pathway, condition), f"{name}__indicated", quoted=True, copy=False))
        selects.append(exp.alias_(verdict(pathway, condition, suffix), f"{name}__possible", quoted=True, copy=False))
        start = first_since(pathway, name)
        if entry.starts_again == "after_handover":
            answered = exp.column("answered_on", table="handover")
            look_back = pathway.days(entry.orders_from or pathway.rules.order_windows["referral"])
            start = restarted(pathway, name, answered, plus(answered, look_back))
        selects.append(exp.alias_(start, f"{name}__from", quoted=True, copy=False))
    selects.append(exp.alias_(results_since(pathway), "results_from", copy=False))
    handed = next(one.handed_over_by for one in pathway.rules.indications.values() if one.handed_over_by)
    return {
        "handover": sql(
            """SELECT patient_id, MAX(day) AS answered_on FROM open_row
               WHERE concept = :referral AND class = 'answer' GROUP BY patient_id""",
            referral=handed,
        ),
        "indication": exp.select(*selects, copy=False)
        .from_("criterion", copy=False)
        .join("handover", on="handover.patient_id = criterion.patient_id", join_type="left", copy=False),
    }
