"""The first-run tour on the huddle. Put away, it stays away in this browser."""

from __future__ import annotations

import streamlit as st

from dashboard.components import browser_memory, pages
from dashboard.wording.huddle import TourStep, huddle

AWAY, CLOSED, STEP = "_tour_away", "_tour_closed", "_tour_step"
_SEEN = "seen"


def show() -> None:
    """The present step, unless the tour was put away; nothing until the browser has said that it never was."""
    away = bool(st.session_state.get(AWAY))
    newcomer = browser_memory.keeps_nothing("tour", _SEEN if away else "")
    asked_for = STEP in st.session_state
    if away or st.session_state.get(CLOSED) or not (newcomer or asked_for):
        return
    told = huddle().tour
    place = min(st.session_state.get(STEP, 0), len(told.steps) - 1)
    with st.container(border=True, key="tour", gap="xsmall"):
        st.caption(told.title.format(number=place + 1, total=len(told.steps)))
        _step(told.steps[place])
        with st.container(horizontal=True, gap="small"):
            if place:
                st.button(told.back, on_click=_go, args=(place - 1,), icon=":material/arrow_back:")
            if place < len(told.steps) - 1:
                st.button(told.next, on_click=_go, args=(place + 1,), type="primary")
            st.button(told.away, on_click=_end, args=(AWAY,))
            st.button(told.later, on_click=_end, args=(CLOSED,), type="tertiary")


def again() -> None:
    """The way back to it."""
    if STEP not in st.session_state:
        st.button(huddle().tour.again, on_click=_go, args=(0,), type="tertiary", icon=":material/tour:")


def _step(step: TourStep) -> None:
    st.markdown(f"**{step.title}**")
    st.markdown(step.says)
    if step.page:
        page = next(one for one in pages.menu() if one.url_path == step.page)
        st.page_link(page, label=f"Open {page.title}", icon=":material/arrow_forward:")


def _go(place: int) -> None:
    st.session_state[STEP] = place
    st.session_state.pop(AWAY, None)
    st.session_state.pop(CLOSED, None)


def _end(how: str) -> None:
    st.session_state[how] = True
    st.session_state.pop(STEP, None)
