"""The installed console script, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import AS_OF

SCRIPT = Path(sys.executable).with_name("backstop")


def _run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, **options)


def test_answers_through_the_installed_script(panel: Path, tmp_path: Path) -> None:
    done = _run("evaluate", panel, "--as-of", AS_OF, "--format", "jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert "\x1b" not in done.stdout + done.stderr, "no progress bar where nobody watches"


def test_a_bad_argument_is_one_line(tmp_path: Path) -> None:
    done = _run("evaluate", "nothing.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "nothing.csv" in done.stderr


def test_a_reader_that_goes_away_is_no_error(panel: Path) -> None:
    command = [str(SCRIPT), "evaluate", str(panel), "--as-of", AS_OF, "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 141
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_help_names_every_command() -> None:
    done = _run("--help")
    assert done.returncode == 0
    for command in ("evaluate", "explain", "check", "generate", "serve", "schema", "template"):
        assert f"  {command} " in done.stdout
    assert _run().stdout == done.stdout
