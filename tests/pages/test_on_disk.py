"""A panel whose events stay on disk is, for every page, the panel that is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from dashboard import attrition, panel_store, what_if
from dashboard import people as many
from dashboard.access.users import User
from dashboard.answered_panel import answered
from dashboard.completeness import completeness
from dashboard.filtering import QUEUES, Filters
from dashboard.intake.prepared import Keeping
from dashboard.panel_store import HeldPanel, the_pathway
from dashboard.queues import looks
from dashboard.scoped_panel import for_user
from dashboard.session_answers import Answer
from pathways.whatif import with_numbers
from tests.pages.prepared_panel import opened, prepared

PROFILE = "us-acp"
CORD = "saddle_anaesthesia"


@pytest.fixture(scope="module")
def in_memory() -> HeldPanel:
    return panel_store.opening()


@pytest.fixture(scope="module")
def folder(in_memory: HeldPanel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(in_memory, tmp_path_factory.mktemp("prepared") / "panel")


@pytest.fixture(scope="module")
def on_disk(folder: Path) -> Iterator[HeldPanel]:
    """Worked on in two parts."""
    held = opened(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "AT_ONCE", 210)
        yield held


def rows(table: pa.Table) -> list[str]:
    return sorted(map(repr, table.to_pylist()))


def test_anybody_is_found_with_their_own_rows(in_memory: HeldPanel, on_disk: HeldPanel) -> None:
    ids = sorted(in_memory.ids)
    assert on_disk.ids == in_memory.ids
    for wanted in ([], [ids[0]], [ids[-1]], ["", "nobody", "zzz"], ids[68:72], ids[::9], ids):
        mine, theirs = on_disk.part(wanted), in_memory.part(wanted)
        assert rows(mine.patients) == rows(theirs.patients)
        assert rows(mine.events) == rows(theirs.events)
    parts = list(on_disk.panel.parts(210))
    assert [part.patients.num_rows for part in parts] == [210, 190]
    for part in parts:
        assert rows(part.events) == rows(in_memory.part(part.patients["patient_id"].to_pylist()).events)


def test_the_list_its_queues_and_its_counts_are_the_same(in_memory: HeldPanel, on_disk: HeldPanel) -> None:
    before, found = (held.worklist(PROFILE, in_memory.as_of) for held in (in_memory, on_disk))
    assert found.answers.equals(before.answers)
    for orders in ("open", "late"):
        for queue in (None, *QUEUES):
            chosen = Filters(queue=queue or "", orders=orders)
            assert found.total(chosen) == before.total(chosen)
    assert before.total(Filters(orders="open"))
    pathway = the_pathway().in_profile(PROFILE, in_memory.as_of)
    assert attrition.verdicts(found, on_disk.panel, pathway) == attrition.verdicts(before, in_memory.panel, pathway)
    assert completeness(on_disk.panel, found, the_pathway()) == completeness(in_memory.panel, before, the_pathway())


def test_a_person_is_explained_and_what_an_answer_would_mean_is_the_same(
    in_memory: HeldPanel, on_disk: HeldPanel
) -> None:
    as_of = in_memory.as_of
    asked = f"select patient_id from people where list_contains(questions, '{CORD}') order by rank limit 3"
    people = in_memory.worklist(PROFILE, as_of).query(asked)
    for row in people:
        name = row["patient_id"]
        assert on_disk.trace(name, PROFILE, as_of) == in_memory.trace(name, PROFILE, as_of)
        assert on_disk.courses_of(name) == in_memory.courses_of(name)
    names = [row["patient_id"] for row in people]
    assert on_disk.still_open(PROFILE, as_of, names) == in_memory.still_open(PROFILE, as_of, names)
    given = (Answer(names[0], CORD, "present", as_of), Answer(names[1], "pain_score", "final", as_of, Decimal(9)))
    views = [answered(held, given) for held in (in_memory, on_disk)]
    lists = [view.worklist(PROFILE, as_of) for view in views]
    assert lists[0].answers.equals(lists[1].answers)
    assert not lists[0].answers.equals(in_memory.worklist(PROFILE, as_of).answers)
    assert rows(views[0].part(names).events) == rows(views[1].part(names).events)
    events = [pa.concat_tables([part.events for part in view.panel.parts(210)]) for view in views]
    assert rows(events[0]) == rows(events[1])


def test_another_day_and_another_number_give_the_same(in_memory: HeldPanel, on_disk: HeldPanel) -> None:
    day = in_memory.as_of - timedelta(weeks=3)
    told: list[int] = []
    found = looks.take(on_disk.panel, PROFILE, day, told.append)
    assert found == looks.take(in_memory.panel, PROFILE, day)
    assert any(found.waiting.values())
    assert told == [210, 400]
    choice = next(one for one in what_if.choices(the_pathway().in_profile(PROFILE, day)) if one.name == "trial_length")
    asked = (with_numbers(the_pathway(), PROFILE, {choice.name: choice.present + 14}), PROFILE, in_memory.as_of)
    then = panel_store.answers_of(in_memory.panel, *asked)
    now = in_memory.worklist(PROFILE, in_memory.as_of).answers
    differing = what_if.differences(on_disk.panel, now, *asked)
    assert 0 < differing.num_rows < then.num_rows / 2
    assert what_if.replaced(now, differing).sort_by("patient_id").equals(then)


def test_what_became_known_of_some_is_put_into_what_was_worked_out_of_everybody(
    in_memory: HeldPanel, on_disk: HeldPanel
) -> None:
    """The queues of earlier weeks and the open orders of a view, of a site's people and of an answer given there."""
    as_of = in_memory.as_of
    site = in_memory.worklist(PROFILE, as_of).choices("site")[0]
    user = User("u1", "Dr Ito", ("clinician",), (site,))
    mine, theirs = (for_user(held, user) for held in (on_disk, in_memory))
    asked = f"select patient_id from people where list_contains(questions, '{CORD}') order by rank limit 1"
    name = mine.worklist(PROFILE, as_of).query(asked)[0]["patient_id"]
    given = (Answer(name, CORD, "present", as_of - timedelta(days=20)),)
    mine, theirs = (answered(held, given) for held in (mine, theirs))
    assert (mine.changed, mine.root) == ({name}, on_disk)
    told: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looks, "WEEKS", 1)
        looks.take_all(on_disk.panel, PROFILE, as_of, told.append)
        looks.derive(mine.panel, on_disk.panel, mine.changed, PROFILE, as_of)
        for day in looks.days(as_of)[:-1]:
            found, expected = looks.kept(mine.panel, PROFILE, day), looks.take(theirs.panel, PROFILE, day)
            assert found == expected
            assert any(expected.waiting.values())
    assert told == sorted(told)
    assert told[-1] == 400
    for orders in ("open", "late"):
        chosen = Filters(orders=orders)
        assert mine.worklist(PROFILE, as_of).total(chosen) == theirs.worklist(PROFILE, as_of).total(chosen)


