"""Every role at every page and at every service: what it may it gets, and for the rest nothing happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import asking
from dashboard.access.door import the_door
from dashboard.access.users import User
from dashboard.actions.log import SAMPLE
from dashboard.actions.models import Note
from dashboard.actions.records import Actor, Basis, Draft
from dashboard.components import answer_log, answering, session, sign_ins_view, signed_in
from dashboard.kept_answers import Given
from dashboard.session_answers import Answer
from tests.actions.made_up import log_in
from tests.pages.conftest import HOSTILE
from tests.pages.test_recording_page import _rows, opened, save

ROLES = ("clinician", "manager", "admin", "observer")
PEOPLE = ("clinician", "manager")
PAGES = {
    **dict.fromkeys(("huddle", "worklist", "ask", "patient"), PEOPLE),
    **dict.fromkeys(("data", "activity"), ("manager", "admin")),
    **dict.fromkeys(("pathway", "about"), ROLES),
    "queues": ("manager", "observer"),
    "sign_ins": ("admin",),
}
REFUSED = "This page is not part of your role"


def token(*roles: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    now = datetime.now(UTC).timestamp()
    claims = {"sub": "u1", "name": "Dr Amari", "iat": now, "exp": now + 3600, "roles": list(roles), "sites": ["*"]}
    return {"is_logged_in": True, **claims, **more}


def at_page(at: AppTest, page: str, claims: dict[str, Any]) -> AppTest:
    at.user = claims
    at.switch_page(f"app_pages/{page}.py")
    return at.run()


def everything(at: AppTest) -> str:
    return " ".join(str(getattr(one, "value", "")) + str(getattr(one, "label", "")) for one in at.main)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_other(app: Callable[..., AppTest], role: str) -> None:
    at = app("about")
    for page, allowed in PAGES.items():
        at_page(at, page, token(role))
        assert not at.exception, page
        refused = [title.value for title in at.title] == [REFUSED]
        first = page == "huddle" and role not in allowed  # the address without a page leads to one's first page
        assert refused == (role not in allowed and not first), page
        if role not in PEOPLE and role not in PAGES["data"]:
            assert HOSTILE not in everything(at), page


def test_whoever_is_not_signed_in_sees_no_page(app: Callable[..., AppTest]) -> None:
    at = app("about")
    for claims in (
        {"is_logged_in": False}, {"is_logged_in": True}, {"is_logged_in": None, "sub": "u1"},
        token("clinician", iat=time.time() - 7200, exp=time.time() + 60), token("clinician", exp=time.time() - 1),
    ):  # fmt: skip
        for page in ("worklist", "patient", "about"):
            at_page(at, page, claims)
            assert [button.label for button in at.button if button.key == "sign-in"], (claims, page)
            assert len(at.dataframe) == len(at.metric) == 0
            assert "people" not in " ".join(caption.value for caption in at.caption)


def test_a_role_of_nothing_is_told_whom_to_ask(app: Callable[..., AppTest]) -> None:
    at = at_page(app("about"), "worklist", token("cook"))
    assert [title.value for title in at.title] == ["You have no role here"]
    assert "You are signed in as Dr Amari, but your account has no role" in everything(at)


def test_an_address_of_nobody_and_of_another_site_say_the_same(app: Callable[..., AppTest]) -> None:
    at, said = app("about"), set()
    there = {one["patient_id"]: one["token"] for one in _rows(at)}["0000"]
    for address in ("another", there):
        at.query_params["id"] = address
        at_page(at, "patient", token("clinician", sites=["Harbour"]))
        assert "This address belongs to nobody" in everything(at)
        assert HOSTILE not in everything(at)
        said.add(everything(at))
    assert len(said) == 1
    at.query_params["id"] = there
    at_page(at, "patient", token("clinician", sites=["Mill Lane"]))
    assert "This address belongs to nobody" not in everything(at), "it is somebody's there"


def test_what_is_recorded_names_whoever_is_signed_in(app: Callable[..., AppTest], tmp_path: Path) -> None:
    log = log_in(tmp_path / "home", SAMPLE)
    at = app("about")
    at_page(at, "worklist", token("clinician"))
    at.text_input(key="go_to").set_value("0000").run()
    found = next(b.key.removeprefix("go-") for b in at.button if b.key and b.key.startswith("go-"))
    at.switch_page("app_pages/patient.py")
    at.query_params["id"] = found
    at.run()
    assert not [text for text in at.text_input if text.key == "declared_name"], "nobody is asked for a name"
    next(button for button in at.button if button.label == "Save").click().run()
    (entry,) = log.everything()
    assert entry.by == Actor("u1", "Dr Amari", "clinician")
    assert not entry.by.declared


@pytest.fixture
def as_user(app: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], None]:
    """Services as they are called in a run of somebody, without a page around them."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)

    class Claims(dict[str, Any]):
        def to_dict(self) -> dict[str, Any]:
            return dict(self)

    def be(claims: dict[str, Any]) -> None:
        state.clear()
        monkeypatch.setattr(st, "user", Claims(claims))

    return be


