"""Where FHIR resources stand: bundles and NDJSON, plain, gzipped or zipped, one file or a folder of them."""

from __future__ import annotations

import codecs
import gzip
import json
import zipfile
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, NoReturn

from dashboard.intake.archive import DAMAGED, check_member
from dashboard.intake.limits import MEGABYTE, Limits
from dashboard.intake.members import Member, members_of
from dashboard.intake.report import UnusableSource

_SNIFFED = 4096
_ENDLESS = 1 << 60
_LONGEST = 1 << 30
"""Bytes of a line that are read at once, at most."""
_PASSED_EVERY = 2_000
_LINES, _WHOLE = (".ndjson", ".jsonl"), (".json",)
_DAMAGED = (*DAMAGED, gzip.BadGzipFile)


class Found(NamedTuple):
    """One JSON text: an NDJSON line or a whole file. ``problem`` says what is wrong with a broken one.

    ``raw`` is blank for whole files.
    """

    table: str
    line: int
    raw: str
    value: Any
    problem: str = ""


def json_members(source: Path, limits: Limits) -> tuple[list[Member], int]:
    """The JSON and NDJSON files, patients first, and the number of other files. Raises ``UnusableSource``."""
    folder = source.is_dir() or zipfile.is_zipfile(source)
    found = members_of(source, limits) if folder else [Member(source.name, source)]
    wanted = [one for one in found if one.suffix in _LINES + _WHOLE]
    wanted.sort(key=lambda one: (not PurePosixPath(one.name).name.startswith("Patient"), one.name))
    return wanted, len(found) - len(wanted)


def looks_like_fhir(source: Path) -> bool:
    """Whether a file, folder or zip holds FHIR resources: some JSON in it names a ``resourceType``."""
    try:
        return any(_names_a_type(one) for one in json_members(source, Limits())[0])
    except (OSError, UnusableSource):
        return False


def _names_a_type(member: Member) -> bool:
    try:
        with _opened(member, Limits()) as file:
            head = file.read(_SNIFFED).lstrip(b"\xef\xbb\xbf \t\r\n")
    except (OSError, UnusableSource):
        return False
    return head.startswith((b"{", b"[")) and b'"resourceType"' in head


def texts(
    member: Member,
    limits: Limits,
    only: Container[int] | None = None,
    passed: Callable[[int], None] = lambda _: None,
) -> Iterator[Found | None]:
    """Every JSON text of a file in order; None for an empty line. ``only``: just the lines of these numbers, where
    there are lines. ``passed`` hears how many bytes of the file, as it is stored, were read. Raises
    ``UnusableSource``."""
    if limits.streamed and member.info is None and member.suffix in _LINES:
        limits = replace(limits, bytes=_ENDLESS)
    with _opened(member, limits) as file:
        if member.suffix in _WHOLE:
            yield _parsed(member.name, 1, file.read(), keep=False)
            return
        for number, line in enumerate(file.lines(), start=1):
            if number % _PASSED_EVERY == 0:
                passed(file.passed())
            if only is not None and number not in only:
                continue
            content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            yield _parsed(member.name, number, content) if content.strip() else None


@contextmanager
def _opened(member: Member, limits: Limits) -> Iterator[_Counted]:
    """The plain bytes, unpacked as they are read."""
    try:
        with _packed(member, limits) as (file, size):
            if member.name.lower().endswith(".gz"):
                with gzip.open(file) as unpacked:
                    yield _Counted(unpacked, member.name, size, limits, file)
            else:
                yield _Counted(file, member.name, 0, limits, file)
    except _DAMAGED:
        raise UnusableSource(f"{member.name}: is damaged or ends too early; copy or pack it again") from None


@contextmanager
def _packed(member: Member, limits: Limits) -> Iterator[tuple[IO[bytes], int]]:
    if member.info is None:
        limits.check_bytes(member.path.stat().st_size, member.name)
        with member.path.open("rb") as file:
            yield file, member.path.stat().st_size
    else:
        check_member(member.info, member.path.name, limits)
        with zipfile.ZipFile(member.path) as archive, archive.open(member.info) as file:
            yield file, member.info.file_size


class _Counted:
    """Counts what comes out, so that a small file cannot become an endless one."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, name: str, packed: int, limits: Limits, stored: IO[bytes]
    ) -> None:
        self._stored = stored
        self._file, self._name, self._limits, self._seen = file, name, limits, 0
        self._most = max(packed * limits.ratio, MEGABYTE) if packed else limits.bytes

    def passed(self) -> int:
        """How many bytes were read of the file as it is stored."""
        return self._stored.tell()

    def _count(self, data: bytes) -> bytes:
        self._seen += len(data)
        self._limits.check_bytes(self._seen, self._name)
        if self._seen > self._most:
            raise UnusableSource(
                f"{self._name}: unpacks to more than {self._limits.ratio} times its size; send it unpacked"
            )
        return data

    def read(self, size: int = -1) -> bytes:
        """At most one byte more than the limits allow."""
        return self._count(self._file.read(self._wanted(size)))

    def lines(self) -> Iterator[bytes]:
        """One line after the other, each at most one byte longer than the limits allow."""
        readline, longest = self._file.readline, min(self._wanted(-1), _LONGEST)
        least = min(self._limits.bytes, self._most)
        while line := readline(longest):
            self._seen += len(line)
            if self._seen > least:
                self._count(b"")
            yield line

    def _wanted(self, size: int) -> int:
        return min(self._limits.bytes, self._most) + 1 if size < 0 else size


def _parsed(table: str, line: int, content: bytes, keep: bool = True) -> Found:
    raw, value, problem = "", None, ""
    try:
        raw = content.removeprefix(codecs.BOM_UTF8).decode()
        value = as_read(raw)
    except UnicodeDecodeError:
        raw = content.decode("utf-8", "replace")
        problem = "is not UTF-8 text; save it as UTF-8"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} (line {error.lineno}, character {error.colno})"
    except (ValueError, RecursionError):
        problem = "is not JSON that can be read"
    return Found(table, line, raw.rstrip("\r\n") if keep else "", value, problem)


def as_read(text: str) -> Any:  # noqa: ANN401 - any JSON
    """As the decoder reads it, but without its search for space around a text that mostly has none."""
    try:
        value, end = _READER.scan_once(text, 0)
    except StopIteration:
        return _READER.decode(text)
    return value if not text[end:].strip(_SPACE) else _READER.decode(text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_SPACE = " \t\n\r"
_READER = json.JSONDecoder(parse_float=str, parse_constant=_refuse)
"""One for every line: to make it takes half as long as to read a line with it."""
