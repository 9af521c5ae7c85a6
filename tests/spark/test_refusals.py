"""What Spark cannot do is refused in one line, before anything starts and with nothing left behind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboard import settings
from dashboard.command_line import cluster
from tests.cli.conftest import AS_OF, Backstop, backstop, panel

__all__ = ["backstop", "panel"]


@pytest.fixture
def prepared(panel: Path, tmp_path: Path, backstop: Backstop) -> Path:
    folder = tmp_path / "prepared"
    assert backstop("prepare", panel, "--output", folder, "--as-of", AS_OF).status == 0
    return folder


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has Java and PySpark."""
    monkeypatch.setattr(settings, "java", lambda: Path("java"))
    monkeypatch.setattr(cluster, "find_spec", lambda _: object())


def nobody() -> str:
    """A port of this machine where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


LOCAL = ["--spark-master", "local[2]"]
OUT = ["--output", "FOLDER/out"]
REFUSED = {
    "no master": (["PREPARED", *OUT], "say where with --spark-master"),
    "another kind of address": (["PREPARED", *OUT, "--spark-master", "http://host"], "not an address of Spark"),
    "no master there": (["PREPARED", *OUT, "--spark-master", f"spark://{nobody()}"], "nothing answers there"),
    "no masters there": (["PREPARED", *OUT, "--spark-master", f"spark://{nobody()},{nobody()}"], "nothing answers"),
    "no Connect server there": (["PREPARED", *OUT, "--spark-master", f"sc://{nobody()}/;token=x"], "nothing answers"),
    "a port that is none": (["PREPARED", *OUT, "--spark-master", "sc://host:soon"], "nothing answers there"),
    "a list as it came": (["LIST", *OUT, *LOCAL], "run backstop prepare"),
    "no such source": (["FOLDER/none", *OUT, *LOCAL], "there is no such file"),
    "no output": (["PREPARED", *LOCAL], "give --output DIR"),
    "a file of lines": (["PREPARED", *OUT, *LOCAL, "--format", "jsonl"], "no other --format"),
    "an output that is there": (["PREPARED", "--output", "FOLDER/taken", *LOCAL], "exists already; name a new folder"),
    "an output nowhere": (["PREPARED", "--output", "FOLDER/none/out", *LOCAL], "there is no folder"),
    "buckets of its own": (["PREPARED", *OUT, *LOCAL, "--bucket-rows", "9"], "belongs to the local engine"),
    "another day": (["PREPARED", *OUT, *LOCAL, "--as-of", "2026-06-16"], "not for 2026-06-16"),
    "how to read it": (["PREPARED", *OUT, *LOCAL, "--date-order", "day-first"], "is prepared already"),
}


def refused(done: object, said: str, folder: Path) -> None:
    assert (done.status, done.out) == (2, "")  # type: ignore[attr-defined]
    assert said in done.err  # type: ignore[attr-defined]
    assert done.err.startswith("backstop: ")  # type: ignore[attr-defined]
    assert done.err.count("\n") == 1  # type: ignore[attr-defined]
    assert "internal error" not in done.err  # type: ignore[attr-defined]
    assert not [path for path in folder.iterdir() if "out" in path.name]


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("here")
def test_one_line_says_what_and_where(
    case: str, backstop: Backstop, panel: Path, prepared: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    arguments, said = REFUSED[case]
    filled = [a.replace("LIST", str(panel)).replace("PREPARED", str(prepared)) for a in arguments]
    done = backstop("evaluate", "--engine", "spark", *(a.replace("FOLDER", str(tmp_path)) for a in filled))
    refused(done, said, tmp_path)
    assert "token" not in done.err


@pytest.mark.usefixtures("here")
def test_what_this_machine_lacks_is_named(
    backstop: Backstop, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("evaluate", prepared, "--engine", "spark", *LOCAL, "--output", tmp_path / "out")
    monkeypatch.setattr(settings, "java", lambda: None)
    refused(backstop(*asked), "Java is missing", tmp_path)
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    refused(backstop(*asked), "PySpark is not installed: pip install 'backstop[spark]'", tmp_path)


@pytest.mark.usefixtures("here")
def test_a_panel_that_was_changed_is_found_before_spark_starts(
    backstop: Backstop, prepared: Path, tmp_path: Path
) -> None:
    (prepared / "events.parquet").write_bytes(b"PAR1")
    done = backstop("evaluate", prepared, "--engine", "spark", *LOCAL, "--output", tmp_path / "out")
    refused(done, "events.parquet was changed since the panel was prepared", tmp_path)


def test_java_is_found_where_it_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch(mode=0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert settings.java() == java
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "bin"))
    assert settings.java() is None
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(java.parent))
    assert settings.java() == java


def test_the_statement_is_shown_in_the_words_of_spark(backstop: Backstop) -> None:
    local, there = backstop("evaluate", "--show-sql"), backstop("evaluate", "--show-sql", "--engine", "spark")
    assert (local.status, there.status) == (0, 0)
    assert local.out.splitlines()[:2] == there.out.splitlines()[:2]
    assert "DATEDIFF(DAY, " in there.out
    assert "DATEDIFF(DAY, " not in local.out
