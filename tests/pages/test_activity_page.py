"""The Activity page: who did what, what the team recorded, what came of each flag, and the check of the log."""

from __future__ import annotations

import csv
import io
import itertools
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard import activity, feedback, flag_answers, flag_burden
from dashboard.access.users import User
from dashboard.actions import models, store
from dashboard.actions.audit.entries import KINDS, OUTCOMES, Entry, Kept, kept, row_of
from dashboard.actions.audit.searching import Wanted, counted, newest, page, users
from dashboard.actions.log import SAMPLE, ActionLog
from dashboard.actions.records import Actor, Recorded
from dashboard.components import session
from dashboard.exports import Sheet, sheet_csv, sheet_excel
from dashboard.flag_burden import Burden, Flag, ToldFlag
from dashboard.settings import now
from dashboard.wording.activity import activity as words
from tests.actions.made_up import ITO, VALE, draft, entry, log_in, trail_in
from tests.pages.conftest import HOSTILE
from tests.pages.made_up import D, failed, person, worklist
from tests.pages.test_audited import files, kinds

__all__ = ["files"]

Visit = Callable[..., AppTest]
EARLIER = D - timedelta(days=60)


@pytest.fixture
def home(app: Visit, tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def log(home: Path) -> ActionLog:
    return log_in(home, SAMPLE)


def shown(at: AppTest) -> list[str]:
    return [one.value for one in (*at.markdown, *at.caption, *at.info, *at.success, *at.error)]


def test_every_kind_and_outcome_has_its_words() -> None:
    assert set(words().kinds) == set(KINDS)
    assert set(words().outcomes) == set(OUTCOMES)


def test_what_was_done_is_listed_newest_first_and_searched(home: Path, app: Visit) -> None:
    trail = trail_in(home)
    for by in (ITO, VALE):
        for number in range(30):
            trail.append(entry(by=by, patient_id=f"{number:04}"))
    trail.append(entry("exported", VALE, "", people=24, format="CSV"))
    at = app("activity")
    table = at.dataframe[0].value
    assert len(table) == 50
    assert list(table["When"]) == sorted(table["When"], reverse=True)
    assert any("**1–50** of 6" in one for one in shown(at))
    at.text_input(key="trail_person").set_value("0007").run()
    assert [*at.dataframe[0].value["Patient id"]] == ["0007"] * 2
    at.selectbox(key="trail_user").set_value("vale").run()
    assert [*at.dataframe[0].value["Who"]] == ["Dr Vale"]
    assert "0007" not in str(at.query_params)
    assert "vale" not in str(at.query_params)
    at.text_input(key="trail_person").set_value("nobody").run()
    assert any("None of the" in one for one in shown(at))


def test_kinds_and_days_can_be_given_in_the_address(home: Path, app: Visit) -> None:
    trail_in(home).append(entry("exported", VALE, "", people=24))
    at = app("activity", did=["Took out a list"])
    assert [*at.dataframe[0].value["What"]] == ["Took out a list"]
    at = app("activity", to="2020-01-01")
    assert any("None of the" in one for one in shown(at))


def test_the_entries_leave_as_they_are_shown_and_that_is_an_entry(
    home: Path, app: Visit, files: dict[str, Callable[[], bytes]]
) -> None:
    trail_in(home).append(Entry("exported", Actor("eve", "=1+1", "x"), about={"file": HOSTILE}))
    app("activity", did=["Took out a list"])
    rows = list(csv.DictReader(io.StringIO(files["trail-csv"]().decode("utf-8-sig"))))
    assert [row["What"] for row in rows] == ["Took out a list"] * 2, "with the entry that it was taken out"
    assert {row["Who"] for row in rows} == {"'=1+1", "no name said"}
    assert rows[0]["Filters"] == "What: Took out a list"
    assert rows[0]["Intended use"].startswith("Decision support")
    assert kinds(home).count("exported") == 2


def test_whole_days_are_asked_for_where_this_machine_stands() -> None:
    chosen = activity.wanted(first=date(2026, 6, 15), last=date(2026, 6, 16))
    assert chosen.first is not None
    assert chosen.before is not None
    assert (chosen.before - chosen.first).days == 2
    assert chosen.first.astimezone().hour == 0
    assert activity.in_words(chosen, {}) == ["From 15 Jun 2026", "To 16 Jun 2026"]


def test_searching_pages_without_a_gap(tmp_path: Path) -> None:
    trail = trail_in(tmp_path)
    added = [trail.append(entry(by=VALE if number % 3 else ITO, patient_id=str(number))) for number in range(120)]
    found = [one for number in (1, 2, 3) for one in page(trail.store, Wanted(), number)]
    assert [one.entry_id for one in found] == [one.entry_id for one in reversed(added)]
    assert counted(trail.store, Wanted(user_ids=("ito",))).entries == 40
    assert counted(trail.store, Wanted(before=added[60].at)).entries == 60
    assert counted(trail.store, Wanted(first=added[60].at)).entries == 60
    assert counted(trail.store, Wanted(first=datetime(2100, 1, 1, tzinfo=UTC))).of == 120
    assert users(trail.store) == {"ito": "Dr Ito", "vale": "Dr Vale"}
    assert newest(trail.store, Wanted(), 1)[0] == added[-1]


def _kept(given: Entry) -> Kept:
    return kept(row_of(given, now(), "chain", 1, "-", b"key"))


def test_whoever_may_not_see_people_is_not_told_of_whom_it_is() -> None:
    one = _kept(entry(patient_id="0007"))
    assert activity.line(one, people=True).person == "0007"
    assert "0007" not in str(activity.line(one, people=False))


def test_what_the_team_recorded_and_where_it_disagreed(log: ActionLog, app: Visit) -> None:
    log.append(draft(models.Note(on=D, words=HOSTILE), patient_id="0000"))
    said = models.Overridden(on=D, disposition="investigate", reason="already_known", words="Known for years")
    log.append(draft(said, 1, patient_id="0000"))
    log.append(draft(models.Note(on=D, words="Not on this list"), patient_id="elsewhere"))
    at = app("activity", part="What the team recorded")
    assert not at.exception
    assert "2 actions of 1 person on this list, as recorded; what was undone is marked." in shown(at)
    assert [*at.dataframe[0].value["Patient id"]] == ["0000"] * 2
    assert "Full trial of therapy" in at.table[0].value.to_string()


def test_nothing_recorded_says_so_and_what_to_do(app: Visit) -> None:
    for part, told in (("What the team recorded", "has recorded nothing"), ("Check and feedback", "no feedback")):
        at = app("activity", part=part)
        assert any(told in one.value for one in at.info)


def _recorded(action: models.Action, patient_id: str, version: int, as_of: date = D) -> Recorded:
    made = draft(action, version - 1, patient_id)
    return Recorded(
        made.action_id, patient_id, version, action, ITO, replace(made.basis, as_of=as_of), now(), "seal"
    )  # fmt: skip


ORDER = models.Ordered(on=D, concepts=("esr",))
NOTE = models.Note(on=D, words="Rang.")
NO = models.Overridden(on=D, disposition="investigate", reason="already_known", words="Known")


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], (0, 0, 0, 0)),
        ([(ORDER, D)], (1, 0, 0, 0)),
        ([(NOTE, D)], (1, 1, 0, 0)),
        ([(NO, D)], (1, 1, 0, 1)),
        ([(NO, D), (ORDER, D)], (1, 0, 0, 1)),
        ([(models.Declined(on=D, concepts=("esr",), reason="afraid"), D)], (1, 1, 0, 0)),
        ([(NOTE, EARLIER)], (0, 0, 1, 0)),
        ([(NOTE, EARLIER), (ORDER, D)], (1, 0, 1, 0)),
        ([(NO, EARLIER)], (0, 0, 1, 0)),
    ],
)
def test_what_came_of_a_flag(actions: list[tuple[models.Action, date]], expected: tuple[int, ...]) -> None:
    people = worklist([failed(patient_id="1"), failed(patient_id="2")])
    log = tuple(_recorded(action, "1", version, day) for version, (action, day) in enumerate(actions, 1))
    [found] = flag_answers.answered(people, {"1": log})
    assert found.people == 2
    assert (found.acknowledged, found.without_action, found.again, found.disagreed) == expected


