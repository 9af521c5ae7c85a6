"""Every number of the pathway is on the page with its name, its purpose and what stands behind it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard import thresholds
from dashboard.flow import amount
from dashboard.wording.pathway import page
from pathways import load_pathway
from tests.pages.made_up import D

PATHWAY = load_pathway()
ROWS = {row.name: row for group in thresholds.groups(PATHWAY) for row in group.rows}


def test_every_number_is_there_once_with_a_name_of_its_own_and_a_purpose() -> None:
    listed = [row.name for group in thresholds.groups(PATHWAY) for row in group.rows]
    assert sorted(listed) == sorted(PATHWAY.numbers.parameters)
    assert len({row.title for row in ROWS.values()}) == len(ROWS)
    assert all(row.purpose for row in ROWS.values())


def test_the_words_name_no_number_that_the_pathway_does_not_have() -> None:
    named = {name for group in page().groups for name in group.numbers}
    assert named == PATHWAY.numbers.parameters.keys()


def test_a_number_nobody_has_named_is_still_shown() -> None:
    extra = PATHWAY.numbers.parameters["adult_age"].model_copy(update={"label": "Something new"})
    numbers = PATHWAY.numbers.model_copy(update={"parameters": {**PATHWAY.numbers.parameters, "new_one": extra}})
    more = type(PATHWAY)(PATHWAY.folder, PATHWAY.rules, numbers, PATHWAY.sources, PATHWAY.wording, PATHWAY.version)
    assert [row.title for row in thresholds.groups(more)[-1].rows] == ["Something new"]


def test_a_number_says_in_which_other_profiles_it_differs() -> None:
    length = ROWS["trial_length"]
    assert length.elsewhere("us-acp") == "≠ 42 days (US ACR, UK NICE)"
    assert length.elsewhere("uk-nice") == "≠ 28 days (US ACP)"
    assert ROWS["esr_raised"].elsewhere("us-acp") == page().same


def test_a_source_is_told_with_strength_setting_and_whether_it_was_checked() -> None:
    esr = ROWS["esr_raised"].origins["us-acp"]
    assert esr.shown.startswith("✓ Checked at the source: Joines et al.")
    assert "(2001). Decision analysis, a model and no patients; hypothetical US primary care cohort." in esr.shown
    assert ROWS["haemoglobin_low_male"].origins["us-acp"].shown.startswith("? Not checked at the source: WHO")
    assert ROWS["persistent_days"].origins["us-acp"].shown == "◇ Local choice"


@pytest.mark.parametrize("profile", PATHWAY.numbers.profiles)
def test_the_tally_counts_every_number_once(profile: str) -> None:
    found = thresholds.tally(PATHWAY, profile)
    assert sum(found.values()) == len(PATHWAY.numbers.parameters)
    local = [p for p in PATHWAY.numbers.parameters.values() if p.source_in(profile) == "local choice"]
    assert found["local"] == len(local)


def test_the_sources_behind_a_number_come_first_and_all_are_there() -> None:
    found = thresholds.sources(PATHWAY, "us-acp")
    assert len(found) == len(PATHWAY.sources)
    behind = [bool(one.numbers) for one in found]
    assert behind == sorted(behind, reverse=True)
    assert any("Raised ESR from" in one.numbers for one in found if one.title.startswith("Joines"))


def test_the_profiles_stand_side_by_side_and_what_differs_is_known() -> None:
    profiles = [PATHWAY.in_profile(name, D) for name in PATHWAY.numbers.profiles]
    rows = {row.title: row for row in thresholds.side_by_side(profiles)}
    assert rows["Urgent investigation: what to order"].texts["us-acr"] == "MRI spine"
    assert rows["Age 60 or over with persistent pain: when"].texts == {
        "us-acp": page().not_in_profile,
        "us-acr": page().not_in_profile,
        "uk-nice": "Age 60 or over and persistent pain",
    }
    assert rows["Length of the trial of therapy"].differs
    assert not rows["Raised ESR from"].differs
    assert rows["Raised ESR from"].everywhere == "50 mm/h"
    assert not rows["Emergency: when"].differs


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Decimal("38.0"), "degC", "38 °C"),
        (Decimal(1), "sessions", "1 session"),
        (Decimal(0), "days", "0 days"),
        (Decimal(4), "of 9", "4 of 9"),
        (Decimal("0.26"), "ratio", "0.26"),
        (Decimal(365), "days ago", "365 days ago"),
        (Decimal(100), "%", "100 %"),
        ("physical_and_medication", "kind", "physical and medication kind"),
    ],
)
def test_an_amount_in_words(value: Decimal | str, unit: str, shown: str) -> None:
    assert amount(value, unit) == shown
