"""The dashboard over a prepared panel, in a server process whose processor time and memory are read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.panels import AS_OF
from benchmarks.processes import ROOT, Failed

STARTS = 60.0
"""Seconds within which a server answers at all."""


@dataclass(frozen=True)
class Served:
    address: str
    process: int

    def seconds(self) -> float:
        """Processor time of the server so far, user and system together."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes that it held at most so far."""
        lines = Path(f"/proc/{self.process}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@contextmanager
def serving(panel: Path, home: Path) -> Iterator[Served]:
    """A server of its own, which is ended afterwards. Raises ``Failed``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"BACKSTOP_PANEL": str(panel), "BACKSTOP_AS_OF": AS_OF, "BACKSTOP_HOME": str(home)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")]
    command += ["--server.headless", "true", "--server.port", str(port)]
    with subprocess.Popen(
        command, env=os.environ | told, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(f"http://localhost:{port}", process)
            yield Served(f"http://localhost:{port}", process.pid)
        finally:
            process.terminate()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise Failed("the server does not answer")
