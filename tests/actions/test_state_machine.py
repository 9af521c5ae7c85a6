"""Every kind of action, in any order, through the real log: what holds after each step, and at the end."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import pathways
from dashboard import marks, panel_store
from dashboard.actions import models
from dashboard.actions.corrections import ACTIVE, BIRTH_DATE, END, ENDED, RECORDED, SEX
from dashboard.actions.events import is_correction, standing
from dashboard.actions.following import RESULTED, followed
from dashboard.actions.records import Recorded
from dashboard.actions.refusals import ActionRefused, Conflict
from dashboard.actions.rules import rules
from dashboard.actions.verifying import verify
from dashboard.answered_panel import recorded
from dashboard.intake.report import LoadReport
from dashboard.panel_store import HeldPanel
from dashboard.team_log import Seen, TeamLog
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.actions.arrival import in_order
from tests.actions.made_up import BASIS, D, draft, log_in
from tests.actions.shown import with_log
from tests.actions.test_events import FAILED

PEOPLE = ("one", "two")
BLOODS, SCAN, REFERRAL = ("haemoglobin", "esr"), "mri_spine", "specialist_referral"
MEMBERS = {"bloods": BLOODS}
BEGAN = D - timedelta(days=50)
COURSE = models.Course("exercise", BEGAN, BEGAN)

days = st.integers(0, 6).map(lambda ago: D - timedelta(days=ago))
tests = st.lists(st.sampled_from((*BLOODS, "bloods", SCAN)), min_size=1, max_size=3, unique=True).map(tuple)
people = st.sampled_from(PEOPLE)
ANSWERS: tuple[Callable[[date], models.Answered], ...] = (
    lambda on: models.Answered(on=on, concept="saddle_anaesthesia", status="present"),
    lambda on: models.Answered(on=on, concept="saddle_anaesthesia", status="absent"),
    lambda on: models.Answered(on=on, concept="fever", status="unknown"),
    lambda on: models.Answered(on=on, concept="pain_score", status="final", value=Decimal(on.day % 10)),
    lambda on: models.Answered(on=on, concept="esr", status="final", value=Decimal(62)),
    lambda on: models.Answered(on=on, concept=SCAN, status="final", result="suspicious"),
    lambda on: models.Answered(on=on.replace(year=1950 + on.day), concept=BIRTH_DATE, status=RECORDED),
    lambda on: models.Answered(on=date(1950 + on.day, 1, 1), last=date(1950 + on.day, 12, 31), concept=BIRTH_DATE,
                               status=RECORDED),
    lambda on: models.Answered(on=on, concept=SEX, status=RECORDED, result="female"),
    lambda on: models.Answered(on=on, concept=END, status=ENDED, course=COURSE),
    lambda on: models.Answered(on=on, concept=END, status=ACTIVE, course=COURSE),
)  # fmt: skip


def _question(action: models.Action) -> object:
    return (action.concept, action.course) if isinstance(action, models.Answered) else None


class Team(RuleBasedStateMachine):
    """What a team does. ``finished`` takes the logs of every run."""

    finished: ClassVar[list[dict[str, tuple[Recorded, ...]]]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = log_in(self.folder)
        self.done: dict[str, list[Recorded]] = {name: [] for name in PEOPLE}
        self.team = TeamLog("clinic", lambda name: log_in(self.folder, name))

    def act(self, person: str, action: models.Action) -> None:
        self.done[person].append(self.log.append(draft(action, len(self.done[person]), person)))

    def refused(self, person: str, action: models.Action, why: str) -> None:
        with pytest.raises(ActionRefused, match=why):
            self.log.append(draft(action, len(self.done[person]), person))

    @rule(person=people, on=days, concepts=tests)
    def order(self, person: str, on: date, concepts: tuple[str, ...]) -> None:
        self.act(person, models.Ordered(on=on, concepts=concepts))

    @rule(person=people, on=days, concepts=tests, ahead=st.integers(0, 40))
    def book(self, person: str, on: date, concepts: tuple[str, ...], ahead: int) -> None:
        self.act(person, models.Booked(on=on, concepts=concepts, appointment=on + timedelta(days=ahead)))

    @rule(person=people, on=days, concepts=tests)
    def perform(self, person: str, on: date, concepts: tuple[str, ...]) -> None:
        self.act(person, models.Performed(on=on, concepts=concepts))

    @rule(person=people, on=days, concepts=tests)
    def read(self, person: str, on: date, concepts: tuple[str, ...]) -> None:
        self.look(person, on, concepts)

    def look(self, person: str, on: date, concepts: tuple[str, ...]) -> None:
        """As the form says it: with the newest day of what stands there unread."""
        named = {one for name in concepts for one in MEMBERS.get(name, (name,))}
        shown = {item.concept: item.newest for item in self.open(person) if item.state == RESULTED}
        shown = {name: day for name, day in shown.items() if name in named and day <= on}
        if shown:
            self.act(person, models.ResultSeen(on=on, concepts=tuple(shown), up_to=shown))
            assert not shown.keys() & {item.concept for item in self.open(person) if item.state == RESULTED}

    @rule(
        person=people,
        on=days,
        said=st.sampled_from((("esr", None, 62), ("haemoglobin", None, 118), (SCAN, "negative", None))),
    )
    def read_on_paper(self, person: str, on: date, said: tuple[str, str | None, int | None]) -> None:
        concept, result, value = said
        number = None if value is None else Decimal(value)
        self.act(person, models.ResultSeen(on=on, concepts=(concept,), result=result, value=number))

    @rule(person=people, on=days, accepted=st.booleans())
    def refer(self, person: str, on: date, accepted: bool) -> None:
        made = models.Accepted if accepted else models.Referred
        self.act(person, made(on=on, concepts=(REFERRAL,)))

    @rule(person=people, on=days, concepts=tests, reason=st.sampled_from((*rules().decline.reasons, "", "tired")))
    def decline(self, person: str, on: date, concepts: tuple[str, ...], reason: str) -> None:
        said = models.Declined.model_construct(on=on, concepts=concepts, reason=reason, words="", kind="declined")
        known = reason in rules().decline.reasons and reason not in rules().explained
        self.act(person, said) if known else self.refused(person, said, "reason")

    @rule(
        person=people, on=days, disposition=st.sampled_from(("emergency", "ask", "investigate")),
        reason=st.sampled_from((*rules().snooze.reasons, "", "tired")), length=st.integers(-1, 95),
    )  # fmt: skip
    def snooze(self, person: str, on: date, disposition: str, reason: str, length: int) -> None:
        said = models.Snoozed.model_construct(
            on=on, disposition=disposition, reason=reason, words="", until=on + timedelta(days=length), kind="snoozed"
        )
        known = reason in rules().snooze.reasons and reason not in rules().explained
        if disposition in rules().snooze.never:
            self.refused(person, said, "never put off")
        elif not known:
            self.refused(person, said, "reason")
        elif not 0 < length <= rules().snooze.longest_days:
            self.refused(person, said, "a pause ends")
        else:
            self.act(person, said)

    @rule(person=people, kind=st.sampled_from(("assigned", "note", "overridden", "pain_scored")), on=days)
    def say(self, person: str, kind: str, on: date) -> None:
        said: dict[str, models.Action] = {
            "assigned": models.Assigned(on=on, to="Nurse Poe"),
            "note": models.Note(on=on, words="Rang."),
            "overridden": models.Overridden(on=on, disposition="ask", reason="not_fit", words="Too frail."),
            "pain_scored": models.PainScored(on=on, score=Decimal(4)),
        }
        self.act(person, said[kind])

    @rule(person=people, on=days, said=st.sampled_from(ANSWERS), place=st.none() | st.integers(0, 99))
    def answer(self, person: str, on: date, said: Callable[[date], models.Answered], place: int | None) -> None:
        before, answer = self.done[person], said(on)
        if not before or place is None:
            self.act(person, answer)
            return
        again = [one for one in before if _question(one.action) == _question(answer)]
        target = (again or before)[place % len(again or before)]
        answer = answer.model_copy(update={"replaces": target.action_id})
        if again:
            self.act(person, answer)
            assert not set(self.replaced(person)) & {one.action_id for one in standing(self.done[person])}
        else:
            self.refused(person, answer, "only an earlier answer to the same question")

    def replaced(self, person: str) -> Iterable[UUID]:
        """What the newest answer stands in the place of, back to the first."""
        by_id = {one.action_id: one.action for one in self.done[person]}
        newest = self.done[person][-1].action
        while isinstance(newest, models.Answered) and newest.replaces is not None:
            yield newest.replaces
            newest = by_id[newest.replaces]

    @rule(person=people, on=days, test=st.sampled_from((*BLOODS, SCAN)))
    def a_result_comes_that_is_older_than_the_reading(self, person: str, on: date, test: str) -> None:
        word = "negative" if test == SCAN else "normal"
        come = models.Answered(on=on - timedelta(days=1), concept=test, status="final", result=word)
        self.act(person, come)
        self.look(person, D, (test,))
        self.act(person, come.model_copy(update={"on": on}))

    @precondition(lambda self: any(self.done.values()))
    @rule(place=st.integers(0, 99))
    def undo(self, place: int) -> None:
        every = [one for done in self.done.values() for one in done]
        target = every[place % len(every)]
        self.act(target.patient_id, models.Undone(on=D, action=target.action_id))

    @precondition(lambda self: any(self.done.values()))
    @rule()
    def come_late(self) -> None:
        person = next(name for name, done in self.done.items() if done)
        with pytest.raises(Conflict):
            self.log.append(draft(models.Note(on=D, words="Late."), len(self.done[person]) - 1, person))

    def open(self, person: str) -> Sequence[Any]:
        return followed(self.done[person], (), MEMBERS).items

    def off_the_list(self, person: str, disposition: str) -> bool:
        """Whether any of the snoozes would hold for somebody with this next step, whatever step it was made for."""
        answer = {"patient_id": person, "disposition": disposition, "indication": None, "reasons": [], "could_be": None}
        log = [
            replace(one, action=one.action.model_copy(update={"disposition": disposition}))
            if isinstance(one.action, models.Snoozed)
            else one
            for one in self.done[person]
        ]
        found = marks.rows({person: log}, [answer], {}, D, BASIS.profile, BASIS.pathway)
        return any(row["snoozed_until"] for row in found)

    @invariant()
    def nothing_is_open_without_a_due_date(self) -> None:
        for person in PEOPLE:
            found = followed(self.done[person], (), MEMBERS)
            assert all(item.due >= item.since and item.owner for item in found.items)
            last = [one.action for one in standing(self.done[person]) if isinstance(one.action, models.Snoozed)][-1:]
            assert self.off_the_list(person, "ask") == any(one.until > D for one in last)
            assert not self.off_the_list(person, "emergency")
            assert found.version == len(self.done[person])
            assert all(one.reason for one in found.declined.values())

    @invariant()
    def a_result_is_open_until_it_is_read(self) -> None:
        for person in PEOPLE:
            for test in (*BLOODS, SCAN):
                self.is_open_until_read(person, test)

    def is_open_until_read(self, person: str, test: str) -> None:
        """No newer result of it is called read than those that stood there when somebody read it."""
        counts = standing(self.done[person])
        unread = (test, RESULTED) in [(item.concept, item.state) for item in self.open(person)]
        come = [one for one in counts if test in _results_of(one.action)]
        newest = max((one.action.on for one in come), default=date.min)
        last = [one for one in come if one.action.on == newest]
        reads = [one for one in counts if isinstance(one.action, models.ResultSeen) and not _results_of(one.action)]
        seen = max((one.version for one in reads if test in one.action.concepts), default=0)
        on_paper = any(isinstance(one.action, models.ResultSeen) for one in last)
        if come and not on_paper:
            assert unread or seen > min(one.version for one in last)

    @invariant()
    def a_page_sees_what_is_in_the_log(self) -> None:
        seen = self.team.look()
        assert seen.log == tuple(one for name in PEOPLE for one in self.done[name]) == self.log.everything()
        assert set(seen.events) == set(Seen(seen.log).events)

    def teardown(self) -> None:
        assert verify(self.log.store, self.log.proof).whole
        self.finished.append({name: tuple(done) for name, done in self.done.items()})
        shutil.rmtree(self.folder)


def _results_of(said: models.Action) -> tuple[str, ...]:
    """The tests of which this is a result."""
    if isinstance(said, models.Answered):
        return (said.concept,)
    on_paper = isinstance(said, models.ResultSeen) and (said.result, said.value) != (None, None)
    return said.concepts if on_paper and isinstance(said, models.ResultSeen) else ()


@pytest.fixture(scope="module")
def logs() -> dict[str, tuple[Recorded, ...]]:
    """What was done in every run, each person of each under a name of their own."""

    class Run(Team):
        finished: ClassVar[list[dict[str, tuple[Recorded, ...]]]] = []

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Run,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
    return {
        f"{number:03} {name}": tuple(_of(one, f"{number:03} {name}") for one in done)
        for number, run in enumerate(Run.finished)
        for name, done in run.items()
    }


def _of(one: Recorded, person: str) -> Recorded:
    return replace(one, patient_id=person)


@pytest.fixture(scope="module")
def panel(logs: dict[str, tuple[Recorded, ...]]) -> Panel:
    """Failed therapy of people whose birth date, sex and one treatment's end nobody recorded."""
    someone = dict.fromkeys(PATIENTS.names) | {"sex": "unknown"}
    open_end = dict.fromkeys(EVENTS.names) | {
        "concept": COURSE.concept, "status": "completed", "date_first": BEGAN, "date_last": BEGAN, "source": "list.csv",
    }  # fmt: skip
    return Panel(
        pa.Table.from_pylist([someone | {"patient_id": name} for name in logs], PATIENTS),
        pa.Table.from_pylist([one | {"patient_id": name} for name in logs for one in (*FAILED, open_end)], EVENTS),
    )


