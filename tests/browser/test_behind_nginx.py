"""Behind nginx with TLS and below a base path, with the very file that docs/serving.md hands out."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dashboard import settings
from tests.browser import hostile, reading
from tests.browser.conftest import serve
from tests.conftest import NGINX_PATH

pytestmark = [pytest.mark.browser, pytest.mark.nginx]
BASE = "backstop"
FIRST_LOAD = 2_000_000

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    types {{ text/html html; }}
    log_format sizes '$status $bytes_sent $uri';
    access_log {folder}/access.log sizes;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/certificate.pem;
        ssl_certificate_key {folder}/key.pem;
        include {folder}/backstop.conf;
    }}
}}
"""


@dataclass(frozen=True)
class Proxied:
    """Where the pages are, and what nginx wrote of each request: status, bytes sent, path."""

    address: str
    access_log: Path

    def sent(self) -> int:
        rows = [line.split(" ", 2) for line in self.access_log.read_text(encoding="utf-8").splitlines()]
        return sum(int(count) for status, count, _ in rows if status != "101")


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("nginx")
    served = serve(
        BACKSTOP_PANEL=str(hostile.write_list(folder / "list.csv")),
        BACKSTOP_AS_OF="2026-06-15",
        STREAMLIT_SERVER_BASE_URL_PATH=BASE,
    )
    server_port = next(served).partition("localhost:")[2].partition("/")[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    documented = (settings.ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    assert documented.count("127.0.0.1:8501") == 1
    (folder / "backstop.conf").write_text(documented.replace("127.0.0.1:8501", f"127.0.0.1:{server_port}"))
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    _certificate(folder)
    nginx = shutil.which("nginx", path=NGINX_PATH)
    command = [str(nginx), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command) as process:
        _wait_for(port, process, folder / "error.log")
        yield Proxied(f"https://localhost:{port}/{BASE}", folder / "access.log")
        process.terminate()
    served.close()


def _certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(command, check=True, capture_output=True)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            pytest.fail(f"nginx did not start: {log.read_text(encoding='utf-8')}")
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("nginx did not listen within twenty seconds")


def test_pages_uploads_and_downloads_work_behind_nginx(
    browser: Any,  # noqa: ANN401
    proxied: Proxied,
    record_property: Callable[[str, object], None],
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, ignore_https_errors=True)
    context.add_init_script(hostile.WATCH)
    page = context.new_page()
    requested: list[str] = []
    sockets: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    reading.visit(page, f"{proxied.address}/")
    first_load = proxied.sent()
    record_property("bytes of the first load", first_load)
    assert 500_000 < first_load <= FIRST_LOAD, f"{first_load:,} bytes"
    (cookie,) = [each for each in context.cookies() if each["name"] == "backstop_visit"]
    assert cookie["secure"]
    assert cookie["path"] == f"/{BASE}/"

    reading.visit(page, f"{proxied.address}/worklist?step=Failed+conservative+therapy&view=Cards")
    assert reading.listed(page) == 13, "a deep link keeps its filter"
    page.locator("[class*=st-key-card-] a").first.click()
    page.wait_for_url(f"{proxied.address}/patient?id=*", timeout=120_000)

    reading.visit(page, f"{proxied.address}/data")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert waiting.value.url.startswith(f"{proxied.address}/media/")
    template = Path(waiting.value.path())
    assert template.stat().st_size > 100
    sent_up = b"patient_id,birth_date,sex,recorded_on,onset_date\n7,1960-02-03,female,2026-06-01,2026-03-01\n"
    page.locator("input[type=file]").first.set_input_files(
        {"name": "own.csv", "mimeType": "text/csv", "buffer": sent_up}
    )
    page.get_by_role("button", name="Load", exact=True).click(timeout=60_000)
    page.get_by_text("The list is loaded").wait_for(timeout=120_000)
    reading.rests(page)
    assert not reading.strangers(requested + sockets, proxied.address)
    assert sockets
    assert all(url.startswith(proxied.address.replace("https", "wss")) for url in sockets)
    assert not hostile.escapes(page)
    context.close()
