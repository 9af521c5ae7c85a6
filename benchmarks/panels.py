"""The invented panels that benchmarks read: made once per size and form, kept in a folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from benchmarks.processes import backstop, run

AS_OF = "2026-06-15"
"""The day they are invented for and evaluated on."""

Form = Literal["csv", "parquet", "fhir"]


@contextmanager
def kept(folder: Path | None) -> Iterator[Path]:
    """The folder given, whose panels stay; without one, a folder that is gone afterwards."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as passing:
        yield Path(passing)


def panel(folder: Path, patients: int, form: Form = "parquet") -> Path:
    """A panel of so many people (seed 1), written where there is none yet."""
    path = folder / f"{form}-{patients}"
    if path.is_dir():
        return path
    unfinished = folder / f"{path.name}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    run(backstop("generate", "--patients", patients, "--output", unfinished, "--format", form, "--as-of", AS_OF))
    return unfinished.rename(path)
