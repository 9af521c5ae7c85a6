"""Synthea's CSV exports load whole, and say of their people what their own description counts."""

from __future__ import annotations

import pytest

from benchmarks.real_data import with_concept
from tests.real_data.checks import Described, Reader, named, synthea_has_the_people_described, synthea_is_whole

pytestmark = pytest.mark.shared_data
NAMES = named("synthea-csv/")


@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_lost(read: Reader, name: str) -> None:
    synthea_is_whole(read(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_people_are_those_that_the_description_counts(read: Reader, name: str, described: Described) -> None:
    synthea_has_the_people_described(read(name), described[name])


def test_what_is_not_there_is_said(read: Reader) -> None:
    notices = read("synthea-csv/unmc-2023").report.notices
    assert "tables that are not there, so that nothing is known of them: observations" in notices
    assert with_concept(read("synthea-csv/unmc-2023"), "pain_score") == 0
