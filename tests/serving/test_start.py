"""However the dashboard is started, it is the same application with the same protection."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import cli, settings
from dashboard.intake.limits import MEGABYTE, Limits
from dashboard.serving import insisted, policy

SETTINGS_FILE = tomllib.loads((settings.ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def _in_file(name: str) -> object:
    section, _, option = name.partition(".")
    return SETTINGS_FILE.get(section, {}).get(option)


def test_the_settings_file_says_what_is_insisted_on() -> None:
    written = {name: _in_file(name) for name in insisted.ALWAYS | insisted.UNLESS_SET}
    expected = insisted.ALWAYS | insisted.UNLESS_SET | {"server.enableAgentApi": None}
    assert written == expected


def test_the_server_takes_files_as_large_as_intake_does() -> None:
    assert _in_file("server.maxUploadSize") == Limits().bytes / MEGABYTE


def test_what_is_insisted_on_cannot_be_switched_off_from_outside(tmp_path: Path) -> None:
    weaker = {
        "client_showErrorDetails": "full",
        "logger_enableRich": True,
        "server_enableXsrfProtection": False,
        "server_enableAgentApi": True,
        "server_allowedHosts": ["backstop.clinic.example"],
        "server_address": "127.0.0.1",
    }
    names = sorted(insisted.ALWAYS)
    asked = "print([config.get_option(name) for name in names], config.get_option('server.allowedHosts'))"
    code = (
        "from streamlit import config; from streamlit.web import bootstrap; from dashboard import serving;"
        f"bootstrap.load_config_options({weaker}); names = {names}; {asked}; serving.options(); {asked}"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    before, after = done.stdout.splitlines()
    assert before != after, "the flags are in force before"
    assert after == f"{[insisted.ALWAYS[name] for name in names]} ['backstop.clinic.example']"


def test_serve_listens_on_this_machine_alone_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _, command, _told: run.append(command))
    cli.run(["serve", "--port", "9000"])
    cli.run(["serve", "--address", "10.0.0.7"])
    first, second = (" ".join(command[1:]) for command in run)
    assert first == f"-m streamlit run {settings.app_script()} --server.port 9000 --server.address 127.0.0.1"
    assert second.endswith("--server.port 8501 --server.address 10.0.0.7")


def test_serve_opens_the_panel_that_it_is_given_and_refuses_one_it_could_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda _, _command, environment: told.append(environment))
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text("patient_id\n", encoding="utf-8")
    Path("prepared").mkdir()
    Path("prepared", "prepared.json").write_text("{", encoding="utf-8")
    assert cli.run(["serve", "--panel", "list.csv"]) == cli.DONE
    assert cli.run(["serve", "--panel", "gone"]) == cli.run(["serve", "--panel", "prepared"]) == cli.UNUSABLE
    assert [one["BACKSTOP_PANEL"] for one in told] == [str(tmp_path / "list.csv")]
    refused = capsys.readouterr().err.splitlines()
    assert refused[0] == "backstop: --panel gone: there is no such file or folder"
    assert "prepared.json is damaged; prepare it again" in refused[1]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The port of a server that ``backstop serve`` started in a folder that has no settings file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("backstop")), "serve", "--port", str(port)]
    quiet = {"STREAMLIT_SERVER_HEADLESS": "true", "STREAMLIT_SERVER_ADDRESS": ""}
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | quiet, stdout=subprocess.DEVNULL) as process:
        for _ in range(480):
            with socket.socket() as asked:
                if process.poll() is not None or asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        assert process.poll() is None
        yield port
        process.terminate()


def test_serve_has_the_headers_of_the_gate(served: int) -> None:
    asked = http.client.HTTPConnection("localhost", served, timeout=60)
    asked.request("GET", "/")
    answer = asked.getresponse()
    assert {name: answer.headers[name] for name in policy.headers()} == policy.headers()
    assert answer.read().startswith(b"<!--")
    for path, status in {"/media/x.csv": 401, "/_stcore/metrics": 404, "/_stcore/health": 200}.items():
        asked.request("GET", path)
        answer = asked.getresponse()
        answer.read()
        assert answer.status == status, path
    asked.close()
