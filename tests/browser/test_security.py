"""What a real browser may load, fetch, send and be told: over every page, in light and in dark."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.serving import policy
from tests.browser import hostile, reading

pytestmark = pytest.mark.browser


def ask(address: str, method: str = "GET", **headers: str) -> tuple[int, bytes, Any]:
    """The answer to a request of no browser."""
    parts = urlsplit(address)
    asked = http.client.HTTPConnection(parts.netloc, timeout=30)
    asked.request(method, parts.path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = asked.getresponse()
    found = answer.status, answer.read(), answer.headers
    asked.close()
    return found


@pytest.mark.parametrize("name", hostile.PAGES)
def test_a_page_asks_nobody_and_breaks_no_rule(page: Any, guarded: str, name: str) -> None:  # noqa: ANN401
    requested: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("websocket", lambda socket: requested.append(socket.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    reading.visit(page, hostile.address_of(page, guarded, name))
    hostile.open_everything(page)
    reading.rests(page)
    page.emulate_media(color_scheme="dark")  # every chart is drawn anew
    reading.rests(page)
    assert page.get_by_text("Page not found").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0
    assert requested
    assert not reading.strangers(requested, guarded)
    assert not complaints
    assert not hostile.escapes(page)
    assert hostile.EVIL not in page.title()


def test_the_policy_names_the_script_that_is_served(guarded: str) -> None:
    for path in ("/", "/worklist", "/static/does-not-exist", "/_stcore/health", "/_stcore/metrics", "/media/x.csv"):
        _, _, headers = ask(f"{guarded}{path}")
        assert {name: headers[name] for name in policy.headers()} == policy.headers()
    _, body, headers = ask(f"{guarded}/")
    (script,) = re.findall(r"<script>(.*?)</script>", body.decode(), flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in headers["content-security-policy"]


def test_a_script_of_a_stranger_is_blocked(page: Any, guarded: str) -> None:  # noqa: ANN401
    """Shows that the watch of the other tests sees a violation."""
    page.goto(guarded)
    page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.__pwn = 1';
        document.body.append(script);
        const image = document.createElement('img');
        image.src = 'https://evil.example/x.png';
        document.body.append(image);
    }""")
    page.wait_for_timeout(300)
    found = hostile.escapes(page)
    assert "ran" not in found
    assert {blocked.split()[0] for blocked in found["blocked"]} == {"script-src-elem", "img-src"}
    assert found["images"] == 1


def test_a_download_is_for_a_browser_that_opened_a_page(page: Any, guarded: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{guarded}/data")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    address = waiting.value.url
    content = Path(waiting.value.path()).read_bytes()
    assert urlsplit(address).path.startswith("/media/")
    assert content.startswith(b"patient_id") or b"patient_id" in content[:40]
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "backstop_visit"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    status, body, headers = ask(address, Cookie=f"backstop_visit={cookie['value']}")
    assert (status, body) == (200, content)
    assert headers["cache-control"] == "no-store"
    for attempt in ({}, {"Cookie": "backstop_visit=guessed"}, {"Cookie": f"other={cookie['value']}"}):
        status, body, _ = ask(address, **attempt)
        assert status == 401
        assert b"patient_id" not in body


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "metrics"), ("GET", "agent/openapi.json"), ("POST", "agent/interact"), ("POST", "agent/mcp")],
)
def test_the_servers_own_addresses_are_not_there(page: Any, guarded: str, method: str, path: str) -> None:  # noqa: ANN401
    page.goto(guarded)
    assert page.request.fetch(f"{guarded}/_stcore/{path}", method=method).status == 404


def test_another_name_is_refused(guarded: str) -> None:
    assert ask(f"{guarded}/", Host="evil.example")[0] == 400
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "x3JJHMbDL1EzLkh9GBhXDw==", "Origin": "http://evil.example",
    }  # fmt: skip
    assert ask(f"{guarded}/_stcore/stream", Host="evil.example", **upgrade)[0] == 403
    assert ask(f"{guarded}/_stcore/stream", **upgrade)[0] == 403, "a page of another origin cannot connect"
