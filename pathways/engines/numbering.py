"""People as numbers while the statement runs: ids are only compared and grouped, and numbers cost half as much."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pathways.panel import EVENTS, PATIENTS, Panel

ID = "patient_id"


def _numbers(schema: pa.Schema) -> pa.Schema:
    return schema.set(schema.get_field_index(ID), pa.field(ID, pa.int32(), nullable=False))


NUMBERED_PATIENTS, NUMBERED_EVENTS = _numbers(PATIENTS), _numbers(EVENTS)


@dataclass(frozen=True)
class Numbered:
    """A panel whose people bear the place of their id in ``ids``, which is sorted."""

    patients: pa.Table
    events: pa.Table
    ids: pa.Array

    @classmethod
    def of(cls, panel: Panel) -> Numbered:
        """Raises ``ValueError`` for an event of nobody."""
        ids = panel.patients.column(ID).combine_chunks()
        ids = ids.take(pc.sort_indices(ids))
        return cls(_with(panel.patients, NUMBERED_PATIENTS, ids), _with(panel.events, NUMBERED_EVENTS, ids), ids)

    def named(self, found: pa.Table) -> pa.Table:
        """The rows in the order of their ids, with ids for numbers and texts for codes."""
        found = found.sort_by(ID)
        for place, (name, column) in enumerate(zip(found.column_names, found.columns, strict=True)):
            if name.endswith(ID):
                found = found.set_column(place, name, self.ids.take(column.combine_chunks()))
            elif pa.types.is_dictionary(column.type):
                found = found.set_column(place, name, column.cast(column.type.value_type))
        return found


def _with(table: pa.Table, schema: pa.Schema, ids: pa.Array) -> pa.Table:
    place = schema.get_field_index(ID)
    numbers = pc.index_in(table.column(place), value_set=ids)
    if numbers.null_count:
        raise ValueError("an event of the panel belongs to nobody on it")
    return table.set_column(place, schema.field(ID), numbers)
