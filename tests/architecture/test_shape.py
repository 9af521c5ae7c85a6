"""The shape of the code: short files and functions, telling names, nothing of one machine."""

from __future__ import annotations

import ast
import re

import pytest

from dashboard.settings import ROOT
from pathways.vocabulary import concepts
from tests.architecture.code import docstring_nodes, modules, tracked_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
MACHINE_PATH = re.compile(rb"(?<![\w.~])/(?:work|root|home/\w+|Users/\w+)/")
TOP_FOLDERS = {"dashboard", "pathways", "sample_data", "tests", "docs", "benchmarks"}

ALSO_PLAIN_WORDS = {
    "back_pain",  # the folder of the pathway that is loaded by default
    "bloods",  # a group of an answer, as imaging and referral are
}


def test_files_are_short() -> None:
    long = {m.name: count for m in modules() if (count := m.text.count("\n")) > LONGEST_FILE}
    assert not long


def test_functions_are_short() -> None:
    lengths = {
        f"{module.name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in modules()
        for node in module.functions()
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}


def test_names_say_what_a_thing_is() -> None:
    modules_so_named = [
        module.name
        for module in modules()
        if EMPTY_NAMES & set(module.name.removesuffix(".py").replace("/", "_").split("_"))
    ]
    functions = [(module.name, node.name) for module in modules() for node in module.functions()]
    assert not modules_so_named
    assert not [(where, name) for where, name in functions if name.strip("_") in EMPTY_NAMES]


def test_only_the_known_top_folders() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.parent != ROOT}
    assert {top for top in tops if not top.startswith(".")} <= TOP_FOLDERS


def test_nothing_prints_outside_the_command_line() -> None:
    printing = [
        f"{module.name}:{node.lineno}"
        for module in modules("dashboard", "pathways", "sample_data")
        if not module.name.startswith(("dashboard/cli.py", "dashboard/command_line/"))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "pprint", "sys.stdout.write"}
    ]
    assert not printing


def test_no_path_of_one_machine() -> None:
    here = ROOT / "tests" / "architecture" / "test_shape.py"
    paths = [path for path in tracked_files() if path != here and MACHINE_PATH.search(path.read_bytes())]
    assert not paths


def test_nothing_is_left_open() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    here = "tests/architecture/test_shape.py"
    assert not [module.name for module in modules() if module.name != here and marks.search(module.text)]


def _words_of_code(tree: ast.Module) -> set[str]:
    """Every name and every word of a string that is not a docstring."""
    skipped = docstring_nodes(tree)
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            words.add(node.name)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            words.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            words.update(re.findall(r"\w+", node.value))
    return {word.lower() for word in words}


@pytest.mark.parametrize("module", modules("pathways"), ids=lambda module: module.name)
def test_the_engine_knows_no_medicine(module: object) -> None:
    known = {name for name in concepts() if name not in ALSO_PLAIN_WORDS}
    words = _words_of_code(module.tree)  # type: ignore[attr-defined]
    assert not {word for word in words if word in known or "cancer" in word or "tumour" in word}
