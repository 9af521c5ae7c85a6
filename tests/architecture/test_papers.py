"""The papers around the code say everything they must: dependencies, commands, settings, the lock."""

from __future__ import annotations

import re
import tomllib

import pytest
import typer.main

from dashboard import settings
from dashboard.cli import app
from dashboard.settings import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = [
    *PROJECT["dependencies"],
    *(r for extra in PROJECT["optional-dependencies"].values() for r in extra),
]
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-spark.lock")}
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_dependency_is_bounded_locked_and_explained(requirement: str) -> None:
    name = _name(requirement)
    assert ">=" in requirement
    assert "<" in requirement
    locked = re.compile(rf"^{re.escape(name.replace('.', '-'))}==", re.MULTILINE)
    assert any(locked.search(lock) for lock in LOCKS.values()), "run make lock"
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in explained


def test_every_package_of_the_docs_is_a_dependency() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w.-]+)` \|", explained, re.MULTILINE)) == {_name(r) for r in REQUIREMENTS}


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_a_lock_names_no_address_and_every_package_has_a_hash(lock: str) -> None:
    assert "://" not in lock
    assert not re.findall(r"--(?:extra-)?index-url|--find-links", lock)
    packages = re.findall(r"^([\w.-]+)==.*?(?=^[\w.-]+==|\Z)", lock, re.MULTILINE | re.DOTALL)
    with_hash = re.findall(r"^([\w.-]+)==[^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE)
    assert packages == with_hash


def test_both_locks_name_the_same_version_of_a_package() -> None:
    versions = [dict(re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE)) for lock in LOCKS.values()]
    assert not {name for name in versions[0].keys() & versions[1].keys() if versions[0][name] != versions[1][name]}


def _documented(command: str) -> str:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    found = re.search(rf"^## backstop {command}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/command-line.md has no section 'backstop {command}'"
    return found[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_documented_with_every_option(command: str) -> None:
    section = _documented(command)
    wanted = {
        option if parameter.param_type_name == "option" else parameter.name.upper()
        for parameter in COMMANDS[command].params
        for option in parameter.opts
    }
    described = set(re.findall(r"^\| `(--[\w-]+|[A-Z_]+)", section, re.MULTILINE))
    assert described == wanted - {"--help"}


def test_no_command_is_documented_that_does_not_exist() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## backstop ([\w-]+)$", text, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("variable", settings.VARIABLES)
def test_every_setting_is_documented(variable: str) -> None:
    assert f"| `{variable}` |" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_what_must_be_said() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert settings.INTENDED_USE in readme.replace("> ", "")
    assert "make run" in readme
    assert "make test" in readme


def test_the_licence_is_whole() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "APPENDIX: How to apply the Apache License to your work." in licence


def test_the_local_server_asks_nobody_outside() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"] == {"serverAddress": "localhost", "gatherUsageStats": False}
    assert config["server"]["address"] == "127.0.0.1"
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["disableDataExport"] is True
    assert len(config["theme"]["chartCategoricalColors"]) == 10
