"""The contract's two tables in Parquet, a bucket of patients after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dashboard.intake.buckets.division import Division, ranges
from dashboard.intake.buckets.survey import Surveyed, survey
from dashboard.intake.columnar import ParquetTable
from dashboard.intake.contract_tables import DATES, KNOWN, NEEDED, add_columns, note_unused
from dashboard.intake.limits import Limits
from dashboard.intake.load import TABLES, chosen_tables, told_of_permissions
from dashboard.intake.members import PARQUET, members_of
from dashboard.intake.omop import looks_like_omop
from dashboard.intake.raw_table import MENDED, RawTable
from dashboard.intake.report import LoadReport
from dashboard.intake.rows import PanelBuilder
from dashboard.intake.scratch import Scratch
from pathways.panel import Panel

MOST_BUCKETS = 400
"""Of a source with more rows the buckets are larger: each may be a file that stays open for a while."""

SAMPLE = 200_000
"""About so many ids decide where the buckets end."""


@dataclass(frozen=True)
class Files:
    """``patients`` and ``events`` as Parquet in one folder, and the names of what is not read there."""

    source: str
    tables: tuple[ParquetTable, ParquetTable]
    others: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(one.metadata.num_rows for one in self.tables)


def files_of(source: Path, limits: Limits, mapping: Mapping[str, str]) -> Files | None:
    """None where the source does not come so. Raises ``UnusableSource``."""
    if not source.is_dir():
        return None
    members = members_of(source, limits)
    chosen = [] if looks_like_omop(members) else chosen_tables(members)
    if len(chosen) != 2 or not all(member.name.lower().endswith(PARQUET) for member in chosen):
        return None
    with told_of_permissions(source.name):
        patients, events = (ParquetTable(member.path, member.name, limits, mapping) for member in chosen)
    if any(MENDED in file.columns for file in (patients, events)):
        return None
    others = sorted({member.name for member in members} - {member.name for member in chosen})
    return Files(source.name, (patients, events), tuple(others))


class InBuckets:
    """Panels in the order of their patient ids. To be entered, because rows may have to be put in order on disk."""

    def __init__(
        self,
        files: Files,
        as_of: date,
        order: str | None,
        bucket_rows: int,
        tell: Callable[[], None],
        *,
        evidence: bool = False,
    ) -> None:
        self._files = files
        self._order = order
        self._number = min(-(-files.rows // bucket_rows), MOST_BUCKETS)
        self._tell = tell
        self._builder = PanelBuilder(as_of, files.source, evidence=evidence)
        self._open = ExitStack()
        self._divisions: dict[str, Division] = {}

    def __enter__(self) -> InBuckets:
        with ExitStack() as opened, told_of_permissions(self._files.source):
            folder = opened.enter_context(Scratch()).folder()
            surveyed = self._survey()
            into = ranges(list(surveyed.values()), self._number)
            self._number = len(into)
            for name, one in surveyed.items():
                self._divisions[name] = Division(one, into, folder / name, self._tell)
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[Panel]:
        """Each once."""
        for bucket in range(self._number):
            with told_of_permissions(self._files.source):
                for name, division in self._divisions.items():
                    add_columns(division.table, division.rows(bucket), self._builder, KNOWN[name])
            yield self._builder.settle()

    def report(self) -> LoadReport:
        """The account of every record so far."""
        return self._builder.report()

    def _survey(self) -> dict[str, Surveyed]:
        """The first look at both files, and what is told of them as a whole."""
        files, builder = self._files, self._builder
        tables = {name: _headed(file) for name, file in zip(KNOWN, files.tables, strict=True)}
        builder.form = TABLES
        builder.not_read(files.others)
        found: dict[str, Surveyed] = {}
        before = 0
        for (name, table), file in zip(tables.items(), files.tables, strict=True):
            table.require(*NEEDED[name])
            found[name] = survey(file, table, DATES[name], self._order, max(1, files.rows // SAMPLE), self._tell)
            builder.begin(table, before)
            note_unused(table, builder, KNOWN[name], file.metadata.num_rows)
            before += file.metadata.num_rows
        return found


def _headed(file: ParquetTable) -> RawTable:
    """The table without its rows. Raises ``UnusableSource`` for columns that cannot be used."""
    file.check_types()
    return RawTable(file.name, file.columns, (), file.notices())
