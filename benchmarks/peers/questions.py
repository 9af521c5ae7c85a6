"""The questions that every program is asked: criteria of the pathway that can be said without the rest of it.

``QUESTIONS`` are names of the pathway's criteria. ``definitions`` asks them in Clinical Quality Language of FHIR R4 as
``backstop generate --format fhir`` writes it; every number comes from the pathway's parameters.
"""

from __future__ import annotations

from datetime import timedelta

from benchmarks.peers.expressions import (
    Expression,
    age_at,
    all_of,
    any_of,
    any_of_them,
    case,
    coalesced,
    column,
    compare,
    day,
    days_before,
    days_between,
    defined,
    element,
    element_exists,
    first,
    has_code,
    has_extension,
    is_true,
    is_unknown,
    joined,
    latest,
    literal,
    negated,
    on_day,
    patient,
    recorded,
    row,
    stated,
    those,
    unknown,
)
from pathways.loading import ProfiledPathway
from pathways.panel import RESULT_STATUSES
from sample_data.fhir_writer import COLUMN_URL

FINDINGS = (
    "cancer_history", "limb_weakness", "gait_disturbance", "sensory_loss", "radicular_pain", "fever", "iv_drug_use",
    "recent_bacterial_infection", "immunosuppressed", "weight_loss_reported",
)  # fmt: skip
QUESTIONS = (
    "age_50", "persistent", *FINDINGS, "neurology", "cancer_with_neurology", "infection_risk",
    "fever_with_infection_risk", "weight_loss_measured", "weight_loss", "weight_loss_with_age_50", "esr_raised",
    "calcium_high", "haemoglobin_low", "spep_abnormal", "xray_spine_suspicious", "trial_complete",
)  # fmt: skip
KILOGRAMS, POUND = 0.45359237, "[lb_av]"
LITRE_FROM_DECILITRE, CALCIUM_FROM_MG = 10.0, 0.2495
Definitions = dict[str, Expression]


def definitions(pathway: ProfiledPathway) -> Definitions:
    """Every definition by name, each after those that it names. A question has its own name."""
    today, rules = day(pathway.as_of), pathway.rules
    made: Definitions = {"age_50": compare(age_at(today), ">=", literal(pathway.days("age_50")))}
    made |= _episode(pathway)
    persistent = literal(pathway.days("persistent_days"))
    made["persistent"] = compare(days_between(defined("onset"), today), ">=", persistent)
    for name in (*FINDINGS, "weight_loss_intentional"):
        made |= _finding(pathway, name)
    made |= _weights(pathway)
    for name in ("esr_raised", "calcium_high", "haemoglobin_low", "spep_abnormal", "xray_spine_suspicious"):
        made |= _result(pathway, name)
    made |= _trial(pathway)
    measured, reported = defined("weight_loss_measured"), defined("weight_loss_reported")
    both = all_of(is_unknown(measured), is_unknown(reported))
    recorded_any = case(
        (any_of(is_true(measured), is_true(reported)), literal(True)), (both, unknown()), otherwise=literal(False)
    )
    for name in ("neurology", "cancer_with_neurology", "infection_risk", "fever_with_infection_risk"):
        condition = rules.criteria[name]
        combine, parts = (all_of, condition.all) if hasattr(condition, "all") else (any_of, condition.any)
        made[name] = combine(*map(defined, parts))
    made["weight_loss"] = all_of(recorded_any, negated(defined("weight_loss_intentional")))
    made["weight_loss_with_age_50"] = all_of(defined("weight_loss"), defined("age_50"))
    return made


def codes(pathway: ProfiledPathway) -> dict[str, tuple[str, str]]:
    """The concepts that the definitions retrieve, each with the address and code that the panel writes."""
    from pathways.codes import OWN_SYSTEM, standard_code

    therapy = pathway.rules.therapy
    names = ("back_pain", *FINDINGS, "weight_loss_intentional", "temperature", "weight", "esr", "calcium_adjusted",
             "haemoglobin", "spep", "xray_spine", *therapy.physical, *therapy.medication)  # fmt: skip
    return {name: standard_code(name) or (OWN_SYSTEM, name) for name in names}


def _days_ago(pathway: ProfiledPathway, days: int) -> Expression:
    return day(pathway.as_of - timedelta(days=days))


def _upto(pathway: ProfiledPathway, when: Expression) -> Expression:
    """Nothing that is dated after the as-of date exists."""
    return compare(when, "<=", day(pathway.as_of))


def _said(pathway: ProfiledPathway, name: str) -> Expression:
    """The observations of a finding: the day of each, whether it says no, and whether it says that nobody knows."""
    when = on_day(element("O", "effective"))
    no, unsure = compare(stated("O", "boolean"), "=", literal(False)), element_exists("O", "dataAbsentReason")
    return those(recorded("Observation", name), "O", _upto(pathway, when), row(dated=when, no=no, unsure=unsure))


