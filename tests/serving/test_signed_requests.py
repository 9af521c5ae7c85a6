"""With sign-in: files go to the sign-in that a visit began with, and the cookies last no longer than it may."""

from __future__ import annotations

import asyncio
import json
from threading import Event
from typing import Any

import pytest
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import Scope
from streamlit import config
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.access.door import Visitor
from dashboard.access.users import User
from dashboard.serving import cookies, sign_in_paths
from dashboard.serving.gate import Gate
from dashboard.serving.sign_in_paths import SignInPaths
from dashboard.serving.visits import COOKIE, Visits
from tests.serving.test_gate import HEADERS, ask, everything, finished

CLINICIAN, LOADER = User("u1", "Dr Amari", ("clinician",)), User("u2", "Pat Moss", ("manager",))
SECRET = "s" * 40


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Visitor]:
    """Who asks next."""
    options = {"server.allowedHosts": ["localhost"], "server.baseUrlPath": ""}
    read = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: options[name] if name in options else read(name))
    return {"now": Visitor(None, "nobody")}


@pytest.fixture
def gate(asks: dict[str, Visitor]) -> Gate:
    return Gate(everything, Visits(), HEADERS, who=lambda _: asks["now"])


def visit_of(gate: Gate) -> str:
    _, headers = ask(gate, "/worklist")
    return str(headers["set-cookie"]).partition("; ")[0].removeprefix(f"{COOKIE}=")


def test_a_file_is_for_the_sign_in_that_the_visit_began_with(gate: Gate, asks: dict[str, Visitor]) -> None:
    before = visit_of(gate)
    assert ask(gate, "/media/x.csv", cookie=before)[0] == 401, "nobody is signed in"
    asks["now"] = Visitor(CLINICIAN)
    assert ask(gate, "/media/x.csv", cookie=before)[0] == 401, "the visit of before the sign-in"
    mine = visit_of(gate)
    assert ask(gate, "/media/x.csv", cookie=mine)[0] == 200
    asks["now"] = Visitor(LOADER)
    assert ask(gate, "/media/x.csv", cookie=mine)[0] == 401, "the visit of somebody else"
    for why in ("expired", "idle", "ended", "unchecked", "no_role"):
        asks["now"] = Visitor(CLINICIAN, why)  # type: ignore[arg-type]
        assert ask(gate, "/media/x.csv", cookie=mine)[0] == 401, why
    asks["now"] = Visitor(CLINICIAN)
    assert ask(gate, "/media/x.csv", cookie=mine)[0] == 200


