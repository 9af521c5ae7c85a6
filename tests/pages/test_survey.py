"""The page of open questions, counted by the database, is what a plain computation over everybody gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest

from dashboard import panel_store, people_asked, survey
from dashboard.access.users import User
from dashboard.answered_panel import answered, recorded
from dashboard.asking import settled
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.people_asked import PeopleAsked, counted
from dashboard.scoped_panel import for_user
from dashboard.session_answers import ABSENT, PRESENT, UNKNOWN, Answer
from dashboard.team_log import Seen
from dashboard.worklist import Worklist
from pathways.panel import EVENTS, Panel
from tests.generated.adversarial import adversarial_panel
from tests.pages.made_up import answer, worklist
from tests.pages.plain_survey import Plain, asked, place
from tests.pages.test_team_log import entry

PROFILE = "us-acp"
CORD = "saddle_anaesthesia"
SITES = ("Harbour", "Mill Lane", None)
CLINICIANS = ("Dr Amari", None, "Dr Ito", "Dr Sorel")

View = Callable[[HeldPanel], HeldPanel]


def sample() -> HeldPanel:
    return panel_store.opening()


def adversarial() -> HeldPanel:
    """People of some sites and clinicians, and of none."""
    read = sample()
    panel = adversarial_panel(5, 250, read.as_of)
    people = panel.patients
    for name, values in (("site", SITES), ("clinician", CLINICIANS)):
        column = pa.array([values[number % len(values)] for number in range(people.num_rows)], pa.string())
        people = people.set_column(people.schema.get_field_index(name), people.schema.field(name), column)
    return HeldPanel("adversarial", Panel(people, panel.events), read.report, read.as_of)


@pytest.fixture(scope="module", params=[sample, adversarial])
def held(request: pytest.FixtureRequest) -> HeldPanel:
    found: HeldPanel = request.param()
    return found


def listed(held: HeldPanel) -> Worklist:
    return held.worklist(PROFILE, held.as_of)


def said_of(held: HeldPanel, question: str, people: slice) -> list[str]:
    rows = listed(held).query("select * from people where list_contains(missing, ?) order by rank", [question])
    return [row["patient_id"] for row in rows][people]


def answers(held: HeldPanel, people: slice) -> tuple[Answer, ...]:
    """Of some it shows the worst, of some it changes hardly anything."""
    cord, fever = said_of(held, CORD, people), said_of(held, "fever", people)
    assert len(cord) > 2
    assert fever
    yes, no, *unsure = cord
    return (
        Answer(yes, CORD, PRESENT, held.as_of),
        Answer(no, CORD, ABSENT, held.as_of),
        *(Answer(name, CORD, UNKNOWN, held.as_of) for name in unsure),
        *(Answer(name, "fever", ABSENT, held.as_of) for name in fever),
    )


def unsaved(held: HeldPanel) -> HeldPanel:
    return answered(held, answers(held, slice(0, 40, 8)))


def saved(held: HeldPanel) -> HeldPanel:
    given = answers(held, slice(3, 43, 8))
    of = {name: [one for one in given if one.patient_id == name] for name in (one.patient_id for one in given)}
    log = [
        entry(one.recorded(), name, version)
        for name, theirs in of.items()
        for version, one in enumerate(theirs, start=1)
    ]
    seen = Seen(tuple(log))
    return recorded(held, seen.events, seen.log)


def both(held: HeldPanel) -> HeldPanel:
    view = saved(held)
    return answered(view, answers(held, slice(5, 45, 8)), view)


def of_a_site(held: HeldPanel) -> HeldPanel:
    """What a user of one site sees after answers of theirs."""
    mine = for_user(held, User("u1", "Dr Ito", ("clinician",), tuple(listed(held).choices("site")[:1])))
    return answered(mine, answers(mine, slice(0, 40, 4)))


def as_read(held: HeldPanel) -> HeldPanel:
    return held


VIEWS = pytest.mark.parametrize("view", [as_read, unsaved, saved, both, of_a_site])


def choices(people: Worklist) -> Sequence[Filters]:
    site, clinician = people.choices("site")[0], people.choices("clinician")[0]
    return (
        Filters(),
        Filters(sites=(site,)),
        Filters(sites=(site,), clinicians=(clinician,)),
        Filters(sites=("Nowhere",)),
    )


@VIEWS
@pytest.mark.parametrize("copies", [1_000, 150])
def test_every_number_is_that_of_a_plain_count_over_everybody(
    view: View, copies: int, held: HeldPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "MOST_COPIES", copies)
    monkeypatch.setattr(people_asked, "FIRST", 3)
    seen = view(held)
    people = listed(seen)
    for chosen in choices(people):
        plain, open_now = Plain(seen, people, chosen), counted(people, chosen)
        assert open_now.people == len(plain.rows)
        assert open_now.unsettled == sum(not settled(row) for row in plain.rows)
        assert list(open_now.could_be.items()) == list(plain.could_be.items())
        found = survey.survey(seen, open_now, PROFILE, held.as_of)
        assert found == plain.survey()
        assert found.groups or chosen.sites


@VIEWS
def test_the_people_of_a_question_are_listed_page_by_page_as_all_in_their_order_at_once(
    view: View, held: HeldPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_asked, "PAGE_SIZE", 6)
    seen = view(held)
    people, before = listed(seen), {row["patient_id"]: row for row in listed(seen.as_read).everyone(Filters())}
    everybody = sorted(people.everyone(Filters()), key=lambda row: place(before[row["patient_id"]]))
    given = ["nobody", *seen.changed, *(row["patient_id"] for row in everybody[::90])]
    for chosen in choices(people):
        open_now = counted(people, chosen)
        theirs = {row["patient_id"] for row in people.everyone(chosen)}
        for question in ("nothing", CORD, "weight_loss_reported"):
            for just in ((), given):
                expected = [
                    row
                    for row in everybody
                    if row["patient_id"] in just or (row["patient_id"] in theirs and question in asked(row))
                ]
                found = PeopleAsked(open_now, question, just)
                assert found.total == len(expected)
                shown = [row for number in range(found.pages) for row in found.page(number + 1)]
                assert shown == expected
        assert PeopleAsked(open_now, CORD, ()).pages > 1 or chosen.any


def test_whoever_was_just_answered_is_not_gone_through_anew_and_stays_in_place(held: HeldPanel) -> None:
    fresh = HeldPanel(held.name, held.panel, held.report, held.as_of, _lists=held._lists)
    just = [row["patient_id"] for row in Plain(fresh, listed(fresh), Filters()).rows if CORD in row["missing"]][:4]
    view = answered(fresh, tuple(Answer(name, CORD, ABSENT, held.as_of) for name in just))
    people = listed(view)
    found = survey.survey(view, counted(people, Filters()), PROFILE, held.as_of, not_anew=just)
    assert found.left_out
    assert found == Plain(view, people, Filters(), just).survey()
    again = survey.survey(view, counted(people, Filters()), PROFILE, held.as_of)
    assert again == Plain(view, people, Filters()).survey()
    assert again.left_out == 0


def test_people_whom_only_a_result_decides_do_not_stop_whoever_comes_after_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people_asked, "FIRST", 2)
    names = [f"{number:03}" for number in range(40)]
    answers = [answer("ask", patient_id=name, missing=["esr"]) for name in names[:-1]]
    people = worklist([*answers, answer("ask", patient_id=names[-1], missing=["esr", "xray_spine"])])
    panel = Panel(people.patients, EVENTS.empty_table())
    held = HeldPanel("made up", panel, sample().report, people.as_of)
    found = survey.survey(held, counted(people, Filters()), PROFILE, people.as_of)
    assert found == Plain(held, people, Filters()).survey()
    assert found.worked_out == len(names)
    assert {group.question: group.gone_through for group in found.groups} == {"esr": 0, "xray_spine": 1}
