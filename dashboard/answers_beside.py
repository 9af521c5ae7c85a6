"""The answers of a prepared panel, kept beside it so that the next start opens them instead of evaluating everybody.

They are used only where everything that they were made of is the same: the panel, the profile, the day, the pathway
and every file of this program and of the engine beneath it. Nobody has to throw them away.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard import settings
from dashboard.intake.prepared import OnDisk
from dashboard.worklist import ORDERS
from pathways import ANSWERS, Pathway

PROOF = b"backstop_proof"
MOST_KEPT = 24
"""Files of one panel: two of a profile on a day; the oldest goes first."""

PROGRAM = ("dashboard", "pathways")
ENGINE = ("duckdb", "pyarrow", "sqlglot")
ANSWERED, ORDERED = "answers", "orders"
_SCHEMAS = {ANSWERED: ANSWERS, ORDERED: ORDERS}
_unwritable: set[Path] = set()


def folder_of(panel: OnDisk) -> Path:
    return panel.folder.with_name(f"{panel.folder.name}.answers")


def find(panel: OnDisk, pathway: Pathway, profile: str, as_of: date, what: str = ANSWERED) -> pa.Table | None:
    """The answers, in the order of the patients, or who has anything open (``ORDERED``, as in ``worklist.ORDERS``);
    None where there is nothing that was made of the same."""
    path = _path(panel, profile, as_of, what)
    try:
        with pq.ParquetFile(path) as file:
            if (file.schema_arrow.metadata or {}).get(PROOF) != _proof(panel, pathway, profile, as_of):
                return None
            found = file.read().replace_schema_metadata(None)
    except (OSError, pa.ArrowException):
        return None
    same = found.schema.equals(_SCHEMAS[what])
    everybody = what != ANSWERED or found["patient_id"].equals(panel.patients["patient_id"])
    return found if same and everybody else None


def keep(panel: OnDisk, pathway: Pathway, profile: str, as_of: date, what: str, found: pa.Table) -> None:
    """Where they cannot be written that is told once in the log, and the next start evaluates everybody again."""
    path = _path(panel, profile, as_of, what)
    proof = {PROOF: _proof(panel, pathway, profile, as_of)}
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        pq.write_table(found.replace_schema_metadata(proof), partial, compression="zstd")
        partial.replace(path)
        _thin_out(path.parent)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        if path.parent not in _unwritable:
            _unwritable.add(path.parent)
            told = "the answers cannot be kept in %s (%s): the next start works through everybody again"
            logging.getLogger(__name__).warning(told, path.parent, error.strerror)


def _path(panel: OnDisk, profile: str, as_of: date, what: str) -> Path:
    return folder_of(panel) / f"{profile}-{as_of}-{what}.parquet"


def _thin_out(folder: Path) -> None:
    made = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in made[MOST_KEPT:]:
        path.unlink(missing_ok=True)


def _proof(panel: OnDisk, pathway: Pathway, profile: str, as_of: date) -> bytes:
    made_of = (panel.fingerprint, pathway.version, profile, as_of.isoformat(), program())
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest().encode()


@cache
def program() -> str:
    """Stands for every file of the program, and for the libraries that the statement is made and run with."""
    found = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in ENGINE).encode())
    for folder in PROGRAM:
        for path in sorted((settings.ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(path.relative_to(settings.ROOT).as_posix().encode() + b"\0")
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
