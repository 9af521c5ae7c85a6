"""What was read of FHIR, handed to the builder of the panel."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from dashboard.intake.by_column.records import LINE, NUMBER, TABLE, record_of
from dashboard.intake.fhir.originals import Numbered, with_texts
from dashboard.intake.fhir.reading import TURN, Held, Reader, Share, nobody
from dashboard.intake.fhir.spool import OWNER
from dashboard.intake.limits import Limits
from dashboard.intake.report import Origin
from dashboard.intake.rows import PanelBuilder, Record
from dashboard.intake.scratch import Scratch


def read_fhir(source: Path, builder: PanelBuilder, limits: Limits) -> None:
    """Hand every resource of a file, folder or zip to the builder. Raises ``UnusableSource``."""
    with Scratch() as scratch:
        reader = read(source, builder, limits, scratch)
        for one in reader.held:
            add_held(one, reader, builder)
        for portion in reader.people.portions():
            add_people(with_patients(portion, reader), builder)
        for portion in reader.events.portions():
            builder.add_records(with_patients(portion, reader))


def read(source: Path, builder: PanelBuilder, limits: Limits, scratch: Scratch, share: Share = nobody) -> Reader:
    """The source read, and nothing handed over yet."""
    builder.form = builder.form or "FHIR R4"
    reader = Reader(builder, limits, scratch, share)
    files = reader.read(source)

    def completed(held: list[Numbered]) -> list[Numbered]:
        in_source = [(number & (1 << TURN) - 1, one) for number, one in held]
        texts = with_texts(in_source, files, limits, reader.first_in)
        return [(number, one) for (number, _), (_, one) in zip(held, texts, strict=True)]

    builder.completed = completed
    return reader


def with_patients(portion: pa.Table, reader: Reader) -> pa.Table:
    """The rows of a spool with the patient's id in place of the reference."""
    if "patient_id" in portion.column_names:
        return portion.drop_columns([OWNER])
    owners = portion[OWNER].combine_chunks()
    owners = owners.chunk(0) if isinstance(owners, pa.ChunkedArray) else owners
    ids = pa.array([reader.patient_of(owner) for owner in owners.dictionary.to_pylist()], pa.string())
    return portion.append_column("patient_id", pa.DictionaryArray.from_arrays(owners.indices, ids)).drop_columns(
        [OWNER]
    )


def add_people(portion: pa.Table, builder: PanelBuilder) -> None:
    """Patients, row by row."""
    for row in portion.to_pylist():
        number, table, line = record_of(row.pop(NUMBER)), row.pop(TABLE), row.pop(LINE)
        builder.add(Record(Origin(table, line, ""), row), number)


def add_held(one: Held, reader: Reader, builder: PanelBuilder) -> None:
    """A resource that gave no rows."""
    named = reader.patient_of(one.owner) or None
    origin = Origin(one.table, one.line, "")
    builder.hold(origin, one.bad.column, one.bad.value, one.bad.reason, named, one.number)
