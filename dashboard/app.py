"""The main script of the dashboard: who asks, page settings, navigation and the frame around every page."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from dashboard.components import access_view, frame, pages, session, signed_in

st.set_page_config(page_title="Backstop", page_icon=str(frame.ICON), layout="wide")
signed_in.listen(session.audit_door)
found = signed_in.begin()
user = found.welcome
if user is None:
    st.navigation(pages.menu(), position="hidden")
    frame.bare()
    access_view.outside(found)
else:
    signed_in.own_session(user)
    page = st.navigation(pages.menu(user), position="top")
    if not page.url_path and not pages.allowed(page, user):
        st.switch_page(pages.first(user))
    access_view.watch(user)
    frame.top(reminder=page.url_path != "ask")  # that page says it itself
    if pages.allowed(page, user):
        access_view.let_in()
        with suppress(StopException):  # a page that waits for long work; the frame stands around that too
            page.run()
    else:
        access_view.refused(page, user)
    frame.bottom()
signed_in.end()
