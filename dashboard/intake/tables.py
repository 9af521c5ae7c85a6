"""Typed rows into the two Arrow tables of a panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from pathways.panel import EVENTS, PATIENTS, Panel


def panel_of(patients: Sequence[Sequence[Any]], events: Sequence[Sequence[Any]]) -> Panel:
    """Rows in the column order of the two schemas."""
    return Panel(_table(patients, PATIENTS), _table(events, EVENTS))


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    if not rows:
        return schema.empty_table()
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, type=kind.type) for column, kind in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
