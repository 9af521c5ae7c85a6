"""Reads a YAML file as plain text values, and remembers on which line each of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Union

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

Tree = Union[str, None, list["Tree"], dict[str, "Tree"]]  # noqa: UP007 - a recursive alias must be text
_NULL = "tag:yaml.org,2002:null"


class CaseFileError(ValueError):
    """A case or register file that cannot be used: file, line, what is wrong, the nearest valid word."""


@dataclass
class Lines:
    """Line numbers by path into the document."""

    file: str
    numbers: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def at(self, path: Iterable[str | int]) -> str:
        """``file, line N`` of the deepest part of the path that the file holds."""
        steps = tuple(path)
        while steps and steps not in self.numbers:
            steps = steps[:-1]
        return f"{self.file}, line {self.numbers.get(steps, 1)}"


def read_text_tree(path: Path) -> tuple[Tree, Lines]:
    """The document with every scalar as the text written there (an empty or null one is None).

    Raises ``CaseFileError`` when it is no YAML, or a key stands twice in one mapping.
    """
    lines = Lines(path.name)
    try:
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise CaseFileError(f"{path.name}, line {line}: not YAML: {problem.problem}") from None
    return _value(node, (), lines), lines


def worded(place: str, problem: str, word: str, valid: Iterable[str]) -> str:
    """The error text: place, problem, and the nearest valid word where one is near."""
    near = get_close_matches(word, list(valid), n=1, cutoff=0.4)
    return f"{place}: {problem}" + (f"; nearest is {near[0]}" if near else "")


def _value(node: Node | None, path: tuple[str | int, ...], lines: Lines) -> Tree:
    if node is None:
        return None
    lines.numbers.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return None if node.tag == _NULL else node.value
    if not isinstance(node, MappingNode):
        return [_value(item, (*path, number), lines) for number, item in enumerate(node.value)]
    found: dict[str, Tree] = {}
    for key, item in node.value:
        if key.value in found:
            line = key.start_mark.line + 1
            raise CaseFileError(f"{lines.file}, line {line}: {key.value} stands twice")
        lines.numbers[(*path, key.value)] = key.start_mark.line + 1
        found[key.value] = _value(item, (*path, key.value), lines)
    return found
