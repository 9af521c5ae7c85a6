"""What was loaded and held back, how complete each fact is, and the way to load another list."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components import audited, completeness_view, load_report, pages, session, upload
from dashboard.components.safe import safe_md
from dashboard.wording.data import data_words

held = session.panel()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title("Data", anchor=False, width="content")
    if session.has_own():
        st.button("Back to the sample data", on_click=upload.forget, icon=":material/undo:")
just_loaded = st.session_state.pop(upload.LOADED, False)
if just_loaded and not held.people:
    st.warning(data_words().nobody_left, icon=":material/person_off:")
elif just_loaded:
    people = wording.counted(held.people, "patient")
    st.success(f"The list is loaded: {people}. Every page now shows it.", icon=":material/check:")
    if session.user().may("people"):
        with st.container(horizontal=True):
            st.page_link(pages.huddle(), label="Go to the huddle", icon=":material/arrow_forward:")
            st.page_link(pages.worklist(), label="Go to the worklist", icon=":material/arrow_forward:")

load_report.show(held)
for silent in session.silent() if session.sees_everybody() else ():
    st.warning(f"**{safe_md(silent)}** {data_words().silent_do}", icon=":material/notifications_off:")
if held.report.held_back:
    if session.sees_everybody():
        audited.viewed_list("records held back", [], len(held.report.patients_concerned()))
    load_report.held_back(held.report, rows=session.sees_everybody())
    if session.sees_everybody():
        upload.mended()
if session.sees_everybody():
    load_report.notices(held.report)
load_report.unmapped(held.report)
if not session.has_own():
    upload.form()
if session.user().may("people"):
    completeness_view.show(held, session.worklist())
if session.has_own():
    upload.form()
