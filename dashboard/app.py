"""The main script of the dashboard: page settings, navigation and the frame around every page."""

from __future__ import annotations

import streamlit as st

from dashboard.components import frame, pages

st.set_page_config(page_title="Backstop", page_icon=str(frame.ICON), layout="wide")
page = st.navigation(pages.menu(), position="top")
frame.top(reminder=page.url_path != "ask")  # that page says it itself
page.run()
frame.bottom()
