"""What stands on every page: profile, date and version above, the intended use below."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import streamlit as st

from dashboard import panel_store, settings, wording
from dashboard.access.users import User
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.rules import rules
from dashboard.actions.space import Room
from dashboard.components import access_view, answering, audited, pages, session, signed_in
from dashboard.components.safe import safe_md
from dashboard.kept_backups import KEEPER
from dashboard.team_log import LOOK_AGAIN
from dashboard.wording.access import access
from dashboard.wording.activity import activity
from dashboard.wording.recording import recording

ICON = Path(__file__).parent / "icon.svg"
LOGO = Path(__file__).parent / "logo.svg"
STYLE = Path(__file__).parent / "style.css"
_LOAD, _LOADED = "Load your own list", "What was loaded"


def bare() -> None:
    """Logo and style alone, where nobody is signed in."""
    st.html(STYLE)
    st.logo(LOGO, size="large")


def top(*, reminder: bool = True) -> None:
    """Whose list, its date and age, and the profile, in one line; below it a warning where the list is old."""
    seen = session.look_at_log()
    held, titles = session.panel(), panel_store.profiles()
    bare()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="frame"):
        about = st.container(gap=None, width="content", key="about")
        with st.container(horizontal=True, vertical_alignment="center", width="content", key="chosen"):
            st.selectbox(
                "Profile",
                list(titles),
                format_func=lambda name: titles[name],
                key="profile",
                bind="query-params",
                width=265,
            )
            st.date_input(
                "As of",
                value=held.as_of,
                key=session.as_of_key(),
                format="YYYY-MM-DD",
                bind=None if session.has_own() else "query-params",
                width=190,
            )
    with about:  # written after the date is drawn: an address sets a widget only when it is drawn
        _about(held)
    if not held.sample:
        _age(settings.today() - session.as_of())
    audited.begin_run()
    with st.container(key="log-state", gap=None):  # always drawn: nothing below is drawn anew when it fills or empties
        if lost := signed_in.told_at_the_end():
            st.error(access_view.safe_ask(lost), icon=":material/error:")
        if seen.off or audited.off():
            _recording_off()
        elif seen.scarce:
            _room_runs_out(seen.scarce)
        if KEEPER.failed and session.user().may("administer"):
            _no_backup(KEEPER.failed)
        if beyond := session.beyond_reach():
            _beyond_reach(beyond, held.people)
    if reminder:
        answering.reminder()


@st.fragment(run_every=LOOK_AGAIN)
def _recording_off() -> None:
    """Looks again by itself, and draws the page anew when recording is on again."""
    seen = session.team_log().look()
    told, off = recording(), seen.off or audited.off()
    if off is None:
        signed_in.by_clock()
    shown = activity().off_trail
    if seen.off:
        shown = f"{told.off_shown_before if seen.log else told.off_shown} {activity().off_too}"
    why = safe_md(f"{off.what} ({off.where}). {wording.upper_first(off.mend)}.")
    st.warning(f"**{told.off}** {wording.upper_first(why)} {shown}", icon=":material/cloud_off:")


def _beyond_reach(beyond: int, people: int) -> None:
    text = access().beyond_own.format(beyond=f"{beyond:,}", people=wording.counted(people, "person"))
    st.warning(text, icon=":material/lock:")


def _no_backup(failed: StoreUnusable) -> None:
    why = safe_md(f"{failed.what} ({failed.where}). {wording.upper_first(failed.mend)}.")
    st.warning(f"**{activity().no_backup}** {wording.upper_first(why)}", icon=":material/backup:")


def _room_runs_out(room: Room) -> None:
    told, least = recording(), rules().storage.read_only_below_mb
    text = told.scarce.format(left=f"{room.megabytes:,}", where=room.where, least=least)
    st.warning(safe_md(text), icon=":material/hard_drive:")


def _about(held: panel_store.HeldPanel) -> None:
    told, user = wording.screen(), session.user()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if held.sample:
            st.markdown(f"**{told.sample.format(people=session.in_words(held.people))}**", width="content")
        else:
            st.markdown(f"**{safe_md(held.name)}** · {session.in_words(held.people)} people", width="content")
        if pages.allowed(pages.data(), user):
            label, icon = (_LOAD, ":material/upload:") if held.sample else (_LOADED, ":material/description:")
            st.page_link(pages.data(), label=label, icon=icon)
    age = _ago(settings.today() - session.as_of())
    if held.sample:
        age = told.sample_age.format(age=age)
    version = panel_store.the_pathway().version[:8]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="signed-in"):
        text = f"Data as of {wording.day(session.as_of())}, {age} · pathway version {version} · {_who(user)}"
        st.caption(text, width="content")
        if not user.declared:
            access_view.sign_out()


def _who(user: User) -> str:
    if not user.declared:
        return access_view.who(user)
    name = user.name
    return safe_md(recording().name_frame.format(name=name)) if name else wording.screen().nobody_signed_in


def _age(age: timedelta) -> None:
    told = wording.screen()
    when = told.stale.format(day=wording.day(session.as_of()), age=_ago(age))
    if age > timedelta(hours=told.data_age.red_after_hours):
        st.error(f"**{when} {told.stale_do}**", icon=":material/error:")
    elif age > timedelta(hours=told.data_age.amber_after_hours):
        st.warning(when, icon=":material/warning:")


def _ago(age: timedelta) -> str:
    if age.days == 0:
        return "today"
    return f"{wording.counted(age.days, 'day')} ago" if age.days > 0 else f"in {wording.counted(-age.days, 'day')}"


def bottom() -> None:
    """The intended use, word for word."""
    st.space("small")
    st.caption(settings.INTENDED_USE)
