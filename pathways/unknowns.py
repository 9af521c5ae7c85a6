"""What is not known: what it could mean, what to ask, and by when."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pathways.conditions import Condition, parts_of
from pathways.criteria import could_suffix, verdict
from pathways.loading import ProfiledPathway
from pathways.steps import column, earliest, holds, is_unknown, latest, literal, plus, sql, when, words

Asked = Iterator[tuple[exp.Expr, str]]


def possible(pathway: ProfiledPathway) -> exp.Expr:
    """The first indication above the patient's own whose verdict is unknown."""
    case = exp.Case().when(sql("NOT in_pathway"), exp.null(), copy=False)
    for name in pathway.indications:
        case = case.when(holds(sql("own = :name", name=name)), exp.null(), copy=False)
        case = case.when(is_unknown(column(f"{name}__possible")), literal(name), copy=False)
    return case


def questions(pathway: ProfiledPathway) -> exp.Expr:
    """The ids to record, left to right, each once, for the unknown parts of what it could be."""
    case = exp.Case(this=exp.column("could_be"))
    for name in pathway.indications:
        case = case.when(literal(name), words(_questions(pathway, name)), copy=False)
    return case.else_(literal(""), copy=False)


def _questions(pathway: ProfiledPathway, indication: str) -> Asked:
    """What would settle the indication, where it is unknown."""
    for part in parts_of(pathway.rules.indications[indication].condition_in(pathway.profile)):
        yield from _under(pathway, part, [])


def _under(pathway: ProfiledPathway, condition: Condition, above: list[exp.Expr]) -> Asked:
    """The questions of the unknown facts inside a part that is itself unknown."""
    unknown = is_unknown(verdict(pathway, condition, could_suffix(pathway)))
    path = [*above, unknown]
    open_here = exp.and_(*path)
    if not isinstance(condition, str):
        for part in parts_of(condition):
            yield from _under(pathway, part, path)
        return
    rules = pathway.rules
    if condition in rules.questions:
        yield from ((open_here, question) for question in rules.questions[condition])
    elif condition in rules.criteria:
        for part in parts_of(rules.criteria[condition]):
            yield from _under(pathway, part, path)
    elif condition == rules.response.criterion:
        yield from _score_questions(pathway, open_here)
    elif condition in rules.results.criteria:
        by_sex = holds(column(f"{condition}__only_sex"))
        yield exp.and_(open_here, by_sex), "sex"
        yield exp.and_(open_here, exp.Not(this=by_sex)), rules.results.criteria[condition].test
    else:
        yield open_here, condition


def _score_questions(pathway: ProfiledPathway, condition: exp.Expr) -> Asked:
    """A score of today settles it only beside a baseline; else whether there was relief does."""
    response = pathway.rules.response
    yield exp.and_(condition, sql("baseline IS NOT NULL")), response.score
    yield exp.and_(condition, sql("baseline IS NULL")), response.relief


def _facts(pathway: ProfiledPathway) -> Asked:
    """The gating facts that are unknown, in the order of the pathway."""
    rules = pathway.rules
    for name in rules.gating.facts:
        yield is_unknown(column(name)), name
    for name in rules.gating.expired:
        yield holds(column(f"{name}__expired")), name


def _gating(pathway: ProfiledPathway) -> Asked:
    """The gating facts, with the questions of the indications while which they gate."""
    rules = pathway.rules
    standing = {question: name for name, listed in rules.questions.items() if len(listed) > 1 for question in listed}
    open_questions = [
        (exp.and_(sql("could_be = :name", name=name), condition), question)
        for name in rules.gating.while_could_be
        for condition, question in _questions(pathway, name)
    ]
    known = [*rules.gating.facts, *rules.gating.expired]
    pairs = [*_facts(pathway), *((condition, standing.get(name, name)) for condition, name in open_questions)]
    order = list(dict.fromkeys([*known, *(name for _, name in pairs)]))
    for wanted in order:
        either = [condition for condition, name in pairs if name == wanted]
        if either:
            yield exp.or_(*either), wanted


def gating_names(pathway: ProfiledPathway) -> list[str]:
    """The ids that may stand in ``missing`` and hold a patient at ask, in order."""
    return [name for _, name in _gating(pathway)]


def gating_columns(pathway: ProfiledPathway) -> list[exp.Expr]:
    """One boolean column per id: it is unknown, or has expired, and gates."""
    return [
        exp.alias_(holds(exp.paren(condition, copy=False)), f"gating__{name}", quoted=True, copy=False)
        for condition, name in _gating(pathway)
    ]


def gating_unknown(pathway: ProfiledPathway) -> exp.Expr:
    """Some gating fact is unknown or has expired."""
    return exp.or_(*(column(f"gating__{name}") for name in gating_names(pathway)))


def _missing(pathway: ProfiledPathway) -> list[tuple[exp.Expr, str]]:
    """The gating facts, then the response and the end of the trial, which keep their place at the end."""
    rules = pathway.rules
    complete, improved = column(rules.therapy.criterion), column(rules.response.criterion)
    overdue = holds(sql(":complete AND :improved IS NULL", complete=complete, improved=improved))
    ends: list[tuple[exp.Expr, str]] = list(_score_questions(pathway, overdue))
    ends += [(is_unknown(complete), name) for name in rules.questions[rules.therapy.criterion]]
    gating = gating_names(pathway)
    last = [name for _, name in ends]
    items: list[tuple[exp.Expr, str]] = [(column(f"gating__{name}"), name) for name in gating if name not in last]
    for condition, name in ends:
        gates = [column(f"gating__{name}")] if name in gating else []
        items.append((exp.or_(condition, *gates), name))
    return items


def missing(pathway: ProfiledPathway) -> exp.Expr:
    """The words of ``missing``."""
    return words(_missing(pathway))


def _answered_on(pathway: ProfiledPathway, name: str) -> exp.Expr:
    """The newest entry that answers a missing fact, at any age."""
    rules = pathway.rules
    findings = {concept for group in rules.findings for concept in group.concepts}
    readings = {group.concepts[0]: group.reading.concept for group in rules.findings if group.reading}
    if name == rules.response.score:
        return exp.column("score_entered_on")
    if name == rules.response.relief:
        return exp.column("relief_entered_on")
    if name in rules.questions[rules.therapy.criterion]:
        return exp.column("treatment_entered_on")
    if name in rules.criteria:
        dates = [exp.column("weight_entered_on")]
        dates += [column(f"{one}__day") for one in rules.questions.get(name, ()) if one in findings]
        return latest(dates)
    if name in readings:
        return latest([column(f"{name}__day"), exp.column("reading_entered_on")])
    return column(f"{name}__day") if name in findings else exp.cast(exp.null(), "DATE")


def ask_due(pathway: ProfiledPathway) -> exp.Expr:
    """For each missing fact the target from its newest entry since the onset, else from the onset."""
    days = pathway.days(pathway.rules.targets["ask"])
    dates = []
    for condition, name in _missing(pathway):
        entered = _answered_on(pathway, name)
        start = sql(
            "CASE WHEN onset IS NULL OR :entered >= onset THEN :entered ELSE onset END",
            entered=exp.paren(entered, copy=False),
        )
        dates.append(when(condition, start))
    return plus(exp.paren(earliest(dates), copy=False), days)
