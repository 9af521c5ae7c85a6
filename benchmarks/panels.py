"""The invented panels that benchmarks read: made once per size and form, kept in a folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.processes import backstop, run
from dashboard.intake import Limits

AS_OF = "2026-06-15"
"""The day they are invented for and evaluated on."""

NO_LIMITS = Limits(bytes=1 << 50, unpacked=1 << 50, rows=1 << 50)
"""A limit that protects a server is none of what is measured."""

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


INVENTED = 100_000
"""So many people are invented one by one; a larger panel has the same again under other ids."""


def panel(folder: Path, patients: int, form: Form = "parquet") -> Path:
    """A panel of so many people (seed 1), written where there is none yet."""
    path = folder / f"{form}-{patients}"
    if path.is_dir():
        return path
    unfinished = folder / f"{path.name}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    if form == "parquet" and patients > INVENTED and patients % INVENTED == 0:
        _repeat(panel(folder, INVENTED), unfinished, patients // INVENTED)
        return unfinished.rename(path)
    run(backstop("generate", "--patients", patients, "--output", unfinished, "--format", form, "--as-of", AS_OF))
    return unfinished.rename(path)


def prepared(folder: Path, patients: int) -> Path:
    """The same panel as ``backstop prepare`` keeps it."""
    path = folder / f"prepared-{patients}"
    if not path.is_dir():
        source = panel(folder, patients)
        run(backstop("prepare", source, "--as-of", AS_OF, "--output", path, "--allow-held-back"))
    return path


def _repeat(source: Path, target: Path, times: int) -> None:
    """Both tables so many times, a prefix of its own before the ids of each."""
    target.mkdir(parents=True)
    for file in sorted(source.glob("*.parquet")):
        rows = pq.read_table(file)
        place = rows.schema.get_field_index("patient_id")
        with pq.ParquetWriter(target / file.name, rows.schema, compression="zstd") as writer:
            for number in range(times):
                ids = pc.binary_join_element_wise(str(number), rows["patient_id"], "-")
                writer.write_table(rows.set_column(place, rows.schema.field(place), ids), row_group_size=1 << 16)
