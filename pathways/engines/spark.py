"""Runs the statement on Apache Spark: in this process, on a cluster, or through Spark Connect.

Tables are read and steps are kept as Parquet, in folders that every worker and this process can reach. Workers need
Spark alone and nothing of ours. A worker that is lost loses no rows: Spark does its part again from the files.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from pathways.engines.duckdb import shaped
from pathways.engines.numbering import ID
from pathways.engines.spark_steps import pieces
from pathways.loading import ProfiledPathway

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Session: TypeAlias = "SparkSession"

CONNECT = "sc://"
"""How the address of a Spark Connect server begins."""

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # What a wide step implies of every pair of its columns takes far longer to find than it ever saves.
    "spark.sql.constraintPropagation.enabled": "false",
    # Whoever is together by person is together by person and concept: rows move once.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
    # Each piece is planned once, not again after each of its stages.
    "spark.sql.adaptive.enabled": "false",
}
ROWS_TOGETHER = 250_000
"""About so many events are one task."""
ROWS_AT_ONCE = 100_000
"""Answers that this process holds at a time."""
IN_ORDER = "in_order"


class Failed(Exception):
    """Spark could not do it. The text names the kind of error alone: Spark's own words may hold what a row says."""


@dataclass(frozen=True)
class Tables:
    """Where a panel lies as Parquet with the columns of ``pathways.panel``, its rows in any order."""

    patients: Path
    events: Path


@contextmanager
def connected(master: str) -> Iterator[Session]:
    """A session of its own on ``local[…]``, ``spark://…`` or ``sc://…``, ended at the end; Ctrl-C cancels its jobs.

    Raises ``ImportError`` without PySpark, and ``Failed`` where Spark does not start or gives up.
    """
    with _told():
        session = _started(master)
    try:
        with _told():
            for name, value in SETTINGS.items():
                session.conf.set(name, value)
            yield session
    except KeyboardInterrupt:
        with suppress(Failed), _told():  # the way to Java may be cut; it ends its jobs with this process then
            session.interruptAll()
        raise
    finally:
        with suppress(Failed), _told():
            session.stop()


def _started(master: str) -> Session:
    """PySpark's own handler of Ctrl-C talks to Java in the middle of what is being said to it; Python's stays."""
    before = signal.getsignal(signal.SIGINT)
    try:
        return _connect_session(master) if master.startswith(CONNECT) else _classic_session(master)
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def _connect_session(address: str) -> Session:
    """By Connect's own builder: the one for both kinds leaves a mark after which no classic session starts."""
    from pyspark.sql.connect.session import SparkSession

    return SparkSession.builder.remote(address).create()


def _classic_session(master: str) -> Session:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("backstop")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):  # it talks to nobody, and must not have to find this machine's name
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    return builder.getOrCreate()


@contextmanager
def _told() -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise Failed(error.getCondition() or type(error).__name__) from None
    except Py4JError as error:
        java = getattr(error, "java_exception", None)
        raise Failed(type(error).__name__ if java is None else java.getClass().getSimpleName()) from None


def run(
    session: Session,
    tables: Tables,
    pathway: ProfiledPathway,
    folder: Path,
    last: str = "answer",
    *,
    partitions: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Put the rows of one step of the statement over the panel into ``folder``, beside those of the steps on the way.

    ``tell`` hears of each step that is kept.
    """
    session.conf.set("spark.sql.shuffle.partitions", str(partitions or _partitions(tables)))
    for name, path in (("patients", tables.patients), ("events", tables.events)):
        session.read.parquet(_address(path)).createOrReplaceTempView(name)
    for piece in pieces(pathway, last):
        made, kept = session.sql(piece.text), _address(folder / piece.name)
        made.write.parquet(kept)
        session.read.schema(made.schema).parquet(kept).createOrReplaceTempView(piece.name)
        tell(piece.name)
    # Of what is kept: to find out where a stretch of ids ends, the rows are made once more.
    session.table(f"`{last}`").orderBy(ID).write.parquet(_address(folder / IN_ORDER))


def rows(folder: Path) -> Iterator[pa.Table]:
    """What ``run`` found, in the order of the patient ids, some rows at a time."""
    for path in sorted((folder / IN_ORDER).glob("part-*.parquet")):
        with pq.ParquetFile(path) as part:
            for batch in part.iter_batches(ROWS_AT_ONCE):
                yield pa.Table.from_batches([batch])


def answers(folder: Path, pathway: ProfiledPathway) -> Iterator[pa.Table]:
    """The same of the last step with the columns of ``ANSWERS``, one row per patient."""
    return (shaped(some, pathway) for some in rows(folder))


def _partitions(tables: Tables) -> int:
    events: int = pq.read_metadata(tables.events).num_rows
    return max(2, -(-events // ROWS_TOGETHER))


def _address(path: Path) -> str:
    """The folder on what all machines share, whatever Spark itself would take a bare path for."""
    return path.absolute().as_uri()
