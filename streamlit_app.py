"""The entry point: ``streamlit run streamlit_app.py`` or ``backstop serve`` open the dashboard."""

from __future__ import annotations

import streamlit as st

from dashboard import serving

# Streamlit looks for this very call in this file's text; made anywhere else, it runs the file as a page.
app = st.App(serving.MAIN_SCRIPT, **serving.options())
