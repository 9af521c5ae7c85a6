"""Who this run is for, asked anew each time: at a run's start, before anything of a patient, and at every write.

Without a provider the program is for whoever sits at this machine, by the name that was said and nobody checked.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar, cast

import streamlit as st

from dashboard import settings
from dashboard.access import users
from dashboard.access.door import Visitor, the_door
from dashboard.access.sign_ins import SignInsUnusable
from dashboard.access.users import NotAllowed, Right, User
from dashboard.actions.records import Actor, Draft
from dashboard.wording.access import access as words

DECLARED_NAME = "_recorder"
_DRAWN_FOR = "_drawn_for"
_BY_CLOCK, _QUIET = "_by_clock", "_nobody_did_anything"
_ASKED = "_asked_who"
MOMENT = 1.0
"""Seconds for which the answer holds while a page is drawn, which asks some fifty times. No write relies on it."""
_NOT_SAVED = "_not_saved_at_the_end"
Given = ParamSpec("Given")
Made = TypeVar("Made")
_listeners: list[Callable[[str, User | None, Mapping[str, Any]], None]] = []


def by_provider() -> bool:
    """Whether one has to sign in."""
    return the_door().sign_in or "is_logged_in" in st.user


def begin() -> Visitor:
    """Who asks for the whole page: the reader, or the clock of the page, which keeps nobody signed in."""
    st.session_state[_QUIET] = bool(st.session_state.get(_BY_CLOCK))
    st.session_state.pop(_ASKED, None)
    return visitor()


def end() -> None:
    """What a reader does on a page that the clock has drawn counts again."""
    st.session_state[_QUIET] = st.session_state[_BY_CLOCK] = False


def by_clock() -> NoReturn:
    """Draws the whole page anew although nobody did anything."""
    st.session_state[_BY_CLOCK] = True
    st.rerun()


def visitor() -> Visitor:
    """Who asks for this run, or for this part of it."""
    if not by_provider():
        return Visitor(users.local(str(st.session_state.get(DECLARED_NAME, ""))))
    claims = st.user.to_dict()
    if not claims.get("is_logged_in"):
        return Visitor(None, "nobody")
    found = the_door().visitor(claims, acts=not st.session_state.get(_QUIET))
    if found.first:
        audited("signed_in", found.user)
    return found


def user() -> User:
    """Whoever this run is for. Where the sign-in counts no more, or gives other rights than when the page was drawn,
    the run ends here and the whole page is drawn anew."""
    asked, known = st.session_state.get(_ASKED, (float("-inf"), None))
    if known is not None and settings.seconds() - asked < MOMENT:
        return cast("User", known)
    found = visitor().welcome
    if found is None or st.session_state.get(_DRAWN_FOR, _seen_as(found)) != _seen_as(found):
        st.rerun()
        raise NotAllowed(words().over)
    if not found.declared:
        st.session_state[_ASKED] = settings.seconds(), found
    return found


def _seen_as(who: User) -> tuple[object, ...]:
    return (who.user_id, who.signed_in_at, who.roles, who.sites) if not who.declared else ()


def own_session(who: User) -> None:
    """What a session holds belongs to one user: for another one it begins empty."""
    before = st.session_state.get(_DRAWN_FOR)
    if before is not None and before[:1] != _seen_as(who)[:1]:
        forget()
    st.session_state[_DRAWN_FOR] = _seen_as(who)


def forget(*, but: Container[str] = ()) -> None:
    """Lists, drafts, names and choices of this session are gone."""
    for key in list(st.session_state):
        if key not in but:
            del st.session_state[key]


def leave() -> None:
    """Sign out here, on every tab and at the provider."""
    who = visitor().user
    forget()
    if who is not None:
        try:
            the_door().end(who)
        except SignInsUnusable:
            st.session_state[_NOT_SAVED] = words().not_ended
        audited("signed_out", who)
    st.logout()


def before_writing() -> None:
    """The first thing in whatever saves: where it is too late, the run ends at the next look at who it is for, which
    comes before anything is refused, and the next page has to say that nothing was saved."""
    _writing()


def writer(draft: Draft) -> Draft:
    """The draft with whoever is signed in now as its author. Raises ``NotAllowed``."""
    found = _writing()
    if isinstance(found, str):
        raise NotAllowed(found)
    found.require("record")
    return draft if found.declared else replace(draft, by=actor(found))


def _writing() -> User | str:
    """Whoever is signed in now, as when the page was drawn; else why nothing is saved, which the reader will see."""
    found, told = visitor().welcome, words()
    if found is None:
        st.session_state[_NOT_SAVED] = told.not_saved
        return told.over
    if st.session_state.get(_DRAWN_FOR, _seen_as(found)) != _seen_as(found):
        st.session_state[_NOT_SAVED] = told.not_saved_changed
        return told.changed
    return found


def actor(who: User) -> Actor:
    """Somebody who signed in, as the action log names them."""
    return Actor(who.user_id, who.name, ", ".join(who.roles))


def only_with(right: Right, make: Callable[Given, Made]) -> Callable[Given, Made]:
    """``make``, but for this user alone and only while the sign-in counts, gives the right, and holds the same roles
    and sites: a file is made when its button is pressed, which may be long after the page was drawn."""
    who, checked = user(), by_provider()
    claims = st.user.to_dict() if checked else {}

    @wraps(make)
    def made(*args: Given.args, **given: Given.kwargs) -> Made:
        now = the_door().visitor(claims, acts=True).welcome if checked else who
        if now is None:
            raise NotAllowed(words().over)
        if checked and _seen_as(now) != _seen_as(who):
            raise NotAllowed(words().changed)
        now.require(right)
        return make(*args, **given)

    return made


def told_at_the_end() -> str:
    """What the reader has to know of the last press before the sign-in ended or changed, once."""
    return str(st.session_state.pop(_NOT_SAVED, ""))


def listen(told: Callable[[str, User | None, Mapping[str, Any]], None]) -> None:
    """``told`` hears of every sign-in, refusal and end from now on: the kind, who, and what about it."""
    _listeners[:] = [told]


def audited(kind: str, who: User | None, **about: Any) -> None:  # noqa: ANN401
    """Tells whoever listens. The kinds: signed_in, signed_out, sign_in_refused, locked, session_ended, page_refused."""
    for told in _listeners:
        told(kind, who, about)


def once(key: str, value: object) -> bool:
    """Whether this was not so when it was last asked in this session."""
    before, st.session_state[key] = st.session_state.get(key), value
    return bool(before != value)
