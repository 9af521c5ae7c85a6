"""What stands on every page: profile, date and version above, the intended use below."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import streamlit as st

from dashboard import panel_store, settings, wording
from dashboard.components import pages, session
from dashboard.components.safe import safe_md

ICON = Path(__file__).parent / "icon.png"
STYLE = Path(__file__).parent / "style.css"


def top() -> None:
    """The panel's name, the profile, the as-of date and how old it is."""
    held, titles = session.panel(), panel_store.profiles()
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="frame"):
        about = st.container(gap=None, width="content", key="about")
        with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
            st.selectbox(
                "Guideline profile",
                list(titles),
                format_func=lambda name: titles[name],
                key="profile",
                bind="query-params",
                width=205,
            )
            st.date_input(
                "As of",
                value=held.as_of,
                key=session.as_of_key(),
                format="YYYY-MM-DD",
                bind=None if session.has_own() else "query-params",
                width=138,
            )
    with about:  # written after the date is drawn: an address sets a widget only when it is drawn
        _about(held)
    if not held.sample:
        _age(settings.today() - session.as_of())


def _about(held: panel_store.HeldPanel) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if held.sample:
            st.markdown(f"**{wording.screen().sample.format(people=f'{held.people:,}')}**", width="content")
            st.page_link(pages.data(), label="Load your own list", icon=":material/upload:")
        else:
            st.markdown(f"**{safe_md(held.name)}** · {held.people:,} people", width="content")
            st.page_link(pages.data(), label="What was loaded", icon=":material/description:")
    version = panel_store.the_pathway().version[:8]
    age = settings.today() - session.as_of()
    st.caption(f"Data as of {wording.day(session.as_of())} ({_ago(age)}) · pathway version {version}")


def _age(age: timedelta) -> None:
    limits = wording.screen().data_age
    when = f"This list shows {wording.day(session.as_of())}, {_ago(age)}."
    if age > timedelta(hours=limits.red_after_hours):
        st.error(f"{when} Load a newer one before acting on it.", icon=":material/error:")
    elif age > timedelta(hours=limits.amber_after_hours):
        st.warning(when, icon=":material/warning:")


def _ago(age: timedelta) -> str:
    if age.days == 0:
        return "today"
    return f"{wording.counted(age.days, 'day')} ago" if age.days > 0 else f"in {wording.counted(-age.days, 'day')}"


def bottom() -> None:
    """The intended use, word for word."""
    st.space("small")
    st.caption(settings.INTENDED_USE)