def test_what_was_undone_is_no_answer_to_a_flag_and_marked_in_the_feedback() -> None:
    people = worklist([failed(patient_id="1")], [person("1", site="Harbour")])
    first = _recorded(NO, "1", 1)
    log = {"1": (first, _recorded(models.Undone(on=D, action=first.action_id), "1", 2))}
    assert flag_answers.answered(people, log)[0].disagreed == 0
    assert flag_answers.disagreements(people, log) == []
    assert [row["undone"] for row in feedback.rows(people, log)] == ["yes"]


def test_the_feedback_says_what_the_rule_asks_for() -> None:
    people = worklist([failed(patient_id="1")], [person("1", site="Harbour")])
    [row] = feedback.rows(people, {"1": (_recorded(NO, "1", 1),), "elsewhere": (_recorded(NOTE, "elsewhere", 1),)})
    assert row["criteria"] == "Full trial of therapy without enough relief"
    assert (row["user"], row["site"], row["pathway"], row["words"]) == ("Dr Ito", "Harbour", "test", "Known")
    assert row["shown"]
    assert row["reason"]
    assert row["recorded"].startswith("20")
    assert list(row) == list(words().feedback_columns)


def test_feedback_leaves_as_excel_and_csv_and_runs_nothing(
    log: ActionLog, home: Path, app: Visit, files: dict[str, Callable[[], bytes]]
) -> None:
    log.append(draft(models.Note(on=D, words="=HYPERLINK(1)"), patient_id="0000", by=Actor("eve", "@eve", "x")))
    at = app("activity", part="Check and feedback")
    book = openpyxl.load_workbook(io.BytesIO(files["feedback-file"]()))
    cells = [cell for row in book["Feedback"].iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type != "s" or cell.hyperlink]
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]
    assert any("Decision support" in str(row[1].value) for row in book["About this file"].iter_rows())
    next(one for one in at.button_group if one.key == "feedback-format").set_value("CSV").run()
    [row] = csv.DictReader(io.StringIO(files["feedback-file"]().decode("utf-8-sig")))
    assert (row["User"], row["In words"]) == ("'@eve", "'=HYPERLINK(1)")
    assert row["Intervention"]
    assert kinds(home).count("exported") == 2