def evaluated(panel: Panel) -> list[dict[str, Any]]:
    return pathways.evaluate(panel, panel_store.the_pathway(), as_of=D).to_pylist()


def every(logs: dict[str, tuple[Recorded, ...]]) -> list[Recorded]:
    return [one for done in logs.values() for one in done]


@pytest.fixture(scope="module")
def outcome(logs: dict[str, tuple[Recorded, ...]], panel: Panel) -> list[dict[str, Any]]:
    return evaluated(with_log(panel, every(logs)))


def test_the_steps_reach_most_kinds_and_many_outcomes(
    logs: dict[str, tuple[Recorded, ...]], outcome: list[dict[str, Any]]
) -> None:
    kinds = {model.model_fields["kind"].default for model in models._Action.__subclasses__()}
    found = {one.action.kind for one in every(logs)}
    assert len(kinds - found) < 4, kinds - found
    assert len({answer["disposition"] for answer in outcome}) > 3


def test_folding_twice_gives_the_same(logs: dict[str, tuple[Recorded, ...]], panel: Panel) -> None:
    for done in logs.values():
        assert followed(done, (), MEMBERS) == followed(list(reversed(done)), (), MEMBERS)
        assert standing(standing(done)) == standing(done)
    once = with_log(panel, every(logs))
    again = with_log(panel, every(logs))
    assert (once.patients, once.events) == (again.patients, again.events)


