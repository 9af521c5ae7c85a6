"""Who enters and who leaves is the difference of two full evaluations, and the page never changes the pathway."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

import pathways
from dashboard import panel_store, what_if
from dashboard.wording.pathway import page
from pathways import ANSWERS, load_pathway
from pathways.whatif import with_numbers
from tests.engine.conftest import copied
from tests.pages.conftest import HOSTILE
from tests.pages.made_up import D, answer, failed, group, worklist

Visit = Callable[..., AppTest]
PROFILE = "us-acp"
PATHWAY = load_pathway()
CHOICES = {one.name: one for one in what_if.choices(PATHWAY.in_profile(PROFILE, D))}

TRIED = {
    "trial_length": ("{us-acp: 28, us-acr: 42, uk-nice: 42}", "{us-acp: 42, us-acr: 42, uk-nice: 42}", 42),
    "esr_raised": ("{label: ESR raised from, value: 50,", "{label: ESR raised from, value: 20,", 20),
}


@pytest.fixture(scope="module")
def sample() -> panel_store.HeldPanel:
    return panel_store.opening()


def from_changed_file(folder: Path, old: str, new: str, held: panel_store.HeldPanel) -> list[dict[str, object]]:
    path = copied(folder / "pathway") / "profiles.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return pathways.evaluate(held.panel, load_pathway(path.parent), PROFILE, as_of=held.as_of).to_pylist()


@pytest.mark.parametrize("name", TRIED)
def test_those_named_are_the_difference_of_two_full_evaluations(
    name: str, sample: panel_store.HeldPanel, tmp_path: Path
) -> None:
    old, new, value = TRIED[name]
    people = sample.worklist(PROFILE, sample.as_of)
    then = {row["patient_id"]: row for row in from_changed_file(tmp_path, old, new, sample)}
    now = {row["patient_id"]: row for row in people.answers.to_pylist()}
    asked = with_numbers(PATHWAY, PROFILE, {name: Decimal(value)})
    altered = panel_store.answers_of(sample.panel, asked, PROFILE, sample.as_of)
    found = what_if.compare(people.answers, altered, people.dispositions, PROFILE)

    def moved(holds: Callable[[dict[str, object]], bool]) -> tuple[set[str], set[str]]:
        before, after = ({one for one, row in rows.items() if holds(row)} for rows in (now, then))
        return after - before, before - after

    for step, disposition in zip(found.steps, people.dispositions, strict=True):
        assert (set(step.enter), set(step.leave)) == moved(lambda row, d=disposition: row["disposition"] == d)
    for change, name_of_group in zip(found.orders[:3], ("bloods", "imaging", "referral"), strict=True):
        assert (set(change.enter), set(change.leave)) == moved(lambda row, g=name_of_group: row[g]["state"] == "due")
    assert (set(found.orders[3].enter), set(found.orders[3].leave)) == moved(lambda row: bool(row["overdue"]))
    assert found.touched == sum(now[one] != then[one] for one in now)
    assert sum(len(step.enter) for step in found.steps) == sum(len(step.leave) for step in found.steps) > 0
    for step in found.changes:
        assert step.after - step.before == len(step.enter) - len(step.leave)
        for ids in (step.enter, step.leave):
            named = what_if.named(people, ids, found.then)
            assert {one.patient_id for one in named} == set(ids)
            assert all(people.person(one.token)["patient_id"] == one.patient_id for one in named)  # type: ignore[index]


def table(*answers: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(answers), ANSWERS)


def test_a_change_of_orders_alone_is_seen_and_single_orders_are_counted() -> None:
    before = table(failed(patient_id="1"), answer("self_care", patient_id="2"))
    after = table(answer("self_care", patient_id="2"), failed(patient_id="1", imaging=group("done")))
    found = what_if.compare(before, after, ["investigate", "self_care"], PROFILE)
    assert not any(step.moved for step in found.steps)
    assert found.touched == 1
    (imaging,) = found.changes
    assert (imaging.title, imaging.before, imaging.after, imaging.leave) == ("Imaging to order", 1, 0, ("1",))
    assert [(one.title, one.before, one.after) for one in found.tests] == [
        ("Bloods", 2, 2), ("Imaging", 1, 0), ("Referral", 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"notes": ["worse"]}, {"due_by": date(2026, 7, 1)}, {"bloods": group("due", "esr")}]
)
def test_any_other_answer_is_counted_as_touched(change: dict[str, object]) -> None:
    before = table(failed(patient_id="1"))
    assert what_if.compare(before, table(failed(patient_id="1") | change), ["investigate"], PROFILE).touched == 1
    assert what_if.compare(before, before, ["investigate"], PROFILE).touched == 0


def test_answers_of_other_people_are_refused() -> None:
    with pytest.raises(ValueError, match="not of the same people"):
        what_if.compare(table(failed(patient_id="1")), table(failed(patient_id="2")), ["investigate"], PROFILE)


def test_at_most_so_many_are_named_the_most_pressing_first() -> None:
    people = worklist([answer("self_care", patient_id="1"), failed(patient_id="2"), answer("ask", patient_id="3")])
    named = what_if.named(people, ["1", "2", "3"], people.answers, most=2)
    assert [one.patient_id for one in named] == ["2", "3"]


@pytest.mark.parametrize("choice", CHOICES.values(), ids=lambda one: one.name)
def test_every_number_can_be_tried_within_limits_that_hold_its_present_value(choice: what_if.Choice) -> None:
    assert choice.low <= choice.present <= choice.high
    assert choice.read(str(choice.present)) == choice.present
    assert choice.read(str(choice.low)) == choice.low
    assert choice.read(str(choice.high + 1)) is None
    assert choice.read(str(choice.present + choice.step / 3)) is None


def test_every_number_of_the_profile_can_be_tried() -> None:
    numbers = {n for n, p in PATHWAY.numbers.parameters.items() if isinstance(p.value_in(PROFILE), Decimal)}
    assert CHOICES.keys() == numbers


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "-1", "28.5", None, "1e9"])
def test_an_address_can_only_say_what_the_number_can_be(text: str | None) -> None:
    assert CHOICES["trial_length"].read(text) is None


def plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "")


def test_the_page_names_who_comes_and_goes_and_says_that_nothing_is_changed(app: Visit) -> None:
    at = app("pathway", section="What if", number="trial_length", to="42")
    assert not at.exception
    assert page().what_if_note in [info.value for info in at.info]
    assert "Length of the trial of therapy: 42 days instead of 28 days" in [plain(s.value) for s in at.subheader]
    assert any("of 120 people" in m.value and "another next step" in m.value for m in at.markdown)
    names = [plain(link.value) for link in at.page_link]
    assert any("Person 0" in name for name in names)
    assert load_pathway().in_profile(PROFILE, D).days("trial_length") == 28


def test_trying_a_number_puts_it_into_the_address(app: Visit) -> None:
    at = app("pathway", section="What if")
    at.selectbox(key="what_if_number").set_value("esr_raised").run()
    at.number_input(key="what_if_esr_raised").set_value(20)
    next(button for button in at.button if button.label == "Try it").click().run()
    assert not at.exception
    assert (at.query_params["number"], at.query_params["to"]) == ("esr_raised", "20")
    assert "Raised ESR from: 20 mm/h instead of 50 mm/h" in [plain(s.value) for s in at.subheader]


@pytest.mark.parametrize(
    "address",
    [
        {"number": "nonsense", "to": "5"},
        {"number": "trial_length", "to": "-5"},
        {"number": "trial_length", "to": HOSTILE},
        {"number": "therapy_requires", "to": "1"},
        {"number": "trial_length", "to": "28"},
    ],
)
def test_a_foolish_address_tries_nothing(app: Visit, address: dict[str, str]) -> None:
    at = app("pathway", section="What if", **address)
    assert not at.exception
    assert not at.subheader
    assert page().what_if_note in [info.value for info in at.info]


@pytest.mark.parametrize("section", ["Rules", "Thresholds", "nonsense"])
def test_what_needs_nobody_works_nothing_out(app: Visit, section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = app("pathway")

    def never(*_: object) -> None:
        raise AssertionError("the list was worked through")

    monkeypatch.setattr(panel_store, "_evaluate", never)
    at.query_params["section"] = section
    at.query_params["as_of"] = "2026-01-01"
    at.run()
    assert not at.exception
    assert at.header


def test_the_verdicts_are_counted_once(app: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard import attrition

    runs = []
    counted = attrition.verdicts
    monkeypatch.setattr(attrition, "verdicts", lambda *given: runs.append(1) or counted(*given))
    at = app("pathway", section="Attrition", count_of="Verdicts on each criterion")
    assert not at.exception
    assert at.get("plotly_chart")
    at.selectbox(key="criteria_of").set_value("Other pathways").run()
    assert not at.exception
    assert len(runs) == 1
