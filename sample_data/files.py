"""Panels of any size as files, for trying things at scale: ``backstop generate``."""

from __future__ import annotations

import errno
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from sample_data.fhir_writer import write_fhir
from sample_data.generator import charts, events_as_text, patient_as_text
from sample_data.writers import write_parquet, write_tables

Format = Literal["csv", "parquet", "fhir"]


def generate_files(patients: int, output: Path, seed: int, format: Format, as_of: date) -> tuple[Path, ...]:
    """Writes a panel into the folder ``output`` and returns the files; memory does not grow with the panel.

    ``csv`` and ``parquet``: ``patients`` and ``events``. ``fhir``: NDJSON as Bulk Data writes it. The people
    are those of ``generate``. Raises ValueError for a panel of nobody or another format, FileExistsError
    where older NDJSON files would be read together with the new ones.
    """
    if patients < 1:
        raise ValueError(f"a panel needs at least one patient, not {patients}")
    if format not in get_args(Format):
        raise ValueError(f"{format} is not a format; use one of: {', '.join(get_args(Format))}")
    with _no_collecting():
        if format == "fhir":
            return _write_fhir(patients, output, seed, as_of)
        write = write_tables if format == "csv" else write_parquet
        return write(charts(patients, seed, as_of), output)


def _write_fhir(patients: int, output: Path, seed: int, as_of: date) -> tuple[Path, ...]:
    """The people are written twice, once for each kind of row, so that neither has to wait in memory."""
    if any(output.glob("*.ndjson")):
        raise FileExistsError(errno.EEXIST, "holds NDJSON files already; name an empty folder", str(output))
    people = (patient_as_text(chart) for chart in charts(patients, seed, as_of))
    events = (event for chart in charts(patients, seed, as_of) for event in events_as_text(chart))
    output.mkdir(parents=True, exist_ok=True)
    write_fhir(people, events, output, form="ndjson")
    return tuple(sorted(output.glob("*.ndjson")))


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Charts hold no reference cycles: looking for some among millions of rows costs half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
