"""Folders for what does not stay in memory: made when the first file is needed, gone at the end whatever happens.

A process that is killed outright leaves its folder. Each names the process it is of, so that the next one that needs
such a folder finds those of nobody and removes them.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"backstop-(\d+)-\w+")


class Scratch:
    """To be entered; ``folder`` makes it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._files = 0

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def folder(self) -> Path:
        """The folder of this process alone, which nobody else may read."""
        if self._folder is None:
            remove_leftovers()
            self._folder = Path(tempfile.mkdtemp(prefix=f"backstop-{os.getpid()}-"))
        return self._folder

    def file(self) -> Path:
        """A path in it under which there is nothing yet."""
        self._files += 1
        return self.folder() / str(self._files)


def remove_leftovers() -> None:
    """What processes of this user have left behind that do not run any more."""
    with suppress(OSError):
        for path in Path(tempfile.gettempdir()).iterdir():
            found = _NAME.fullmatch(path.name)
            if found is not None and not _runs(int(found.group(1))):
                with suppress(OSError):
                    if path.is_dir() and not path.is_symlink() and path.stat().st_uid == _user():
                        shutil.rmtree(path, ignore_errors=True)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _runs(process: int) -> bool:
    """Whether there is such a process, whosever."""
    if os.name == "nt":  # asking there would end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
