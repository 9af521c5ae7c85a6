"""How much one load may bring. A source beyond a limit is refused before it is read."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.intake.report import UnusableSource

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """``bytes`` bounds one file, packed or unpacked; ``unpacked`` all members of an archive together;
    ``ratio`` unpacked to packed; ``field`` the characters of one cell. ``streamed``: files of lines in a folder, which
    nobody holds in memory, may have any number of bytes and records."""

    bytes: int = 200 * MEGABYTE
    unpacked: int = 1000 * MEGABYTE
    rows: int = 5_000_000
    columns: int = 500
    ratio: int = 200
    members: int = 10_000
    field: int = 128 * 1024
    streamed: bool = False

    def check_bytes(self, count: int, what: str) -> None:
        """Raises ``UnusableSource`` above the byte limit. ``what`` names the file."""
        if count > self.bytes:
            raise UnusableSource(
                f"{what}: {count // MEGABYTE} MB, more than the limit of {self.bytes // MEGABYTE} MB;"
                " split the list, or raise the limit"
            )

    def check_rows(self, count: int, what: str) -> None:
        """Raises ``UnusableSource`` above the row limit."""
        if count > self.rows:
            raise UnusableSource(f"{what}: more than the limit of {self.rows} rows; split the list")