def draft(by: Actor) -> Draft:
    note = Note(on=date(2026, 6, 15), words="a word")
    return Draft(uuid4(), "0000", 0, note, by, Basis(date(2026, 6, 15), "us-acp", "v1"))


def record() -> None:
    session.team_log().append(draft(Actor("somebody-else", "Dr Else", "clinician")))


def export() -> None:
    assert signed_in.only_with("export", lambda: b"a file")() == b"a file"


def load() -> None:
    session.user().require("load")


def end_sign_ins() -> None:
    sign_ins_view.end_all("u2", "Somebody")
    assert st.session_state[sign_ins_view._TOLD][1], "it was refused"


SERVICES = {record: ("clinician",), export: PEOPLE, load: ("manager", "admin"), end_sign_ins: ("admin",)}


def does(service: Callable[[], None]) -> bool:
    try:
        service()
    except (PermissionError, ValueError, AssertionError):
        return False
    return True


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.__name__)
def test_each_role_at_each_service(as_user: Callable[..., None], service: Callable[[], None]) -> None:
    for role in (*ROLES, "cook"):
        as_user(token(role))
        assert does(service) == (role in SERVICES[service]), role
    for claims in ({"is_logged_in": False}, token("clinician", "manager", "admin", exp=time.time() - 1)):
        as_user(claims)
        assert not does(service)


def test_an_action_is_its_authors_whatever_the_draft_says(as_user: Callable[..., None], tmp_path: Path) -> None:
    as_user(token("clinician"))
    record()
    (entry,) = log_in(tmp_path / "home", SAMPLE).everything()
    assert (entry.by.user_id, entry.by.name, entry.by.declared) == ("u1", "Dr Amari", False)


def test_a_sign_in_that_was_ended_saves_nothing_more(as_user: Callable[..., None], tmp_path: Path) -> None:
    claims = token("clinician")
    as_user(claims)
    file = signed_in.only_with("export", lambda: b"a file")
    record()
    user = the_door().visitor(claims).user
    assert user is not None
    the_door().end(user)
    assert not does(record)
    assert "not in the record" in signed_in.told_at_the_end()
    with pytest.raises(PermissionError):
        file()
    assert len(log_in(tmp_path / "home", SAMPLE).everything()) == 1


def person_of(at: AppTest, claims: dict[str, Any]) -> AppTest:
    """Somebody's page, found by the search."""
    at_page(at, "worklist", claims)
    at.text_input(key="go_to").set_value("0000").run()
    found = next(b.key.removeprefix("go-") for b in at.button if b.key and b.key.startswith("go-"))
    at.query_params["id"] = found
    return at_page(at, "patient", claims)