def _days_said(name: str, what: str) -> Expression:
    """The newest day on which a finding was answered so."""
    return latest(those(defined(f"{name}__said"), "S", column("S", what), column("S", "dated")))


def _episode(pathway: ProfiledPathway) -> Definitions:
    """The first day of the active episodes of back pain."""
    begun, over = on_day(element("C", "onset")), on_day(element("C", "abatement"))
    going = any_of(negated(element_exists("C", "abatement")), compare(over, ">", day(pathway.as_of)))
    later = any_of(is_unknown(defined("pain_over")), compare(defined("pain_over"), "<=", begun))
    where = all_of(_upto(pathway, begun), going, later)
    return {
        "back_pain__said": _said(pathway, "back_pain"),
        "pain_over": _days_said("back_pain", "no"),
        "onset": first(those(recorded("Condition", "back_pain"), "C", where, begun)),
    }


def _finding(pathway: ProfiledPathway, name: str) -> Definitions:
    """The newest valid row speaks; one that stays present does so whatever came later."""
    group = next(one for one in pathway.rules.findings if name in one.concepts)
    begun, always = on_day(element("C", "onset")), group.valid_for == "always"
    valid_from = None if always else _days_ago(pathway, pathway.days(group.valid_for))
    listed = defined(f"{name}__present")
    valid = listed if valid_from is None else _since(listed, valid_from)
    made = {
        f"{name}__present": those(recorded("Condition", name), "C", _upto(pathway, begun), begun),
        f"{name}__said": _said(pathway, name),
        f"{name}__absent": _days_said(name, "no"),
        f"{name}__unsure": _days_said(name, "unsure"),
    }
    newest, spoken = latest(listed), latest(valid)
    if group.reading and name == group.concepts[0]:
        recent = _since(defined("hot"), _days_ago(pathway, pathway.days(group.reading.valid_for)))
        made |= {"hot": _hot(pathway), "said_newest": newest, "said_valid": spoken,
                 "hot_newest": latest(defined("hot")), "hot_valid": latest(recent)}  # fmt: skip
        newest = _later(defined("said_newest"), defined("hot_newest"))
        spoken = _later(defined("said_valid"), defined("hot_valid"))
    made |= {f"{name}__newest": newest, f"{name}__valid": spoken}
    yes, spoken = defined(f"{name}__newest"), defined(f"{name}__valid")
    absent, unsure = defined(f"{name}__absent"), defined(f"{name}__unsure")
    counted = all_of(compare(absent, ">=", coalesced(yes, absent)), compare(absent, ">=", coalesced(unsure, absent)))
    if valid_from is not None:
        counted = all_of(compare(absent, ">=", valid_from), counted)
    whens = [(negated(is_unknown(yes)), literal(True))] if group.stays_present else []
    whens += [(compare(spoken, ">=", coalesced(absent, spoken)), literal(True)), (counted, literal(False))]
    return made | {name: case(*whens, otherwise=literal(False) if group.unrecorded == "absent" else unknown())}


def _later(a: Expression, b: Expression) -> Expression:
    """The later of two days, either of which may be unknown."""
    return case((any_of(is_unknown(b), compare(a, ">=", b)), a), otherwise=b)


def _since(days: Expression, begin: Expression) -> Expression:
    """Those of a list of days that are not before one."""
    return those(days, "P", compare(Expression("P", {"type": "AliasRef", "name": "P"}), ">=", begin))


def _hot(pathway: ProfiledPathway) -> Expression:
    """The days of high temperatures."""
    limit = float(pathway.number("fever_temperature"))
    value, unit = stated("O", "Quantity", "value"), stated("O", "Quantity", "code")
    fahrenheit = compare(unit, "=", literal("[degF]"))
    high = case((fahrenheit, compare(value, ">=", literal(round(limit * 1.8 + 32, 1)))),
                otherwise=compare(value, ">=", literal(limit)))  # fmt: skip
    when = on_day(element("O", "effective"))
    return those(recorded("Observation", "temperature"), "O", all_of(_upto(pathway, when), high), when)


def _as_it_is(value: Expression) -> Expression:
    """A number that needs no conversion, as a number all the same: one engine takes it for text."""
    return compare(value, "*", literal(1.0))


