"""Real servers over a small list, the sample panel and a hostile list, and one headless browser for all tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard import panel_store, settings
from dashboard.worklist import Worklist
from tests.browser import hostile
from tests.conftest import CHROMIUM, SERVERS

HOSTILE = (
    "![x](https://evil.example/t.png)",
    "<img src=https://evil.example/i.png onerror=window.__pwn=1>",
    "[click](javascript:window.__pwn=1) **Bold** :red[x]",
    "=1+1 https://evil.example/page",
)
PEOPLE = 120
SCREEN = {"width": 1440, "height": 1000}
PATIENCE = 120_000
"""Milliseconds after which what was waited for will not come; a busy machine is slow."""
CHEAPLY = ("--disable-gpu", "--disable-dev-shm-usage", "--disable-threaded-animation")
"""Without a graphics card a thread that moves things only takes time from the one that draws them."""


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *CHEAPLY])
        yield launched
        launched.close()


def small_list(path: Path) -> Path:
    """People of two sites and one clinician; the first few have hostile names."""
    return hostile.in_turn(
        path,
        [
            {
                "patient_id": f"{number:05}",
                "name": HOSTILE[number] if number < len(HOSTILE) else f"Person {number:05}",
                "site": "Harbour" if number % 2 else "Mill Lane",
                "clinician": "Dr Amari",
            }
            for number in range(PEOPLE)
        ],
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that shows the small list as of 15 June 2026."""
    source = small_list(tmp_path_factory.mktemp("list") / "list.csv")
    yield from serve(BACKSTOP_PANEL=str(source), BACKSTOP_AS_OF="2026-06-15")


@pytest.fixture(scope="session")
def sample() -> Iterator[str]:
    """The address of a server that shows the sample panel."""
    yield from serve(BACKSTOP_AS_OF="2026-06-15")


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that shows the hostile list and takes files of one megabyte."""
    source = hostile.write_list(tmp_path_factory.mktemp("hostile") / "list.csv")
    yield from serve(BACKSTOP_PANEL=str(source), BACKSTOP_AS_OF="2026-06-15", STREAMLIT_SERVER_MAX_UPLOAD_SIZE="1")


@pytest.fixture(scope="session")
def truth() -> Worklist:
    """The sample panel's answers, worked out here and not by the server that is looked at."""
    held = panel_store.opening()
    return held.worklist(next(iter(panel_store.profiles())), held.as_of)


@pytest.fixture(scope="session")
def reader(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    """A browser kept from file to file: a new one compiles Streamlit's script again, which costs two visits."""
    made = browser.new_context(viewport=SCREEN, color_scheme="light", reduced_motion="reduce", accept_downloads=True)
    made.set_default_timeout(PATIENCE)
    made.add_init_script(hostile.WATCH)
    yield made
    made.close()


@pytest.fixture(scope="session")
def tab(reader: Any) -> Any:  # noqa: ANN401
    return reader.new_page()


@pytest.fixture
def page(tab: Any, request: pytest.FixtureRequest) -> Iterator[Any]:  # noqa: ANN401
    """One on which the last test's page still stands if its server does; what the browser keeps, it has kept.

    An empty page in between, or a tab of its own, is drawn by another process, which compiles Streamlit's script again,
    at the price of two visits. A page whose server is gone would go on asking for it.
    """
    yield tab
    if not set(SERVERS) & set(request.fixturenames):
        tab.goto("about:blank")
    tab.set_viewport_size(SCREEN)
    tab.emulate_media(color_scheme="light")


def serve(script: Path | None = None, log: Path | None = None, **environment: str) -> Iterator[str]:
    """The address of a server of its own: of ``script`` if one is given, with what it says written to ``log``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script or settings.app_script())]
    command += ["--server.headless", "true", "--server.port", str(port)]
    with (
        (log or Path(os.devnull)).open("wb") as out,
        subprocess.Popen(
            command, env=os.environ | environment, cwd=settings.ROOT, stdout=out, stderr=subprocess.STDOUT
        ) as process,
    ):
        base = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
        address = f"http://localhost:{port}/{base}".rstrip("/")
        try:
            _wait_until_healthy(address, process)
            yield address
        finally:
            process.terminate()


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if process.poll() is not None:
            pytest.fail(f"the server ended with status {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    pytest.fail("the server did not get ready in a minute")
