"""Long work is done once whoever waits, one piece at a time; its answers are opened again where all is the same."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import answers_beside, panel_store
from dashboard.intake.prepared import OnDisk
from dashboard.panel_store import Evaluated, the_pathway
from dashboard.people import Told, untold
from dashboard.working import Stopped, Works
from dashboard.worklist import Worklist
from pathways import ANSWERS
from tests.pages.conftest import visit
from tests.pages.made_up import failed
from tests.pages.prepared_panel import few_in_memory, opened, prepared

PROFILE = "us-acp"
WAITS = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(panel_store.opening(), tmp_path_factory.mktemp("prepared") / "panel")


@pytest.fixture
def panel(folder: Path) -> OnDisk:
    found = opened(folder).panel
    assert isinstance(found, OnDisk)
    return found


def answers_of(panel: OnDisk) -> pa.Table:
    ids = panel.patients["patient_id"].to_pylist()
    return pa.Table.from_pylist([failed(patient_id=name) for name in ids], ANSWERS)


def test_a_piece_is_done_once_and_tells_how_far_it_is() -> None:
    goes_on, done = Event(), []

    def todo(told: Told) -> str:
        told(5)
        done.append(1)
        goes_on.wait(WAITS)
        return "result"

    works = Works()
    first = works.ask("one", 10, todo)
    second = works.ask("another", 10, lambda _told: "later")
    while not done:
        assert not first.wait(0.01)
    assert works.ask("one", 10, todo) is first
    assert (first.begun, first.share) == (True, 0.5)
    assert not second.begun, "one piece at a time"
    goes_on.set()
    assert (first.result(), second.result(), done) == ("result", "later", [1])


def test_what_nobody_waits_for_any_more_ends_after_the_part_that_is_worked_on() -> None:
    begun = Event()

    def todo(told: Told) -> None:
        for done in range(1, 1_000_000):
            begun.set()
            told(done)

    work = Works().ask("endless", 1_000_000, todo)
    assert begun.wait(WAITS)
    work.stop()
    with pytest.raises(Stopped):
        work.result()


def test_a_piece_that_failed_is_told_of_and_begun_anew(caplog: pytest.LogCaptureFixture) -> None:
    works = Works()

    def fails(_told: Told) -> None:
        raise ValueError("SMITH")

    work = works.ask("one", 1, fails)
    with pytest.raises(ValueError, match="SMITH"):
        work.result()
    assert "ValueError in" in caplog.text
    assert "SMITH" not in caplog.text
    assert works.ask("one", 1, lambda _told: "well").result() == "well"


def test_answers_are_found_again_only_where_all_that_they_were_made_of_is_the_same(
    panel: OnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway, day = the_pathway(), opened(panel.folder).as_of
    asked = (panel, pathway, PROFILE, day)
    answers = answers_of(panel)
    assert answers_beside.find(*asked) is None
    answers_beside.keep(*asked, answers_beside.ANSWERED, answers)
    found = answers_beside.find(*asked)
    assert found is not None
    assert found.equals(answers)
    path = answers_beside.folder_of(panel) / f"{PROFILE}-{day}-answers.parquet"
    path.rename(path.with_name(f"uk-nice-{day}-answers.parquet"))
    assert answers_beside.find(panel, pathway, "uk-nice", day) is None, "those of another profile"
    path.with_name(f"uk-nice-{day}-answers.parquet").rename(path)
    monkeypatch.setattr(panel, "fingerprint", "another")
    assert answers_beside.find(*asked) is None
    monkeypatch.undo()
    monkeypatch.setattr(answers_beside, "program", lambda: "another")
    assert answers_beside.find(*asked) is None
    monkeypatch.undo()
    answers_beside.keep(*asked, answers_beside.ANSWERED, answers.slice(1))
    assert answers_beside.find(*asked) is None, "somebody is missing"
    path.write_bytes(path.read_bytes()[:-9])
    assert answers_beside.find(*asked) is None


def test_a_folder_that_cannot_be_written_is_said_once(panel: OnDisk, caplog: pytest.LogCaptureFixture) -> None:
    folder = answers_beside.folder_of(panel)
    for path in folder.glob("*"):
        path.unlink()
    folder.rmdir()
    folder.write_text("in the way", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            asked = (panel, the_pathway(), PROFILE, opened(panel.folder).as_of)
            answers_beside.keep(*asked, answers_beside.ANSWERED, answers_of(panel))
    folder.unlink()
    assert caplog.text.count("cannot be kept") == 1


@pytest.fixture
def working(folder: Path, tmp_path: Path) -> Iterator[Event]:
    """The whole dashboard over a panel of which two parts are evaluated, and the rest when this is set."""
    goes_on = Event()

    def evaluated(panel: OnDisk, profile: str, as_of: object, told: Told = untold) -> Evaluated:
        told(280)
        goes_on.wait(WAITS)
        order = panel_store.disposition_order()
        return Evaluated(Worklist(answers_of(panel), panel.patients, order, profile, as_of, "0" * 64))  # type: ignore[arg-type]

    with few_in_memory(folder) as patch:
        patch.setenv("BACKSTOP_HOME", str(tmp_path / "home"))
        patch.setattr(panel_store, "_evaluate", evaluated)
        st.cache_resource.clear()
        yield goes_on
        goes_on.set()
        st.cache_resource.clear()


def shown(at: AppTest) -> str:
    return " ".join(str(one.value) for kind in (at.markdown, at.caption, at.title) for one in kind)


def test_a_page_says_what_is_worked_on_and_goes_on_with_the_list(working: Event) -> None:
    for page in ("worklist", "ask", "huddle"):  # each a visitor of its own, of the same work
        at = visit(WAITS, page)
        assert not at.exception
        assert "Working out the next step of 400 people" in shown(at)
        assert "280 of 400 people" in [bar.proto.text for bar in at.get("progress")]
        assert "not clinically assured" in shown(at).lower(), "the frame stands"
    data = visit(WAITS, "data")
    assert any("What was loaded" in one.value for one in data.header), "what needs no answers can be read meanwhile"
    working.set()
    at.run()
    while "Working out" in shown(at):
        at.run()
    assert not at.exception
    assert "Working out" not in shown(at)
    list_of = visit(WAITS, "worklist")
    assert "of 400 people" in shown(list_of)