def test_an_empty_sheet_is_a_file_too() -> None:
    sheet = Sheet("Feedback", {"a": "A"}, [], [("Made at", "now")])
    assert b"Made at" in sheet_csv(sheet)
    assert openpyxl.load_workbook(io.BytesIO(sheet_excel(sheet)))["Feedback"].max_row == 1


numbers = st.integers(0, 40)


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), max_size=4), st.integers(0, 12))
def test_no_small_number_of_people_is_told_of_a_flag_or_left_over(
    flags: list[tuple[int, int, int, int]], outside: int
) -> None:
    """Of a flag: the only reason, a reason among others, met without being one, not known; the rest has it not met."""
    people = outside + max((sum(parts) for parts in flags), default=0)
    made = [
        Flag(str(place), "", "", sum(parts[:3]), parts[3], people, sum(parts[:2]), parts[0])
        for place, parts in enumerate(flags)
    ]
    told = flag_burden.told(Burden(tuple(made), people, people, people, sum(one.sole or 0 for one in made)), 10)
    hidden = [one.sole or 0 for one in made if told[one.name].sole is None]
    assert not 0 < sum(hidden) < 10 or sum(one.sole or 0 for one in made) < 10
    assert len(hidden) != 1 or len([one for one in made if one.sole]) < 2
    for one in made:
        found = told[one.name]
        known = [people, *(each for each in (found.met, found.reason_for, found.sole) if each is not None)]
        assert not any(0 < more - less < 10 for more, less in itertools.combinations(known, 2))
        assert not any(0 < each < 10 for each in known[1:])
        assert found.unknown is None or not 0 < found.unknown < 10
        if found.met is not None and found.unknown is not None:
            assert not 0 < people - found.met - found.unknown < 10
    assert flag_burden.told(Burden(tuple(made), people, people, people, 0), 0) == {
        one.name: ToldFlag(one.met, one.unknown, one.reason_for, one.sole) for one in made
    }


