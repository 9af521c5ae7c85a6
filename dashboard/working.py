"""Long work on everybody of a panel: done once in a process, in a thread, whoever waits for it or goes away meanwhile.

One piece at a time: two at once would take as long together, and the memory of both.
"""

from __future__ import annotations

import atexit
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, Generic, TypeVar, cast
from weakref import WeakSet, ref

from dashboard import faults
from dashboard.people import Told

Result = TypeVar("Result")
MOST_KEPT = 8
"""Finished pieces of one panel whose result is kept; the one used longest ago goes first."""

PATIENCE = 20.0
"""Seconds that the end of the process waits for the part that is being worked on."""

_turn = Lock()
_ends = Event()
_threads: WeakSet[Thread] = WeakSet()


class Stopped(Exception):
    """The process ends, or nobody wants the result any more."""


class Work(Generic[Result]):
    """``done`` of ``of`` people; ``begun`` is False while another piece is worked on."""

    def __init__(self, of: int, todo: Callable[[Told], Result]) -> None:
        self.of, self.done, self.begun = of, 0, False
        self._todo: Callable[[Told], Result] | None = todo
        self._result: Result | None = None
        self.failed: Exception | None = None
        self.told_of = False
        self._over, self._stop = Event(), Event()

    @property
    def over(self) -> bool:
        return self._over.is_set()

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return min(self.done / self.of, 1.0) if self.of else 0.0

    def start(self) -> None:
        thread = Thread(target=self._run, name="work on a panel", daemon=True)
        _threads.add(thread)
        thread.start()

    def stop(self) -> None:
        """After the part that is being worked on."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is over by then."""
        return self._over.wait(seconds)

    def result(self) -> Result:
        """Waits for it. Raises what the work raised."""
        self._over.wait()
        if self.failed is not None:
            self.told_of = True
            raise self.failed
        return cast("Result", self._result)

    def _told(self, done: int) -> None:
        self.done = done
        if self._stop.is_set() or _ends.is_set():
            raise Stopped

    def _run(self) -> None:
        try:
            with _turn:
                self._told(0)
                self.begun = True
                assert self._todo is not None
                self._result = self._todo(self._told)
        except Stopped as stopped:
            self.failed = stopped
        except Exception as error:
            self.failed = error
            logging.getLogger(__name__).error("work on a panel failed: %s", faults.place(error))
        finally:
            self._todo = None  # it holds what it was done with
            self._over.set()


class OfThis:
    """Part of the name of a piece of work: this very object. What takes its place in memory one day is another."""

    def __init__(self, it: object) -> None:
        self._it, self._hash = ref(it), id(it)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        it = self._it()
        return isinstance(other, OfThis) and it is not None and other._it() is it


class Works:
    """Pieces of work by what they are of. Belongs to one panel; whoever asks for the same piece waits for the same."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Work[Any]] = OrderedDict()
        self._lock = Lock()

    def ask(self, name: Hashable, of: int, todo: Callable[[Told], Result]) -> Work[Result]:
        """The piece of this name, begun now unless it is under way or done. One that failed is begun anew once
        somebody was told that."""
        with self._lock:
            if name not in self._known or self._known[name].told_of:
                self._known[name] = Work(of, todo)
                self._known[name].start()
                finished = [key for key, work in self._known.items() if work.over]
                for key in finished[: max(len(self._known) - MOST_KEPT, 0)]:
                    del self._known[key]
            self._known.move_to_end(name)
            return self._known[name]

    def known(self, name: Hashable) -> Work[Any] | None:
        """The piece of this name, if anybody asked for it and was not told yet that it failed."""
        found = self._known.get(name)
        return None if found is None or found.told_of else found

    def forget(self, name: Hashable) -> None:
        with self._lock, suppress(KeyError):
            del self._known[name]


def end() -> None:
    """No part is begun any more; waits for those that are being worked on."""
    _ends.set()
    for thread in list(_threads):
        thread.join(PATIENCE)


atexit.register(end)
