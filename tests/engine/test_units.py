"""A number in another unit than what it is compared with is refused: 28 weeks are not 28 days."""

from __future__ import annotations

import pytest

from pathways import load_pathway
from pathways.units import unit_problems

NOT_MEASURED = {"therapy_requires"}  # a choice between kinds of therapy, not a quantity


def test_the_units_of_the_pathway_fit() -> None:
    pathway = load_pathway()
    assert not list(unit_problems(pathway.rules, pathway.numbers))


@pytest.mark.parametrize("name", sorted(set(load_pathway().numbers.parameters) - NOT_MEASURED))
def test_another_unit_is_refused(name: str) -> None:
    pathway = load_pathway()
    numbers = pathway.numbers
    changed = numbers.parameters[name].model_copy(update={"unit": "weeks"})
    wrong = numbers.model_copy(update={"parameters": {**numbers.parameters, name: changed}})
    found = list(unit_problems(pathway.rules, wrong))
    assert [keys for _, keys, _ in found] == [("parameters", name)] * len(found)
    assert found
