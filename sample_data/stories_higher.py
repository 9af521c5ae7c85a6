"""Something points higher: cancer in the past, weight loss, a result, signs of cord or cauda equina."""

from __future__ import annotations

from sample_data.chart import Chart
from sample_data.stories import adult, story
from sample_data.visit import ask_first, ask_rest, bloods, examined, pain, temperature, treated, weighed

NO_LEG_SIGNS = {"radicular_pain": "absent", "sensory_loss": "absent", "gait_disturbance": "absent"}
NO_INFECTION_RISK = {
    "iv_drug_use": "absent",
    "recent_bacterial_infection": "absent",
    "immunosuppressed": "absent",
}


def risk_of_cancer(chart: Chart) -> int:
    """An older person with a cancer in the past, asked everything else; days since the onset."""
    onset = chart.between(3, 18)
    adult(chart, onset, chart.between(1, 3), 48, 88)
    ask_first(chart, ("cancer_history",))
    chart.finding("cancer_history", back=onset + chart.between(400, 6000), year_only=chart.chance(40))
    ask_rest(chart, **NO_LEG_SIGNS)
    pain(chart, chart.between(3, 8), chart.recorded)
    return onset


def lost_weight(chart: Chart, before: float, loss: float) -> None:
    """Two weights about four months apart, the later of the last weeks."""
    weighed(chart, before, chart.recorded + chart.between(90, 160))
    weighed(chart, before - loss, chart.recorded)


def early(chart: Chart, youngest: int, oldest: int, onset: int = 0) -> None:
    """Someone in the first weeks of treatment, with every question answered by the story itself."""
    start = chart.between(3, 24)
    adult(chart, start + (onset or chart.between(0, 15)), start, youngest, oldest)
    pain(chart, chart.between(3, 8), start)
    treated(chart, start)


@story
def esr_and_age(chart: Chart) -> None:
    """Over fifty with a high ESR that was read: an MRI is due."""
    early(chart, 54, 86)
    ask_first(chart)
    ask_rest(chart)
    bloods(chart, 6 + chart.recorded, reviewed=chart.recorded, esr=52 + chart.between(0, 44))


@story
def image_suspicious(chart: Chart) -> None:
    """An X-ray taken for pain is suspicious."""
    early(chart, 55, 84, onset=20)
    ask_first(chart)
    ask_rest(chart)
    chart.reported("xray_spine", "suspicious", chart.recorded + 2, reviewed=chart.recorded)


@story
def electrophoresis_abnormal(chart: Chart) -> None:
    """A band in the protein electrophoresis."""
    early(chart, 61, 82, onset=30)
    ask_first(chart)
    ask_rest(chart)
    chart.reported("spep", "abnormal", chart.recorded + 3, reviewed=chart.recorded)


@story
def cancer_history_new(chart: Chart) -> None:
    """Cancer in the past, new back pain, nothing ordered yet."""
    risk_of_cancer(chart)
    examined(chart)


@story
def cancer_history_in_progress(chart: Chart) -> None:
    """Cancer in the past; bloods and images are ordered."""
    risk_of_cancer(chart)
    for concept in ("bloods", "xray_spine", "mri_spine"):
        chart.step(concept, "ordered", chart.between(1, 5))


@story
def cancer_history_unread(chart: Chart) -> None:
    """Cancer in the past; the results are back and wait to be read."""
    risk_of_cancer(chart)
    bloods(chart, 4)
    chart.reported("xray_spine", "negative", 3)
    chart.reported("mri_spine", "negative", 1)


@story
def cancer_history_done(chart: Chart) -> None:
    """Cancer in the past; bloods and images were normal and were read."""
    risk_of_cancer(chart)
    bloods(chart, 5, reviewed=3)
    chart.reported("xray_spine", "negative", 4, reviewed=3)
    chart.reported("mri_spine", "negative", 2, reviewed=1)


@story
def referral_sent(chart: Chart) -> None:
    """The MRI is suspicious, was read, and the referral is on its way."""
    early(chart, 56, 82, onset=40)
    ask_first(chart)
    ask_rest(chart)
    back = chart.between(2, 12)
    chart.reported("mri_spine", "suspicious", back + 1, reviewed=back)
    for concept in ("specialist_referral", "suspected_cancer_referral"):
        chart.step(concept, "ordered", back)