def _weights(pathway: ProfiledPathway) -> Definitions:
    """The newest weight of the last year against each earlier one."""
    when = on_day(element("O", "effective"))
    value = stated("O", "Quantity", "value")
    pounds = compare(stated("O", "Quantity", "code"), "=", literal(POUND))
    kilograms = case((pounds, compare(value, "*", literal(KILOGRAMS))), otherwise=_as_it_is(value))
    weighed = those(recorded("Observation", "weight"), "O", _upto(pathway, when), row(dated=when, kg=kilograms))
    days, low = column("W", "dated"), defined("weight_now")
    newest = defined("weighed_on")
    recent = compare(days, ">=", _days_ago(pathway, pathway.days("weight_newest_days")))
    apart = days_between(days, newest)
    lost = compare(column("W", "kg"), "-", low)
    share = compare(column("W", "kg"), "*", literal(float(pathway.number("weight_loss_share")) / 100))
    loss = any_of(
        all_of(compare(lost, ">", literal(float(pathway.number("weight_loss_amount")))),
               compare(apart, "<=", literal(pathway.days("weight_loss_amount_days")))),
        all_of(compare(lost, ">", share), compare(apart, "<=", literal(pathway.days("weight_loss_share_days")))),
    )  # fmt: skip
    before = compare(days, "<", newest)
    steady = all_of(compare(apart, ">=", literal(pathway.days("weight_stable_from_days"))),
                    compare(apart, "<=", literal(pathway.days("weight_loss_share_days"))))  # fmt: skip
    fresh = compare(newest, ">=", _days_ago(pathway, pathway.days("weight_stable_newest_days")))
    all_of_them = defined("weights")
    return {
        "weights": weighed,
        "weighed_on": latest(those(all_of_them, "W", recent, days)),
        "weight_now": first(those(all_of_them, "W", compare(days, "=", newest), column("W", "kg"))),
        "weight_loss_measured": case(
            (any_of_them(those(all_of_them, "W", all_of(before, loss))), literal(True)),
            (all_of(fresh, any_of_them(those(all_of_them, "W", all_of(before, steady)))), literal(False)),
            otherwise=unknown(),
        ),
    }


def _result(pathway: ProfiledPathway, name: str) -> Definitions:
    """The newest counting result, for as long as it is valid; an abnormal one of this episode for longer."""
    results = pathway.rules.results
    test = results.criteria[name].test
    image = test == "xray_spine"
    when = on_day(element("O", "effective"))
    final = any_of(*(compare(element("O", "status"), "=", literal(status)) for status in RESULT_STATUSES))
    met, not_met = _verdicts(pathway, name)
    source = recorded("DiagnosticReport" if image else "Observation", test)
    rows, newest = defined(f"{name}__rows"), defined(f"{name}__newest")
    on_newest = compare(column("R", "dated"), "=", newest)
    yes, no = (any_of_them(those(rows, "R", all_of(on_newest, column("R", verdict)))) for verdict in ("met", "other"))
    valid_for = pathway.days(results.valid_for["imaging" if image else "blood_test"])
    valid = compare(newest, ">=", _days_ago(pathway, valid_for))
    kept = all_of(
        compare(newest, ">=", _days_ago(pathway, pathway.days(results.kept_for))),
        any_of(is_unknown(defined("onset")), compare(newest, ">=", defined("onset"))),
    )
    lasting = any_of(valid, kept) if name in results.kept else valid
    return {
        f"{name}__rows": those(source, "O", all_of(_upto(pathway, when), final),
                               row(dated=when, met=met, other=not_met)),
        f"{name}__newest": latest(those(rows, "R", None, column("R", "dated"))),
        name: case((all_of(yes, lasting), literal(True)), (yes, unknown()), (all_of(no, valid), literal(False)),
                   otherwise=unknown()),
    }  # fmt: skip


def _verdicts(pathway: ProfiledPathway, name: str) -> tuple[Expression, Expression]:
    """Whether a row meets the criterion, and whether it certainly does not."""
    if name == "xray_spine_suspicious":
        return has_code("O", "conclusionCode", "suspicious"), has_code("O", "conclusionCode", "negative")
    if name == "spep_abnormal":
        return has_code("O", "interpretation", "A"), has_code("O", "interpretation", "N")
    value, unit = stated("O", "Quantity", "value"), stated("O", "Quantity", "code")
    if name == "esr_raised":
        limit = literal(float(pathway.number("esr_raised")))
        return compare(value, ">=", limit), compare(value, "<", limit)
    if name == "calcium_high":
        return _calcium(pathway, value, unit)
    return _haemoglobin(pathway, value, unit)


def _calcium(pathway: ProfiledPathway, value: Expression, unit: Expression) -> tuple[Expression, Expression]:
    own = _reference_high()
    converted = compare(value, "*", literal(CALCIUM_FROM_MG))
    mmol = case((compare(unit, "=", literal("mg/dL")), converted), otherwise=_as_it_is(value))
    limit = literal(float(pathway.number("calcium_high")))
    no_own = is_unknown(own)
    high = case((no_own, compare(mmol, ">", limit)), otherwise=compare(value, ">", own))
    return high, negated(high)