def test_the_people_of_a_site_are_read_from_the_same_file(in_memory: HeldPanel, on_disk: HeldPanel) -> None:
    as_of = in_memory.as_of
    site = in_memory.worklist(PROFILE, as_of).choices("site")[0]
    for user in (User("u1", "Dr Ito", ("clinician",), (site,)), User("u2", "Olu", ("observer",))):
        mine, theirs = (for_user(held, user) for held in (on_disk, in_memory))
        assert mine.panel.patients.equals(theirs.panel.patients)
        assert mine.worklist(PROFILE, as_of).answers.equals(theirs.worklist(PROFILE, as_of).answers)
        everybody = sorted(in_memory.ids)
        assert rows(mine.part(everybody).events) == rows(theirs.part(everybody).events)
        people = mine.worklist(PROFILE, as_of)
        pathway = the_pathway().in_profile(PROFILE, as_of)
        assert attrition.verdicts(people, mine.panel, pathway) == attrition.verdicts(people, theirs.panel, pathway)


def test_a_panel_prepared_anew_meanwhile_changes_nothing_of_what_is_served(
    in_memory: HeldPanel, on_disk: HeldPanel, folder: Path
) -> None:
    some = sorted(in_memory.ids)[:3]
    with Keeping(folder, in_memory.as_of) as kept:
        kept.add(in_memory.part(some))
        kept.finish(replace(in_memory.report, records_read=0))
    assert rows(on_disk.part(sorted(in_memory.ids)).events) == rows(in_memory.panel.part(in_memory.ids).events)