@story
def weight_loss_over_50(chart: Chart) -> None:
    """Over fifty, and scales that show what nobody remarked on."""
    early(chart, 54, 84)
    ask_first(chart, weight_loss_reported="unknown")
    ask_rest(chart, weight_loss_intentional="absent")
    lost_weight(chart, 68 + chart.between(0, 25), 6 + chart.between(0, 3))


@story
def weight_loss_under_50(chart: Chart) -> None:
    """Weight loss at about forty: urgent for one profile, watched by the others."""
    early(chart, 36, 46)
    ask_first(chart, weight_loss_reported="present")
    ask_rest(chart, **NO_INFECTION_RISK)
    lost_weight(chart, 70 + chart.between(0, 25), 6 + chart.between(0, 2))


@story
def weight_loss_failed_therapy(chart: Chart) -> None:
    """Weight loss, and treatment that did not help."""
    start = chart.between(50, 90)
    adult(chart, start + 10, chart.between(0, 20), 28, 46)
    ask_first(chart, weight_loss_reported="present")
    chart.finding("weight_loss_intentional", "absent")
    pain(chart, 6, start)
    pain(chart, 6, chart.recorded)
    treated(chart, start, later=5)
    lost_weight(chart, 82, 7)


@story
def clinical_suspicion(chart: Chart) -> None:
    """A clinician is worried and says so."""
    early(chart, 40, 80)
    ask_first(chart)
    ask_rest(chart, strong_clinical_suspicion="present")
    examined(chart)


@story
def cauda_equina(chart: Chart) -> None:
    """Saddle numbness and retention since yesterday."""
    adult(chart, chart.between(3, 20), chart.between(0, 1), 30, 70)
    ask_first(chart, saddle_anaesthesia="present", bladder_or_bowel_dysfunction="present")
    ask_rest(chart, radicular_pain="present")
    pain(chart, chart.between(7, 10), chart.recorded)


@story
def emergency_accepted(chart: Chart) -> None:
    """Signs of the cauda equina two days ago; the hospital has taken over."""
    adult(chart, chart.between(6, 20), 2, 30, 70)
    ask_first(chart, bladder_or_bowel_dysfunction="present")
    ask_rest(chart)
    pain(chart, chart.between(7, 10), chart.recorded)
    chart.step("emergency_referral", "ordered", 2)
    chart.step("emergency_referral", "accepted", 1)


@story
def cancer_with_leg_signs(chart: Chart) -> None:
    """Cancer in the past and a leg that has become weak."""
    onset = chart.between(6, 25)
    adult(chart, onset, chart.between(0, 2), 50, 82)
    ask_first(chart, ("cancer_history",), limb_weakness="present")
    chart.finding("cancer_history", back=onset + chart.between(400, 4000))
    ask_rest(chart, sensory_loss="present")
    pain(chart, chart.between(5, 9), chart.recorded)


@story
def fever_with_risk(chart: Chart) -> None:
    """Fever in someone who injects drugs or is immunosuppressed."""
    adult(chart, chart.between(4, 20), chart.between(0, 2), 24, 68)
    ask_first(chart, fever="present")
    risk = "iv_drug_use" if chart.chance(50) else "immunosuppressed"
    ask_rest(chart, **{risk: "present"})
    temperature(chart, 38.4 + chart.rng.random(), chart.recorded)
    pain(chart, chart.between(5, 9), chart.recorded)


@story
def fever_alone(chart: Chart) -> None:
    """A warm forehead and none of the risks: shown, not an emergency."""
    early(chart, 20, 75)
    ask_first(chart, fever="present")
    ask_rest(chart, **NO_INFECTION_RISK)
    if chart.recorded < 12 and chart.chance(50):
        temperature(chart, 38.1 + chart.rng.random() * 0.8, chart.recorded)


@story
def intended_weight_loss(chart: Chart) -> None:
    """Ten kilograms down, and meant to be."""
    early(chart, 52, 70)
    ask_first(chart, weight_loss_reported="present")
    ask_rest(chart, weight_loss_intentional="present")
    lost_weight(chart, 104, 10)
