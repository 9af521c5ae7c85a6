"""Read one YAML file of a pathway into its model; whatever is wrong is said with file and line."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Model = TypeVar("Model", bound=BaseModel)


class PathwayError(ValueError):
    """A pathway file that cannot be used: one line with file, line, and how to mend it."""


def read_model(path: Path, model: type[Model]) -> Model:
    """The file as one object. Raises ``PathwayError``."""
    plain = _document(path)
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise PathwayError(_first_problem(path, error, model)) from None


def read_models(path: Path, model: type[Model]) -> dict[str, Model]:
    """The file as objects by name. Raises ``PathwayError``."""
    plain = _document(path)
    try:
        return TypeAdapter(dict[str, model]).validate_python(plain)  # type: ignore[valid-type]
    except ValidationError as error:
        raise PathwayError(_first_problem(path, error, model)) from None


def line_of(path: Path, keys: tuple[str, ...]) -> int:
    """The line of a key of the file."""
    return _line(_document(path, with_lines=True), list(keys))


def _document(path: Path, *, with_lines: bool = False) -> Any:  # noqa: ANN401
    """As plain values, or with the line of each: slower to read, and only needed once something is wrong."""
    try:
        return YAML(typ="rt" if with_lines else "safe", pure=True).load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise PathwayError(f"{path.name}: not found in the pathway folder {path.parent.name}") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PathwayError(f"{path.name}: line {line}: not valid YAML: {getattr(error, 'problem', error)}") from None


def _first_problem(path: Path, error: ValidationError, model: type[BaseModel]) -> str:
    found = error.errors()  # a misspelt key also leaves the right one missing; the misspelling says more
    problem = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    keys = list(problem["loc"])
    where = f"{path.name}: line {_line(_document(path, with_lines=True), keys)}"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {'.'.join(str(key) for key in keys)}: {problem['msg']}"
    near = difflib.get_close_matches(str(keys[-1]), sorted(_known_keys(model)), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{where}: unknown key {keys[-1]}{hint}"


def _known_keys(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    objects = [schema, *schema.get("$defs", {}).values()]
    return {key for one in objects for key in one.get("properties", {})}


def _line(document: Any, keys: list[Any]) -> int:  # noqa: ANN401
    """The line of the deepest key of the path that the document has."""
    line, node = 1, document
    for key in keys:
        marks = getattr(node, "lc", None)
        if marks is None or marks.data is None or key not in marks.data:
            continue
        line, node = marks.data[key][0] + 1, node[key]
    return line