@pytest.mark.parametrize("moment", [0.0, 60.0], ids=["asked anew", "asked just before"])
def test_a_press_that_comes_too_late_is_told_to_be_lost(
    app: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    claims = token("clinician")
    at = person_of(app("about"), claims)
    monkeypatch.setattr(signed_in, "MOMENT", moment)
    user = the_door().visitor(claims).user
    assert user is not None
    the_door().end(user)
    next(button for button in at.button if button.label == "Save").click().run()
    assert [title.value for title in at.title] == ["You are signed out"]
    assert any("Not saved" in one.value for one in at.error)
    assert not log_in(tmp_path / "home", SAMPLE).everything()
    at.run()
    assert not at.error, "once"


@pytest.mark.parametrize("moment", [0.0, 60.0], ids=["asked anew", "asked just before"])
def test_a_press_after_the_sites_were_taken_away_is_told_to_be_lost(
    app: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    at = person_of(app("about"), token("clinician"))
    monkeypatch.setattr(signed_in, "MOMENT", moment)
    (tmp_path / "home" / "access.yaml").write_text("sites: {harbour: Harbour}", encoding="utf-8")
    next(button for button in at.button if button.label == "Save").click().run()
    assert "This address belongs to nobody" in everything(at)
    assert any("Your role or your sites had changed" in one.value for one in at.error)
    assert not log_in(tmp_path / "home", SAMPLE).everything()


def test_an_answer_that_comes_too_late_is_told_to_be_lost(as_user: Callable[..., None]) -> None:
    given = Given(Answer("0000", "fever", "present", date(2026, 6, 15)))
    for press in (
        lambda: answer_log.give(given.answer, None, date(2026, 6, 15)),
        lambda: answer_log.take_back(given, date(2026, 6, 15)),
        lambda: answer_log.save_all(date(2026, 6, 15)),
    ):
        as_user(token("clinician", exp=1))
        does(press)
        assert "Not saved" in signed_in.told_at_the_end()


def test_a_part_of_a_page_that_runs_alone_asks_who_it_is_for(
    as_user: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[object] = []
    monkeypatch.setattr(asking, "worked_out", lambda *given: worked_out.append(given))
    monkeypatch.setattr(asking, "outcomes", lambda *given: worked_out.append(given))
    as_user(token("clinician", exp=1))
    with pytest.raises(PermissionError):
        answering._what_would_change.__wrapped__(None, {"token": "t"}, ["fever"], "us-acp", date(2026, 6, 15))  # type: ignore[attr-defined]
    assert not worked_out


def test_what_was_drawn_for_other_rights_is_neither_saved_nor_made(
    as_user: Callable[..., None], tmp_path: Path
) -> None:
    claims = token("clinician", "manager")
    as_user(claims)
    signed_in.own_session(session.user())
    file = signed_in.only_with("export", lambda: b"a file")
    record()
    assert file() == b"a file"
    (tmp_path / "home" / "access.yaml").write_text("sites: {harbour: Harbour}", encoding="utf-8")
    assert not does(record)
    assert "Your role or your sites had changed" in signed_in.told_at_the_end()
    with pytest.raises(PermissionError, match="have changed"):
        file()
    assert len(log_in(tmp_path / "home", SAMPLE).everything()) == 1


def test_an_administrator_sees_who_is_signed_in_and_ends_it(app: Callable[..., AppTest]) -> None:
    theirs = token("clinician", sub="u2", name="Dr Other *")
    at = app("about")
    at_page(at, "about", theirs)
    at_page(at, "sign_ins", token("admin"))
    assert "Dr Other" in everything(at)
    next(button for button in at.button if str(button.key).startswith("end-u2")).click().run()
    assert "Every sign-in of Dr Other" in at.success[0].value.replace("\\", "")
    assert the_door().visitor(theirs).refused == "ended"
    assert "Dr Other" not in " ".join(line.value for line in at.markdown)


def test_sign_ins_and_refusals_are_told_once_each(app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str, dict[str, Any]]] = []

    def hear(kind: str, who: User | None, about: dict[str, Any]) -> None:
        heard.append((kind, who.user_id if who else "", dict(about)))

    monkeypatch.setattr(session, "audit_door", hear)
    claims = token("clinician")
    at = at_page(app("about"), "about", claims)
    at.run()
    at_page(at, "queues", claims).run()
    at_page(at, "about", claims).run()
    at_page(at, "queues", claims).run()
    at_page(at, "about", token("clinician", exp=1)).run()
    assert heard == [
        ("signed_in", "u1", {}),
        ("page_refused", "u1", {"page": "queues", "why": "queues"}),
        ("page_refused", "u1", {"page": "queues", "why": "queues"}),
        ("sign_in_refused", "u1", {"why": "expired"}),
    ]


def test_alone_at_the_machine_one_may_everything_under_a_declared_name(
    app: Callable[..., AppTest], tmp_path: Path
) -> None:
    at = opened(app)
    assert not save(at).exception
    (entry,) = log_in(tmp_path / "home", SAMPLE).everything()
    assert entry.by.declared
