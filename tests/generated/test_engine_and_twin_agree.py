"""The engine and the plain twin answer alike for every invented patient, in every field.

What must never happen: that the two differ and nobody says which sentence of the rules decides.
"""

from __future__ import annotations

from datetime import date

import pytest

from .adversarial import AS_OF, adversarial_panel
from .comparing import PROFILES, differences, report

PATIENTS = 4_000  # for each as-of date: 20,000 patients under three profiles


@pytest.mark.parametrize("as_of", AS_OF, ids=str)
def test_engine_and_twin_agree(as_of: date) -> None:
    _agree(1, PATIENTS, as_of)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
@pytest.mark.parametrize("as_of", AS_OF, ids=str)
def test_engine_and_twin_agree_at_length(as_of: date, seed: int) -> None:
    _agree(seed, PATIENTS, as_of)


def _agree(seed: int, patients: int, as_of: date) -> None:
    panel = adversarial_panel(seed, patients, as_of)
    for profile in PROFILES:
        found = differences(panel, profile, as_of)
        assert not found, report(panel, profile, as_of, found)
