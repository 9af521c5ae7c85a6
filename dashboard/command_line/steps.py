"""The steps of one command: a progress bar while they run, and how long each took."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

from dashboard import settings

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")


class Steps:
    """Names the running step on standard error if that is a terminal, and keeps the seconds of each."""

    def __init__(self, *names: str) -> None:
        self.seconds: dict[str, float] = {}
        self._names = names
        self._running = ""
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._open = ExitStack()

    def __enter__(self) -> Steps:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._bar = self._open.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
            self._task = self._bar.add_task("starting", total=len(self._names))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def rounds(self, number: int) -> None:
        """The steps follow each other so many times."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=len(self._names) * number)

    def beat(self) -> None:
        """A step goes on that cannot say how far it is."""
        if self._bar is not None:
            self._bar.refresh()

    def share(self, part: float) -> None:
        """So much of the running step is done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=f"{self._running}, {part:.0%} of the bytes")

    @contextmanager
    def step(self, name: str, *, whole: bool = True) -> Iterator[None]:
        """Run one of the named steps; one that is entered several times counts its times together. ``whole``: it is
        done with this."""
        self._running = name
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=name)
        start = settings.seconds()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + settings.seconds() - start
            if whole:
                self._advance()

    def each(self, name: str, source: Iterable[T]) -> Iterator[T]:
        """What comes from a source, each taken in a step of this name."""
        taken = iter(source)
        while True:
            with self.step(name, whole=False):
                one = next(taken, None)
            if one is None:
                return
            self._advance()
            yield one

    def _advance(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)
