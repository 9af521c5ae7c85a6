"""Which indication is the patient's, the disposition that follows, and the date by which to act."""

from __future__ import annotations

from sqlglot import exp

from pathways.events import Steps
from pathways.facts.results import group_of
from pathways.indications import results_indication
from pathways.loading import ProfiledPathway
from pathways.orders import orders_of
from pathways.steps import as_of_day, column, earliest, holds, latest, literal, plus, sql, values, when, words
from pathways.unknowns import ask_due, gating_columns, gating_unknown, missing, possible, questions


def chosen_steps(pathway: ProfiledPathway) -> Steps:
    """``chosen``: the patient's own indication and what its orders add up to."""
    return {
        "indication_place": values(
            {"indication": "VARCHAR", "place": "INTEGER", "ends_when_done": "BOOLEAN", "joined": "BOOLEAN"},
            [
                (name, place, entry.ends_when_done, entry.escalate_joins)
                for place, name in enumerate(pathway.indications)
                for entry in [pathway.rules.indications[name]]
            ],
        ),
        "indication_done": sql(
            """SELECT "order".patient_id, "order".indication, indication_place.place,
                      MIN(CASE WHEN state = 'done' THEN 1 ELSE 0 END) = 1 AS all_done,
                      indication_place.ends_when_done, indication_place.joined
               FROM "order" JOIN indication_place ON indication_place.indication = "order".indication
               GROUP BY "order".patient_id, "order".indication, indication_place.place,
                        indication_place.ends_when_done, indication_place.joined"""
        ),
        # The first with an order that is not done; the joined orders are passed over under their own name.
        "choice": sql(
            """SELECT patient_id,
                      COALESCE(MIN(CASE WHEN NOT all_done AND NOT passed_over THEN place END),
                               MIN(CASE WHEN NOT ends_when_done AND NOT passed_over THEN place END)) AS place,
                      MIN(CASE WHEN all_done AND ends_when_done THEN place END) AS ended_place
               FROM (SELECT indication_done.*,
                            indication = :results AND MAX(CASE WHEN joined THEN 1 ELSE 0 END)
                                OVER (PARTITION BY patient_id) = 1 AS passed_over
                     FROM indication_done) AS candidates
               GROUP BY patient_id""",
            results=results_indication(pathway),
        ),
        "own_order": sql(
            """SELECT "order".*, choice.place IS NOT NULL AS indicated,
                      indication_place.indication AS own_indication
               FROM choice
               JOIN indication_place ON indication_place.place = COALESCE(choice.place, choice.ended_place)
               JOIN "order" ON "order".patient_id = choice.patient_id
                           AND "order".indication = indication_place.indication"""
        ),
        "own": _summed(pathway),
    }


def _summed(pathway: ProfiledPathway) -> exp.Expr:
    """One row per patient: the state of each group, what is due, and the dates behind the states."""
    concepts = _ordered(pathway)
    selects: list[exp.Expr] = [
        sql("patient_id"),
        sql("MAX(CASE WHEN indicated THEN own_indication END) AS own"),
    ]
    for group in ("bloods", "imaging", "referral"):
        members = [name for name in concepts if group_of(name) == group]
        for state in ("due", "to_review", "in_progress", "done"):
            hit = sql(
                "MAX(CASE WHEN concept IN (:members) AND state = :state THEN 1 ELSE 0 END) = 1",
                members=members,
                state=state,
            )
            selects.append(exp.alias_(hit, f"{group}__{state}", copy=False))
        selects.append(exp.alias_(_due_words(pathway, members), f"{group}__due_list", copy=False))
    for name, text in {
        "any_due": "MAX(CASE WHEN state = 'due' THEN 1 ELSE 0 END) = 1",
        "any_review": "MAX(CASE WHEN state = 'to_review' THEN 1 ELSE 0 END) = 1",
        "any_waiting": "MAX(CASE WHEN state = 'in_progress' THEN 1 ELSE 0 END) = 1",
        "any_lost": "MAX(CASE WHEN lost THEN 1 ELSE 0 END) = 1",
        "handover_open": "MAX(CASE WHEN concept = :handover AND state <> 'done' THEN 1 ELSE 0 END) = 1",
        "unread_on": "MIN(unread_on)",
        "waiting_from": "MIN(waiting_from)",
        "result_on": "MAX(result_on)",
        "done_on": "MAX(done_on)",
    }.items():
        selects.append(exp.alias_(sql(text, handover=_handover(pathway)), name, copy=False))
    return exp.select(*selects, copy=False).from_("own_order", copy=False).group_by("patient_id", copy=False)


