"""What was loaded and held back, and the way to load another list."""

from __future__ import annotations

import streamlit as st

from dashboard.components import load_report, pages, session, upload

held = session.panel()
st.title("Data", anchor=False)
if st.session_state.pop("_loaded", None):
    st.success("The list is loaded. Every page now shows it.", icon=":material/check:")
if session.has_own():
    with st.container(horizontal=True):
        st.page_link(pages.worklist(), label="Go to the worklist", icon=":material/arrow_forward:")
        st.button("Back to the sample data", on_click=session.use_opening, icon=":material/undo:")
    load_report.show(held)
    upload.form()
else:
    upload.form()
    load_report.show(held)
