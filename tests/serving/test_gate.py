"""The gate in front of an application that answers everything."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send
from streamlit import config

from dashboard.serving.gate import Gate
from dashboard.serving.visits import COOKIE, Visits

HEADERS = {"x-frame-options": "DENY", "referrer-policy": "no-referrer"}


def finished(task: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
    """What the task gives, in a thread of its own: browser tests leave their loop running in this one."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, task).result()


async def everything(scope: Scope, receive: Receive, send: Send) -> None:
    page = "." not in scope["path"] and "_stcore" not in scope["path"]
    await (HTMLResponse("page") if page else PlainTextResponse("file"))(scope, receive, send)


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that the gate reads, without touching the ones of this process."""
    options = {"server.allowedHosts": ["localhost", "backstop.clinic.example"], "server.baseUrlPath": ""}
    read = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: options[name] if name in options else read(name))
    return options["server.allowedHosts"]  # type: ignore[return-value]


@pytest.fixture
def visits() -> Visits:
    return Visits()


@pytest.fixture
def gate(hosts: list[str], visits: Visits) -> Gate:
    return Gate(everything, visits, HEADERS)


def ask(gate: Gate, path: str, cookie: str = "", host: str | None = "localhost:8501", scheme: str = "http") -> Any:  # noqa: ANN401
    """Status and headers of the answer."""
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    headers = [(b"cookie", f"_streamlit_xsrf=2|a|b|1; {COOKIE}={cookie}".encode())]
    if host is not None:
        headers.append((b"host", host.encode()))
    scope = {
        "type": "http", "method": "GET", "path": path, "headers": headers, "scheme": scheme, "query_string": b"",
        "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    finished(gate(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("path", ["/", "/worklist", "/static/js/x.js", "/media/x.csv", "/_stcore/metrics"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_has_the_headers_refusals_too(gate: Gate, path: str, host: str) -> None:
    _, headers = ask(gate, path, host=host)
    assert headers.items() >= HEADERS.items()


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/_stcore/host-config", "/_stcore/upload_file/a/b", "/static/media/a.woff2"]
)
def test_what_a_page_needs_passes(gate: Gate, path: str) -> None:
    assert ask(gate, path)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/interact", "/_stcore/agent/openapi.json",
     "/_stcore/agent/mcp", "/_stcore/script-health-check", "/_stcore/healthy", "/_stcore/something-new"],
)  # fmt: skip
def test_other_addresses_of_the_server_are_not_there(gate: Gate, visits: Visits, path: str) -> None:
    assert ask(gate, path, cookie=visits.begin())[0] == 404


def test_a_download_needs_a_visit(gate: Gate) -> None:
    assert ask(gate, "/media/x.csv")[0] == 401
    assert ask(gate, "/media/x.csv", cookie="invented")[0] == 401
    status, headers = ask(gate, "/worklist")
    cookie, *attributes = headers["set-cookie"].split("; ")
    assert status == 200
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Strict"}
    status, headers = ask(gate, "/media/x.csv", cookie=cookie.removeprefix(f"{COOKIE}="))
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers


def test_a_visit_begins_at_a_page_and_at_nothing_else(gate: Gate, visits: Visits) -> None:
    begins = {
        path: "set-cookie" in ask(gate, path)[1]
        for path in ("/", "/patient", "/_stcore/host-config", "/_stcore/health", "/static/js/x.js", "/media/x.csv")
    }
    assert [path for path, begun in begins.items() if begun] == ["/", "/patient", "/_stcore/host-config"]
    assert "set-cookie" not in ask(gate, "/", cookie=visits.begin())[1], "one that lasts is kept"


def test_over_https_the_cookie_stays_there(gate: Gate) -> None:
    assert "Secure" in ask(gate, "/", scheme="https")[1]["set-cookie"].split("; ")


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("LOCALHOST:8501", 200), ("backstop.clinic.example", 200), ("evil.example", 400),
     ("localhost.evil.example", 400), ("evil.example:localhost", 400), ("", 400), (None, 400)],
)  # fmt: skip
def test_only_listed_names_are_answered(gate: Gate, host: str | None, status: int) -> None:
    assert ask(gate, "/", host=host)[0] == status


def test_below_a_base_the_same_holds(hosts: list[str], visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    read = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: "/backstop" if name == "server.baseUrlPath" else read(name))
    gate = Gate(everything, visits, HEADERS)
    assert ask(gate, "/backstop/media/x.csv")[0] == 401
    assert ask(gate, "/backstop/_stcore/metrics")[0] == 404
    assert "Path=/backstop/" in ask(gate, "/backstop/worklist")[1]["set-cookie"].split("; ")


def test_websockets_pass_untouched(gate: Gate) -> None:
    passed: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope)

    async def nothing(*_: object) -> Any:  # noqa: ANN401
        pytest.fail("the gate itself neither reads nor writes a websocket")

    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": []}
    finished(Gate(app, Visits(), HEADERS)(scope, nothing, nothing))
    assert passed == [scope]
