"""The numbers of the three profiles, as the rules page states them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    name: str
    trial_length: int
    core: tuple[str, ...]
    nice: bool = False

    def esr_tests(self) -> tuple[str, ...]:
        return ("esr", "plasma_viscosity") if self.nice else ("esr",)


PROFILES = {
    "us-acp": Profile("us-acp", 28, ("haemoglobin", "esr")),
    "us-acr": Profile("us-acr", 42, ("haemoglobin", "esr")),
    "uk-nice": Profile("uk-nice", 42, ("haemoglobin", "calcium_adjusted", "esr", "spep", "sflc_ratio"), nice=True),
}

SPINE_IMAGING = ("xray_spine", "mri_spine", "ct_spine", "bone_scan")
IMAGING = (*SPINE_IMAGING, "ct_abdomen")
REFERRALS = ("emergency_referral", "suspected_cancer_referral", "specialist_referral")
CORD_SIGNS = (
    "saddle_anaesthesia",
    "bladder_or_bowel_dysfunction",
    "bilateral_leg_neuro",
    "progressive_motor_deficit",
)
HISTORY = (
    "cancer_history",
    "known_spinal_malignancy",
    "osteoporosis",
    "family_history_cancer",
    "mri_contraindicated",
    "first_degree_relative_spa",
    "arthritis",
    "enthesitis",
    "psoriasis",
)
EXPOSURE = (
    "iv_drug_use",
    "immunosuppressed",
    "long_term_steroids",
    "significant_trauma",
    "recent_bacterial_infection",
)
PHYSICAL = ("physiotherapy", "exercise", "manual_therapy", "heat_cold")
MEDICATION = ("nsaid", "analgesic", "muscle_relaxant", "opioid", "injection")
