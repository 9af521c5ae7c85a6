"""The files of a source: one file, a folder or a zip of them, plain or gzipped; and the tables they hold."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dashboard.intake.archive import read_gzip, read_member, verify_members
from dashboard.intake.columnar import read_parquet
from dashboard.intake.decoding import decode
from dashboard.intake.delimited import read_delimited
from dashboard.intake.limits import Limits
from dashboard.intake.raw_table import RawTable
from dashboard.intake.report import UnusableSource
from dashboard.intake.workbook import read_workbook

TEXT, EXCEL, PARQUET = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm"), (".parquet",)
_OLD_EXCEL = (".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Member:
    """One file of a source, on disk or inside a zip."""

    name: str
    path: Path
    info: zipfile.ZipInfo | None = None

    @property
    def suffix(self) -> str:
        """The lower-case suffix, without ``.gz``."""
        return PurePosixPath(self.name.lower().removesuffix(".gz")).suffix

    @property
    def stem(self) -> str:
        """The lower-case name without folder and suffixes."""
        return PurePosixPath(self.name.lower().removesuffix(".gz")).stem

    @property
    def size(self) -> int:
        """Its bytes: in a zip unpacked, else as it stands on the disk."""
        return self.path.stat().st_size if self.info is None else self.info.file_size

    def is_table(self) -> bool:
        """Whether its name is one of a table."""
        return self.suffix in TEXT + EXCEL + PARQUET

    def content(self, limits: Limits) -> bytes:
        """Its bytes, unpacked. Raises ``UnusableSource`` beyond the limits."""
        if self.info is not None:
            with zipfile.ZipFile(self.path) as archive:
                packed = read_member(archive, self.info, self.path.name, limits)
        else:
            limits.check_bytes(self.path.stat().st_size, self.name)
            packed = self.path.read_bytes()
        return read_gzip(packed, self.name, limits) if self.name.lower().endswith(".gz") else packed


def members_of(source: Path, limits: Limits) -> list[Member]:
    """The files of a folder or a zip, by name; hidden ones and what an operating system adds are left out.

    Raises ``UnusableSource`` for a damaged zip, or one beyond the limits.
    """
    if source.is_dir():
        files = sorted(path for path in source.rglob("*") if path.is_file() and not path.is_symlink())
        if len(files) > limits.members:
            raise UnusableSource(
                f"{source.name}: {len(files)} files, more than the limit of {limits.members}"
            )
        return [Member(name, path) for path in files if _counts(name := path.relative_to(source).as_posix())]
    limits.check_bytes(source.stat().st_size, source.name)
    try:
        with zipfile.ZipFile(source) as archive:
            verify_members(archive, source.name, limits, contents=False)
            infos = [info for info in archive.infolist() if not info.is_dir() and _counts(info.filename)]
    except zipfile.BadZipFile:
        raise UnusableSource(f"{source.name}: damaged zip file; make it again") from None
    nested = [info.filename for info in infos if info.filename.lower().endswith(".zip")]
    if nested:
        raise UnusableSource(f"{source.name}: {nested[0]} is a zip inside a zip; unpack it first")
    return [Member(info.filename, source, info) for info in sorted(infos, key=lambda info: info.filename)]


def by_stem(members: Iterable[Member], stems: Collection[str]) -> dict[str, Member]:
    """The files of these names. Raises ``UnusableSource`` when one of them is there twice."""
    found: dict[str, Member] = {}
    for member in members:
        if member.stem not in stems:
            continue
        if member.stem in found:
            raise UnusableSource(
                f"two files are named {member.stem}: {found[member.stem].name}, {member.name}; keep one"
            )
        found[member.stem] = member
    return found


def _counts(name: str) -> bool:
    return not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def tables_of(member: Member, limits: Limits, mapping: Mapping[str, str] | None) -> list[RawTable]:
    """The tables of one file: the sheets of a workbook, else one. Raises ``UnusableSource``."""
    name = member.name
    if member.suffix in _OLD_EXCEL:
        raise UnusableSource(f"{name}: {member.suffix} files are not read; save it as .xlsx or CSV")
    content = member.content(limits)
    if member.suffix in EXCEL:
        return read_workbook(content, name, limits, mapping)
    if member.suffix in PARQUET:
        return [read_parquet(content, name, limits, mapping)]
    text, notice = decode(content, name)
    table, _ = read_delimited(text, name, limits, mapping)
    if notice:
        table.notices.insert(0, notice)
    return [table]
