"""What fails, and what the reader and the log are told: an exception, a file that is no list, a cut line."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser import reading
from tests.browser.broken_line import Line
from tests.browser.conftest import serve

pytestmark = pytest.mark.browser
CANARY = "Ada Canary, born 1960-02-03"
KILOBYTE = 1024
MEGABYTE = KILOBYTE * KILOBYTE

FAILING_PAGE = f"""
import streamlit as st

def fails():
    int({CANARY!r})

@st.fragment
def part():
    if st.button("In a part"):
        fails()

st.title("A page for this test")
st.button("In a callback", on_click=fails)
part()
if st.button("In the script"):
    fails()
"""
START = """
import streamlit as st
from dashboard import serving
app = st.App({page!r}, **serving.options())
"""


def test_a_failed_page_tells_neither_reader_nor_log_whom_it_was_about(page: Any, tmp_path: Path) -> None:  # noqa: ANN401
    script, log = tmp_path / "failing_page.py", tmp_path / "log.txt"
    script.write_text(FAILING_PAGE, encoding="utf-8")
    start = tmp_path / "start.py"
    start.write_text(START.format(page=str(script)), encoding="utf-8")
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    served = serve(script=start, log=log)
    page.goto(next(served))
    for number, where in enumerate(("In the script", "In a callback", "In a part"), start=1):
        page.get_by_role("button", name=where).click()
        sentence = page.get_by_test_id("stAlert").filter(has_text="This page failed")
        sentence.wait_for(timeout=60_000)
        reference = re.search(r"reference ([0-9A-F]{6})", sentence.inner_text())
        assert reference
        assert reference[1] in log.read_text(encoding="utf-8"), "the keeper finds the place by it"
        assert "Canary" not in page.content()
        assert log.read_text(encoding="utf-8").count("page fault") == number
        page.reload()
        page.get_by_role("button", name=where).wait_for(timeout=60_000)
    served.close()
    said = log.read_text(encoding="utf-8")
    assert re.search(r"page fault [0-9A-F]{6}: ValueError in failing_page.py line \d+", said)
    for secret in ("Canary", "1960-02-03", "Traceback"):
        assert secret not in said
        assert frames
        assert not [frame for frame in frames if secret in frame]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.exe", b"patient_id\n1\n", "not allowed"),
        ("list.csv", b"patient_id,birth_date\n1,\x81\x8d\xff\n", "neither UTF-8"),
        ("list.csv", b"colour,shape\nred,round\n", "cannot be read without"),
    ],
    ids=["extension", "encoding", "columns"],
)
def test_what_is_no_list_is_reported_and_not_loaded(
    page: Any,  # noqa: ANN401
    guarded: str,
    name: str,
    content: bytes,
    said: str,
) -> None:
    reading.visit(page, f"{guarded}/data")
    before = page.locator(".st-key-about").first.inner_text()
    page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    report = page.get_by_text(said).first
    load = page.locator("button:enabled", has_text=re.compile(r"Load$"))
    report.or_(load).first.wait_for(timeout=120_000)
    if not report.is_visible():
        load.click()
    report.wait_for(timeout=120_000)
    reading.rests(page)
    assert page.get_by_text("The list is loaded").count() == 0
    assert page.locator(".st-key-about").first.inner_text() == before


def test_a_file_over_the_limit_is_refused_by_the_server(page: Any, guarded: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{guarded}/data")
    with page.expect_request(lambda request: "upload_file" in request.url and request.method == "PUT") as asked:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": b"patient_id\n1\n"}
        )
    path = urlsplit(asked.value.url).path
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies(guarded))
    kept = {"cookie": cookies, "x-xsrftoken": asked.value.headers["x-xsrftoken"]}

    def put(size: int, *, told: bool = True, **given: str) -> int:
        body = b"--x\r\nContent-Disposition: form-data; name=f; filename=l.csv\r\n\r\n" + b"1" * size + b"\r\n--x--\r\n"
        parts = body if told else iter([body[at : at + 64 * KILOBYTE] for at in range(0, len(body), 64 * KILOBYTE)])
        connection = http.client.HTTPConnection(urlsplit(guarded).netloc, timeout=60)
        connection.request("PUT", path, parts, {"content-type": "multipart/form-data; boundary=x"} | given)
        status = connection.getresponse().status
        connection.close()
        return status

    assert put(MEGABYTE // 2, **kept) == 204
    assert put(MEGABYTE + 200, **kept) == 413
    assert put(2 * MEGABYTE, told=False, **kept) == 413, "nor when the size is not told beforehand"
    assert put(10) == 403, "nor without the token of an open page"


def test_a_line_cut_for_five_seconds_loses_nothing(page: Any, guarded: str) -> None:  # noqa: ANN401
    with Line(urlsplit(guarded).port or 0).standing() as line:
        address = f"http://localhost:{line.port}/worklist?step=Failed+conservative+therapy&sort=Name"
        reading.visit(page, address)
        listed, at = reading.listed(page), page.url
        field = page.get_by_label("Go to patient")
        field.press_sequentially("Right-to")
        line.cut()
        page.wait_for_timeout(5000)
        assert line.refused, "the page tried to connect while it was cut"
        line.mend()
        page.get_by_test_id("stConnectionStatus").wait_for(state="detached", timeout=120_000)
        reading.rests(page)
        assert field.input_value() == "Right-to"
        field.press("End")
        field.press_sequentially("-left")
        assert field.input_value() == "Right-to-left"
        assert page.url == at
        assert reading.listed(page) == listed
        field.press("Enter")
        page.locator("[class*=st-key-go-] button").first.wait_for(timeout=60_000)
        page.goto("about:blank")  # before the line is gone for good
