"""Every single change of one operator, number, switch, key or list entry in the pathway's files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

KEY_FLIPS = {
    "any": ("all",),
    "all": ("any",),
    "any_recorded": ("any", "all"),
    "at_least": ("above",),
    "above": ("at_least", "below"),
    "below": ("above",),
    "above_reference": ("at_least",),
    "when": ("unless",),
    "unless": ("when",),
}
WORD_FLIPS = {
    "true": "false",
    "any": "physical_and_medication",
    "abnormal": "normal",
    "suspicious": "negative",
    "after_handover": "after_orders",
    "after_orders": "after_handover",
}
LABELS = {"id", "title", "label", "source", "sources", "since", "unit", "note", "default", "reasons"}
SHOWN = {"suggested_bloods", "dispositions"}
"""Top keys of pathway.yaml that no part of an answer carries: suggestions, and the rank of the worklist."""
UNORDERED = {"findings", "therapy", "results", "orders", "spared", "while_could_be"}
"""Keys of pathway.yaml below which a list of words is a set: its order shows nowhere."""


@dataclass(frozen=True)
class Mutant:
    """One changed file: where, what, and its whole new text. ``path`` are the keys down to the change."""

    file: str
    line: int
    what: str
    path: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'.'.join(self.path)}: {self.what}"


def mutants(folder: Path) -> Iterator[Mutant]:
    """All mutants of the pathway in ``folder``, numbers first."""
    for name in ("profiles.yaml", "pathway.yaml"):
        text = (folder / name).read_text(encoding="utf-8")
        root = YAML(typ="safe", pure=True).compose(text)
        yield from _Mutator(name, text).walk(root, ())


class _Mutator:
    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.seen: set[int] = set()  # an alias leads to the node of its anchor

    def walk(self, node: Node, path: tuple[str, ...]) -> Iterator[Mutant]:
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield from self._scalar(node, path)
        elif isinstance(node, MappingNode):
            yield from self._mapping(node, path)
        elif isinstance(node, SequenceNode):
            yield from self._sequence(node, path)

    def _scalar(self, node: ScalarNode, path: tuple[str, ...]) -> Iterator[Mutant]:
        word = node.value
        try:
            number = Decimal(word)
        except InvalidOperation:
            if word in WORD_FLIPS:
                yield self._replaced(node, WORD_FLIPS[word], path)
            return
        step = Decimal(1).scaleb(int(number.as_tuple().exponent))
        for other in (number + step, number - step):
            yield self._replaced(node, str(other), path)

    def _mapping(self, node: MappingNode, path: tuple[str, ...]) -> Iterator[Mutant]:
        for place, (key, value) in enumerate(node.value):
            here = (*path, key.value)
            if key.value in LABELS or here[0] in SHOWN:
                continue
            alone = isinstance(value, SequenceNode) and len(value.value) == 1  # any of one is all of one
            for other in () if alone else KEY_FLIPS.get(key.value, ()):
                yield self._replaced(key, other, here)
            if key.value == "not" and isinstance(value, ScalarNode):
                yield self._mutant(node, value.value, node.start_mark.index, value.end_mark.index, here)
            if self.name == "pathway.yaml" and len(node.value) > 1 and path:
                yield self._dropped(node, place, here)
            yield from self.walk(value, here)

    def _sequence(self, node: SequenceNode, path: tuple[str, ...]) -> Iterator[Mutant]:
        for place, item in enumerate(node.value):
            if len(node.value) > 1:
                yield self._dropped(node, place, (*path, str(place)))
            if place and isinstance(item, ScalarNode) and not UNORDERED & set(path):
                yield self._swapped(node.value[place - 1], item, path)
            yield from self.walk(item, (*path, str(place)))

    def _replaced(self, node: Node, word: str, path: tuple[str, ...]) -> Mutant:
        return self._mutant(node, word, node.start_mark.index, node.end_mark.index, path)

    def _swapped(self, first: Node, second: Node, path: tuple[str, ...]) -> Mutant:
        between = self.text[first.end_mark.index : second.start_mark.index]
        swapped = f"{second.value}{between}{first.value}"
        return self._mutant(first, swapped, first.start_mark.index, second.end_mark.index, path)

    def _dropped(self, node: CollectionNode, place: int, path: tuple[str, ...]) -> Mutant:
        """The mapping or sequence without one entry; the next entry takes its place, else the end."""
        parts = [item[0] if isinstance(item, tuple) else item for item in node.value]
        ends = [item[1] if isinstance(item, tuple) else item for item in node.value]
        start = parts[place].start_mark.index
        if node.flow_style or isinstance(node, MappingNode):
            if place + 1 < len(parts):
                end = parts[place + 1].start_mark.index
            elif node.flow_style:
                start, end = ends[place - 1].end_mark.index, ends[place].end_mark.index
            else:
                start, end = self.text.rindex("\n", 0, start) + 1, ends[place].end_mark.index
        else:
            start = self.text.rindex("\n", 0, start) + 1
            following = parts[place + 1].start_mark.index if place + 1 < len(parts) else None
            end = self.text.rindex("\n", 0, following) + 1 if following else ends[place].end_mark.index
        return self._mutant(parts[place], "", start, end, path)

    def _mutant(self, node: Node, new: str, start: int, end: int, path: tuple[str, ...]) -> Mutant:
        old = " ".join(self.text[start:end].split())
        what = f"{old} -> {new}" if new else f"without {old}"
        text = self.text[:start] + new + self.text[end:]
        return Mutant(self.name, node.start_mark.line + 1, " ".join(what.split())[:110], path, text)
