"""What this session looks at: its panel with what the team recorded, profile and as-of date, the list it came from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

import streamlit as st

from dashboard import firing, kept_answers, panel_store, wording
from dashboard.access.users import NotAllowed, User, roles
from dashboard.actions.audit.entries import Entry, Kind, Outcome
from dashboard.actions.log import CLINIC, SAMPLE
from dashboard.actions.records import Actor, Basis, Draft
from dashboard.actions.refusals import StoreUnusable
from dashboard.answered_panel import answered, recorded
from dashboard.audit_trail import PROGRAM, AuditTrail
from dashboard.components import signed_in, working
from dashboard.filtering import Filters
from dashboard.kept_answers import Given, Kept
from dashboard.panel_store import HeldPanel
from dashboard.scoped_panel import for_user
from dashboard.session_answers import Answer
from dashboard.team_log import NOTHING, Seen, TeamLog
from dashboard.wording.access import access
from dashboard.wording.data import data_words
from dashboard.working import Work
from dashboard.worklist import Worklist
from pathways.panel import Panel

OWN_PANEL = "_own_panel"
CAME_FROM = "_worklist_address"
_LOADS = "_own_panels_loaded"
_ANSWERS = "_answers"
_SAVED = "_answers_saved"
_ANSWERED = "_answered_panel"
_SEEN, _SEEN_IN_REACH = "_team_log_seen", "_team_log_in_reach"
NAME = signed_in.DECLARED_NAME
_SESSION = "_session_id"
NOBODY = Actor("nobody", "nobody", "no role", declared=True)


@st.cache_resource(show_spinner="Reading the patient list …", max_entries=1)
def _opening() -> HeldPanel:
    held, trail = panel_store.opening(), audit_trail()
    known = held.earlier.files if held.earlier else panel_store.profiles()
    chosen = next(name for name in panel_store.profiles() if name in known)

    def told() -> None:
        with suppress(StoreUnusable):  # nobody asked for it: every page says that nothing can be written down
            loaded(held, chosen, Entry("loaded", PROGRAM), trail)

    if held.sample:
        return held
    if held.stands(chosen, held.as_of):
        told()
    else:
        held.when_listed[chosen, held.as_of] = told
        held.evaluation(chosen, held.as_of)
    return held


def loaded(held: HeldPanel, chosen: str, by: Entry, trail: AuditTrail | None = None) -> None:
    """Write down that the clinic's list was loaded. Raises ``StoreUnusable``: then it must not be shown."""
    silent = firing.write_down(trail or audit_trail(), held, chosen, by)
    held.silent = tuple(one.in_words(data_words().silent) for one in silent)


@st.cache_resource(show_spinner=False)
def _team_log(name: str) -> TeamLog:
    return TeamLog(name, by=_signed)


def _signed(draft: Draft) -> Draft:
    """As ``signed_in.writer``; of a person beyond reach nothing is written either."""
    signed = signed_in.writer(draft)
    if not within_reach(draft.patient_id):
        raise NotAllowed(access().beyond)
    return signed


def user() -> User:
    """Whoever this run is for; the run ends here where the sign-in counts no more."""
    return signed_in.user()


def team_log() -> TeamLog:
    """The log of this session's panel: what is recorded of invented people never shows on real ones."""
    return _team_log(SAMPLE if _source().sample else CLINIC)


@st.cache_resource(show_spinner=False)
def audit_trail() -> AuditTrail:
    """What everybody does with the program is written here."""
    return AuditTrail()


def entry(
    kind: Kind,
    patient_id: str = "",
    *,
    outcome: Outcome = "done",
    by: User | None = None,
    **about: Any,  # noqa: ANN401
) -> Entry:
    """An entry of the audit trail by whoever is here now, with what the screen shows."""
    source = _source()
    basis = Basis(as_of(), profile(), panel_store.the_pathway().version)
    panel_name = SAMPLE if source.sample else CLINIC
    return Entry(kind, _actor(by or user()), _session(), panel_name, basis, patient_id, outcome, about)


def _actor(who: User) -> Actor:
    return Actor(who.user_id, who.name, ", ".join(who.roles), declared=who.declared)


