"""The questions are asked of every program alike, and nobody is left out in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benchmarks.panels import AS_OF
from benchmarks.peers import ours, with_pandas, with_twin
from benchmarks.peers.bundles import write_bundles
from benchmarks.peers.library import as_elm, as_text
from benchmarks.peers.programs import PROGRAMS
from benchmarks.peers.questions import QUESTIONS, definitions
from benchmarks.peers.report import section
from benchmarks.peers.runs import Cost, Measured, compare, read_answers
from pathways import load_pathway
from tests.benchmarks.conftest import PATIENTS

PATHWAY = load_pathway().in_profile(None, date.fromisoformat(AS_OF))


def test_the_programs_of_this_project_answer_alike(panels: Path, tmp_path: Path) -> None:
    source = str(panels / f"parquet-{PATIENTS}")
    found = {}
    for program in (ours, with_twin, with_pandas):
        file = tmp_path / f"{program.__name__}.csv"
        program.main([source, str(file)])
        found[program] = read_answers(file)
    assert len(found[ours]) == PATIENTS
    for program in (with_twin, with_pandas):
        agreement = compare(found[ours], found[program], QUESTIONS)
        assert (agreement.equal, agreement.other) == (PATIENTS * len(QUESTIONS), {})


def test_an_answer_that_differs_is_counted_by_what_it_says() -> None:
    found = compare({"p": {"age_50": "", "fever": "1"}}, {"p": {"age_50": "0", "fever": "1"}}, ("age_50", "fever"))
    assert (found.asked, found.equal, dict(found.other)) == (2, 1, {("age_50", "", "0"): 1})
    assert compare({"p": {"age_50": "1"}}, {}, ("age_50",)).other["age_50", "1", "no answer"] == 1


def test_every_question_is_defined_after_what_it_names() -> None:
    defined = {"Patient"}
    for name, one in definitions(PATHWAY).items():
        assert _names(one.elm) <= defined, name
        defined.add(name)
    assert set(QUESTIONS) <= defined


def _names(elm: object) -> set[str]:
    if isinstance(elm, list):
        return {name for one in elm for name in _names(one)}
    if not isinstance(elm, dict):
        return set()
    own = {elm["name"]} if elm.get("type") == "ExpressionRef" else set()
    return own | {name for one in elm.values() for name in _names(one)}


def test_text_and_elm_define_the_same() -> None:
    text, library = as_text(PATHWAY), as_elm(PATHWAY)["library"]
    for kind, word in (("statements", "define"), ("codes", "code")):
        listed = [one["name"] for one in library[kind]["def"] if one["name"] != "Patient"]
        assert listed == [line.split('"')[1] for line in text.splitlines() if line.startswith(f'{word} "')]


def test_every_resource_is_in_its_patients_bundle(panels: Path, tmp_path: Path) -> None:
    ndjson = panels / f"fhir-{PATIENTS}"
    bundles = write_bundles(ndjson, tmp_path / "bundles.ndjson").read_text().splitlines()
    resources = sum(len(file.read_text().splitlines()) for file in ndjson.glob("*.ndjson"))
    assert len(bundles) == PATIENTS
    assert sum(bundle.count('{"resource":') for bundle in bundles) == resources


def test_a_program_that_is_not_there_is_told_how_to_install(tmp_path: Path) -> None:
    missing = {one.name: one.install.format(peers=tmp_path) for one in PROGRAMS if one.runs_on(tmp_path) is None}
    assert len(missing) == 4
    cost = Cost(1.0, {"start": 0.1, "load": 0.2, "evaluate": 0.7})
    costs = {(program.name, 10): cost for program in PROGRAMS if program.name not in missing}
    told = section(Measured(costs, {}, missing), "Machine.")
    for name, install in missing.items():
        assert f"{name}: not installed. {install}" in told
