"""Everybody whose sign-in still counts, and the button that ends it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboard.access.door import the_door
from dashboard.access.sign_ins import SignIn, SignInsUnusable
from dashboard.access.users import NotAllowed
from dashboard.components import signed_in
from dashboard.components.safe import safe_md
from dashboard.wording.access import access

_TOLD = "_sign_ins_told"


def show() -> None:
    told = access().sign_ins
    if not signed_in.by_provider():
        st.info(told.local, icon=":material/computer:")
        return
    _what_was_told()
    st.caption(told.says)
    here = signed_in.user()
    found = the_door().open_sign_ins()
    with st.container(key="sign-ins", gap="small"):
        for one in found:
            _row(one, mine=one.user_id == here.user_id)
    if not found:
        st.caption(told.nobody)


def _row(one: SignIn, *, mine: bool) -> None:
    told = access().sign_ins
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        since = told.since.format(since=_hour(one.issued_at), seen=_hour(one.seen_at))
        more = f" · {told.you}" if mine else ""
        who = told.row.format(name=safe_md(one.name), roles=safe_md(one.roles))
        st.markdown(f"{who}  \n:small[:gray[{since}{more}]]", width="content")
        st.button(
            told.end, key=f"end-{one.user_id}-{one.issued_at}", on_click=end_all, args=(one.user_id, one.name),
            icon=":material/logout:",
        )  # fmt: skip


def end_all(user_id: str, name: str) -> None:
    """For whoever may, at the moment of pressing."""
    told = access().sign_ins
    try:
        who = signed_in.visitor().welcome
        if who is None:
            raise NotAllowed(access().over)
        who.require("administer")
        the_door().end_all(user_id)
    except (NotAllowed, SignInsUnusable) as error:
        st.session_state[_TOLD] = told.not_ended.format(why=error), False
        return
    st.session_state[_TOLD] = told.ended.format(name=name), True
    signed_in.audited("session_ended", who, of=user_id)


def _what_was_told() -> None:
    text, done = st.session_state.pop(_TOLD, ("", False))
    if text:
        (st.success if done else st.error)(safe_md(text))


def _hour(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%H:%M}"