def _session() -> str:
    """A random word that ties together what one browser session did."""
    return str(st.session_state.setdefault(_SESSION, uuid4().hex[:16]))


def audit(
    kind: Kind,
    patient_id: str = "",
    *,
    outcome: Outcome = "done",
    by: User | None = None,
    **about: Any,  # noqa: ANN401
) -> bool:
    """Write down what was just done; a page goes on where that cannot be written. Of a patient give the id alone."""
    return audit_trail().note(entry(kind, patient_id, outcome=outcome, by=by, **about))


def audit_door(kind: str, who: User | None, about: Mapping[str, Any]) -> None:
    """Write down who came in, was refused or left, where no list need be there yet."""
    refused = kind in ("sign_in_refused", "page_refused")
    by = _actor(who) if who else NOBODY
    audit_trail().note(
        Entry(cast("Kind", kind), by, _session(), outcome="refused" if refused else "done", about=about)
    )


def look_at_log() -> Seen:
    """Once at the beginning of every run, so that all of a page shows one state of the log."""
    found = st.session_state[_SEEN] = _in_reach(team_log().look())
    return found


def _in_reach(found: Seen) -> Seen:
    """The same object for the same log and reach: the panel's view is made anew with each."""
    if not _reach_ends():
        return found
    people = _reach()
    whole, of, part = st.session_state.get(_SEEN_IN_REACH, (NOTHING, None, Seen()))
    if found is not whole or of is not people:
        part = found.only(people, part)
        st.session_state[_SEEN_IN_REACH] = found, people, part
    return cast("Seen", part)


def seen() -> Seen:
    """The log as this run of the page shows it."""
    found = st.session_state.get(_SEEN)
    return found if isinstance(found, Seen) else NOTHING


def theirs() -> tuple[str, frozenset[str]]:
    """Which log the list belongs to that everybody opens with, and the people on it whom this user may see."""
    held = _opening()
    return SAMPLE if held.sample else CLINIC, for_user(held, user()).ids


def within_reach(patient_id: str) -> bool:
    """Whether this user may know what the team recorded of the person, and add to it.

    A list of one's own says itself of which site its people are. For a user of some sites that proves nothing:
    it has to be the clinic's list that names the person as one of theirs.
    """
    return not _reach_ends() or patient_id in _reach()


def beyond_reach() -> int:
    """How many people of this session's own list are; for somebody who may see them."""
    return len(panel().ids - _reach()) if _reach_ends() and user().may("people") else 0


def _reach_ends() -> bool:
    return has_own() and user().sites is not None


def _reach() -> frozenset[str]:
    log, people = theirs()
    return people if log == CLINIC else frozenset()


def hide_under() -> int:
    """Of how many people a number has to be to be told to this user; 0 for whoever may see them one by one."""
    return 0 if user().may("people") else roles().small_cell


def told_of(count: int) -> int | None:
    """A number as this user may know it."""
    return None if 0 < count < hide_under() else count


def in_words(count: int) -> str:
    """The same in a sentence."""
    return wording.screen().few.format(under=hide_under()) if told_of(count) is None else f"{count:,}"


def counted(count: int, noun: str) -> str:
    """The same with what is counted: ``12 people``, ``fewer than 10 people``."""
    if told_of(count) is None:
        return wording.screen().few.format(under=wording.counted(hide_under(), noun))
    return wording.counted(count, noun)


def sees_everybody() -> bool:
    """Whether the user may see every row of the list, also those of which nobody can say whose they are."""
    return has_own() or (user().may("people") and user().sites is None)


def silent() -> tuple[str, ...]:
    """The flags that fell silent with the load of this list, in words."""
    return _source().silent


def _source() -> HeldPanel:
    own = st.session_state.get(OWN_PANEL)
    return own if isinstance(own, HeldPanel) else _opening()