def test_of_few_people_without_an_action_nobody_is_told() -> None:
    one = flag_answers.FlagAnswered("a", "A", 40, 38, 25, 0, 20)
    assert flag_answers.told(one, 40, 10) == flag_answers.ToldFlag("A", 40, None, 25, 0, 20)
    assert flag_answers.told(one, 40, 0) == flag_answers.ToldFlag("A", 40, 38, 25, 0, 20)
    assert flag_answers.told(one, None, 10).people is None


def _check(at: AppTest) -> AppTest:
    next(one for one in at.button if one.key == "check-log").click().run()
    assert not at.exception
    return at


def test_the_check_says_in_words_what_it_found_and_is_written_down(log: ActionLog, home: Path, app: Visit) -> None:
    log.append(draft(patient_id="0000"))
    at = _check(app("activity", part="Check and feedback"))
    assert next(one.value for one in at.success).startswith("The log is whole: 1 action of 1 person and")
    assert any("Last check:" in one and "the log was whole" in one for one in shown(at))
    with closing(sqlite3.connect(home / store.FILE)) as connection:
        connection.execute("DROP TRIGGER audit_is_not_deleted")
        connection.execute("DELETE FROM audit WHERE number = 1")
        connection.commit()
    at = _check(app("activity", part="Check and feedback"))
    [told] = [one.value for one in at.error]
    assert "The log is NOT what was saved" in told
    assert "an entry of the same chain before it is missing" in told
    assert "0000" not in told
    assert kinds(home).count("audit_verified") == 2


ADMIN = User("u1", "Olu", ("admin",))
OF_ONE_SITE = User("u2", "Dr Ito", ("clinician", "manager"), ("Harbour",))


@pytest.mark.parametrize(("user", "known"), [(ADMIN, set()), (OF_ONE_SITE, {"0001"})])
def test_nobody_learns_of_people_they_may_not_see(
    user: User, known: set[str], home: Path, log: ActionLog, app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patient_id in ("0000", "0001"):  # of Mill Lane and of Harbour
        trail_in(home).append(replace(entry(patient_id=patient_id), panel=SAMPLE))
        log.append(draft(models.Note(on=D, words="Secret"), patient_id=patient_id))
    trail_in(home).append(entry("list_viewed", patient_id="", page="worklist", filter="Site: Mill Lane", people=3))
    monkeypatch.setattr(session, "user", lambda: user)
    at = app("activity")
    assert not at.exception
    ids = at.dataframe[0].value.get("Patient id")
    assert set(ids if ids is not None else ()) - {""} == known
    assert not [one for one in at.text_input if one.key == "trail_person"]
    assert "3 people" not in at.dataframe[0].value.to_string()
    assert "Mill Lane" not in at.dataframe[0].value.to_string()
    at = app("activity", part="What the team recorded")
    rows = " ".join(table.value.to_string() for table in at.dataframe)
    assert ("Secret" in rows) == bool(known)
    assert "0000" not in rows
    few = "fewer than 10 actions of fewer than 10 people on this list"
    assert bool([one for one in shown(at) if few in one]) == (user is ADMIN)
    at = app("activity", part="Check and feedback")
    assert bool([one for one in at.button if one.key == "check-log"]) == user.may("administer")
    assert bool(at.get("download_button")) == bool(known)
    at = app("activity", part="Flags")
    assert not at.exception
    assert not at.get("page_link") or user is OF_ONE_SITE or "reason=" not in str(at.get("page_link"))
