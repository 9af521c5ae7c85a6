"""Whom the team put off, who is back and why, who has whom: on every list the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import marks, phrases
from dashboard.actions import models
from dashboard.actions.models import Action
from dashboard.components import list_view, team_view
from dashboard.exports import Provenance, write_csv
from dashboard.filtering import Filters
from dashboard.huddle import huddle, listed
from dashboard.wording.huddle import huddle as words
from dashboard.worklist import Worklist
from pathways import load_pathway
from tests.actions.made_up import BASIS
from tests.pages import team
from tests.pages.made_up import D, answer, event, failed, person

ORDER = list(load_pathway().rules.dispositions)
LATER = D + timedelta(days=20)
RECORD = [event("crp", D - timedelta(days=9), "final", value=Decimal(12))]
NEW = [event("crp", LATER, "final", value=Decimal(48)), event("weight", LATER, "final", value=Decimal(61))]
OVERRIDE = models.Overridden(on=D, disposition="investigate", reason="already_known", words="Known since 2019.")


def row(
    *actions: Action, events: Sequence[dict[str, Any]] = RECORD, as_of: date = LATER, **known: Any  # noqa: ANN401
) -> dict[str, Any]:
    """The row of the one person, who is on the list for a failed therapy."""
    people = team.listed([failed() | known], {"1": actions}, events, as_of)
    return people.query("select * from people")[0]


def snoozed(days: int = 90) -> models.Snoozed:
    return team.snoozed(failed(), RECORD, days)


def test_until_its_day_and_while_nothing_changes_it_holds() -> None:
    found = row(snoozed())
    assert found["snoozed_until"] == D + timedelta(days=90)
    assert found["snooze_reason"] == "Snoozed until 13 Sep 2026: away or in hospital (Dr Ito (declared), 15 Jun 2026)"
    assert found["back"] is None
    assert phrases.marks(found) == "Snoozed until 13 Sep 2026"


def test_a_new_result_and_a_new_weight_bring_back_the_same_day_and_are_named() -> None:
    found = row(snoozed(), events=[*RECORD, *NEW])
    assert found["snoozed_until"] is None
    assert found["back"] == "Back: new CRP and weight"
    assert found["back_because"] == (
        "Back: new since it was put off on 15 Jun 2026: CRP 48 mg/L (5 Jul 2026), weight 61 kg (5 Jul 2026)"
    )
    before = row(snoozed(), events=[*RECORD, *NEW], as_of=LATER - timedelta(days=1))
    assert before["snoozed_until"]


@pytest.mark.parametrize(
    ("ago", "back"), [(1, None), (0, "Back since 25 Jun 2026"), (-1, "Back since 25 Jun 2026")]
)
def test_its_day_brings_back(ago: int, back: str | None) -> None:
    found = row(snoozed(10), as_of=D + timedelta(days=10 - ago))
    assert found["back"] == back
    assert (found["snoozed_until"] is None) == bool(back)


def test_before_its_first_day_there_is_no_mark() -> None:
    assert phrases.marks(row(snoozed(), OVERRIDE, as_of=D - timedelta(days=1))) == ""


def test_another_next_step_brings_back_and_says_which() -> None:
    found = row(snoozed(), disposition="urgent", indication=None)
    assert (found["back"], found["back_because"]) == ("Back: now Urgent", "Back: next step is now another: Urgent")


def test_a_withdrawn_result_brings_back() -> None:
    found = row(snoozed(), events=[])
    assert found["back"] == "Back: CRP no longer in the record"
    assert found["back_because"] == "Back: no longer in the record: CRP"


@pytest.mark.parametrize("disposition", ORDER)
def test_an_emergency_is_never_put_off_and_any_other_is_only_while_it_stays(disposition: str) -> None:
    same = answer(disposition)
    found = team.listed([same], {"1": [team.snoozed(same)]}, as_of=LATER).query("select * from people")[0]
    assert (found["snoozed_until"] is None) == (disposition == "emergency")
    assert (row(snoozed(), disposition=disposition)["snoozed_until"] is None) == (disposition != "investigate")


def test_whoever_acts_after_the_return_takes_the_mark_away_and_a_note_does_not() -> None:
    read = models.ResultSeen(on=LATER, concepts=("crp",), back=True)
    note = models.Note(on=LATER, words="Rang.")
    before = models.Ordered(on=D, concepts=("esr",))
    back = {"events": [*RECORD, *NEW]}
    assert row(snoozed(), note, **back)["back"]
    assert row(snoozed(), before, **back)["back"]
    assert row(snoozed(), read, **back)["back"] is None
    old = models.ResultSeen(on=LATER, concepts=("crp",))
    assert row(snoozed(10), old)["back"] is None, "the day of the pause was over"
    again = team.snoozed(failed(), [*RECORD, *NEW], on=LATER)
    assert row(snoozed(), again, **back)["snoozed_until"] == again.until


def test_what_was_done_before_a_fact_arrived_does_not_take_the_mark_away() -> None:
    booked = models.Booked(on=D + timedelta(days=5), concepts=("mri_spine",), appointment=LATER)
    late = event("crp", D + timedelta(days=3), "final", value=Decimal(48))
    sent = late | {"recorded_at": datetime(2026, 6, 18, 9, tzinfo=UTC)}
    for one in (late, sent):
        found = row(snoozed(), booked, events=[*RECORD, one])
        assert (found["snoozed_until"], found["back"]) == (None, "Back: new CRP")


def test_what_is_done_keeps_whether_the_page_said_that_the_person_is_back() -> None:
    ordered = models.Ordered(on=LATER, concepts=("esr",))
    back = row(snoozed(), events=[*RECORD, *NEW])
    assert team_view.with_evidence(ordered, back, LATER) == ordered.model_copy(update={"back": True})
    assert team_view.with_evidence(ordered, row(snoozed()), LATER) == ordered


def test_a_preliminary_suspicious_image_brings_back_and_is_named() -> None:
    image = event("xray_spine", LATER, "preliminary", result="suspicious")
    assert row(snoozed(), events=[*RECORD, image])["back"] == "Back: new preliminary X-ray spine"


def test_another_profile_is_put_off_only_where_its_next_step_is_the_same() -> None:
    entry = team.recorded(snoozed())
    for disposition, until in (("investigate", entry.action.until), ("ask", None)):  # type: ignore[union-attr]
        other = failed(reasons=["other"]) | {"disposition": disposition}
        found = marks.marks([entry], other, RECORD, LATER, "uk-nice", BASIS.pathway)
        assert (found["snoozed_until"], found["back"]) == (until, None)
    for profile in ("us-acp", "uk-nice"):
        found = marks.marks([entry], failed(), [*RECORD, *NEW], LATER, profile, BASIS.pathway)
        assert found["back"] == "Back: new CRP and weight"


@pytest.mark.parametrize("profile", ["us-acp", "uk-nice"])
def test_another_version_of_the_pathway_brings_back_and_says_so(profile: str) -> None:
    found = marks.marks([team.recorded(snoozed())], failed(), RECORD, LATER, profile, "another")
    assert (found["snoozed_until"], found["back"]) == (None, "Back: the pathway has changed")
    assert found["back_because"] == "Back: the pathway is another version than on 15 Jun 2026"
    other = failed(reasons=["failed_therapy", "weight_loss"])
    found = marks.marks([team.recorded(snoozed())], other, [*RECORD, *NEW], LATER, "us-acp", "another")
    assert found["back"] == "Back: new CRP and weight"


def test_the_last_owner_has_the_person_until_nobody_has() -> None:
    ito, vale, nobody = (models.Assigned(on=D, to=name) for name in ("Dr Ito", "Dr Vale", None))
    assert row(ito, vale)["owner"] == "Dr Vale"
    assert phrases.marks(row(ito)) == "with Dr Ito"
    assert row(ito, nobody)["owner"] is None


def test_a_disagreement_stays_on_the_list_and_ends_with_the_facts() -> None:
    kept = team.evidence(failed(), RECORD, D)
    said = OVERRIDE.model_copy(update={"evidence": kept})
    found = row(said)
    assert found["overridden"] == "Disagreed: the cause is known and followed"
    assert found["override_reason"] == (
        "Disagreed with “Failed conservative therapy”: the cause is known and followed. Known since 2019. "
        "(Dr Ito (declared), 15 Jun 2026)"
    )
    people = team.listed([failed()], {"1": [said]}, RECORD)
    assert huddle(people).to_act == people.total(listed()) == 1
    assert row(said, events=[*RECORD, *NEW])["overridden"] is None
    assert row(said, disposition="urgent")["overridden"] is None


def test_the_rows_of_the_screen_and_of_a_file_say_it() -> None:
    people = team.listed(
        [failed(), failed(patient_id="2")],
        {"1": [snoozed(), models.Assigned(on=D, to="=cmd")], "2": [team.snoozed(failed(), days=2)]},
        [*RECORD],
        D + timedelta(days=3),
    )
    shown = {one["patient_id"]: list_view.row(one, people.as_of)["Team"] for one in people.page(Filters()).rows}
    assert shown == {"1": "Snoozed until 13 Sep 2026; with =cmd", "2": "Back since 17 Jun 2026"}
    about = Provenance(
        "list.csv", "", (), "", D, "us-acp", "0", datetime(2026, 6, 15, tzinfo=UTC), 2
    )
    text = write_csv(people.everyone(Filters()), about).decode("utf-8-sig")
    rows = {one["Patient id"]: one for one in csv.DictReader(io.StringIO(text, newline=""))}
    assert (rows["1"]["Owner"], rows["1"]["Snoozed until"]) == ("'=cmd", "2026-09-13")
    assert rows["1"]["Why snoozed or back"].startswith("Snoozed until 13 Sep 2026: away")
    assert rows["2"]["Why snoozed or back"].startswith("Back since 17 Jun 2026")


@st.composite
def lists(draw: st.DrawFn) -> Worklist:
    """Some people of two sites, some of them put off, back, assigned or disagreed about."""
    answers, people, log = [], [], {}
    for number in range(draw(st.integers(1, 12))):
        name = f"{number:02}"
        one = failed(patient_id=name) | {"disposition": draw(st.sampled_from(ORDER))}
        answers.append(one)
        people.append(person(name, site=draw(st.sampled_from(["Harbour", "Mill Lane"]))))
        possible: list[Action] = [
            team.snoozed(one, days=draw(st.integers(1, 40))),
            team.snoozed(one | {"disposition": "urgent"}),
            models.Assigned(on=D, to=draw(st.sampled_from(["Dr Ito", "Dr Vale", None]))),
            OVERRIDE,
        ]
        log[name] = draw(st.lists(st.sampled_from(possible), max_size=3))
    return team.listed(answers, log, as_of=D + timedelta(days=draw(st.integers(0, 40))), people=people)


@settings(max_examples=12, deadline=None)
@given(lists(), st.sampled_from([(), ("Harbour",), ("Harbour", "Mill Lane")]))
def test_the_huddles_numbers_are_the_worklists_whoever_is_put_off(people: Worklist, sites: tuple[str, ...]) -> None:
    found, same = huddle(people, sites), listed(sites)
    assert found.to_act == people.total(same) == sum(kind.people for kind in found.kinds)
    assert found.snoozed == people.total(replace(same, snoozed="snoozed"))
    assert found.to_act + found.snoozed == people.total(replace(same, snoozed=None))
    assert found.to_call == people.total(replace(same, need=words().called))
    for kind in found.kinds:
        assert kind.people == people.total(replace(same, dispositions=(kind.disposition,)))
        assert kind.overdue == people.total(replace(same, dispositions=(kind.disposition,), overdue=True))
    assert not people.total(Filters(dispositions=("emergency",), snoozed="snoozed"))


@settings(max_examples=8, deadline=None)
@given(lists())
def test_owners_and_snoozes_part_the_list(people: Worklist) -> None:
    owners = ["", *people.choices("owner")]
    assert sum(people.total(Filters(owners=(name,))) for name in owners) == people.total()
    assert people.total(Filters(owners=tuple(owners))) == people.total()
    assert people.total(Filters(snoozed="snoozed")) + people.total(Filters(snoozed="awake")) == people.total()
    assert people.total(Filters(snoozed="back")) <= people.total(Filters(snoozed="awake"))


def test_where_people_are_only_counted_no_words_of_the_team_are_held() -> None:
    log = {"1": [snoozed(), OVERRIDE], "2": [team.snoozed(failed(), days=2)]}
    seen = team.listed([failed(), failed(patient_id="2")], log, RECORD, LATER)
    counted = replace(seen, identified=False)
    for one in ("snoozed", "back", "awake"):
        assert counted.total(Filters(snoozed=one)) == seen.total(Filters(snoozed=one)) == 1
    told = ("snooze_reason", "back", "back_because", "overridden", "override_reason")
    assert any(row[name] for row in seen.query("select * from people") for name in told)
    assert not any(row[name] for row in counted.query("select * from people") for name in told)
