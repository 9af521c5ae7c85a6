"""Papers that the program can print of itself: the schemas of the pathway files, templates to fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from dashboard.command_line import Unusable
from dashboard.intake import templates
from pathways.definition import PathwayFile, Profiles, Source, Wording

SCHEMAS: dict[str, TypeAdapter[object]] = {
    "pathway": TypeAdapter(PathwayFile),
    "profiles": TypeAdapter(Profiles),
    "sources": TypeAdapter(dict[str, Source]),
    "wording": TypeAdapter(Wording),
}


def write_schemas(folder: Path) -> list[Path]:
    """One JSON schema for each pathway file. Raises ``Unusable`` when the folder cannot be written."""
    return _write(
        folder,
        {f"{name}.schema.json": json.dumps(model.json_schema(), indent=2) + "\n" for name, model in SCHEMAS.items()},
    )


def write_templates(folder: Path) -> list[Path]:
    """The empty list in two forms, and the dictionary. Raises ``Unusable`` when they cannot be written."""
    try:
        return templates.write_templates(folder)
    except OSError as error:
        raise Unusable(f"--output {folder}: {error.strerror}") from None


def _write(folder: Path, contents: Mapping[str, str]) -> list[Path]:
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            path = folder / name
            path.write_text(content, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise Unusable(f"--output {folder}: {error.strerror}") from None
    return written