def _reference_high() -> Expression:
    """The upper limit printed beside a value, in its unit."""
    limits = {"type": "Property", "scope": "O", "path": "referenceRange"}
    elm = {"type": "Property", "path": "high.value.value", "source": {"type": "First", "source": limits}}
    return Expression("First(O.referenceRange).high.value", elm)


def _haemoglobin(pathway: ProfiledPathway, value: Expression, unit: Expression) -> tuple[Expression, Expression]:
    converted = compare(value, "*", literal(LITRE_FROM_DECILITRE))
    litre = case((compare(unit, "=", literal("g/dL")), converted), otherwise=_as_it_is(value))
    men, women = (literal(float(pathway.number(f"haemoglobin_low_{sex}"))) for sex in ("male", "female"))
    sex = patient("gender")
    male, female = compare(sex, "=", literal("male")), compare(sex, "=", literal("female"))
    low = case((male, compare(litre, "<", men)), otherwise=compare(litre, "<", women))
    enough = case((female, compare(litre, ">=", women)), otherwise=compare(litre, ">=", men))
    return low, enough


def _trial(pathway: ProfiledPathway) -> Definitions:
    """The newest run of treatments without too long a gap, and whether it lasted long enough."""
    today, therapy = day(pathway.as_of), pathway.rules.therapy
    onset, length = defined("onset"), pathway.days(therapy.length)
    treated = joined(
        *(_treatments(pathway, "Procedure", name, "performed") for name in therapy.physical),
        *(_treatments(pathway, _kind(name), name, _period(name)) for name in therapy.medication),
    )
    start, lasts = column("T", "begun"), column("T", "lasts")
    earliest = case((is_unknown(onset), _days_ago(pathway, pathway.days(therapy.without_onset))),
                    otherwise=days_before(onset, pathway.days(therapy.before_onset)))  # fmt: skip
    ended = any_of(is_unknown(column("T", "over")), is_unknown(onset), compare(start, ">=", onset),
                   compare(column("T", "over"), ">=", onset))  # fmt: skip
    clipped = case((compare(start, "<", onset), onset), otherwise=start)
    ending = case((compare(lasts, "<", clipped), clipped), otherwise=lasts)
    counted = those(defined("treated"), "T", all_of(_upto(pathway, start), compare(start, ">=", earliest), ended),
                    row(begun=clipped, lasts=ending, unended=column("T", "unended")))  # fmt: skip
    covering = all_of(compare(column("U", "begun"), "<", start),
                      compare(column("U", "lasts"), ">=", days_before(start, pathway.days(therapy.gap))))  # fmt: skip
    begins = negated(any_of_them(those(defined("treatments"), "U", covering)))
    begun, in_trial = defined("trial_begun"), compare(start, ">=", defined("trial_begun"))
    reached = compare(days_between(begun, defined("trial_over")), ">=", literal(length))
    could = all_of(any_of_them(those(defined("treatments"), "T", all_of(in_trial, column("T", "unended")))),
                   compare(days_between(begun, today), ">=", literal(length)))  # fmt: skip
    return {
        "treated": treated,
        "treatments": counted,
        "trial_begun": latest(those(defined("treatments"), "T", begins, start)),
        "trial_over": latest(those(defined("treatments"), "T", in_trial, lasts)),
        "trial_complete": case((is_true(reached), literal(True)), (could, unknown()), otherwise=literal(False)),
    }


def _kind(concept: str) -> str:
    from pathways.codes import standard_code

    system = (standard_code(concept) or ("",))[0]
    return "MedicationStatement" if system.endswith("/atc") else "Procedure"


def _period(concept: str) -> str:
    return "effective" if _kind(concept) == "MedicationStatement" else "performed"


def _treatments(pathway: ProfiledPathway, kind: str, name: str, period: str) -> Expression:
    """Begin, end, last day so far, and whether the end is not known, of each treatment of one kind that counts."""
    today = day(pathway.as_of)
    begin, over = on_day(element("M", f"{period}.start")), on_day(element("M", f"{period}.end"))
    status = element("M", "status")
    going = ("active",) if kind == "MedicationStatement" else ("in-progress",)
    goes_on = any_of(*(compare(status, "=", literal(one)) for one in going))
    active = all_of(goes_on, any_of(is_unknown(over), compare(over, ">", today)))
    taken = any_of(*(compare(status, "=", literal(one)) for one in (*going, "completed", "stopped")))
    if name == pathway.rules.therapy.attended.concept:
        taken = all_of(taken, negated(has_extension("M", f"{COLUMN_URL}value", "0")))
    lasts = case((active, today), (is_unknown(over), begin), (compare(over, ">", today), today), otherwise=over)
    still_open = all_of(negated(active), is_unknown(over))
    made = row(begun=begin, over=over, lasts=lasts, unended=still_open)
    return those(recorded(kind, name), "M", taken, made)