def panel() -> HeldPanel:
    """The session's own panel if it has loaded one, else the one everybody opens with; as its user may see it,
    with what the team recorded of its people, and with this session's answers."""
    known = seen()
    shared = recorded(for_user(_source(), user()), known.events, known.log)
    given = answers()
    if not given:
        return shared
    last = st.session_state.get(_ANSWERED)
    if last is None or last.as_read is not shared.as_read:
        last = shared
    if last.unanswered is not shared or getattr(last, "given", ()) != given:
        last = st.session_state[_ANSWERED] = answered(last, given, shared)
    return last


def kept() -> tuple[Kept, ...]:
    """What was answered in this session and is not in the log, oldest first."""
    return kept_answers.not_in(st.session_state.get(_ANSWERS, ()), seen())


def answers() -> tuple[Answer, ...]:
    """What of it counts here: all but what somebody has answered in the log since."""
    return tuple(one.answer for one in kept() if not kept_answers.contested(one, seen()))


def keep(one: Kept) -> None:
    """In the place of an earlier answer to the same question."""
    st.session_state[_ANSWERS] = (*kept_answers.without(kept(), one.answer), one)


def drop(answer: Answer) -> None:
    st.session_state[_ANSWERS] = kept_answers.without(kept(), answer)


def note_saved(action_id: UUID) -> None:
    """An answer of this session that is in the log."""
    st.session_state[_SAVED] = (*st.session_state.get(_SAVED, ()), action_id)


def given_here() -> tuple[Given, ...]:
    """Everything answered in this session that still counts: what the log has of it first, each oldest first."""
    mine = {*st.session_state.get(_SAVED, ()), *(one.form for one in st.session_state.get(_ANSWERS, ()))}
    saved = (
        Given(answer, entry=entry)
        for patient_id in dict.fromkeys(one.patient_id for one in seen().log if one.action_id in mine)
        for entry, answer in seen().answers_of(patient_id)
        if entry.action_id in mine
    )
    return (*saved, *(Given(one.answer, kept=one) for one in kept()))


def use_own(held: HeldPanel) -> None:
    """From now on this session sees its own list, at the date at which it was read."""
    st.session_state[OWN_PANEL] = held
    st.session_state[_LOADS] = st.session_state.get(_LOADS, 0) + 1
    _forget_list()


def use_opening() -> None:
    st.session_state.pop(OWN_PANEL, None)
    _forget_list()


def _forget_list() -> None:
    """Answers belong to the people of one list."""
    for key in (CAME_FROM, _ANSWERS, _SAVED, _ANSWERED, _SEEN, _SEEN_IN_REACH):
        st.session_state.pop(key, None)


def profile() -> str:
    chosen = st.session_state.get("profile")
    names = panel_store.profiles()
    return str(chosen) if chosen in names else next(iter(names))


def as_of_key() -> str:
    """The as-of date is in the address for the opening panel; each loaded list has a key of its own."""
    return f"as_of_{st.session_state[_LOADS]}" if has_own() else "as_of"


def as_of() -> date:
    chosen = st.session_state.get(as_of_key())
    return chosen if isinstance(chosen, date) else panel().as_of


def worklist() -> Worklist:
    """The answers of this session's panel under its profile and date. Where these take long the page ends here and
    shows how far they are."""
    root = panel().root
    if not root.stands(profile(), as_of()):
        working.wait(root.evaluation(profile(), as_of()), wording.screen().working.list)
    with st.spinner("Working through the list …", show_time=False):
        return panel().worklist(profile(), as_of())


def orders_known() -> Work[Any] | None:
    """The work that the filters by what is ordered wait for; None where they do not."""
    root = panel().root
    if isinstance(root.panel, Panel):
        return None
    work = root.ordered(profile(), as_of())
    return None if work.over else work


@dataclass(frozen=True)
class CameFrom:
    """The list a patient was opened from: its filters and order, and its address on the worklist.

    ``page`` is the page that showed the list, ``own`` its address where that differs.
    """

    address: dict[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    sort: str = ""
    page: str = "worklist"
    own: dict[str, Any] | None = None


def came_from() -> CameFrom:
    """The last list this session saw; the whole list in the pathway's order if it saw none."""
    last = st.session_state.get(CAME_FROM)
    return last if isinstance(last, CameFrom) else CameFrom()


def has_own() -> bool:
    return OWN_PANEL in st.session_state