def _handover(pathway: ProfiledPathway) -> str:
    return next(one.handed_over_by for one in pathway.rules.indications.values() if one.handed_over_by)


def _ordered(pathway: ProfiledPathway) -> list[str]:
    """Every concept that can be an order of this profile, in the order of the lists."""
    names = [order.order for name in pathway.indications for order in orders_of(pathway, name)]
    names.insert(names.index(pathway.rules.replaced.order) + 1, pathway.rules.replaced.by)
    return list(dict.fromkeys(names))


def _due_words(pathway: ProfiledPathway, members: list[str]) -> exp.Expr:
    """The due concepts of one group, in the order in which each indication lists them."""
    items: list[tuple[exp.Expr, str]] = []
    for indication in pathway.indications:
        listed = [order.order for order in orders_of(pathway, indication)]
        if pathway.rules.indications[indication].escalate_joins:
            listed += [order.order for order in orders_of(pathway, results_indication(pathway))]
        replaced = pathway.rules.replaced
        listed = [one for name in listed for one in ([name, replaced.by] if name == replaced.order else [name])]
        for name in dict.fromkeys(listed):
            if name in members:
                due = sql(
                    "MAX(CASE WHEN own_indication = :own AND concept = :name AND state = 'due' THEN 1 ELSE 0 END) = 1",
                    own=indication,
                    name=name,
                )
                items.append((due, name))
    return words(items)


def answer_steps(pathway: ProfiledPathway) -> Steps:
    """``decided``: one row per patient with every key of the answer, lists as words in one text."""
    return {
        "chosen": sql(
            """SELECT clock.*, own.* EXCLUDE (patient_id)
               FROM clock LEFT JOIN own ON own.patient_id = clock.patient_id"""
        ),
        "unread": _unread(pathway),
        "eligibility": _eligibility(pathway),
        "asked": exp.select(exp.Star(), exp.alias_(possible(pathway), "could_be", copy=False), copy=False).from_(
            "eligibility", copy=False
        ),
        "lacking": exp.select(
            exp.Star(),
            exp.alias_(questions(pathway), "questions", copy=False),
            *gating_columns(pathway),
            copy=False,
        ).from_("asked", copy=False),
        "placed": _placed(pathway),
        "dated": _dated(pathway),
    }


def _unread(pathway: ProfiledPathway) -> exp.Expr:
    """Results that somebody must read although no indication asks for them."""
    rules = pathway.rules
    results = rules.results.criteria
    pending: list[exp.Expr] = []
    shown: dict[str, list[exp.Expr]] = {"bloods": [], "imaging": []}
    recent: dict[str, list[exp.Expr]] = {"bloods": [], "imaging": []}
    dates: list[exp.Expr] = []
    since_end = literal(pathway.first_day(rules.eligibility.unread_within))
    for name, criterion in results.items():
        group = group_of(criterion.test)
        flag = column(name) if name in rules.results.kept else column(f"{name}__indeterminate")
        waits = exp.and_(flag.copy(), exp.Not(this=column(f"{name}__read")))
        draft = sql(":one IS NOT NULL", one=column(f"{name}__preliminary"))
        day = column(f"{name}__day")
        after = exp.and_(column(name), exp.Not(this=column(f"{name}__read")), sql(":d >= :s", d=day, s=since_end))
        pending += [holds(waits), draft]
        shown[group].append(exp.or_(holds(waits), draft))
        recent[group].append(holds(after))
        dates += [when(holds(waits), day), column(f"{name}__preliminary")]
    ended_since = pathway.first_day(rules.eligibility.ended_recently)
    after_end = exp.or_(*recent["bloods"], *recent["imaging"])
    after_dates = [
        when(one, column(f"{name}__day"))
        for name in results
        for one in [holds(exp.and_(column(name), exp.Not(this=column(f"{name}__read"))))]
    ]
    return exp.select(
        exp.Star(),
        exp.alias_(exp.or_(*pending), "unread", copy=False),
        exp.alias_(exp.or_(*shown["bloods"]), "unread_bloods", copy=False),
        exp.alias_(exp.or_(*shown["imaging"]), "unread_imaging", copy=False),
        exp.alias_(earliest(dates), "unread_from", copy=False),
        exp.alias_(earliest(after_dates), "after_end_from", copy=False),
        exp.alias_(
            sql(
                "NOT episode_active AND last_ended >= :ended AND :after",
                ended=ended_since,
                after=exp.paren(after_end, copy=False),
            ),
            "read_after_end",
            copy=False,
        ),
        exp.alias_(exp.or_(*recent["bloods"]), "after_end_bloods", copy=False),
        exp.alias_(exp.or_(*recent["imaging"]), "after_end_imaging", copy=False),
        copy=False,
    ).from_("chosen", copy=False)


