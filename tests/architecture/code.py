"""The project's Python files as syntax trees, for the checks beside this module."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.settings import ROOT

FOLDERS = ("dashboard", "pathways", "sample_data", "tests", "benchmarks")


@dataclass(frozen=True)
class Module:
    """One file. ``name`` is its path from the top of the project, with slashes."""

    name: str
    text: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """The full dotted name of everything imported, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of every attribute or name that is read, such as ``datetime.now``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                yield node.lineno, ast.unparse(node)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module of these folders (all of them by default), and the entry script with the dashboard."""
    found = [path for folder in folders or FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    if not folders or "dashboard" in folders:
        found += sorted(ROOT.glob("*.py"))
    texts = ((path, path.read_text(encoding="utf-8")) for path in found)
    return tuple(Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text)) for path, text in texts)


def tracked_files() -> list[Path]:
    """Every file under version control, as it stands now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git as the developer has it
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def docstring_nodes(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are docstrings, or strings that stand alone to explain a name."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
