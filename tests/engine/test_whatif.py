"""A pathway with changed numbers gives what the changed file gives, and leaves the pathway as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pathways import PathwayError, load_pathway
from pathways.statement import statement_sql
from pathways.whatif import with_numbers
from tests.engine.conftest import copied

PROFILE, D = "us-acp", date(2026, 6, 15)
LENGTH = ("trial_length", "{us-acp: 28, us-acr: 42, uk-nice: 42}", "{us-acp: 42, us-acr: 42, uk-nice: 42}", 42)
ESR = ("esr_raised", "{label: ESR raised from, value: 50,", "{label: ESR raised from, value: 20,", 20)


def rewritten(folder: Path, old: str, new: str) -> Path:
    """A copy of the pathway whose numbers were changed in the file."""
    path = copied(folder / "pathway") / "profiles.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path.parent


@pytest.mark.parametrize(("name", "old", "new", "value"), [LENGTH, ESR], ids=["trial_length", "esr_raised"])
def test_a_changed_number_makes_the_statement_that_the_changed_file_makes(
    name: str, old: str, new: str, value: int, tmp_path: Path
) -> None:
    by_file = load_pathway(rewritten(tmp_path, old, new)).in_profile(PROFILE, D)
    altered = with_numbers(load_pathway(), PROFILE, {name: Decimal(value)}).in_profile(PROFILE, D)
    assert statement_sql(altered) == statement_sql(by_file)
    assert statement_sql(altered) != statement_sql(load_pathway().in_profile(PROFILE, D))


def test_the_pathway_itself_stays_as_it_was() -> None:
    pathway = load_pathway()
    with_numbers(pathway, PROFILE, {"trial_length": Decimal(42)})
    assert pathway.in_profile(PROFILE, D).days("trial_length") == 28


def test_the_other_profiles_keep_their_number() -> None:
    altered = with_numbers(load_pathway(), PROFILE, {"trial_length": Decimal(35)})
    lengths = {name: altered.in_profile(name, D).days("trial_length") for name in altered.numbers.profiles}
    assert lengths == {"us-acp": 35, "us-acr": 42, "uk-nice": 42}


def test_the_version_says_that_it_is_altered_and_by_what() -> None:
    pathway = load_pathway()
    by_42 = with_numbers(pathway, PROFILE, {"trial_length": Decimal(42)})
    assert by_42.version.startswith(f"{pathway.version}-altered-")
    assert by_42.version == with_numbers(pathway, PROFILE, {"trial_length": Decimal("42.0")}).version
    others = [
        with_numbers(pathway, PROFILE, {"trial_length": Decimal(35)}),
        with_numbers(pathway, "uk-nice", {"esr_raised": Decimal(42)}),
        with_numbers(pathway, PROFILE, {"esr_raised": Decimal(42)}),
    ]
    assert len({by_42.version, *(one.version for one in others)}) == 4


def test_an_altered_number_no_longer_claims_its_source() -> None:
    altered = with_numbers(load_pathway(), PROFILE, {"esr_raised": Decimal(20)}).numbers.parameters["esr_raised"]
    assert altered.source_in(PROFILE) == "local choice"
    assert altered.source_in("uk-nice") == "S16"


def test_the_same_numbers_are_the_pathway_itself() -> None:
    pathway = load_pathway()
    assert with_numbers(pathway, PROFILE, {"trial_length": Decimal(28)}) is pathway
    assert with_numbers(pathway, PROFILE, {}) is pathway


REFUSED: dict[str, Callable[[], object]] = {
    "unknown profile 'us-apc'": lambda: with_numbers(load_pathway(), "us-apc", {}),
    "trial_lenght is not a parameter": lambda: with_numbers(load_pathway(), PROFILE, {"trial_lenght": Decimal(1)}),
    "not a whole number of days": lambda: with_numbers(load_pathway(), PROFILE, {"trial_length": Decimal("28.5")}),
    "not a number from 0 up": lambda: with_numbers(load_pathway(), PROFILE, {"trial_length": Decimal(-1)}),
    "NaN is not a number": lambda: with_numbers(load_pathway(), PROFILE, {"esr_raised": Decimal("NaN")}),
    "therapy_requires is not a number": lambda: with_numbers(load_pathway(), PROFILE, {"therapy_requires": Decimal(1)}),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_cannot_be_is_refused(said: str) -> None:
    with pytest.raises(PathwayError, match=said):
        REFUSED[said]()