def test_the_overlay_equals_the_panel_with_the_actions(
    logs: dict[str, tuple[Recorded, ...]], panel: Panel, outcome: list[dict[str, Any]]
) -> None:
    held = HeldPanel("made up", panel, LoadReport("tables", "made up", D, 0, 0, 0), D)
    profile = next(iter(panel_store.profiles()))
    view = recorded(held, Seen(tuple(every(logs))).events)
    assert view.worklist(profile, D).answers.to_pylist() == outcome


def test_the_order_of_arrival_does_not_change_the_outcome(
    logs: dict[str, tuple[Recorded, ...]], panel: Panel, outcome: list[dict[str, Any]]
) -> None:
    """The same steps, those of different days in another order; what counts no longer never arrived."""
    mixed = {name: _mixed(done, random.Random(name)) for name, done in logs.items()}
    assert any(
        [one.action for one in mixed[name]] != [one.action for one in standing(done)] for name, done in logs.items()
    )
    for name, done in logs.items():
        one, other = followed(done, (), MEMBERS), followed(mixed[name], (), MEMBERS)
        assert [(i.concept, i.state, i.since, i.due) for i in one.items] == [
            (i.concept, i.state, i.since, i.due) for i in other.items
        ]
        assert one.declined == other.declined
    assert evaluated(with_log(panel, every(mixed))) == outcome


def _mixed(done: Iterable[Recorded], chance: random.Random) -> tuple[Recorded, ...]:
    """The days in another order, each with its steps in theirs; what is no event of a day comes last, as it came.

    A reading stays after what it showed and before what came after it: it says what stood on the screen then.
    """
    part: dict[date, list[models.Action]] = {}
    mixed: list[models.Action] = []
    last: list[models.Action] = []

    def mix() -> None:
        order = list(part)
        chance.shuffle(order)
        mixed.extend(said for day in order for said in part[day])
        part.clear()

    for one in standing(done):
        said = one.action
        if isinstance(said, models.Answered):
            said = said.model_copy(update={"replaces": None})
        if isinstance(said, models.ResultSeen) and said.up_to:
            mix()
            mixed.append(said)
        elif isinstance(said, models.Answered) and is_correction(said):
            last.append(said)
        else:
            part.setdefault(said.on, []).append(said)
    mix()
    return in_order(next((one.patient_id for one in done), ""), [*mixed, *last])
