"""Recording what was done, on the patient page: who records, one form at a time, and what the team did.

A form draws the id of its action when it is drawn, and hands over the version of the person that it showed. It is
saved before the page is drawn again, so the page shows what is in the log and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import streamlit as st

from dashboard import panel_store, recording, settings, wording
from dashboard.actions.models import Action, Undone
from dashboard.actions.records import Basis, Draft, Recorded
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.components import audited, session, signed_in, team_view
from dashboard.components.safe import safe_md
from dashboard.recording import Done, Offer, Result
from dashboard.wording.access import access
from dashboard.wording.recording import recording as words

_JUST_NAMED = "_recorder_just_named"
_ROUND = "_recording_round"
_TOLD = "_recording_told"
_TYPED = "_recording_typed"
LONGEST_NAME = 80
FAR = timedelta(days=730)
"""How far ahead the calendar of an appointment goes."""

DATES = "YYYY-MM-DD"
Row = Mapping[str, Any]


def recorder() -> str:
    """Who records: whoever is signed in, else the name that was declared in this session; empty before."""
    return session.user().name


def section(person: Row, as_of: date) -> None:
    """The forms for what this person's answer calls for, and below them what was done."""
    seen, told = session.seen(), words()
    log = seen.of(person["patient_id"])
    source = session.panel().as_read
    record = source.alone(person["patient_id"]).events.to_pylist()
    open_ = recording.open_of(log, record, panel_store.core_bloods(session.profile(), as_of), as_of)
    latest = latest_day()
    with st.container(border=True, key="recording", gap="small"):
        st.header(told.title, anchor=False)
        team_view.open_items(log, record, as_of)
        with st.container(key="recording-off", gap=None):  # always drawn: what is typed below keeps its place
            if seen.off:
                st.caption(f":material/cloud_off: {told.off} {told.off_typed}")
        if not session.user().may("record"):
            st.caption(f":material/lock: {told.not_yours}")
        elif not session.within_reach(person["patient_id"]):
            st.caption(f":material/lock: {access().beyond_says}")
        elif as_of > latest:
            st.caption(told.ahead.format(day=wording.day(latest)))
        elif named():
            _forms(person, _with_typed(recording.offer(person, open_), person), open_.version, as_of)
        _what_was_told(person["token"])
    if log:
        _done(person, recording.done(log), open_.version, as_of, may_undo=may_record() and not seen.off)


def may_record() -> bool:
    """Whether somebody is named who has the right to it."""
    return bool(recorder()) and session.user().may("record")


def latest_day() -> date:
    """The last day on which something can have happened."""
    return max(session.panel().as_read.as_of, settings.today())


