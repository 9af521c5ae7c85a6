"""Zip and gzip: sizes, counts and ratios checked first, then the bytes that really come out."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

from dashboard.intake.limits import MEGABYTE, Limits
from dashboard.intake.report import UnusableSource

_CHUNK = MEGABYTE

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What reading a zip raises that is broken, or (the last) packed in a way that ``zipfile`` does not know."""


def verify_members(archive: zipfile.ZipFile, name: str, limits: Limits, *, contents: bool = True) -> None:
    """Raises ``UnusableSource`` when what the archive declares is beyond the limits.

    ``contents``: unpack every member once, so that none holds more than it declares (``BadZipFile``).
    """
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise UnusableSource(f"{name}: {len(infos)} files inside, more than the limit of {limits.members}")
    for info in infos:
        check_member(info, name, limits)
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked:
        raise UnusableSource(
            f"{name}: unpacks to {total // MEGABYTE} MB, more than {limits.unpacked // MEGABYTE} MB"
        )
    for info in infos if contents else ():
        with archive.open(info) as member:
            while member.read(_CHUNK):
                pass


def check_member(info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    """What the archive's directory says of one member."""
    if info.flag_bits & 1:
        raise UnusableSource(f"{name}: {info.filename} is encrypted; unpack it first")
    limits.check_bytes(info.file_size, f"{name}: {info.filename} unpacked")
    if info.file_size > MEGABYTE and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise UnusableSource(
            f"{name}: {info.filename} unpacks to more than {limits.ratio} times its size; unpack it first"
        )


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: Limits) -> bytes:
    """The bytes of one member; never more than its directory entry declares."""
    check_member(info, name, limits)
    try:
        with archive.open(info) as member:
            content = member.read(limits.bytes + 1)
    except DAMAGED as error:
        raise UnusableSource(
            f"{name}: {info.filename} is damaged; make the zip again ({type(error).__name__})"
        ) from None
    limits.check_bytes(len(content), f"{name}: {info.filename} unpacked")
    return content


def read_gzip(source: Path | bytes, name: str, limits: Limits) -> bytes:
    """The bytes of a gzip file, stopped as soon as they are beyond the limits."""
    packed = source if isinstance(source, bytes) else source.read_bytes()
    unpacker = zlib.decompressobj(wbits=31)
    allowed = min(limits.bytes, max(len(packed) * limits.ratio, MEGABYTE))
    parts, total, rest = [], 0, packed
    try:
        while rest:
            part = unpacker.decompress(rest, allowed - total + 1)
            parts.append(part)
            total += len(part)
            if total > allowed:
                raise UnusableSource(
                    f"{name}: unpacks to more than {allowed // MEGABYTE} MB; unpack it first"
                )
            if unpacker.eof:  # the next of several members
                rest = unpacker.unused_data
                unpacker = zlib.decompressobj(wbits=31) if rest else unpacker
            else:
                rest = unpacker.unconsumed_tail
    except (zlib.error, gzip.BadGzipFile):
        raise UnusableSource(f"{name}: damaged gzip; pack it again") from None
    if not unpacker.eof:
        raise UnusableSource(f"{name}: the gzip file ends too early; copy it again")
    return b"".join(parts)