def test_no_visit_begins_where_nobody_asked_whose_it_is(gate: Gate, asks: dict[str, Visitor]) -> None:
    asks["now"] = Visitor(CLINICIAN)

    async def page(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        await HTMLResponse("page")(scope, receive, send)

    assert "set-cookie" not in ask(Gate(page, Visits(), HEADERS, who=lambda _: asks["now"]), "/index.html")[1]
    assert "set-cookie" in ask(Gate(page, Visits(), HEADERS), "/index.html")[1], "without sign-in it is nobody's anyway"


def test_others_are_answered_while_somebody_is_looked_up(asks: dict[str, Visitor]) -> None:
    answered = Event()

    def who(_: Scope) -> Visitor:
        assert answered.wait(20), "the server stood still"
        return asks["now"]

    gate, paths = Gate(everything, Visits(), HEADERS, who=who), ["/worklist", "/static/js/x.js"]

    async def one(path: str) -> None:
        async def send(message: Any) -> None:  # noqa: ANN401
            if path == paths[1]:
                answered.set()

        scope = {"type": "http", "path": path, "headers": [(b"host", b"localhost")], "root_path": ""}
        await gate(scope, None, send)  # type: ignore[arg-type]

    async def both() -> None:
        await asyncio.gather(*map(one, paths))

    finished(both())


@pytest.mark.parametrize(
    ("site", "ended"), [("cross-site", False), ("same-site", False), ("same-origin", True), ("none", True), ("", True)]
)
def test_no_other_site_signs_anybody_out(
    asks: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch, site: str, *, ended: bool
) -> None:
    ends: list[Scope] = []
    monkeypatch.setattr(sign_in_paths, "_end", ends.append)
    sent: list[Any] = []

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    headers = [(b"sec-fetch-site", site.encode())] if site else []
    scope = {"type": "http", "method": "GET", "path": "/auth/logout", "query_string": b"", "headers": headers}
    finished(SignInPaths(everything)(scope, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == (200 if ended else 403)
    assert bool(ends) == ended


def test_only_whoever_may_load_uploads(gate: Gate, asks: dict[str, Visitor]) -> None:
    path = "/_stcore/upload_file/a/b"
    assert ask(gate, path)[0] == 401
    asks["now"] = Visitor(CLINICIAN)
    assert ask(gate, path, cookie=visit_of(gate))[0] == 403
    asks["now"] = Visitor(LOADER)
    assert ask(gate, path)[0] == 401
    assert ask(gate, path, cookie=visit_of(gate))[0] == 200


def scope_with(claims: object, monkeypatch: pytest.MonkeyPatch, secret: str = SECRET) -> dict[str, Any]:
    monkeypatch.setattr(starlette_websocket, "get_cookie_secret", lambda: SECRET)
    monkeypatch.setattr(cookies, "get_origin_from_redirect_uri", lambda: "http://localhost:8501")
    signed = create_signed_value(secret, "_streamlit_user", json.dumps(claims)).decode()
    return {"type": "http", "headers": [(b"cookie", f"_streamlit_user={signed}".encode())]}


def test_a_cookie_counts_if_it_is_ours_and_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:  # noqa: ANN401
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path))
    now = cookies.the_door.__globals__["settings"].now().timestamp()
    good = {"is_logged_in": True, "origin": "http://localhost:8501", "sub": "u1", "iat": now, "roles": ["clinician"]}
    found = cookies.visitor(scope_with(good, monkeypatch)).welcome
    assert found is not None
    assert found.user_id == "u1"
    for claims in (good | {"origin": "https://evil.example"}, good | {"is_logged_in": "yes"}, [good], "x", None):
        assert cookies.visitor(scope_with(claims, monkeypatch)).welcome is None
    assert cookies.visitor(scope_with(good, monkeypatch, secret="another" * 8)).welcome is None
    assert cookies.visitor({"type": "http", "headers": []}).welcome is None


def test_the_cookies_of_a_sign_in_are_short_and_secret_and_others_are_left() -> None:
    headers = MutableHeaders()
    lines = [
        "_streamlit_user=a; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax",
        "_streamlit_user_tokens=b; Max-Age=0",
        "session=c; Path=/; Max-Age=99",
    ]
    for line in lines:
        headers.append("set-cookie", line)
    cookies.keep_short_and_secret(headers, {"scheme": "https"}, 60)
    first, second, third = headers.getlist("set-cookie")
    assert first == "_streamlit_user=a; HttpOnly; Max-Age=60; Path=/; SameSite=lax; Secure"
    assert second == "_streamlit_user_tokens=b; Max-Age=0; Secure"
    assert third == lines[2]


@pytest.mark.parametrize(
    ("path", "query", "status", "headers", "goes_to"),
    [
        ("/auth/login", "provider=x", 400, [], "/?sign_in=failed"),
        ("/auth/login", "provider=x", 302, [(b"location", b"https://idp.example")], "https://idp.example"),
        ("/oauth2callback", "state=1&code=2", 302, [(b"location", b"/")], "/?sign_in=failed"),
        ("/oauth2callback", "error=access_denied", 302, [(b"location", b"/")], "/?sign_in=failed"),
        ("/oauth2callback", "", 302, [(b"location", b"/")], "/"),
        ("/oauth2callback", "state=1&code=2", 302,
         [(b"location", b"/"), (b"set-cookie", b"_streamlit_user=a; Max-Age=60")], "/"),
    ],
)  # fmt: skip
def test_a_sign_in_that_fails_leads_back_with_a_word(
    asks: dict[str, Visitor], path: str, query: str, status: int, headers: list[Any], goes_to: str
) -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"Authentication error"})

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": []}
    finished(SignInPaths(app)(scope, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 302
    assert dict(sent[0]["headers"])[b"location"].decode() == goes_to
    assert (sent[1]["body"] == b"") == ("failed" in goes_to)