def named() -> bool:
    """Who records, or the question who it is."""
    told, name = words(), recorder()
    if not session.user().declared:
        st.caption(f":material/person: {safe_md(told.name_signed_in.format(name=name))}")
        return True
    if name:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="recorder"):
            st.caption(f":material/person: {safe_md(told.name_said.format(name=name))}", width="content")
            st.button(told.name_change, type="tertiary", key="name-change", on_click=_forget_name)
        return True
    with st.form("declare", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(told.name_ask, key="declared_name", max_chars=LONGEST_NAME, width=420)
        st.form_submit_button(told.name_use, on_click=_declare, key="declare-name")
    return False


def _declare() -> None:
    said = str(st.session_state.get("declared_name", ""))
    st.session_state[session.NAME] = " ".join(said.split())[:LONGEST_NAME]
    st.session_state[_JUST_NAMED] = True


def just_named() -> bool:
    """Whether somebody has said a name since this was asked: what stands around a part of a page shows it too."""
    return bool(st.session_state.pop(_JUST_NAMED, False))


def _forget_name() -> None:
    st.session_state.pop(session.NAME, None)


def _with_typed(offer: Offer, person: Row) -> Offer:
    """What was filled in when somebody else was quicker is still offered, whatever is due by now."""
    whose, kind, chosen = st.session_state.get(_TYPED, ("", "", None))
    place = _place(person)
    if whose != place or f"kind-{place}" not in st.session_state:
        st.session_state.pop(_TYPED, None)
        return offer
    return recording.still(offer, kind, chosen)


def _place(person: Row) -> str:
    """The form of a person; another one after each that was saved."""
    return f"{person['token']}-{st.session_state.get(_ROUND, 0)}"


def _forms(person: Row, offer: Offer, version: int, as_of: date) -> None:
    """One button a kind; the form of the one chosen stands below."""
    told = words()
    place = _place(person)
    kind = st.pills(
        told.kind,
        offer.kinds,
        default=offer.first,
        format_func=lambda name: told.kinds[name].title,
        key=f"kind-{place}",
        label_visibility="collapsed",
    )
    if kind is None:
        return
    key = f"record-{kind}-{place}"
    state = {"version": version, "id": st.session_state.get(key, {}).get("id") or uuid4()}
    st.session_state[key] = state
    read = _which_result(offer, key) if kind == "result_seen" else {}
    with st.form(key=f"form-{key}", border=False, enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="fields"):
            fields = read | _fields(kind, offer, person, as_of, key)
            st.form_submit_button(
                told.save, type="primary", key=f"save-{key}", on_click=_save, args=(kind, key, fields, person, as_of)
            )
        if kind == "snoozed":
            st.caption(told.snooze_says.format(days=(recording.longest_snooze(as_of) - as_of).days))


def _fields(kind: str, offer: Offer, person: Row, as_of: date, key: str) -> dict[str, str]:
    """The widgets of a form: what each says, by the key under which it stands."""
    about = words().kinds[kind]
    fields: dict[str, str] = {}

    def field(name: str) -> str:
        fields[name] = f"{key}-{name}"
        return fields[name]

    if kind in offer.tests:
        tests = offer.tests[kind]
        st.multiselect(
            about.what, tests, default=[] if kind == "declined" else tests, format_func=wording.concept,
            key=field("what"), width=420,
        )  # fmt: skip
    elif kind == "result_seen":
        read = st.session_state.get(f"{key}-what")
        if isinstance(read, Result) and read.unit is not None:
            label = words().value.format(test=wording.concept(read.concepts[0]), unit=read.unit)
            # Without bounds: a box that holds a number out of them keeps handing over the one before it.
            st.number_input(label, value=None, step=1.0, format="%g", key=field("value"), width=190)
    elif kind == "pain_scored":
        st.number_input(about.what, 0, 10, value=None, step=1, key=field("score"), width=190)
    if kind in ("declined", "snoozed", "overridden"):
        coded = recording.reasons(kind)
        label = about.what.format(status=wording.status(person["disposition"]).word)
        st.selectbox(
            label if kind != "declined" else "Why", list(coded), index=None, format_func=lambda code: coded[code],
            key=field("reason"), width=330,
        )  # fmt: skip
    if kind == "assigned":
        team_view.owner_field(about.what, recorder(), field("owner"))
    if about.day:
        _day(kind, about.day, as_of, field("day"))
    if kind in ("declined", "snoozed", "overridden", "note"):
        st.text_input(about.what if kind == "note" else words().words, key=field("words"), width=420)
    return fields


def _which_result(offer: Offer, key: str) -> dict[str, str]:
    """Outside the form, because a value is asked for in the unit of the test that is chosen."""
    first = 0 if offer.results[0].in_record else None
    st.selectbox(
        words().kinds["result_seen"].what, offer.results, index=first, format_func=lambda one: one.label,
        key=f"{key}-what", width=420,
    )  # fmt: skip
    return {"what": f"{key}-what"}


def _day(kind: str, label: str, as_of: date, key: str) -> None:
    if kind == "booked":
        st.date_input(label, None, min_value=as_of, max_value=as_of + FAR, format=DATES, key=key, width=150)
    elif kind == "snoozed":
        first, last = as_of + timedelta(days=1), recording.longest_snooze(as_of)
        st.date_input(label, None, min_value=first, max_value=last, format=DATES, key=key, width=150)
    else:
        st.date_input(label, as_of, max_value=as_of, format=DATES, key=key, width=150)


def _save(kind: str, key: str, fields: Mapping[str, str], person: Row, as_of: date) -> None:
    """Runs before the page is drawn again: with the id and the version that the reader saw."""
    signed_in.before_writing()
    values = {name: st.session_state.get(widget) for name, widget in fields.items()}
    try:
        said = team_view.with_evidence(recording.action(kind, values, person, as_of), person, as_of)
    except ActionRefused as refused:
        _tell(person, recording.refusal(refused), saved=False)
        return
    st.session_state[_TYPED] = (_place(person), kind, values.get("what"))
    if _append(said, st.session_state[key], person, as_of):
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _undo(target: UUID, key: str, person: Row, as_of: date) -> None:
    signed_in.before_writing()
    _append(Undone(on=as_of, action=target), st.session_state[key], person, as_of)


def append(said: Action, form: UUID, version: int, patient_id: str, as_of: date) -> Recorded:
    """Add to the log what a form says, by whoever records here; what ``ActionLog.append`` raises passes as it is."""
    basis = Basis(as_of, session.profile(), panel_store.the_pathway().version)
    by = recording.declared(recorder())
    return audited.record(Draft(form, patient_id, version, said, by, basis))


def _append(said: Action, form: dict[str, Any], person: Row, as_of: date) -> bool:
    try:
        added = append(said, form["id"], form["version"], person["patient_id"], as_of)
    except (ActionRefused, Conflict, StoreUnusable) as refused:
        if isinstance(refused, ActionRefused):
            form["id"] = uuid4()  # another text under the id of an earlier one is refused for ever
        _tell(person, recording.refusal(refused), saved=False)
        return False
    _tell(person, words().saved.format(what=recording.what(added, {})), saved=True)
    return True


def _tell(person: Row, text: str, *, saved: bool) -> None:
    st.session_state[_TOLD] = (person["token"], text, saved)


def _what_was_told(token: str) -> None:
    """What came of the last press, once."""
    whose, text, saved = st.session_state.pop(_TOLD, ("", "", False))
    if whose == token and text:
        if saved:
            st.success(safe_md(text), icon=":material/check:")
        else:
            st.error(safe_md(text), icon=":material/error:")


def _done(person: Row, lines: list[Done], version: int, as_of: date, *, may_undo: bool) -> None:
    told = words()
    st.header(told.done_title, anchor=False)
    with st.container(key="team-did", gap=None):
        for line in lines:
            target = line.entry.action_id
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"did-{target}"
            ):
                text = safe_md(line.what)
                shown = f"~~{text}~~ {safe_md(line.undone)}" if line.undone else f"**{text}**"
                st.markdown(f"{shown}  \n:small[:gray[{safe_md(line.who)}]]", width="content")
                if line.can_undo and may_undo:
                    key = f"undo-{target}"
                    form = st.session_state.get(f"_{key}", {})
                    st.session_state[f"_{key}"] = {"version": version, "id": form.get("id") or uuid4()}
                    st.button(
                        told.undo, key=key, icon=":material/undo:", type="tertiary",
                        on_click=_undo, args=(target, f"_{key}", person, as_of),
                    )  # fmt: skip