def _eligibility(pathway: ProfiledPathway) -> exp.Expr:
    """Who is in the pathway, and every reason why somebody is not."""
    rules = pathway.rules.eligibility
    elsewhere, emergency = column(rules.elsewhere), pathway.indications[0]
    no_episode = sql("NOT episode_active AND NOT COALESCE(read_after_end, FALSE)")
    child, dead = (
        sql("COALESCE(NOT adult, FALSE)"),
        sql("COALESCE(deceased_on <= :as_of, FALSE)", as_of=as_of_day()),
    )
    others = exp.or_(no_episode, child, dead)
    away = exp.and_(
        holds(elsewhere),
        exp.or_(others, exp.Not(this=holds(column(f"{emergency}__indicated"))), sql("NOT episode_active")),
    )
    reasons = words([(no_episode, "no_episode"), (child, "child"), (dead, "deceased"), (away, "elsewhere")])
    return exp.select(
        exp.Star(),
        exp.alias_(exp.Not(this=exp.paren(exp.or_(others, away), copy=False)), "eligible", copy=False),
        exp.alias_(
            exp.Not(this=exp.paren(exp.or_(others, away, sql("COALESCE(read_after_end, FALSE)")), copy=False)),
            "in_pathway",
            copy=False,
        ),
        exp.alias_(reasons, "ineligible_reasons", copy=False),
        copy=False,
    ).from_("unread", copy=False)


def _placed(pathway: ProfiledPathway) -> exp.Expr:
    """The disposition."""
    rules = pathway.rules
    complete, improved = column(rules.therapy.criterion), column(rules.response.criterion)
    other = exp.or_(*(holds(column(name)) for name in rules.other_pathways))
    named = exp.Case(this=exp.column("own"))
    for name in pathway.indications:
        named = named.when(literal(name), literal(rules.indications[name].disposition), copy=False)
    handed = next(name for name in pathway.indications if rules.indications[name].handed_over_by)
    gate = exp.paren(gating_unknown(pathway), copy=False)
    disposition = (
        exp.Case()
        .when(sql("NOT eligible"), literal("not_in_pathway"), copy=False)
        .when(sql("COALESCE(read_after_end, FALSE)"), literal("review_results"), copy=False)
        .when(
            sql("own = :handed AND handover_open", handed=handed),
            literal(rules.indications[handed].disposition),
            copy=False,
        )
        .when(sql("own IS NOT NULL AND any_due"), named, copy=False)
        .when(sql("own IS NOT NULL AND any_review"), literal("review_results"), copy=False)
        .when(sql("own IS NOT NULL AND :gate", gate=gate), literal("ask"), copy=False)
        .when(sql("own IS NOT NULL AND any_waiting"), literal("awaiting_results"), copy=False)
        .when(sql("own IS NOT NULL"), literal("reassess"), copy=False)
        .when(sql("unread"), literal("review_results"), copy=False)
        .when(gate, literal("ask"), copy=False)
        .when(other, literal("other_pathway"), copy=False)
        .when(
            sql(":complete IS NULL OR (:complete AND :improved IS NULL)", complete=complete, improved=improved),
            literal("ask"),
            copy=False,
        )
        .when(sql("therapy_active AND NOT :complete", complete=complete), literal("on_therapy"), copy=False)
        .when(
            sql(":complete AND :improved", complete=complete, improved=improved),
            literal("responding"),
            copy=False,
        )
        .when(sql("treated"), literal("therapy_stopped"), copy=False)
        .else_(literal("self_care"), copy=False)
    )
    return exp.select(
        exp.Star(),
        exp.alias_(disposition, "disposition", copy=False),
        exp.alias_(missing(pathway), "missing", copy=False),
        copy=False,
    ).from_("lacking", copy=False)


