"""``backstop evaluate --engine spark``: a prepared panel answered on Spark, as a folder of Parquet parts."""

from __future__ import annotations

import logging
import os
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dashboard import settings
from dashboard.command_line import Unusable, evaluation, reading
from dashboard.command_line.steps import Steps

if TYPE_CHECKING:
    import pyarrow as pa

    from dashboard.intake.report import LoadReport

CHECK, EVALUATE, WRITE = evaluation.READ, evaluation.EVALUATE, evaluation.WRITE
FORMS = "spark://HOST:7077, sc://HOST:15002 or local[2]"
KEPT, ANSWERS = "steps", "answers"
PORTS = {"spark": 7077, "sc": 15002}
"""Where the master of a cluster and a Spark Connect server listen unless told otherwise."""
PATIENCE = 5.0
"""Seconds within which an address must answer; Spark itself would try for a minute."""
PEOPLE = 1_000_000
"""Answers in a part: which people stand in which part depends on the answers alone, not on the cluster."""


def evaluate_to(
    how: reading.Reading,
    asked: evaluation.Asked,
    master: str | None,
    format: str | None,
    output: Path | None,
    held_back: Path | None,
    timing: bool,
) -> LoadReport:
    """Write the answers; tell the load identity, profile, version and intended use on standard error.

    ``master``: ``local[2]``, ``spark://host:7077`` or ``sc://host:15002``.
    """
    from dashboard.intake import prepared

    if format not in (None, "parquet") or output is None:
        raise Unusable("--engine spark: writes a folder of Parquet; give --output DIR and no other --format")
    if how.bucket_rows is not None:
        raise Unusable("--bucket-rows: belongs to the local engine; Spark divides the panel by itself")
    evaluation.check_places(output, held_back)
    if output.exists():
        raise Unusable(f"--output {output}: exists already; name a new folder")
    if not prepared.is_prepared(how.source):
        reading.exists(how.source)
        raise Unusable(f"{how.source}: Spark reads a prepared panel; run backstop prepare {how.source} --output DIR")
    address = _address(master)
    with Steps(CHECK, EVALUATE, WRITE) as steps, _folder(output) as folder:
        with steps.step(CHECK), reading.said_plainly():
            source = prepared.opened(how.source, asked.as_of, asked=how.asked())
        report, rows = source.report(), source.rows()
        _answer(source.files(), asked, address, folder, steps, rows["patients"])
        if held_back is not None:
            reading.save_held_back(report, held_back)
        (folder / ANSWERS).replace(output)
    reading.tell(report, held_back)
    asked.tell()
    if timing:
        evaluation.tell_times(steps.seconds, how.source, rows["patients"], rows["events"])
    return report


def _answer(
    files: tuple[Path, Path], asked: evaluation.Asked, address: str, folder: Path, steps: Steps, patients: int
) -> None:
    from pathways.engines import spark

    pathway = asked.pathway.in_profile(asked.profile, asked.as_of)
    try:
        with ExitStack() as opened:
            opened.callback(logging.disable, logging.root.manager.disable)
            logging.disable()  # the bridge to Java writes a traceback of every Ctrl-C
            with _silent():
                session = opened.enter_context(spark.connected(address))
            with steps.step(EVALUATE):
                spark.run(session, spark.Tables(*files), pathway, folder / KEPT, tell=lambda _: steps.beat())
    except spark.Failed as error:
        raise Unusable(f"--spark-master {_shown(address)}: Spark gave up ({error}); its own log says why") from None
    with steps.step(WRITE):
        written = write_parts(spark.answers(folder / KEPT, pathway), folder / ANSWERS, asked.about(files[0].parent))
    if written != patients:
        raise Unusable(
            f"--spark-master {_shown(address)}: answered for {written} of {patients} patients; nothing was written"
        )


def _address(master: str | None) -> str:
    """Where Spark is. Raises ``Unusable`` where it cannot start from here; nothing of it is loaded yet."""
    if master is None:
        raise Unusable(f"--engine spark: say where with --spark-master: {FORMS}")
    scheme = urlsplit(master).scheme
    if scheme not in PORTS and not master.startswith("local"):
        raise Unusable(f"--spark-master {_shown(master)}: not an address of Spark: {FORMS}")
    if find_spec("pyspark") is None:
        raise Unusable("--engine spark: PySpark is not installed: pip install 'backstop[spark]'")
    if scheme != "sc" and settings.java() is None:
        raise Unusable("--engine spark: Java is missing: install Java 17 or newer, or let JAVA_HOME name its folder")
    if scheme in PORTS and not any(_listens(place, PORTS[scheme]) for place in _places(master)):
        raise Unusable(f"--spark-master {_shown(master)}: nothing answers there; is it running?")
    return master


def write_parts(answers: Iterable[pa.Table], folder: Path, about: dict[str, str]) -> int:
    """A file of answers for every so many people, in their order; how many people. Of nobody there is one file."""
    folder.mkdir()
    people = 0
    with _part(folder, 0, about):
        pass
    for number, group in groupby(_placed(answers), itemgetter(0)):
        with _part(folder, number, about) as write:
            for _, some in group:
                write(some)
                people += some.num_rows
    return people


@contextmanager
def _part(folder: Path, number: int, about: dict[str, str]) -> Iterator[Callable[[pa.Table], None]]:
    from dashboard.answer_files import replacing, writing

    with replacing(folder / f"part-{number:05}.parquet") as target, writing(target, "parquet", about) as write:
        yield write


def _placed(answers: Iterable[pa.Table]) -> Iterator[tuple[int, pa.Table]]:
    """Which part, and what belongs there."""
    place = 0
    for table in answers:
        begun = 0
        while begun < table.num_rows:
            number, within = divmod(place, PEOPLE)
            some = table.slice(begun, PEOPLE - within)
            yield number, some
            begun, place = begun + some.num_rows, place + some.num_rows


@contextmanager
def _folder(output: Path) -> Iterator[Path]:
    """Beside the output, where the cluster reaches it as well: for what is not whole yet. It is removed in any case."""
    folder = output.absolute().with_name(f".{output.name}.part")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        yield folder
    except OSError as error:
        raise Unusable(f"--output {output}: {error.strerror}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _silent() -> Iterator[None]:
    """Whatever is started meanwhile has no standard error: Java's words between our lines may hold what a row says."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _shown(master: str) -> str:
    """Without what may follow a Connect server's name, such as a token."""
    return master.partition("/;")[0]


def _places(master: str) -> list[str]:
    """A cluster may have several masters: ``spark://one:7077,two:7077``."""
    return urlsplit(master).netloc.split(",")


def _listens(place: str, port: int) -> bool:
    try:
        where = urlsplit(f"//{place}")
        with socket.create_connection((where.hostname or "", where.port or port), timeout=PATIENCE):
            return True
    except (OSError, ValueError):
        return False
