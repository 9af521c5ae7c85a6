"""A pathway file that cannot be used is refused in one line: file, line, what is wrong, the nearest valid word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pathways import PathwayError, load_pathway
from tests.engine.conftest import Broken, copied

RULES, NUMBERS, SOURCES, WORDS = "pathway.yaml", "profiles.yaml", "sources.yaml", "wording.yaml"

REFUSED = {
    "unknown key": (RULES, "  requires: therapy_requires", "  require: therapy_requires", "did you mean requires?"),
    "unknown key of a parameter": (
        NUMBERS, "{label: Fever from, value: 38.0,", "{label: Fever from, valeu: 38.0,", "did you mean value?",
    ),
    "unknown key of a source": (SOURCES, "  title: UK harmonised", "  titel: UK harmonised", "did you mean title?"),
    "unknown section": (RULES, "durations:\n", "durration:\n", "did you mean durations?"),
    "unknown parameter": (
        RULES, "{at_least: age_50}", "{at_least: age_fifty}", "age_fifty is not a parameter of profiles.yaml",
    ),
    "unknown name in a condition": (
        RULES, "{all: [cancer_history, neurology]}", "{all: [cancer_histroy, neurology]}",
        "cancer_histroy is not a fact or a criterion",
    ),
    "unknown name under an indication": (
        RULES, "any: [imaging_suspicious, spep", "any: [image_suspicious, spep",
        "image_suspicious is not a fact or a criterion",
    ),
    "unknown name in an order": (
        RULES, "- {order: blood_cultures, when: fever_with_infection_risk}",
        "- {order: blood_cultures, when: fever_with_risk}", "fever_with_risk is not a fact or a criterion",
    ),
    "unknown order": (
        RULES, "- order: emergency_referral", "- order: emergency_refferal", "emergency_refferal is not a concept",
    ),
    "unknown finding": (
        RULES, "concepts: [cancer_history]", "concepts: [cancer_history, canser]", "canser is not a concept",
    ),
    "unknown gating fact": (
        RULES, "  facts: [saddle_anaesthesia,", "  facts: [sadle_anaesthesia,",
        "sadle_anaesthesia is not a fact or a criterion",
    ),
    "unknown treatment": (RULES, "physical: [physiotherapy,", "physical: [physio,", "physio is not a concept"),
    "unknown test": (RULES, "{test: esr, at_least", "{test: ers, at_least", "ers is not a concept"),
    "unknown core blood test": (RULES, "us-acp: [haemoglobin, esr]\n  us-acr", "us-acp: [hb, esr]\n  us-acr",
                                "hb is not a concept"),
    "unknown indication": (RULES, "could_be: [emergency, urgent]", "could_be: [emergency, urgnt]",
                           "urgnt is not an indication"),
    "unknown parameter of a count": (RULES, "at_least: spa_features", "at_least: spa_featurs",
                                     "spa_featurs is not a parameter of profiles.yaml"),
    "unknown default profile": (NUMBERS, "default: us-acp", "default: us-apc", "us-apc is not one of the profiles"),
    "profile without core bloods": (RULES, "core_bloods:\n  us-acp: [haemoglobin, esr]\n", "core_bloods:\n",
                                    "profile us-acp must stand both here and in profiles.yaml"),
    "indication without parts": (RULES, "    any: [failed_therapy]\n", "", "give exactly one of any and all"),
    "indication without orders in a profile": (
        RULES, "    uk-nice: [{order: core_bloods}]\n  age_60_bloods", "  age_60_bloods", "no orders for",
    ),
    "age with two limits": (
        RULES, "age_over_70: {above: age_fracture}", "age_over_70: {above: age_fracture, at_least: age_60}",
        "give exactly one limit",
    ),
    "no value for a profile": (
        NUMBERS, "{us-acp: 28, us-acr: 42, uk-nice: 42}", "{us-acp: 28, us-acr: 42}",
        "no value for the profile uk-nice",
    ),
    "value that is not a date": (NUMBERS, "degC, source: local choice, since: 2026-11-22",
                                 "degC, source: local choice, since: lately", "since"),
    "unknown source": (NUMBERS, "unit: mm/h, source: S16", "unit: mm/h, source: S61",
                       "source S61 is not in sources.yaml"),
    "source that nobody wrote down": (SOURCES, "S33:\n", "S333:\n", "source S33 is not in sources.yaml"),
    "source without a link": (
        SOURCES, "  link: https://pubmed.ncbi.nlm.nih.gov/2967893\n", "", "link: Field required",
    ),
    "not YAML": (WORDS, "labels:\n", "labels: [\n", "not valid YAML"),
    "key twice": (NUMBERS, "default: us-acp\n", "default: us-acp\ndefault: us-acr\n", "not valid YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(file: str, old: str, new: str, said: str, broken: Broken) -> None:
    with pytest.raises(PathwayError) as refused:
        load_pathway(broken(file, old, new))
    message = str(refused.value)
    assert said in message
    assert "\n" not in message
    assert re.match(r"(pathway|profiles|sources|wording)\.yaml: line \d+: ", message)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [REFUSED["unknown key"][:3], REFUSED["unknown key of a parameter"][:3], REFUSED["unknown source"][:3]],
    ids=["unknown key", "unknown key of a parameter", "unknown source"],
)
def test_the_line_is_the_one_that_was_changed(file: str, old: str, new: str, broken: Broken) -> None:
    folder = broken(file, old, new)
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    changed = next(number for number, line in enumerate(lines, 1) if new in line)
    with pytest.raises(PathwayError, match=rf"^{re.escape(file)}: line {changed}: "):
        load_pathway(folder)


@pytest.mark.parametrize("file", [RULES, NUMBERS, SOURCES, WORDS])
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    folder = copied(tmp_path / "pathway")
    (folder / file).unlink()
    with pytest.raises(PathwayError, match=rf"^{re.escape(file)}: not found in the pathway folder pathway$"):
        load_pathway(folder)


def test_an_unknown_profile_is_answered_with_those_there_are() -> None:
    pathway = load_pathway()
    with pytest.raises(PathwayError) as refused:
        pathway.in_profile("us-apc", pathway.numbers.parameters["adult_age"].since)
    assert all(profile in str(refused.value) for profile in ("us-apc", *pathway.numbers.profiles))


def test_every_number_says_where_it_comes_from() -> None:
    numbers = load_pathway().numbers
    unsaid = [
        name
        for name, parameter in numbers.parameters.items()
        if not parameter.source and set(parameter.sources) != set(numbers.profiles)
    ]
    assert not unsaid


def test_every_source_can_be_looked_up() -> None:
    sources = load_pathway().sources
    assert all(source.link.startswith("https://") for source in sources.values())
    assert all(source.says and source.strength and source.setting for source in sources.values())
    assert {name for name, source in sources.items() if not source.verified} == {"S20", "S28", "S30", "S37", "S43"}
