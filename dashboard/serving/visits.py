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
        self._seen: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def begin(self, whose: str = "") -> str:
        """A new visit of this sign-in, if there is one; the answer is the word for its cookie."""
        word = secrets.token_urlsafe(32)
        self._seen[word] = self._clock(), whose
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return word

    def knows(self, word: str | None, whose: str = "") -> bool:
        """Whether the visit still lasts and is this sign-in's; being asked for prolongs it."""
        if word is None or word not in self._seen:
            return False
        now, (seen, owner) = self._clock(), self._seen[word]
        if now - seen > self._lasts:
            del self._seen[word]
            return False
        if owner != whose:
            return False
        self._seen[word] = now, whose
        self._seen.move_to_end(word)
        return True
