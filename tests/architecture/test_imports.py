"""Who may import what. The layers themselves are import-linter's contracts in ``pyproject.toml``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.settings import ROOT
from tests.architecture.code import modules

SCREEN = (
    "dashboard/app_pages/", "dashboard/components/", "dashboard/access.py", "dashboard/app.py",
    "dashboard/serving/", "streamlit_app.py",
)  # fmt: skip

ONLY_IN = {
    "streamlit": SCREEN,
    "plotly": ("dashboard/charts/",),
    "duckdb": ("pathways/engines/", "dashboard/embedded.py"),
    "pyspark": ("pathways/engines/",),
    "sqlalchemy": ("dashboard/actions/",),
    "alembic": ("dashboard/actions/",),
    "typer": ("dashboard/cli.py", "dashboard/command_line/"),
    "typst": ("dashboard/documents/",),
    "xlsxwriter": ("dashboard/exports/", "sample_data/", "dashboard/intake/"),
}

FOREIGN_TO_THE_ENGINE = {
    "dashboard", "sample_data", "tests", "streamlit", "plotly", "pandas", "numpy", "sqlalchemy", "httpx",
    "requests", "urllib", "socket", "http", "typer", "rich", "openpyxl", "random", "os",
}  # fmt: skip


def _tops(name: str) -> set[str]:
    return {
        imported.split(".")[0] for module in modules() if module.name == name for imported in module.imports()
    }


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library: str) -> None:
    strays = [
        module.name
        for module in modules("dashboard", "pathways", "sample_data")
        if library in _tops(module.name) and not module.name.startswith(ONLY_IN[library])
    ]
    assert not strays, f"{library} is imported outside {ONLY_IN[library]}"


def test_the_engine_imports_nothing_of_the_outside() -> None:
    strays = {module.name: _tops(module.name) & FOREIGN_TO_THE_ENGINE for module in modules("pathways")}
    assert not {name: found for name, found in strays.items() if found}


def test_duckdb_stays_in_the_engine_room_of_the_engine() -> None:
    rooms = [module.name for module in modules("pathways") if "duckdb" in _tops(module.name)]
    assert rooms, "no module of the engine runs anything: this check looks in the wrong place"
    assert all(name.startswith("pathways/engines/") for name in rooms)


def test_the_layers_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_help_needs_no_heavy_module() -> None:
    heavy = "{'duckdb', 'pyarrow', 'pandas', 'streamlit', 'plotly', 'sqlglot', 'openpyxl'}"
    code = (
        "import sys; from dashboard.cli import run; run(['--help']);"
        f"found = {heavy} & set(sys.modules); sys.exit(', '.join(sorted(found)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
