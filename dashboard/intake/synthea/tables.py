"""Which files of a source are Synthea's tables, and whether they have the columns that are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from dashboard.intake.limits import Limits
from dashboard.intake.members import EXCEL, Member, by_stem, tables_of
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import UnusableSource


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableLayout(_Strict):
    """What one table must have; ``date``: one of these columns, the newer name first."""

    need: tuple[str, ...]
    date: tuple[str, ...] = ()
    codes: str = ""


class Layout(_Strict):
    """``layout.yaml``."""

    tables: dict[str, TableLayout]
    unused: tuple[str, ...]
    systems: dict[str, str]


@cache
def layout() -> Layout:
    """The one layout."""
    return Layout(**YAML(typ="safe", pure=True).load(Path(__file__).with_name("layout.yaml")))


def looks_like_synthea(members: Sequence[Member], limits: Limits, mapping: Mapping[str, str] | None = None) -> bool:
    """Patients beside conditions, no events, and the patients table has a column ``Id``.

    Raises ``UnusableSource`` when the patients table cannot be read at all.
    """
    found = _tables(members)
    stems = {member.stem for member in found}
    if "events" in stems or not {"patients", "conditions"} <= stems:
        return False
    patients = next(member for member in found if member.stem == "patients")
    return "id" in tables_of(patients, limits, mapping)[0].columns


def chosen(members: Sequence[Member]) -> dict[str, Member]:
    """The tables to read, in their order. Raises ``UnusableSource`` when one of them is there twice."""
    found = by_stem(_tables(members), layout().tables)
    return {stem: found[stem] for stem in layout().tables if stem in found}


def _tables(members: Sequence[Member]) -> list[Member]:
    return [member for member in members if member.is_table() and member.suffix not in EXCEL]


def check_columns(stem: str, table: RawTable) -> str:
    """The column that holds the table's day, blank where it needs none. Raises ``UnusableSource``."""
    wanted = layout().tables[stem]
    for column in wanted.need:
        if column not in table.columns:
            raise UnusableSource(f"{table.name}: there is no column {column.upper()}; export the table again")
    day = next((column for column in wanted.date if column in table.columns), "")
    if wanted.date and not day:
        named = " or ".join(column.upper() for column in wanted.date)
        raise UnusableSource(f"{table.name}: there is no column {named}; export the table again")
    return day
