"""The plain twin of ``tests/twin``: one patient and one loop at a time, every key of the answer.

    python -m benchmarks.peers.with_twin SOURCE ANSWERS [--whole]

Without ``--whole`` it stops at the questions.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.panels import AS_OF, NO_LIMITS
from benchmarks.peers.questions import FINDINGS, QUESTIONS
from dashboard.intake import load
from pathways.panel import Panel
from tests.twin import twin_evaluate
from tests.twin.criteria import Person, person_of
from tests.twin.facts import episodes
from tests.twin.logic import all_of, any_of
from tests.twin.profiles import PROFILES
from tests.twin.rows import read_patients, to_day

SIGNS = {True: "1", False: "0", None: ""}


def answers_of(person: Person) -> dict[str, bool | None]:
    """The questions of one patient."""
    assert person.results is not None
    emergency = person.indication("emergency")
    assert emergency is not None
    parts = {part.name: part.verdict for part in emergency.parts}
    said = {name: person.finding(name) for name in FINDINGS}
    nerves = ("limb_weakness", "gait_disturbance", "sensory_loss", "radicular_pain")
    risks = ("iv_drug_use", "recent_bacterial_infection", "immunosuppressed")
    age, tests = person.age("age_50", 50), person.results.parts
    found: dict[str, bool | None] = {name: part.verdict for name, part in said.items()}
    return found | {
        "age_50": age.verdict,
        "persistent": person.persistent().verdict,
        "neurology": any_of("neurology", *(said[name] for name in nerves)).verdict,
        "cancer_with_neurology": parts["cancer_with_neurology"],
        "infection_risk": any_of("infection_risk", *(said[name] for name in risks)).verdict,
        "fever_with_infection_risk": parts["fever_with_infection_risk"],
        "weight_loss_measured": person.weights.verdict,
        "weight_loss": person.weight_loss.verdict,
        "weight_loss_with_age_50": all_of("weight_loss_with_age_50", person.weight_loss, age).verdict,
        "trial_complete": person.trial.complete,
        "xray_spine_suspicious": tests["xray_spine"].verdict,
        **{name: part.verdict for name, part in tests.items() if name in QUESTIONS},
    }


def subset(panel: Panel, as_of: date) -> dict[str, dict[str, bool | None]]:
    """The questions of everybody."""
    today, profile = to_day(as_of), PROFILES["us-acp"]
    found = {}
    for patient in read_patients(panel, today):
        found[patient.patient_id] = answers_of(person_of(patient, episodes(patient, today).onset, today, profile))
    return found


def main(arguments: Sequence[str]) -> None:
    as_of = date.fromisoformat(AS_OF)
    started = time.process_time()
    panel = load(Path(arguments[0]), as_of=as_of, limits=NO_LIMITS).panel
    loaded = time.process_time()
    if "--whole" in arguments:
        twin_evaluate(panel, "us-acp", as_of)
        found: dict[str, dict[str, bool | None]] = {}
    else:
        found = subset(panel, as_of)
    evaluated = time.process_time()
    with Path(arguments[1]).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", *QUESTIONS])
        writer.writerows([name, *(SIGNS[of[asked]] for asked in QUESTIONS)] for name, of in found.items())
    print(json.dumps({"start": started, "load": loaded - started, "evaluate": evaluated - loaded}))


if __name__ == "__main__":
    main(sys.argv[1:])
