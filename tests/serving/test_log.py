"""No text of an exception in a log: in a process of its own, since loggers belong to a whole process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dashboard import faults, settings

CANARY = "Ada Canary 1960-02-03"

SETUP = f"""
import asyncio, logging, sys, threading
from dashboard import faults
faults.keep_values_out_of_the_log(); faults.keep_values_out_of_the_log()
logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger("some.library")
def fails():
    try:
        int({CANARY!r})
    except ValueError as cause:
        raise RuntimeError({CANARY!r}) from cause
"""

WAYS = {
    "exception": "try:\n    fails()\nexcept Exception:\n    log.exception('failed %s %d %%', sys.exc_info()[1], 3)",
    "exc_info": "try:\n    fails()\nexcept Exception as error:\n    log.warning('failed', exc_info=error)",
    "argument": "try:\n    fails()\nexcept Exception as error:\n    log.error('failed: %s', error)",
    "message": "try:\n    fails()\nexcept Exception as error:\n    log.error(error)",
    "mapping": "try:\n    fails()\nexcept Exception as error:\n    log.error('failed: %(e)s', {'e': error})",
    "unwritable": (
        "try:\n    fails()\nexcept Exception as error:\n    log.error('%d', str(error)); log.error('RuntimeError in x')"
    ),
    "thread": "thread = threading.Thread(target=fails); thread.start(); thread.join()",
    "task": (
        "async def main():\n    task = asyncio.ensure_future(asyncio.to_thread(fails))\n"
        "    await asyncio.wait([task])\n    del task\n    import gc; gc.collect()\nasyncio.run(main())"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_type_and_a_place_are_logged_and_nothing_else(way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SETUP + WAYS[way]], cwd=settings.ROOT, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "RuntimeError in " in said, "the place is what the server's keeper needs"
    assert "Canary" not in said
    assert "1960" not in said
    assert "Traceback" not in said


def test_ordinary_lines_stay_as_they_are() -> None:
    code = SETUP + "log.info('%d of %s, 100%%', 3, 'four'); log.info('50%'); log.info({'a': 1})"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.ROOT, capture_output=True, text=True, check=True)
    assert [line.split(":", 2)[2] for line in done.stderr.splitlines()] == ["3 of four, 100%", "50%", "{'a': 1}"]


def test_the_place_is_our_own_innermost_line() -> None:
    def rows() -> None:
        settings._variable("UNKNOWN")

    with pytest.raises(KeyError) as caught:
        rows()
    assert faults.place(caught.value).startswith("KeyError in dashboard/settings.py line ")


def test_without_a_line_of_ours_it_is_the_innermost_of_anybody() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(CANARY)
    assert faults.place(caught.value).startswith("ValueError in test_log.py line ")
    assert faults.place(ValueError(CANARY)) == "ValueError in unknown place"
