"""Which files of a source are tables of the OMOP CDM, and their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from dashboard.intake.cells import CACHED
from dashboard.intake.date_order import settle_dates
from dashboard.intake.members import Member, by_stem
from dashboard.intake.omop.mapping import mapping
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import Origin, UnusableSource
from dashboard.intake.rows import PanelBuilder

FORM = "OMOP CDM"
PERSON, CONCEPT, DEATH, VISITS = "person", "concept", "death", "visit_occurrence"
NAMED = ("provider", "care_site")
_DATABASE = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_FRACTION = re.compile(r"\d+\.0*")
Cells = dict[str, str]


def looks_like_omop(members: Sequence[Member]) -> bool:
    """Whether there is a PERSON table and, beside it, one of events."""
    stems = {member.stem for member in members if member.is_table()}
    return PERSON in stems and bool(stems & mapping().tables.keys())


def names_a_database(source: Path) -> bool:
    """Whether what was given as a source is the address of a database rather than a path."""
    return bool(_DATABASE.match(str(source)))


def used_tables(members: Sequence[Member]) -> dict[str, Member]:
    """The tables that are read, by name. Raises ``UnusableSource`` when one is there twice."""
    wanted = {PERSON, CONCEPT, DEATH, VISITS, *NAMED, *mapping().tables}
    return by_stem((member for member in members if member.is_table()), wanted)


def rows_of(table: RawTable, builder: PanelBuilder, order: str | None) -> Iterator[tuple[Origin, Cells]]:
    """Every row that can be used, with its cells by column; the others go to the builder.

    Raises ``UnusableSource`` when a column of dates can be read both ways.
    """
    dates = [name for name in table.columns if name.endswith("_date") and not name.startswith("valid_")]
    settle_dates(table, dates, order)
    for notice in table.notices:
        builder.note(notice)
    for origin, row in builder.usable(table, "person_id"):
        yield origin, dict(zip(table.columns, row.cells, strict=True))


def require(table: RawTable, *columns: str) -> None:
    """Raises ``UnusableSource`` when a column is missing, or person ids have become fractions."""
    table.require(*columns)
    for row in table.rows[:1]:
        if _FRACTION.fullmatch(row.cell(table.columns, "person_id") or ""):
            raise UnusableSource(
                f"{table.name}: person ids are stored as fractions and may have lost digits; write whole numbers"
            )


@lru_cache(CACHED)
def whole(text: str | None) -> str:
    """A key or a whole number as text; one that Parquet kept as ``12.0`` is ``12``."""
    stripped = (text or "").strip()
    return stripped.partition(".")[0] if _FRACTION.fullmatch(stripped) else stripped
