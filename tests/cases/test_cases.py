"""Every worked case under each of its profiles: the engine and the twin must both give its answer."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from pathways import evaluate, load_pathway
from tests.twin import twin_evaluate

from .people import HELD_BACK, Answer, Trial, as_of, groups, mismatches, panel_of, trials

ALL = trials()


@cache
def engine_answers() -> dict[tuple[str, str], Answer]:
    found = {}
    for profile, day in groups():
        table = evaluate(panel_of(day)[0], load_pathway(), profile=profile, as_of=day)
        found.update({(row["patient_id"], profile): row for row in table.to_pylist()})
    return found


@cache
def twin_answers() -> dict[tuple[str, str], Answer]:
    found = {}
    for profile, day in groups():
        answers = twin_evaluate(panel_of(day)[0], profile, day)
        found.update({(patient_id, profile): answer for patient_id, answer in answers.items()})
    return found


@pytest.mark.parametrize("trial", ALL, ids=str)
def test_engine(trial: Trial) -> None:
    wrong = mismatches(trial.case, engine_answers()[trial.patient_id, trial.profile])
    assert not wrong, f"{trial.case.source}\n" + "\n".join(wrong)


@pytest.mark.parametrize("trial", ALL, ids=str)
def test_twin(trial: Trial) -> None:
    wrong = mismatches(trial.case, twin_answers()[trial.patient_id, trial.profile])
    assert not wrong, f"{trial.case.source}\n" + "\n".join(wrong)


@pytest.mark.parametrize("day", sorted({as_of(trial.case) for trial in ALL}), ids=str)
def test_only_rows_meant_to_be_held_back_are_held_back(day: date) -> None:
    meant = {trial.patient_id for trial in ALL if HELD_BACK & set(trial.case.tests)}
    assert panel_of(day)[1] <= meant
