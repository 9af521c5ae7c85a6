"""Column mappings saved by name, to be picked the next time: names of columns, never what stands under them.

One small file in the clinic's own folder. It is written whole and then put in place, so that a reader
never sees half of it.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard import settings

FILE = "column-mappings.json"
NAME = re.compile(r"\w[\w .,()+-]{0,59}")
LONGEST_COLUMN = 100
MOST = 200


class ColumnMapping(BaseModel):
    """``columns``: their names to ours. ``date_order`` is what somebody answered about such files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str] = Field(default_factory=dict)
    date_order: Literal["day-first", "month-first"] | None = None

    def fits(self, unknown: Iterable[str]) -> bool:
        """Whether a file with these unknown columns has every column that this mapping names."""
        return bool(self.columns) and self.columns.keys() <= set(unknown)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mappings: dict[str, ColumnMapping] = Field(default_factory=dict)


class MappingsUnusable(Exception):
    """Mappings cannot be read or kept here; one line says why and what to do."""


def saved() -> dict[str, ColumnMapping]:
    """Every saved mapping by name, in alphabetical order. Raises ``MappingsUnusable``."""
    path = _path()
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise MappingsUnusable(f"{path}: cannot be read ({type(error).__name__}); check its permissions") from None
    try:
        kept = _Kept.model_validate_json(text).mappings
    except ValidationError:
        raise MappingsUnusable(f"{path}: is not a file of column mappings; move it away and save them again") from None
    return dict(sorted(kept.items(), key=lambda item: item[0].casefold()))


def save(name: str, mapping: ColumnMapping) -> None:
    """Keep a mapping under a name, in the place of one that has it. Raises ``MappingsUnusable``."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise MappingsUnusable("a name has 1 to 60 letters, digits, spaces or . , ( ) + -, and begins with a letter")
    strange = [column for column in mapping.columns if not is_column_name(column)]
    if strange:
        raise MappingsUnusable("a column's name must hold a letter; is the first line of the file its header?")
    kept = {**saved(), name: mapping}
    if len(kept) > MOST:
        raise MappingsUnusable(f"{MOST} mappings are saved already; delete one first")
    _write(kept)


def delete(name: str) -> None:
    """Forget a mapping; a name that is not there is no mistake. Raises ``MappingsUnusable``."""
    kept = saved()
    if kept.pop(name, None) is not None:
        _write(kept)


def best_fit(unknown: Iterable[str], mappings: Mapping[str, ColumnMapping]) -> str | None:
    """The saved mapping that says most about a file's unknown columns; None where none fits."""
    columns = tuple(unknown)
    fitting = [name for name, mapping in mappings.items() if mapping.fits(columns)]
    return max(fitting, key=lambda name: len(mappings[name].columns), default=None)


def is_column_name(text: str) -> bool:
    """Whether a header cell may be kept: a file without a header would hand over a patient's values."""
    return len(text) <= LONGEST_COLUMN and any(sign.isalpha() for sign in text)


def _path() -> Path:
    return settings.home() / FILE


def _write(mappings: Mapping[str, ColumnMapping]) -> None:
    path = _path()
    content = {"mappings": {name: mapping.model_dump(exclude_none=True) for name, mapping in mappings.items()}}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=f"{FILE}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(written).replace(path)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MappingsUnusable(
            f"{path.parent}: nothing can be saved here ({error.strerror}); the mapping holds for this load only."
            " Set BACKSTOP_HOME to a folder that may be written to"
        ) from None
