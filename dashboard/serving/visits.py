"""Browsers that have opened a page of this server, known by a random word in a cookie."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable

from dashboard import settings

COOKIE = "backstop_visit"
LASTS = 24 * 60 * 60.0
"""Seconds since the visit was last seen: a page left open over night can still download in the morning."""
MOST = 100_000
"""Visits held at once; beyond it the one seen longest ago is forgotten and has to open its page again."""


class Visits:
    """Kept in memory only: a restart of the server ends every visit."""

    def __init__(self, clock: Callable[[], float] = settings.seconds, lasts: float = LASTS, most: int = MOST) -> None:
        self._clock, self._lasts, self._most = clock, lasts, most
        self._seen: OrderedDict[str, float] = OrderedDict()

    def begin(self) -> str:
        """A new visit; the answer is the word for its cookie."""
        word = secrets.token_urlsafe(32)
        self._seen[word] = self._clock()
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return word

    def knows(self, word: str | None) -> bool:
        """Whether the visit still lasts; being asked for prolongs it."""
        if word is None or word not in self._seen:
            return False
        now = self._clock()
        if now - self._seen[word] > self._lasts:
            del self._seen[word]
            return False
        self._seen[word] = now
        self._seen.move_to_end(word)
        return True
