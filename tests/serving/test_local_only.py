"""Without sign-in: this machine alone, whatever stands in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from streamlit import config

from dashboard.serving.local_only import LocalOnly, OpenToOthers, from_here, is_here, refuse_other_machines
from tests.serving.test_gate import finished

OTHER = ("10.0.0.5", 50000)
HERE = ("127.0.0.1", 50000)


def request(client: tuple[str, int] | None, kind: str = "http", **headers: str) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "client": client, "headers": named, "path": "/", "method": "GET"}


@pytest.mark.parametrize(
    "scope",
    [
        request(HERE),
        request(("::1", 1), host="localhost:8501"),
        request(("::ffff:127.0.0.1", 1), host="[::1]:8501"),
        request(HERE, host="127.0.0.1", x_forwarded_for="127.0.0.1"),
        request(HERE, x_forwarded_for="::1, 127.0.0.1:4321", x_real_ip="127.0.0.1"),
        request(HERE, forwarded='for="[::1]:4711";proto=https;by=127.0.0.1'),
    ],
)
def test_what_began_here_passes(scope: Scope) -> None:
    assert from_here(scope)


@pytest.mark.parametrize(
    "scope",
    [
        request(None),
        request(OTHER),
        request(("testclient", 1)),
        request(HERE, host="backstop.clinic.example"),
        request(HERE, x_forwarded_for="10.0.0.5"),
        request(HERE, x_forwarded_for="127.0.0.1, 10.0.0.5"),
        request(HERE, x_forwarded_for="10.0.0.5, 127.0.0.1"),
        request(HERE, x_forwarded_for="somewhere"),
        request(HERE, x_forwarded_for=""),
        request(HERE, x_real_ip="2001:db8::1"),
        request(HERE, forwarded="for=10.0.0.5;by=127.0.0.1"),
        request(HERE, forwarded='for=127.0.0.1, for="[2001:db8::1]:4711"'),
        request(HERE, forwarded="for=_hidden"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_what_came_from_elsewhere_is_refused_pages_and_websockets(scope: dict[str, Any], kind: str) -> None:
    sent: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pytest.fail("it was let through")

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    async def receive() -> Any:  # noqa: ANN401
        return {"type": "http.request", "body": b"", "more_body": False}

    finished(LocalOnly(app)({**scope, "type": kind}, receive, send))
    if kind == "http":
        assert sent[0]["status"] == 403
        assert b"sign-in" in sent[1]["body"]
    else:
        assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(("address", "refused"), [
    ("127.0.0.1", False), ("localhost", False), ("::1", False), ("127.0.0.53", False), ("0.0.0.0", True),  # noqa: S104
    ("::", True), ("10.0.0.7", True), ("backstop.clinic.example", True), ("", True), (None, True),
])  # fmt: skip
def test_the_start_is_refused_where_others_could_connect(
    address: str | None, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: address if name == "server.address" else read(name))
    if refused:
        with pytest.raises(OpenToOthers, match="sign-in"):
            refuse_other_machines()
    else:
        refuse_other_machines()


def test_names_that_only_begin_like_this_machine_are_not_it() -> None:
    assert not is_here("localhost.evil.example")
    assert not is_here("127.0.0.1.evil.example")


def _started(folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("backstop")), "serve", "--port", "1", "--address", address]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


AUTH = """[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
client_id = "backstop"
client_secret = "s"
server_metadata_url = "http://localhost:1/.well-known/openid-configuration"
cookie_secret = "SECRET"
"""


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        (None, "without sign-in Backstop listens to this machine alone"),
        ("[auth]\nredirect_uri = 'x'\n", "has no cookie_secret, client_id"),
        (AUTH.replace("SECRET", "short"), "fewer than 32 signs"),
        (AUTH.replace("SECRET", "x" * 32).replace("oauth2callback", "back"), "has to end with /oauth2callback"),
        ("[auth\n", "cannot be read"),
    ],
)
def test_a_server_that_others_could_reach_does_not_start(tmp_path: Path, secrets: str | None, said: str) -> None:
    if secrets is not None:
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
    done = _started(tmp_path, "0.0.0.0")  # noqa: S104
    assert done.returncode != 0
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
