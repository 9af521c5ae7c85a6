"""The patients table by columns: the columns of ``PATIENTS`` for every row in which all is in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.intake.by_column.distinct import Mask, decoded, identified, spread, stripped, those
from dashboard.intake.patient_rows import birth_of, deceased_of, sex_of
from pathways.panel import PATIENTS

_DAY = pa.date32()


@dataclass(frozen=True)
class TypedPatients:
    """``rows`` has the columns of ``PATIENTS`` for each row that is ``kept``; the others are ``odd`` and to be typed
    one by one."""

    rows: pa.Table
    kept: Mask
    odd: Mask


def type_patients(texts: dict[str, pa.Array], as_of: date) -> TypedPatients:
    """``texts``: each column of the contract, blank where the source has none."""
    owner, nobody = identified(texts["patient_id"])
    sex = spread(sex_of, texts["sex"])
    told = (texts[name] for name in ("birth_date", "age", "recorded_on"))
    birth = spread(lambda *said: birth_of(*said, as_of), *told)
    deceased = spread(lambda text: deceased_of(text, as_of), texts["deceased_on"])
    born, died = birth.column(lambda span: span and span[0], _DAY), deceased.column(lambda day: day, _DAY)
    odd = nobody | np.asarray(pc.fill_null(pc.less(died, born), fill_value=False))
    for one in (sex, birth, deceased):
        odd |= one.refused()
    columns = {
        "patient_id": decoded(owner),
        "name": decoded(stripped(texts["name"])),
        "birth_first": born,
        "birth_last": birth.column(lambda span: span and span[1], _DAY),
        "sex": sex.column(lambda one: one, pa.string()),
        "deceased_on": died,
        "site": decoded(stripped(texts["site"])),
        "clinician": decoded(stripped(texts["clinician"])),
    }
    kept = ~odd
    # Where a row is not kept a column may lack what the schema demands.
    rows = those(pa.table([columns[name] for name in PATIENTS.names], names=PATIENTS.names), kept)
    return TypedPatients(rows.cast(PATIENTS), kept, odd)
