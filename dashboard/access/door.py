"""Who may come in now: the claims of a token against the rules, the time, and what has ended since it was issued."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from dashboard import settings
from dashboard.access import rules, sign_ins
from dashboard.access.claims import Claims, user_of
from dashboard.access.rules import AccessRules, UnusableAccess
from dashboard.access.sign_ins import Look, SignIn, SignIns, SignInsUnusable
from dashboard.access.users import User

Why = Literal["nobody", "expired", "idle", "ended", "unchecked", "no_role"]
"""Why somebody does not come in: not signed in; the sign-in is too old, was left alone too long, or was ended;
nobody can say whether it still counts; or it gives no right to anything."""

WARNED_BEFORE = timedelta(seconds=60)
AHEAD = timedelta(minutes=5)
"""How far the provider's clock may be before ours."""


@dataclass(frozen=True)
class Visitor:
    """``user`` is who it is, as far as that is known; it counts for nothing while ``refused`` says why. ``first`` is
    whether this sign-in was never seen before."""

    user: User | None
    refused: Why | None = None
    first: bool = False

    @property
    def welcome(self) -> User | None:
        return None if self.refused else self.user


class Door:
    """``sign_in`` is whether a provider is set up: once it is, nobody comes in without it until the program ends."""

    def __init__(self, home: Path) -> None:
        self._file = home / rules.FILE
        self._sign_ins = SignIns(home / sign_ins.FILE)
        self._stamp: tuple[int, int] | None = None
        self._rules: AccessRules | None = None
        self.sign_in = False

    @property
    def rules(self) -> AccessRules:
        """As the file has them now. A file that has become unusable, or is gone, changes nothing, and the log says so;
        one that never was usable raises ``UnusableAccess``."""
        stamp = _stamp(self._file)
        if self._rules is None:
            self._rules, self._stamp = rules.read(self._file), stamp
        elif stamp != self._stamp:
            self._stamp = stamp
            try:
                self._rules = rules.read_again(self._file)
            except UnusableAccess as error:
                logging.getLogger(__name__).error("%s; the rules from before stay in force", error)
        return self._rules

    def visitor(self, claims: Claims, *, acts: bool = False) -> Visitor:
        """Who these claims let in at this moment. A sign-in that was left alone too long has ended from here on;
        ``acts`` says that the user did something, so that the time alone counts anew."""
        user = user_of(claims, self.rules)
        if user is None:
            return Visitor(None, "nobody")
        now = settings.now()
        try:
            found = self._sign_ins.look(user)
            refused = self._refused(user, found, now)
            if acts and refused is None:
                self._sign_ins.note(user, now)
        except SignInsUnusable as error:
            logging.getLogger(__name__).error("%s: nobody is let in until it can be read and written", error)
            return Visitor(user, "unchecked")
        return Visitor(user, refused, first=acts and refused is None and found.seen_at is None)

    def _refused(self, user: User, found: Look, now: datetime) -> Why | None:
        if found.ended is not None:
            return "idle" if found.ended == "idle" else "ended"
        begun, until = _times(user)
        if now >= until or begun > now + AHEAD:
            return "expired"
        if now >= self._alone_until(user, found):
            self._sign_ins.end(user, "idle", now)
            return "idle"
        return None if user.rights else "no_role"

    def left(self, user: User) -> timedelta:
        """How long until this sign-in ends if nobody does anything; nothing where nobody can say."""
        try:
            found = self._sign_ins.look(user)
        except SignInsUnusable:
            return timedelta(0)
        if found.ended is not None:
            return timedelta(0)
        return min(self._alone_until(user, found), _times(user)[1]) - settings.now()

    def end(self, user: User) -> None:
        """The user signs out: a copy of the cookie is worth nothing from here on. Raises ``SignInsUnusable``."""
        self._sign_ins.end(user, "ended", settings.now())

    def end_all(self, user_id: str) -> None:
        """Every sign-in of this user has ended. Raises ``SignInsUnusable``."""
        self._sign_ins.end_all(user_id, settings.now())

    def open_sign_ins(self) -> list[SignIn]:
        """Those that still count, the last seen first. Raises ``SignInsUnusable``."""
        return self._sign_ins.open_since(settings.now() - self.rules.idle)

    def _alone_until(self, user: User, found: Look) -> datetime:
        begun = _times(user)[0]
        seen = begun if found.seen_at is None else datetime.fromtimestamp(found.seen_at, UTC)
        return max(begun, seen) + self.rules.idle


@cache
def _door(home: Path) -> Door:
    return Door(home)


def the_door() -> Door:
    """The one of this process and its ``BACKSTOP_HOME``."""
    return _door(settings.home())


def _times(user: User) -> tuple[datetime, datetime]:
    """When somebody who signed in did so, and until when that lasts at most."""
    assert user.signed_in_at is not None
    assert user.until is not None
    return user.signed_in_at, user.until


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
