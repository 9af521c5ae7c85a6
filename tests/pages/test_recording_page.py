"""Every form of the patient page: what it saves, what it says when it cannot, and that it then saved nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import panel_store, recording
from dashboard.actions import models
from dashboard.actions.log import SAMPLE, ActionLog
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import ActionRefused, StoreUnusable
from tests.actions.made_up import draft, log_in
from tests.pages.made_up import D, answer, event

DUE = "0000"
"""Failed therapy: bloods and an image are to order."""


@pytest.fixture
def log(app: object, tmp_path: Path) -> ActionLog:
    return log_in(tmp_path / "home", SAMPLE)


def opened(app: Callable[..., AppTest], patient_id: str = DUE, name: str = "Dr Amari") -> AppTest:
    at = app("worklist")
    found = [one for one in _rows(at) if one["patient_id"] == patient_id]
    at.switch_page("app_pages/patient.py")
    at.query_params["id"] = found[0]["token"]
    at.run()
    if name:
        next(one for one in at.text_input if one.key == "declared_name").set_value(name)
        _button(at, "declare-name").click().run()
    assert not at.exception
    return at


def _rows(at: AppTest) -> list[dict[str, Any]]:
    from dashboard import panel_store

    held = panel_store.opening()
    return held.worklist("us-acp", held.as_of).query("select * from people")


def _button(at: AppTest, start: str) -> Any:  # noqa: ANN401
    return next(one for one in at.button if str(one.key).startswith(start))


def choose(at: AppTest, kind: str) -> AppTest:
    pills = next(one for one in at.button_group if str(one.key).startswith("kind-"))
    return pills.set_value(kind).run()


def field(found: Any, name: str) -> Any:  # noqa: ANN401
    return next(one for one in found if str(one.key).startswith("record-") and str(one.key).endswith(name))


def save(at: AppTest) -> AppTest:
    _button(at, "save-").click().run()
    assert not at.exception
    return at


def told(at: AppTest) -> str:
    return " ".join(one.value for one in (*at.success, *at.error)).replace("\\", "")


def test_nothing_is_offered_before_somebody_said_a_name(app: Callable[..., AppTest]) -> None:
    at = opened(app, name="")
    assert not at.button_group or not [one for one in at.button_group if str(one.key).startswith("kind-")]
    at = opened(app)
    assert any("Dr Amari" in one.value and "not signed in" in one.value for one in at.caption)


def test_the_next_step_stands_open_and_one_press_orders_it(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = save(opened(app))
    [entry] = log.of_patient(DUE)
    assert isinstance(entry.action, models.Ordered)
    assert set(entry.action.concepts) == {"haemoglobin", "esr", "xray_spine"}
    assert (entry.by.name, entry.by.declared, entry.basis.profile) == ("Dr Amari", True, "us-acp")
    assert told(at).startswith("Saved: Ordered")


def _reason(at: AppTest, code: str) -> None:
    field(at.selectbox, "reason").set_value(code)


def _words(at: AppTest, text: str = "Rang the person") -> None:
    field(at.text_input, "words").set_value(text)


def _pain(at: AppTest) -> None:
    field(at.number_input, "score").set_value(4)


def _declined(at: AppTest) -> None:
    field(at.multiselect, "what").set_value(["esr"])
    _reason(at, "afraid")


def _snoozed(at: AppTest) -> None:
    _reason(at, "away")
    shown = field(at.date_input, "day")
    shown.set_value(shown.max)


def _overridden(at: AppTest) -> None:
    _reason(at, "already_known")
    _words(at)


def _assigned(at: AppTest) -> None:
    shown = field(at.selectbox, "owner")
    shown.set_value(shown.options[-1])


FORMS: dict[str, tuple[Callable[[AppTest], None], type[models.Action]]] = {  # type: ignore[valid-type]
    "pain_scored": (_pain, models.PainScored),
    "note": (_words, models.Note),
    "declined": (_declined, models.Declined),
    "snoozed": (_snoozed, models.Snoozed),
    "overridden": (_overridden, models.Overridden),
    "assigned": (_assigned, models.Assigned),
}


@pytest.mark.parametrize("kind", FORMS)
def test_each_form_saves_what_it_says(app: Callable[..., AppTest], log: ActionLog, kind: str) -> None:
    fill, model = FORMS[kind]
    at = choose(opened(app), kind)
    fill(at)
    save(at)
    [entry] = log.of_patient(DUE)
    assert isinstance(entry.action, model)
    assert told(at).startswith("Saved")
    assert any("Snoozed until" in one.value and ":material" in one.value for one in at.markdown) == (kind == "snoozed")


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_form_saves_nothing_and_says_what_is_missing(
    app: Callable[..., AppTest], log: ActionLog, kind: str
) -> None:
    at = save(choose(opened(app), kind))
    assert log.everything() == ()
    assert told(at).startswith("Not saved")


def test_what_was_ordered_is_performed_and_read(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = save(opened(app))
    for kind in ("booked", "performed", "result_seen"):
        at = choose(at, kind)
        if kind == "booked":
            field(at.date_input, "day").set_value(field(at.date_input, "day").min)
        if kind == "result_seen":
            shown = field(at.selectbox, "what")
            shown.set_value(next(one for one in shown.options if "nothing suspicious" in one))
        save(at)
        assert told(at).startswith("Saved"), kind
    kinds = [one.action.kind for one in log.of_patient(DUE)]
    assert kinds == ["ordered", "booked", "performed", "result_seen"]
    assert log.of_patient(DUE)[-1].action.result == "negative"  # type: ignore[union-attr]


def test_a_value_on_paper_is_asked_in_its_unit_and_saved_as_read(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = choose(save(opened(app)), "result_seen")
    shown = field(at.selectbox, "what")
    at = shown.set_value(next(one for one in shown.options if one.startswith("ESR"))).run()
    assert field(at.number_input, "value").label == "ESR, mm/h"
    save(at)
    assert "the value is missing" in told(at)
    field(at.number_input, "value").set_value(620.0)
    save(at)
    assert "Not saved" in told(at)
    assert "mm/h" in told(at)
    assert len(log.of_patient(DUE)) == 1
    field(at.number_input, "value").set_value(62.0)
    save(at)
    assert told(at) == "Saved: Read the result of ESR: 62 mm/h."
    seen = log.of_patient(DUE)[-1].action
    assert isinstance(seen, models.ResultSeen)
    assert (seen.concepts, seen.value, seen.result) == (("esr",), Decimal(62), None)


def recorded_of(action: models.Action) -> Recorded:
    made = draft(action)
    moment = datetime(2026, 6, 15, tzinfo=UTC)
    return Recorded(made.action_id, made.patient_id, 1, action, made.by, made.basis, moment, "seal")


def test_each_test_of_a_panel_that_was_ordered_is_followed_to_its_own_reading() -> None:
    core = panel_store.core_bloods("uk-nice", D)
    panel = next(iter(core))
    entry = replace(recorded_of(models.Ordered(on=D, concepts=(panel,))), patient_id="1")
    found = recording.open_of((entry,), (), core)
    assert {item.concept for item in found.items} == set(core[panel])
    offered = recording.offer(answer("awaiting_results", patient_id="1"), found)
    assert {name for one in offered.results for name in one.concepts} == set(core[panel])
    assert all((one.unit is None) != (one.result is None) for one in offered.results)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("result_seen", {"what": recording.Result("ESR", ("esr",), unit="mm/h"), "value": 1e15, "day": D}),
        ("result_seen", {"what": recording.Result("ESR", ("esr",), unit="mm/h"), "value": 9_876_543_210.0, "day": D}),
        ("note", {"words": "Rang 987\x00654."}),
    ],
)
def test_what_cannot_be_kept_is_refused_and_not_quoted(kind: str, values: dict[str, Any]) -> None:
    with pytest.raises(ActionRefused) as refused:
        recording.action(kind, values, answer("ask"), D)
    assert "987" not in str(refused.value)


def test_reading_says_up_to_which_day_results_stood_on_the_screen() -> None:
    shown = event("esr", D - timedelta(days=6), "final", value=Decimal(10))
    offered = recording.offer(answer("review_results"), recording.open_of((), [shown]))
    said = recording.action("result_seen", {"what": offered.results[0], "day": D}, answer("review_results"), D)
    later = event("esr", D - timedelta(days=1), "final", value=Decimal(95))
    read = replace(recorded_of(said), patient_id="1")
    assert recording.open_of((read,), [shown]).items == ()
    assert [item.newest for item in recording.open_of((read,), [shown, later]).items] == [later["date_last"]]


def test_undoing_stays_in_the_list_and_the_order_is_due_again(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = save(opened(app))
    _button(at, "undo-").click().run()
    assert not at.exception
    assert [one.action.kind for one in log.of_patient(DUE)] == ["ordered", "undone"]
    assert any("~~Ordered" in one.value and "undone by Dr Amari" in one.value for one in at.markdown)
    assert not [one for one in at.button if str(one.key).startswith("undo-") and "Ordered" in str(one.label)]


def test_whoever_is_slower_is_told_and_keeps_what_was_typed(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = choose(opened(app), "note")
    log.append(draft(models.Note(on=draft().basis.as_of, words="Was quicker."), patient_id=DUE))
    _words(at, "Mine")
    save(at)
    assert [one.action.words for one in log.of_patient(DUE)] == ["Was quicker."]  # type: ignore[union-attr]
    assert "Dr Ito was quicker" in told(at)
    assert "Was quicker" in told(at)
    assert field(at.text_input, "words").value == "Mine"
    save(at)
    assert [one.action.words for one in log.of_patient(DUE)] == ["Was quicker.", "Mine"]  # type: ignore[union-attr]


def test_what_was_chosen_stays_when_somebody_else_has_done_it(app: Callable[..., AppTest], log: ActionLog) -> None:
    at = opened(app)
    chosen = field(at.multiselect, "what").value
    log.append(draft(models.Ordered(on=draft().basis.as_of, concepts=tuple(chosen)), patient_id=DUE))
    save(at)
    assert "Dr Ito was quicker" in told(at)
    assert field(at.multiselect, "what").value == chosen
    save(at)
    assert [(one.action.kind, one.by.name) for one in log.of_patient(DUE)] == [
        ("ordered", "Dr Ito"),
        ("ordered", "Dr Amari"),
    ]
    assert log.of_patient(DUE)[1].action.concepts == tuple(chosen)  # type: ignore[union-attr]


@pytest.mark.parametrize("unsure", [False, True])
def test_a_store_that_refuses_is_told_and_pressing_again_saves_once(
    app: Callable[..., AppTest], log: ActionLog, monkeypatch: pytest.MonkeyPatch, *, unsure: bool
) -> None:
    at = choose(opened(app), "note")
    append = ActionLog.append

    def full(self: ActionLog, given: Draft) -> Recorded:
        if unsure:
            append(self, given)
        raise StoreUnusable("the disk is full", "/made/up", "free some room", unsure=unsure)

    monkeypatch.setattr(ActionLog, "append", full)
    _words(at, "Mine")
    save(at)
    assert "the disk is full" in told(at)
    assert "Saved" not in told(at)
    monkeypatch.setattr(ActionLog, "append", append)
    assert field(at.text_input, "words").value == "Mine"
    save(at)
    assert len(log.of_patient(DUE)) == 1


def test_an_emergency_is_never_offered_to_be_put_off(app: Callable[..., AppTest]) -> None:
    rows = _rows(opened(app, name=""))
    urgent = next(one["patient_id"] for one in rows if one["disposition"] == "emergency")
    at = opened(app, urgent)
    offered = next(one for one in at.button_group if str(one.key).startswith("kind-")).options
    assert "Snooze" not in [str(getattr(one, "content", one)) for one in offered]
    assert "Note" in [str(getattr(one, "content", one)) for one in offered]
