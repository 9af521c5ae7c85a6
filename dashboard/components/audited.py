"""What the pages write into the audit trail: a list once for each state of it, a person once for each opening.

Drawing a page again adds nothing, unless somebody else has said their name meanwhile. What leaves or enters with
patients' data is written down before it does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from typing import Any

import streamlit as st

from dashboard.actions.audit.entries import Entry, Outcome
from dashboard.actions.records import Draft, Recorded
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.components import session, signed_in

_BASIS = "_audited_basis"
_LISTS = "_audited_lists"
_OPEN, _OPEN_BEFORE = "_audited_open", "_audited_open_before"
_SEARCHING, _NOTE, _REFUSED = "_audited_search", "_audited_note", "_audited_refusal"
DIGEST = 12
"""Signs of a digest that tell two states of a list apart."""


@cache
def version() -> str:
    """The version of the program, as it was installed."""
    return metadata.version("backstop")


def off() -> StoreUnusable | None:
    """Why nothing can be written now."""
    return session.audit_trail().look()


def begin_run() -> None:
    """Once at the beginning of every run, when profile and date are drawn."""
    state = st.session_state
    state[_OPEN_BEFORE] = state.pop(_OPEN, None)
    now = (session.as_of_key() if session.has_own() else "", session.profile(), session.as_of().isoformat())
    before, state[_BASIS] = state.get(_BASIS, now), now
    if before[0] != now[0]:
        return  # another list, whose load stands in the trail
    if before[1] != now[1]:
        session.audit("profile_changed", before=before[1])
    if before[2] != now[2]:
        session.audit("as_of_changed", before=before[2])


def viewed_list(page: str, said: Sequence[str], count: int, of: str = "people") -> None:
    """``said`` is what the list is narrowed to, in the words of the screen; ``count`` of what it holds."""
    seen: set[str] = st.session_state.setdefault(_LISTS, set())
    basis = st.session_state.get(_BASIS, ())
    state = hashlib.sha256(repr((_reader(), page, list(said), basis)).encode()).hexdigest()
    if state not in seen:
        seen.add(state)
        digest = hashlib.sha256("\n".join([page, *said]).encode()).hexdigest()[:DIGEST]
        about: dict[str, Any] = {"page": page, "filter": list(said), "digest": digest, "app": version(), of: count}
        session.audit("list_viewed", **about)


def viewed_patient(patient_id: str) -> None:
    """An opening lasts until another page or person is shown, or somebody else sits at the screen."""
    now = (_reader(), patient_id)
    if st.session_state.get(_OPEN_BEFORE) != now:
        session.audit("patient_viewed", patient_id, app=version())
    st.session_state[_OPEN] = st.session_state[_OPEN_BEFORE] = now


def searched(page: str, *, typed: bool) -> None:
    """That somebody searched, once until the box is empty again; never for what."""
    if _begins(_SEARCHING, now=page if typed else None):
        session.audit("searched", page=page)


def opened_note(patient_id: str, *, now: bool) -> None:
    """The note for the record was opened, from where it is copied."""
    if _begins(_NOTE, now=patient_id if now else None):
        session.audit("document_made", patient_id, document="note", format="shown", app=version())


def refused(page: str, address: str) -> None:
    """Somebody came with the address of nobody on this list; the address itself is not written down."""
    if _begins(_REFUSED, now=f"{page}/{address}"):
        session.audit("page_refused", outcome="refused", page=page, why="nobody on this list has the address")


def _begins(key: str, now: str | None) -> bool:
    """Whether this is so now and was not, or not of the same or for somebody else, when it was last looked at."""
    state = None if now is None else (_reader(), now)
    before, st.session_state[key] = st.session_state.get(key), state
    return state is not None and state != before


def _reader() -> str:
    """Who looks now: where nobody signs in, a session goes on under another name."""
    return session.user().user_id


def before(made: Callable[[], bytes], entry: Entry) -> Callable[[], bytes]:
    """The same file for a download: it is made only when it stands in the trail that it was taken.

    Runs where no page runs, so whose it is has to be said beforehand. Raises ``StoreUnusable`` there, which the
    browser shows as a download that failed.
    """
    trail = session.audit_trail()

    def written_down() -> bytes:
        trail.must(entry)
        return made()

    return written_down


def record(draft: Draft) -> Recorded:
    """Add an action to the log of the team; whatever comes of it is written down. Raises as ``ActionLog.append``."""
    kind, who = draft.action.kind, signed_in.visitor().user
    try:
        added = session.team_log().append(draft)
    except (ActionRefused, Conflict, StoreUnusable) as refused:
        outcome: Outcome = "failed" if isinstance(refused, StoreUnusable) else "refused"
        why = {ActionRefused: "not allowed", Conflict: "somebody was quicker"}.get(type(refused), "store unusable")
        entry = session.entry("action_refused", draft.patient_id, outcome=outcome, by=who, why=why, action=kind)
        if isinstance(refused, StoreUnusable):
            session.audit_trail().later(entry, refused)
        else:
            session.audit_trail().note(entry)
        raise
    session.audit("action_recorded", draft.patient_id, by=who, action_id=str(added.action_id), action=kind)
    return added
