"""The only reader of the clock and of the environment.

Every variable that changes how the program behaves is listed in ``VARIABLES``; the README shows
the same list and a test compares the two.
"""

from __future__ import annotations

import gc
import getpass
import os
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The checkout, or the folder into which the packages were installed."""

INTENDED_USE = (
    "Decision support for clinicians. Not clinically assured. Shows what the record says under the "
    "named guideline profile; it does not exclude cancer and is not for emergencies."
)

VARIABLES: dict[str, str] = {
    "BACKSTOP_ANSWERS": "the answers of that list, evaluated before: a Parquet file of backstop evaluate or a folder",
    "BACKSTOP_AS_OF": "the as-of date (YYYY-MM-DD) to use instead of today",
    "BACKSTOP_HOME": "the folder that keeps what belongs to this clinic; else .backstop in the user's own folder",
    "BACKSTOP_PANEL": "the patient list that the dashboard opens instead of the sample panel",
    "BACKSTOP_PROOF": "where the action log's key and anchor are, best on another disk; else proof in BACKSTOP_HOME",
    "BACKSTOP_SHARED_DATA": "the folder of third-party data sets that the tests read",
    "BACKSTOP_STORE": "the PostgreSQL address of the action log; else it is the file actions.sqlite in BACKSTOP_HOME",
    "JAVA_HOME": "the Java that Spark starts; else the one on the path",
    "CI": "set by a build server: a component that a test needs must then be present",
}


ROUND = 50_000
"""New objects between two looks of the collector of garbage. Building the statement makes millions, none of them
garbage that only a look would find; at Python's own 700 the looks take a third of its time."""


def look_for_garbage_seldom() -> None:
    gc.set_threshold(ROUND, 10, 10)


class UnusableSetting(ValueError):
    """An environment variable holds something that cannot be used; one line says which and why."""


def _variable(name: str) -> str | None:
    if name not in VARIABLES:
        raise KeyError(name)
    return os.environ.get(name, "").strip() or None


def now() -> datetime:
    """The present moment in UTC, for audit stamps and data age; never for a clinical date."""
    return datetime.now(UTC)


def today() -> date:
    """The clinic's day (this machine's time zone), or ``BACKSTOP_AS_OF``.

    Raises ``UnusableSetting`` when the variable is not an ISO date.
    """
    given = _variable("BACKSTOP_AS_OF")
    if given is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise UnusableSetting(f"BACKSTOP_AS_OF: {given!r} is not a date; write YYYY-MM-DD") from None


def seconds() -> float:
    """A steady count of seconds for measuring how long a step takes."""
    return time.perf_counter()


def in_ci() -> bool:
    """Whether a build server runs this, which must never pass over a missing component."""
    return (_variable("CI") or "").lower() in {"1", "true", "yes"}


def shared_data() -> Path | None:
    """The folder of third-party data sets, or None where this machine has none."""
    given = _variable("BACKSTOP_SHARED_DATA")
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def opening_panel() -> Path | None:
    """The patient list to open first, or None: the sample panel."""
    given = _variable("BACKSTOP_PANEL")
    return Path(given) if given else None


def opening_answers() -> Path | None:
    """The answers of that list that were evaluated before, or None: the dashboard evaluates."""
    given = _variable("BACKSTOP_ANSWERS")
    return Path(given) if given else None


def home() -> Path:
    """The folder that keeps what belongs to this clinic; it may not exist yet."""
    given = _variable("BACKSTOP_HOME")
    return Path(given).expanduser() if given else Path.home() / ".backstop"


def store_address() -> str | None:
    """The address of a database server that keeps the action log, or None: a file in ``home``."""
    return _variable("BACKSTOP_STORE")


def proof_folder() -> Path:
    """The folder of what proves the action log: whoever can write here and in the store can forge both."""
    given = _variable("BACKSTOP_PROOF")
    return Path(given).expanduser() if given else home() / "proof"


def java() -> Path | None:
    """The Java that Spark would start, or None where this machine has none."""
    given = _variable("JAVA_HOME")
    found = shutil.which("java", path=None if given is None else str(Path(given) / "bin"))
    return None if found is None else Path(found)


def account() -> str:
    """The name of the machine's account that runs this."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "unknown"


def environment_with(**paths: Path | None) -> dict[str, str]:
    """This process's own for another one, with these variables told where they are given."""
    if unknown := paths.keys() - VARIABLES.keys():
        raise KeyError(*unknown)
    return dict(os.environ) | {name: str(path.absolute()) for name, path in paths.items() if path is not None}


def app_script() -> Path:
    """The script that Streamlit runs."""
    return ROOT / "streamlit_app.py"
