"""The criteria of one patient: red flags, indications and what the answer lists of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import facts, therapy
from .logic import Part, all_of, any_of, at_least, same
from .profiles import CORD_SIGNS, IMAGING, Profile
from .results import STRONG, WEAK, Examination, Results, examination_of, results_of
from .rows import Patient

BLOOD_TESTS = (
    "haemoglobin",
    "esr",
    "plasma_viscosity",
    "crp",
    "calcium_adjusted",
    "calcium_total",
    "spep",
    "sflc_ratio",
    "blood_cultures",
)
SPA_FINDINGS = (
    "waking_second_half_of_night",
    "buttock_pain",
    "improves_with_movement",
    "nsaid_response_48h",
    "first_degree_relative_spa",
    "arthritis",
    "enthesitis",
    "psoriasis",
)


@dataclass(slots=True)
class Indication:
    name: str
    verdict: bool | None
    parts: tuple[Part, ...]  # directly under it
    possible: Part  # as could_be sees it

    def met(self) -> list[Part]:
        return [part for part in self.parts if part.verdict]

    def since(self) -> int:
        days = [part.since for part in self.met() if part.since is not None]
        return max(days) if self.name == "age_60_bloods" else min(days)


@dataclass(slots=True)
class Person:
    """Everything the later steps ask about one patient."""

    patient: Patient
    profile: Profile
    today: int
    onset: int | None
    tests: dict[str, Examination]
    findings: dict[str, Part] = field(default_factory=dict)

    trial: therapy.Trial = field(default_factory=therapy.Trial)
    response: therapy.Response = field(default_factory=therapy.Response)
    weights: therapy.Weights = field(default_factory=therapy.Weights)
    failed: Part = field(default_factory=lambda: Part("failed_therapy", False))
    weight_loss: Part = field(default_factory=lambda: Part("weight_loss", None))
    results: Results | None = None
    indications: list[Indication] = field(default_factory=list)

    def finding(self, concept: str) -> Part:
        if concept not in self.findings:
            self.findings[concept] = facts.finding(self.patient, concept, self.onset, self.today)
        return self.findings[concept]

    def age(self, name: str, age: int) -> Part:
        return facts.age_part(self.patient, name, age, self.today)

    def persistent(self) -> Part:
        if self.onset is None:
            return Part("persistent", None, None, ("onset",))
        return Part("persistent", self.today - self.onset >= 42, self.onset + 42)

    def floor(self, *, emergency: bool = False) -> int | None:
        """No date is before the onset or (not for emergency) more than 365 days before D."""
        if emergency:
            return self.onset
        return max(self.onset, self.today - 365) if self.onset is not None else self.today - 365

    def clamp(self, day: int, *, emergency: bool = False) -> int:
        floor = self.floor(emergency=emergency)
        return day if floor is None else max(day, floor)

    def indication(self, name: str) -> Indication | None:
        return next((found for found in self.indications if found.name == name), None)

    def met(self, name: str) -> bool:
        found = self.indication(name)
        return found is not None and found.verdict is True


def person_of(patient: Patient, onset: int | None, today: int, profile: Profile) -> Person:
    tests = {concept: examination_of(patient, concept, profile) for concept in (*BLOOD_TESTS, *IMAGING)}
    person = Person(patient, profile, today, onset, tests)
    person.trial = therapy.trial_of(patient, onset, today, profile)
    person.response = therapy.response(patient, person.trial, today)
    person.failed = therapy.failed_part(person.trial, person.response, profile)
    person.weights = therapy.weight_losses(patient, today)
    person.weight_loss = therapy.weight_part(
        person.weights, person.finding("weight_loss_reported"), person.finding("weight_loss_intentional")
    )
    person.results = results_of(tests, patient.sex, onset, today)
    person.indications = [_emergency(person), _urgent(person), _escalate(person)]
    failed = person.failed
    person.indications.append(Indication("failed_therapy", failed.verdict, (failed,), failed))
    if profile.nice:
        parts = (person.age("age_60", 60), person.persistent())
        both = all_of("age_60_bloods", *parts)
        person.indications.append(Indication("age_60_bloods", both.verdict, parts, both))
    return person


def _emergency(person: Person) -> Indication:
    finding = person.finding
    neurology = any_of(
        "neurology",
        *(finding(c) for c in ("limb_weakness", "gait_disturbance", "sensory_loss", "radicular_pain")),
    )
    risks = ("iv_drug_use", "recent_bacterial_infection", "immunosuppressed")
    infection = any_of("infection_risk", *(finding(c) for c in risks))
    parts = (
        *(finding(sign) for sign in CORD_SIGNS),
        all_of("cancer_with_neurology", finding("cancer_history"), neurology),
        all_of("fever_with_infection_risk", finding("fever"), infection),
    )
    whole = any_of("emergency", *parts)
    return Indication("emergency", whole.verdict, parts, whole)


def _urgent(person: Person) -> Indication:
    loss = person.weight_loss
    parts: tuple[Part, ...] = (person.finding("cancer_history"), person.finding("strong_clinical_suspicion"))
    if person.profile.nice:
        parts += (same("weight_loss", loss),)
    else:
        parts += (
            all_of("weight_loss_with_age_50", loss, person.age("age_50", 50)),
            all_of("weight_loss_with_failed_therapy", loss, person.failed),
        )
    whole = any_of("urgent", *parts)
    return Indication("urgent", whole.verdict, parts, whole)


def _escalate(person: Person) -> Indication:
    assert person.results is not None
    age_50 = person.age("age_50", 50)
    risk = any_of("risk", age_50, person.weight_loss, person.failed, person.finding("cancer_history"))
    lasting = all_of("age_50_and_persistent", age_50, person.persistent())

    def parts_of(results: dict[str, Part]) -> tuple[Part, ...]:
        return (
            results["imaging_suspicious"],
            results["spep_abnormal"],
            results["calcium_high"],
            all_of("strong_abnormal_with_risk", results["strong_abnormal"], risk),
            all_of(
                "weak_abnormal_with_risk",
                results["weak_abnormal"],
                any_of("failed_or_lasting", person.failed, lasting),
            ),
        )

    parts = parts_of(person.results.parts)
    whole = any_of("escalate", *parts)
    possible = any_of("escalate", *parts_of(person.results.possible))
    return Indication("escalate", whole.verdict, parts, possible)


def escalating_results(person: Person) -> dict[str, int]:
    """The results that make escalate met: concept -> since when (never before the onset, 365 days)."""
    assert person.results is not None
    escalate = person.indication("escalate")
    assert escalate is not None
    names = {part.name for part in escalate.met()}
    wanted: list[str] = []
    if "imaging_suspicious" in names:
        wanted += IMAGING
    if "spep_abnormal" in names:
        wanted.append("spep")
    if "calcium_high" in names:
        wanted.append("calcium_adjusted")
    if "strong_abnormal_with_risk" in names:
        wanted += STRONG.values()
    if "weak_abnormal_with_risk" in names:
        wanted += WEAK.values()
    met = person.results.met
    return {concept: person.clamp(met[concept]) for concept in wanted if concept in met}


def other_pathways(person: Person) -> list[Part]:
    """axial_spa and fracture_risk, in this order."""
    onset, patient, finding = person.onset, person.patient, person.finding
    if onset is None:
        lasting = Part("more_than_90_days", None)
    else:
        lasting = Part("more_than_90_days", person.today - onset > 90, onset + 91)
    spa = all_of(
        "axial_spa",
        facts.younger_at_onset(patient, "age_at_onset_45", 45, onset),
        lasting,
        at_least(
            4,
            "spa_features",
            facts.younger_at_onset(patient, "age_at_onset_35", 35, onset),
            *(finding(concept) for concept in SPA_FINDINGS),
        ),
    )
    fracture = any_of(
        "fracture_risk",
        finding("significant_trauma"),
        finding("long_term_steroids"),
        all_of("osteoporosis_over_70", finding("osteoporosis"), person.age("age_over_70", 71)),
    )
    return [spa, fracture]
