"""What a prepared panel must consist of, and its load report as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from dashboard.intake import words
from dashboard.intake.report import HeldBack, LoadReport, UnusableSource
from pathways import codes, vocabulary

NAME, REPORT = "prepared.json", "report.json"
FILES = ("patients.parquet", "events.parquet", REPORT)
FORM = 1


class Manifest(BaseModel):
    """``prepared.json``. ``vocabulary`` stands for the concepts, codes and spellings by which the source was read,
    ``digests`` for what the other files contain. A day decides how some rows are read (what has ended by then, who is
    not born yet): ``as_of`` is that day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: int
    vocabulary: str
    as_of: date
    patients: int
    events: int
    digests: dict[str, str]


def read_manifest(folder: Path) -> Manifest:
    """Raises ``UnusableSource`` for a panel that another version prepared."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if content.get("form") != FORM or content.get("vocabulary") != vocabulary_in_use():
            raise _again(folder, "was prepared by another version")
        manifest = Manifest.model_validate(content)
    except (ValueError, ValidationError, AttributeError):
        raise _again(folder, f"{NAME} is damaged") from None
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises ``UnusableSource`` where a file is not as it was prepared."""
    for name in FILES:
        if not (folder / name).is_file():
            raise _again(folder, f"{name} is gone from the prepared panel")
        if manifest.digests.get(name) != digest(folder / name):
            raise _again(folder, f"{name} was changed since the panel was prepared")


def _again(folder: Path, what: str) -> UnusableSource:
    return UnusableSource(f"{folder.name}: {what}; prepare it again from its source (backstop prepare)")


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def vocabulary_in_use() -> str:
    """Stands for every file that says how a source is read: concepts, codes, spellings, mappings."""
    intake = Path(words.__file__).parent
    folders = ((vocabulary.HERE, "*.yaml"), (codes.HERE, "*.csv"), (intake, "*.yaml"))
    found = hashlib.sha256()
    for folder, names in folders:
        for path in sorted(folder.rglob(names)):
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def report_as_json(report: LoadReport) -> str:
    content = asdict(report) | {"as_of": report.as_of.isoformat()}
    content["unmapped"] = [[*code, count] for code, count in report.unmapped.items()]
    return json.dumps(content, ensure_ascii=False, indent=1)


def report_of(text: str) -> LoadReport:
    content: dict[str, Any] = json.loads(text)
    held = (HeldBack(**(row | {"cells": tuple(row["cells"])})) for row in content["held_back"])
    return LoadReport(
        **content
        | {
            "as_of": date.fromisoformat(content["as_of"]),
            "held_back": tuple(held),
            "notices": tuple(content["notices"]),
            "unmapped": {(system, code, display): count for system, code, display, count in content["unmapped"]},
            "headers": {name: tuple(columns) for name, columns in content["headers"].items()},
        }
    )