def _clock(pathway: ProfiledPathway) -> exp.Expr:
    """The since of the patient's own indication, or of the other pathway."""
    case = exp.Case()
    for name in pathway.indications:
        case = case.when(sql("own = :name", name=name), column(f"{name}__from"), copy=False)
    limit = literal(pathway.first_day(pathway.rules.since_not_before))
    other = earliest([column(f"{name}__since") for name in pathway.rules.other_pathways])
    return case.when(
        sql("disposition = 'other_pathway'"),
        when(sql(":o IS NOT NULL", o=exp.paren(other, copy=False)), latest([other, limit])),
        copy=False,
    )


def _dated(pathway: ProfiledPathway) -> exp.Expr:
    """Since and due_by. Every target is a number of days of the profile."""
    return exp.select(
        exp.Star(),
        exp.alias_(when(sql("in_pathway"), _clock(pathway)), "since", copy=False),
        exp.alias_(when(sql("in_pathway"), _due(pathway)), "due_by", copy=False),
        copy=False,
    ).from_("placed", copy=False)


def _by_indication(pathway: ProfiledPathway, field: str, fallback: str) -> exp.Expr:
    """Days, by the patient's own indication."""
    case = exp.Case()
    for name in pathway.indications:
        parameter = getattr(pathway.rules.indications[name], field)
        if parameter:
            case = case.when(sql("own = :name", name=name), literal(pathway.days(parameter)), copy=False)
    return case.else_(literal(pathway.days(pathway.rules.targets[fallback])), copy=False)


def _later(day: exp.Expr, days: exp.Expr) -> exp.Expr:
    return sql(
        "CAST(:day + :days * INTERVAL 1 DAY AS DATE)",
        day=exp.paren(day, copy=False),
        days=exp.paren(days, copy=False),
    )


def _due(pathway: ProfiledPathway) -> exp.Expr:
    rules = pathway.rules
    days = {name: pathway.days(target) for name, target in rules.targets.items()}
    waiting = _later(exp.column("waiting_from"), _by_indication(pathway, "await_target", "awaiting_results"))
    reading = _later(
        earliest([exp.column("unread_on"), when(sql("own IS NULL"), exp.column("unread_from"))]),
        _by_indication(pathway, "review_target", "review_results"),
    )
    case = exp.Case()
    for name in pathway.indications:
        entry = rules.indications[name]
        target: exp.Expr = literal(pathway.days(entry.target))
        for part, sole in entry.target_for_sole_reason.items():
            if part in entry.parts_in(pathway.profile):
                alone = _sole(pathway, name, part)
                target = exp.Case().when(alone, literal(pathway.days(sole)), copy=False).else_(target, copy=False)
        case = case.when(
            sql("disposition = :d AND own = :name", d=entry.disposition, name=name),
            _later(_clock(pathway), target),
            copy=False,
        )
    last_score = sql("CASE WHEN baseline IS NULL OR current_score IS NULL THEN relief_on ELSE current_on END")
    simple: dict[str, exp.Expr] = {
        "review_results": reading,
        "awaiting_results": waiting,
        "ask": earliest([ask_due(pathway), when(sql("own IS NOT NULL"), waiting)]),
        "on_therapy": exp.column("trial_due"),
        "responding": _later(last_score, literal(days["responding"])),
        "therapy_stopped": plus("trial_end", days["therapy_stopped"]),
        "reassess": _later(sql("COALESCE(result_on, done_on)"), literal(days["reassess"])),
        "other_pathway": _later(_clock(pathway), literal(days["other_pathway"])),
    }
    for name, date in simple.items():
        case = case.when(sql("disposition = :d", d=name), date, copy=False)
    return case


def _sole(pathway: ProfiledPathway, indication: str, part: str) -> exp.Expr:
    """The only reason given: no other part of the indication, and no part of the results indication, is met."""
    results = results_indication(pathway)
    names = [*pathway.rules.indications[indication].parts_in(pathway.profile)]
    names += pathway.rules.indications[results].parts_in(pathway.profile)
    others = [exp.Not(this=holds(column(name))) for name in names if name != part]
    return exp.and_(*others)
