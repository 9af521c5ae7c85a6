"""One patient's trace beside the columns of the whole panel."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import pytest

from pathways import KEYS, answers, evaluate, explain, load_pathway
from pathways.engines.duckdb import run
from tests.cases.people import panel_of

AS_OF = date(2026, 6, 15)
PROFILE = "uk-nice"
VERDICTS = {True: "met", False: "not met", None: "unknown"}
SHOWN = ("emergency", "escalate", "not_in_pathway")

Trace = dict[str, Any]


@cache
def columns() -> dict[str, dict[str, Any]]:
    """Every verdict of every patient, read directly."""
    table = run(panel_of(AS_OF)[0], load_pathway().in_profile(PROFILE, AS_OF), last="trace")
    return {row["patient_id"]: row for row in table.to_pylist()}


@cache
def answered() -> dict[str, dict[str, Any]]:
    table = evaluate(panel_of(AS_OF)[0], load_pathway(), PROFILE, as_of=AS_OF)
    return {answer["patient_id"]: answer for answer in answers(table)}


@cache
def traced(disposition: str) -> tuple[str, Trace]:
    """The first patient of a disposition."""
    patient_id = min(name for name, answer in answered().items() if answer["disposition"] == disposition)
    return patient_id, explain(panel_of(AS_OF)[0], load_pathway(), PROFILE, AS_OF, patient_id)


@pytest.mark.parametrize("disposition", SHOWN)
def test_the_verdicts_are_those_of_the_columns(disposition: str) -> None:
    patient_id, trace = traced(disposition)
    row = columns()[patient_id]
    shown = {one["id"]: one["verdict"] for one in trace["criteria"]}
    assert len(shown) == len(trace["criteria"])
    assert shown == {name: VERDICTS[row[name]] for name in shown}
    rules = load_pathway().rules
    assert set(rules.gating.facts) <= set(shown)


@pytest.mark.parametrize("disposition", SHOWN)
def test_the_answer_is_the_one_given_among_all_others(disposition: str) -> None:
    patient_id, trace = traced(disposition)
    assert trace["answer"] == answered()[patient_id]
    assert list(trace["answer"]) == list(KEYS)
    assert (trace["profile"], trace["as_of"]) == (PROFILE, AS_OF.isoformat())
    assert trace["pathway_version"] == load_pathway().version


@pytest.mark.parametrize("disposition", SHOWN)
def test_it_is_ready_for_json(disposition: str) -> None:
    _, trace = traced(disposition)
    assert json.loads(json.dumps(trace, allow_nan=False)) == trace


@pytest.mark.parametrize("disposition", SHOWN)
def test_each_reason_is_a_criterion_that_is_met_since_a_day(disposition: str) -> None:
    _, trace = traced(disposition)
    met = {one["id"]: one["since"] for one in trace["criteria"] if one["verdict"] == "met"}
    if disposition == "not_in_pathway":
        assert trace["answer"]["reasons"]
    else:
        assert all(date.fromisoformat(met[reason]) <= AS_OF for reason in trace["answer"]["reasons"])


@pytest.mark.parametrize("disposition", SHOWN)
def test_a_known_finding_shows_the_row_that_says_so(disposition: str) -> None:
    _, trace = traced(disposition)
    said = {"met": "present", "not met": "absent"}
    unshown = [
        one["id"]
        for one in trace["criteria"]
        if one["kind"] == "finding"
        and one["verdict"] in said
        and not any(row["status"] in {said[one["verdict"]], "final"} for row in one["evidence"])
    ]
    absent_unless_said = {
        concept for group in load_pathway().rules.findings if group.unrecorded == "absent" for concept in group.concepts
    }
    assert not set(unshown) - absent_unless_said


def test_what_would_change_it_is_said_of_every_criterion() -> None:
    assert all(one["would_change"] for one in traced("escalate")[1]["criteria"])


def test_a_number_stands_with_its_source_or_as_a_local_choice() -> None:
    numbered = [one for one in traced("escalate")[1]["criteria"] if one["threshold"]]
    assert numbered
    assert all(one["source"] for one in numbered)


def test_an_unknown_patient_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        explain(panel_of(AS_OF)[0], load_pathway(), PROFILE, AS_OF, "nobody")
