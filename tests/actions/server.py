"""A PostgreSQL server of our own: on loopback, in a temporary folder, never run by root."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import POSTGRESQL

USER = "backstop"
SETTINGS = ("-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "autovacuum=off")


def _as_somebody_else() -> dict[str, Any]:
    """The server refuses to run as root: then the account that its package made runs it."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@dataclass
class Server:
    """Begun by ``start``, ended by ``stop``, or by ``kill`` as a machine's end would."""

    folder: Path
    port: int
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [_binary("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *SETTINGS], stdout=log, stderr=log, cwd=self.folder, **_as_somebody_else()
            )
        until = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, "the server does not begin"
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """In order, but without waiting for those who are connected."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def kill(self) -> None:
        """The server and all its helpers at once, without a last word."""
        assert self.process is not None
        ours = [self.process.pid, *_children(self.process.pid)]
        for pid in ours:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(60)
        until = time.monotonic() + 60
        while any(_children_alive(ours)):
            assert time.monotonic() < until, "a killed helper lives on"
            time.sleep(0.01)
        self.process = None

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str) -> None:
        """One after the other, as the server's owner, with every right."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def made() -> Server:
    """A new server, running."""
    folder = Path(tempfile.mkdtemp(prefix="backstop-pg-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(folder, free.getsockname()[1])
    secret = folder / "password"
    secret.write_text(server.password, encoding="ascii")
    somebody = _as_somebody_else()
    if somebody:
        for path in (folder, secret):
            os.chown(path, somebody["user"], somebody["group"])
    subprocess.run(
        [
            _binary("initdb"), "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", secret,
            "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
        ],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **somebody,
    )  # fmt: skip
    secret.unlink()
    server.start()
    return server


def remove(server: Server) -> None:
    server.stop(signal.SIGQUIT)
    shutil.rmtree(server.folder)


def _binary(name: str) -> str:
    return str(max(POSTGRESQL.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3])))


def _children(parent: int) -> list[int]:
    return [pid for pid, of in _processes() if of == parent]


def _children_alive(pids: list[int]) -> list[int]:
    return [pid for pid, _ in _processes() if pid in pids]


def _processes() -> list[tuple[int, int]]:
    """Every living process and its parent."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found.append((int(status.parent.name), int(parent)))
    return found
