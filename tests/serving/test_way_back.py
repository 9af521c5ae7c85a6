"""Signing in leads to the address that one came with, if it is one of our pages, and to nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from starlette.responses import HTMLResponse, RedirectResponse
from streamlit import config

from dashboard.access.door import Visitor
from dashboard.access.users import User
from dashboard.serving import cookies, way_back
from dashboard.serving.way_back import COOKIE, WayBack
from tests.serving.test_gate import finished

CLINICIAN = User("u1", "Dr Amari", ("clinician",))
NOBODY = Visitor(None, "nobody")
SHARED = "worklist?site=Harbour&step=To+ask"


@pytest.fixture(params=["", "backstop"])
def base(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    read = config.get_option
    options = {"server.baseUrlPath": request.param}
    monkeypatch.setattr(config, "get_option", lambda name: options[name] if name in options else read(name))
    return f"/{request.param}/" if request.param else "/"


async def server(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
    if "oauth2callback" not in scope["path"]:
        await HTMLResponse("page")(scope, receive, send)
        return
    answer = RedirectResponse("/", 302)
    if b"code=" in scope["query_string"]:
        answer.set_cookie("_streamlit_user", "claims")
    await answer(scope, receive, send)


def ask(base: str, path: str, query: str = "", cookie: str | None = None, scheme: str = "http") -> dict[str, str]:
    """The headers of the answer; of several cookies the one that keeps the way back."""
    sent: list[Any] = []

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    given = [] if cookie is None else [(b"cookie", f"{COOKIE}={cookie}".encode())]
    scope = {"type": "http", "method": "GET", "path": f"{base}{path}", "query_string": query.encode(),
             "headers": given, "scheme": scheme}  # fmt: skip
    finished(WayBack(server)(scope, None, send))  # type: ignore[arg-type]
    pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return dict(pair for pair in pairs if pair[0] != "set-cookie" or pair[1].startswith(COOKIE))


def asks(monkeypatch: pytest.MonkeyPatch, visitor: Visitor) -> None:
    monkeypatch.setattr(cookies, "visitor", lambda _: visitor)


@pytest.mark.parametrize("why", ["nobody", "expired", "ended"])
def test_who_is_not_let_in_comes_to_the_address_after_signing_in(
    base: str, monkeypatch: pytest.MonkeyPatch, why: Any  # noqa: ANN401
) -> None:  # fmt: skip
    asks(monkeypatch, Visitor(CLINICIAN, why))
    path, _, query = SHARED.partition("?")
    name, _, kept = ask(base, path, query)["set-cookie"].partition("; ")[0].partition("=")
    assert name == COOKIE
    assert "HttpOnly; SameSite=Lax" in ask(base, path, query)["set-cookie"]
    assert ask(base, path, query, scheme="https")["set-cookie"].endswith("; Secure")
    told = ask(base, "oauth2callback", "code=1&state=2", kept)
    assert told["location"] == f"{base}{SHARED}"
    assert "Max-Age=0" in told["set-cookie"], "once"
    assert ask(base, "oauth2callback", "error=x&state=2", kept)["location"] == "/", "nobody was signed in"


def test_who_is_let_in_is_followed_nowhere(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, Visitor(CLINICIAN))
    assert "set-cookie" not in ask(base, "worklist", "site=Harbour")


def test_a_later_page_takes_the_place_of_an_earlier_one(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, NOBODY)
    assert "Max-Age=0" in ask(base, "", cookie="worklist")["set-cookie"]
    assert "set-cookie" not in ask(base, "", "sign_in=failed", cookie="worklist"), "a second try goes there as well"
    assert "set-cookie" not in ask(base, "static/js/x.js", cookie="worklist")


@pytest.mark.parametrize(
    "wanted",
    [
        "", "//evil.example", "https://evil.example", "evil.example?x", "/evil.example", "worklist\\..", "media/x.csv",
        "worklist?a\r\nset-cookie: x", "worklist?é", "auth/logout", "patient", "worklist?" + "a" * 2000,
    ],
)  # fmt: skip
def test_nothing_else_is_ever_gone_to(base: str, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    asks(monkeypatch, NOBODY)
    assert way_back.address(wanted) == ""
    assert ask(base, "oauth2callback", "code=1&state=2", quote(wanted, safe=""))["location"] == "/"


@pytest.mark.parametrize("wanted", ["worklist", "patient?id=a1b2", "?my_site=Harbour", "pathway?section=What+if&to=42"])
def test_each_page_can_be_come_back_to(wanted: str) -> None:
    assert way_back.address(wanted) == wanted
